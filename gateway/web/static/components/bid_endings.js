// How staff ends what cannot go on: a suspended bidding is ended by two people, lots are drawn among equals.
// Rule: the second person confirms the reason that the first gave; lots need no second, since nothing is chosen.

import { h, setAttribute, setHidden, setText } from "../lib/dom.js";
import { remainingText } from "../lib/time.js";
import { t, word } from "../lib/texts.js";
import { TERMINATE } from "./pending_act.js";

const RANDOMNESS = /^(?:[0-9a-f]{2}){16,128}$/;

/** End a suspended bidding without a deal (4.6). */
export function terminatePart(app, pending, button) {
  let wanted = null;
  const text = h("div", {});
  const band = h("div", { class: "band alarm", role: "status", id: "terminate-asked", hidden: true }, h("span", { class: "icon", "aria-hidden": "true" }, "!"), text);
  const question = (more) => ({ title: t("terminate.title"), note: t("terminate.note"), ...more });
  const confirm = button("confirm-terminate", "bidding.terminate", {
    label: t("terminate.confirm"), kind: "danger", fields: () => (wanted === null ? null : { reason: wanted }),
    ask: () => question({ title: t("terminate.title_because", { why: wanted }), confirm: t("terminate.confirm") }),
  });
  const propose = button("terminate", "bidding.terminate", {
    label: t("terminate.title"), kind: "danger", ask: () => question({ confirm: t("terminate.ask"), needsReason: true, reasonLabel: t("terminate.reason") }),
  });
  const element = h("div", { class: "tight" }, band, confirm, propose);

  function update(isSuspended) {
    setHidden(element, !isSuspended);
    if (!isSuspended) return;
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
export function drawPart(button) {
  const randomness = h("input", { autocomplete: "off", spellcheck: "false", maxlength: 256, id: "randomness", class: "mono" });
  const typed = () => randomness.value.trim().toLowerCase();
  const draw = button("draw-lots", "bidding.draw_lots", { label: t("draw.send"), kind: "main", fields: () => ({ randomness: typed() }), ask: () => ({ title: t("draw.send"), note: t("draw.note"), confirm: t("draw.send"), danger: false }) });
  const element = h("div", { class: "tight" }, h("p", { class: "small muted" }, t("draw.note")), h("label", { class: "field" }, h("span", {}, t("draw.randomness")), randomness), draw);
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
