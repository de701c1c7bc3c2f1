// Commands on a session from buttons and forms: one line says what became of the last one.
// Rule 1: the answer is said where it was asked; a refusal is a sentence, never a code.
// Rule 2: what cannot be taken back is asked once, with its reason (components/ask_first.js).
// Rule 3: one act is one command; lib/press.js and push/commands.js see to it for every button.

import { Commands, isSettled } from "../push/commands.js";
import { h, setAttribute, setText } from "../lib/dom.js";
import { recall, remember } from "../lib/storage.js";
import { doneText, refusalText } from "../lib/act_words.js";
import { t } from "../lib/texts.js";
import { askFirst } from "./ask_first.js";

export class Acts {
  /** root: of what the id is. keeps: whether what is under way is kept over a reload (never where it holds what is sealed). */
  constructor(app, id, { root = "session_id", keeps = true } = {}) {
    const store = keeps ? { load: () => recall(`commands.${id}`, []), save: (entries) => remember(`commands.${id}`, entries.length ? entries : null) } : { load: () => [], save: () => {} };
    this.waiters = new Map();
    this.app = app;
    this.commands = new Commands({
      root: { field: root, id }, store, onChange: (entry) => this.changed(entry),
      send: (method, body) => app.send(method, { ...body, wait_ms: 1500 }), status: (command, root) => app.status(command, root),
    });
  }

  changed(entry) {
    this.waiters.get(entry.command_id)?.(entry);
    if (isSettled(entry)) this.waiters.delete(entry.command_id);
    this.app.changed();
  }

  /** Ask; `tell(entry)` is called at each step. */
  ask(method, fields, tell = () => {}) {
    const id = this.commands.submit(method, fields);
    this.waiters.set(id, tell);
    tell(this.commands.entries.get(id));
    return id;
  }
}

/** What a step says. */
export function stepText(entry) {
  if (!entry) return "";
  if (entry.step === "accepted" || entry.step === "outbid") return doneText(entry.method);
  if (entry.step === "refused" || entry.step === "failed") return t("act.refused", { reason: refusalText(entry.method, entry.code ?? "", entry.params) });
  return t({ not_seen: "act.not_seen", checking: "act.checking", received: "act.received" }[entry.step] ?? "act.sending");
}

/** A line that says what became of an act, and a `tell` for it. */
export function actLine() {
  const element = h("p", { class: "small muted act-line", role: "status" });
  const tell = (then = () => {}) => (entry) => {
    setText(element, stepText(entry));
    setAttribute(element, "data-step", entry.step);
    setAttribute(element, "data-code", entry.code ?? null);
    element.classList.toggle("alarmed", ["refused", "failed", "not_seen"].includes(entry.step));
    if (entry.step === "accepted") then(entry);
  };
  return { element, tell };
}

/**
 * A button for one act; it waits for the answer before it can be pressed again. `ask`: what is asked first,
 * as `askFirst` takes it (or a function that says it now); the answer's fields are sent beside `fields()`.
 */
export function actButton(acts, line, { label, method, fields = () => ({}), kind = "", then, data = {}, ask = null }) {
  const button = h("button", { type: "button", class: kind, "data-method": method, ...data }, label);
  const send = (wanted) => {
    const tell = line.tell(then);
    acts.ask(method, wanted, (entry) => {
      setAttribute(button, "aria-busy", isSettled(entry) ? null : "true");
      tell(entry);
    });
  };
  button.addEventListener("click", async () => {
    if (button.getAttribute("aria-busy") === "true") return;
    const wanted = fields();
    if (wanted === null) return;
    const answer = ask ? await askFirst(typeof ask === "function" ? ask() : ask) : {};
    if (answer !== null) send({ ...wanted, ...answer });
  });
  return button;
}
