// An expert's scores of the item on stage, or of the one before while its scores are open.
// Rule 1: what stands here is what the log said: open until a moment, locked, revealed, or recused.
// Rule 2: whose scores they are, and what they are, nobody else learns before they are revealed (SC-6).

import { tenths } from "../lib/show_rules.js";
import { h, setAttribute, setHidden, setText } from "../lib/dom.js";
import { recall, remember } from "../lib/storage.js";
import { clockText, remainingText } from "../lib/time.js";
import { t } from "../lib/texts.js";
import { actButton, actLine } from "./acts.js";
import { scoreText } from "./show_cards.js";

const CRITERIA = [["innovation", 30], ["market", 25], ["maturity", 20], ["team", 15], ["ip", 10]];
const FROM_THE_PITCH = ["pitching", "qa", "commenting", "interest_call", "bidding_requested", "bidding"];

const scored = (room) => room.active ?? [...(room.state?.items ?? [])].reverse().find((item) => item.phase === "done") ?? null;

/** Where the scoring of an item stands for this expert: "recused" | "early" | "open" | "closing" | "locked" | "revealed". Pure. */
export function scoringState(item, isRecused, nowMs) {
  if (item.score !== null && item.score !== undefined) return "revealed";
  if (isRecused) return "recused";
  const { phase = "open", locks_at_ms: locksAt = null } = item.scoring ?? {};
  if (["locked", "revealed"].includes(phase) || (locksAt !== null && nowMs !== null && nowMs >= locksAt)) return "locked";
  if (phase === "closing") return "closing";
  return FROM_THE_PITCH.includes(item.phase) || item.pitched_at_ms ? "open" : "early";
}

const TONES = { recused: "wait", locked: "wait", revealed: "good", closing: "wait", open: "", early: "" };

function scoreFields(room) {
  const inputs = CRITERIA.map(([name, weight]) => h("input", { inputmode: "decimal", "data-criterion": name, "aria-label": `${t(`score.${name}`)} ${weight}%`, placeholder: "0–100" }));
  const rows = CRITERIA.map(([name, weight], index) => h("label", { class: "score-row" }, h("span", {}, t(`score.${name}`), h("small", { class: "muted" }, ` ${weight}%`)), inputs[index]));
  const key = (item) => `score.${room.id}.${item.item_id}`;
  return {
    element: h("div", { class: "tight" }, rows),
    keep: (item) => inputs.forEach((input) => input.addEventListener("input", () => item() && remember(key(item()), inputs.map((each) => each.value)))),
    fill: (item) => recall(key(item), inputs.map(() => "")).forEach((value, index) => { inputs[index].value = value; }),
    read() {
      const values = inputs.map((input) => tenths(input.value));
      inputs.forEach((input, index) => setAttribute(input, "aria-invalid", values[index] === null ? "true" : null));
      return values.includes(null) ? null : values;
    },
  };
}

export function expertPanel(room, app) {
  const line = actLine();
  const scores = scoreFields(room);
  const title = h("p", { class: "muted small" });
  const standing = h("p", { class: "band small", role: "status", "data-role": "scoring" });
  let shown = null;
  scores.keep(() => shown);
  const fields = () => {
    const values = scores.read();
    return values ? { item_id: shown.item_id, tenths: values } : (setText(line.element, t("score.range")), null);
  };
  const send = actButton(room.acts, line, { label: t("score.send"), method: "score.give", kind: "main wide-button", fields, then: () => remember(`scored.${room.id}.${shown.item_id}`, true) });
  const declare = actButton(room.acts, line, {
    label: t("score.conflict"), method: "expert.declare_conflict", kind: "wide-button", fields: () => ({ item_id: shown.item_id }),
    ask: () => ({ title: t("score.declare"), note: t("score.conflict_note"), confirm: t("score.declare"), needsReason: true, reasonLabel: t("score.relation"), why: "relation" }),
    then: () => remember(`recused.${room.id}.${shown.item_id}`, true),
  });
  const giving = h("div", { class: "stack" }, scores.element, send, declare);
  const element = h("section", { class: "card stack", id: "expert-panel", "aria-labelledby": "h-score" }, h("h2", { id: "h-score" }, t("score.title")), title, standing, giving, line.element);

  function update() {
    const item = scored(room);
    setHidden(element, !app.has("expert") || !item || room.state?.scored === false);
    if (element.hidden) return;
    if (shown?.item_id !== item.item_id) scores.fill(item);
    shown = item;
    const isRecused = recall(`recused.${room.id}.${item.item_id}`) === true || line.element.dataset.code === "RECUSED";
    const now = room.now();
    const at = scoringState(item, isRecused, now);
    const locksAt = item.scoring?.locks_at_ms ?? null;
    const given = at === "open" && recall(`scored.${room.id}.${item.item_id}`) ? "given" : at;
    setText(title, item.title);
    setText(standing, t(`score.is_${given}`, { score: at === "revealed" ? scoreText(item.score) : "", left: locksAt === null || now === null ? "" : remainingText(locksAt - now), time: locksAt === null ? "" : clockText(locksAt) }));
    setAttribute(standing, "class", `band small ${given === "given" ? "good" : TONES[at]}`);
    setAttribute(standing, "data-scoring", at);
    setHidden(giving, !["open", "closing"].includes(at));
  }
  return { element, update };
}
