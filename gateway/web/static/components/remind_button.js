// "提醒我": for who is signed in a wish that is kept on the server, for a guest a date for his own
// calendar. Rule: what the button says is what the server has, not what was pressed.

import { get, post } from "../lib/api.js";
import { h, setAttribute, setHidden, setText, svg } from "../lib/dom.js";
import { codeText, t } from "../lib/texts.js";

const BELL = "M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21h4";
const DONE = "M5 12.5l4.5 4.5L19 7.5";

/** The wishes of the person who reads, shared by all buttons of a page. */
export class Wishes {
  constructor(app) {
    Object.assign(this, { app, roots: new Set(), known: false });
    if (app.me.account_id) void this.load();
  }

  async load() {
    const answer = await get("/api/my/reminders").catch(() => null);
    if (!answer) return;
    this.roots = new Set(answer.reminders.map((one) => one.root));
    this.known = true;
    this.app.changed();
  }

  async wish(root, wanted) {
    await post("/api/my/reminders", { root, wanted });
    await this.load();
    this.app.inbox?.soon(); // when the next is due has changed
  }
}

export function remindButton(app, wishes) {
  const sign = svg("path", {});
  const text = h("span", {});
  const problem = h("small", { class: "alarmed", role: "alert", hidden: true });
  const content = [svg("svg", { viewBox: "0 0 24 24", class: "sign", "aria-hidden": "true" }, sign), text];
  const isGuest = !app.me.account_id;
  const press = isGuest ? h("a", { class: "button remind", download: "" }, content) : h("button", { type: "button", class: "remind" }, content);
  let root = null;
  let waits = false;
  if (!isGuest) press.addEventListener("click", async () => {
    if (waits) return;
    waits = true;
    setAttribute(press, "aria-busy", "true");
    setHidden(problem, true);
    await wishes.wish(root, !wishes.roots.has(root)).catch((fault) => {
      setText(problem, codeText(fault.code, fault.params));
      setHidden(problem, false);
    });
    waits = false;
    setAttribute(press, "aria-busy", null);
    paint();
  });

  function paint() {
    const on = wishes.roots.has(root);
    setAttribute(sign, "d", on ? DONE : BELL);
    setText(text, t(isGuest ? "remind.calendar" : on ? "remind.on" : "remind.me"));
    if (isGuest) setAttribute(press, "href", `/api/calendar/${encodeURIComponent(root)}`);
    else setAttribute(press, "aria-pressed", String(on));
  }
  return {
    element: h("div", { class: "remind-box" }, press, problem),
    show(wanted, title) {
      root = wanted;
      setAttribute(press, "aria-label", t(isGuest ? "remind.calendar_of" : "remind.of", { title }));
      paint();
    },
  };
}
