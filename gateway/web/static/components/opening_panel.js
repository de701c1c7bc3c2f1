// Opening the envelopes, for the controller and the supervisor: each brings the bidders' openings, and
// both ask for the same (4.2, 4.8).
// Rule 1: what is pasted stays in this page; no amount is shown before all are open.
// Rule 2: an opening that does not fit its commitment is left out: the envelope is void either way.

import { digestOf, fitting, readOpenings } from "../lib/envelope.js";
import { h, reconcile, setAttribute, setHidden, setText } from "../lib/dom.js";
import { isSealed } from "../lib/sealed_rules.js";
import { remainingText } from "../lib/time.js";
import { t, word } from "../lib/texts.js";
import { staffActs } from "./bid_control.js";
import { shortHash } from "./bid_records.js";
import { OPEN, PendingAct } from "./pending_act.js";

const CODE_CHARS = 8;

export function openingPanel(room, app) {
  const pending = new PendingAct(room, app);
  const { line, button } = staffActs(room, app);
  const openings = new Map(); // by number; in this page alone
  const body = h("tbody", {});
  const table = h("table", { id: "box" }, h("caption", { class: "unseen" }, t("opening.caption")), h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("bids.number")), h("th", { scope: "col" }, t("slip.commitment")), h("th", { scope: "col" }, t("opening.state")))), body);
  const pasted = h("textarea", { id: "openings", "aria-label": t("opening.paste"), placeholder: t("opening.paste") });
  const files = h("input", { type: "file", multiple: true, accept: ".txt,text/plain", class: "unseen" });
  const take = h("button", { type: "button", class: "wide-button", id: "take-openings", on: { click: () => takeText(pasted.value) } }, t("opening.take"));
  const taken = h("p", { class: "small muted", role: "status" });
  const asked = h("div", { class: "band", role: "status", id: "opening-asked" }, h("span", { class: "icon", "aria-hidden": "true" }), h("div", {}));
  const missing = h("label", { class: "check small alarmed" }, h("input", { type: "checkbox", id: "void-missing" }), h("span", {}));
  const open = button("open-envelopes", "bidding.open_envelopes", { kind: "main", fields: () => (open.disabled ? null : { openings: fit() }) });
  const element = h("section", { class: "card stack", hidden: true, id: "opening-panel" }, h("h2", {}, t("opening.title")), h("p", { class: "small muted" }, t("opening.note")), table, pasted, take, h("label", { class: "button wide-button file" }, t("opening.files"), files), taken, asked, missing, open, line);
  const box = () => room.aside?.state?.envelopes ?? [];
  const fit = () => fitting(box(), [...openings.values()]);

  function takeText(text) {
    const found = readOpenings(text, room.id);
    for (const opening of found) openings.set(opening.number, opening);
    setText(taken, t("opening.taken", { count: found.length }));
    if (found.length) pasted.value = "";
    update();
  }
  files.addEventListener("change", async () => {
    const texts = await Promise.all([...files.files].map((file) => file.text()));
    files.value = "";
    takeText(texts.join("\n"));
  });

  function paintRow(row, envelope) {
    const opening = openings.get(envelope.number);
    const state = !opening ? "missing" : fitting([envelope], [opening]).length ? "fits" : "wrong";
    setText(row.children[0], envelope.number);
    setText(row.children[1], shortHash(envelope.commitment));
    setText(row.children[2], t(`opening.${state}`));
    setAttribute(row.children[2], "class", { missing: "muted", fits: "fine", wrong: "alarmed" }[state]);
    setAttribute(row, "data-state", state);
  }

  function update() {
    setHidden(element, !app.has("bid_controller", "supervisor") || !isSealed(room.state) || room.state.phase !== "opening");
    if (element.hidden) return openings.clear();
    const fits = fit();
    const without = box().length - fits.length;
    reconcile(body, box(), (envelope) => envelope.number, () => h("tr", {}, h("th", { scope: "row" }), h("td", { class: "mono" }), h("td", {})), paintRow);
    setHidden(missing, without === 0);
    setText(missing.lastChild, t("opening.void_missing", { count: without }));
    const other = paintAsked(fits);
    setText(open, t(other ? "opening.confirm" : "opening.open", { count: fits.length }));
    open.disabled = !room.link.current || box().length === 0 || (without > 0 && !missing.firstChild.checked) || other === "mine";
  }

  /** Whether the other one asked, for the same or for something else; "mine" where one waits for him. */
  function paintAsked(fits) {
    const act = pending.of(OPEN);
    setHidden(asked, act === null);
    if (act === null) return null;
    const same = digestOf(fits) === act.digest;
    const state = act.mine ? (same ? "mine" : "changed") : same ? "same" : "different";
    setAttribute(asked, "data-state", state);
    setAttribute(asked, "class", `band ${{ mine: "wait", changed: "wait", same: "good", different: "alarm" }[state]}`);
    setText(asked.firstChild, { mine: "◷", changed: "!", same: "=", different: "≠" }[state]);
    setText(asked.lastChild, t(`opening.asked_${state}`, { role: word("role", act.role), code: act.digest.slice(0, CODE_CHARS), own: digestOf(fits).slice(0, CODE_CHARS), left: remainingText(act.until_ms - app.clock.now()) }));
    return state;
  }
  return { element, update };
}

