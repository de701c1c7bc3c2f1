// What cannot be taken back is asked once: what it does, why, and a way out. One dialog for all such acts.
// Rule: a reason is chosen or written by a person; where one is asked for, nothing is sent without it.

import { h, setAttribute } from "../lib/dom.js";
import { t } from "../lib/texts.js";

const READ_MS = 450; // so long the question is shown before an answer counts

/** The field of the reason: a list to choose from (as {value, label}), or a line to write. */
function reasonField({ reasons, reasonLabel }) {
  const label = reasonLabel ?? t("ask.reason");
  const input = reasons ? h("select", { id: "ask-reason" }, h("option", { value: "" }, t("ask.choose")), reasons.map(({ value, label: text }) => h("option", { value }, text)))
    : h("input", { id: "ask-reason", maxlength: 200, autocomplete: "off" });
  return { input, element: h("label", { class: "field" }, h("span", {}, label), input) };
}

/**
 * Ask before an act. title, note: what it does, in sentences. confirm: the word on the button. needsReason, with
 * `reasons` ([{value, label}]) or free; `why`: the name of the field that it is sent as. danger: it cannot be undone.
 * Resolves to the fields of the answer ({} without a reason), or null: he went back.
 */
export function askFirst({ title, note = "", confirm, needsReason = false, reasons = null, reasonLabel, why = "reason", danger = true }) {
  const reason = needsReason ? reasonField({ reasons, reasonLabel }) : null;
  const yes = h("button", { type: "submit", class: danger ? "main stop" : "main", value: "yes", id: "ask-yes", disabled: true }, confirm);
  const no = h("button", { type: "button", id: "ask-no" }, t("ask.back"));
  const form = h("form", { method: "dialog", class: "stack" }, h("h2", { id: "ask-title" }, title), note ? h("p", { class: "small muted" }, note) : null, reason?.element, h("div", { class: "row fixed answers" }, no, yes));
  const dialog = h("dialog", { class: "card ask", "aria-labelledby": "ask-title" }, form);
  const since = performance.now();
  const given = () => reason?.input.value.trim() ?? "";
  const look = () => {
    yes.disabled = performance.now() - since < READ_MS || (needsReason && given() === "");
    setAttribute(yes, "data-fresh", performance.now() - since < READ_MS);
  };
  reason?.input.addEventListener("input", look);
  no.addEventListener("click", () => dialog.close());
  document.body.append(dialog);
  look();
  setTimeout(look, READ_MS + 10);
  dialog.showModal();
  (reason?.input ?? no).focus();
  return new Promise((answer) => {
    dialog.addEventListener("close", () => {
      const isSaid = dialog.returnValue === "yes" && (!needsReason || given() !== "");
      dialog.remove();
      answer(!isSaid ? null : needsReason ? { [why]: given() } : {});
    });
  });
}
