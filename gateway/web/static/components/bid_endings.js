// How staff ends what cannot go on: a suspended bidding is ended by two people, lots are drawn among equals.
// Rule: the second person confirms the reason that the first gave; lots need no second, since nothing is chosen.

import { h, setAttribute, setHidden, setText } from "../lib/dom.js";
import { remainingText } from "../lib/time.js";
import { t, word } from "../lib/texts.js";
import { TERMINATE } from "./pending_act.js";

const RANDOMNESS = /^(?:[0-9a-f]{2}){16,128}$/;

/** End a suspended bidding without a deal (4.6). */
export function terminatePart(app, pending, ask) {
  const text = h("div", {});
  const band = h("div", { class: "band alarm", role: "status", id: "terminate-asked", hidden: true }, h("span", { class: "icon", "aria-hidden": "true" }, "!"), text);
  const confirm = h("button", { type: "button", class: "wide-button danger", "data-act": "confirm-terminate", hidden: true }, t("terminate.confirm"));
  const reason = h("textarea", { maxlength: 200, id: "terminate-reason", "aria-label": t("terminate.reason"), placeholder: t("terminate.reason") });
  const propose = h("button", { type: "button", class: "wide-button danger", "data-act": "terminate" }, t("terminate.ask"));
  const form = h("details", {}, h("summary", { class: "small" }, t("terminate.title")), h("div", { class: "tight" }, h("p", { class: "small muted" }, t("terminate.note")), reason, propose));
  const element = h("div", { class: "tight" }, band, confirm, form);
  let wanted = null;
  propose.addEventListener("click", () => reason.value.trim() && ask(reason.value.trim()));
  confirm.addEventListener("click", () => !confirm.disabled && ask(wanted));
  reason.addEventListener("input", () => app.changed());

  function update(isSuspended) {
    setHidden(element, !isSuspended);
    if (!isSuspended) return;
    propose.disabled = reason.value.trim() === "";
    const asked = pending.of(TERMINATE);
    setHidden(band, !asked);
    setHidden(confirm, !asked || asked.mine);
    if (!asked) return;
    wanted = pending.detailOf(asked)?.reason ?? null;
    const params = { role: word("role", asked.role), why: wanted ?? "…", left: remainingText(asked.until_ms - app.clock.now()) };
    setText(text, t(asked.mine ? "terminate.asked_mine" : "terminate.asked", params));
    confirm.disabled = wanted === null;
  }
  return { element, update };
}

/** Lots among equals: holders who all said yes, bidders at the ceiling (4.5). */
export function drawPart(ask) {
  const randomness = h("input", { autocomplete: "off", spellcheck: "false", maxlength: 256, id: "randomness", class: "mono" });
  const draw = h("button", { type: "button", class: "main wide-button", "data-act": "draw-lots" }, t("draw.send"));
  const element = h("div", { class: "tight" }, h("p", { class: "small muted" }, t("draw.note")), h("label", { class: "field" }, h("span", {}, t("draw.randomness")), randomness), draw);
  const typed = () => randomness.value.trim().toLowerCase();
  draw.addEventListener("click", () => !draw.disabled && ask(typed()));
  const look = () => {
    draw.disabled = !RANDOMNESS.test(typed());
    setAttribute(randomness, "aria-invalid", typed() !== "" && draw.disabled ? "true" : null);
  };
  randomness.addEventListener("input", look);
  look();

  function update(state) {
    const holdersAgree = state?.phase === "awaiting_priority" && state.ends_at_ms === null && (state.asked ?? []).length === 0;
    setHidden(element, state?.phase !== "awaiting_draw" && !holdersAgree);
  }
  return { element, update };
}
