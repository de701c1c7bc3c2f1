// What a bidder may do now, on the strip: steps, a free amount, a second step for jumps, his maximum.
// Rule 1: the amount on the button is the amount that is sent, in figures and in words; if it has just changed by
// itself, a click in that moment does nothing.
// Rule 2: nothing is shown as accepted before the log has said so; while it is not known, no other bid is sent.
// Rule 3: at any moment there is one thing to press; what cannot be pressed says why.

import { amountFault, confirmReason, isClosed, isLarge, stepAmount, stepsAbove } from "../lib/bidding_rules.js";
import { h, setAttribute, setHidden, setText } from "../lib/dom.js";
import { isSealed } from "../lib/sealed_rules.js";
import { axis, money, typed, words } from "../lib/money.js";
import { recall, remember } from "../lib/storage.js";
import { clockText } from "../lib/time.js";
import { codeText, lang, t } from "../lib/texts.js";
import { isSettled } from "../push/commands.js";
import { furtherActs } from "./bid_further.js";
import { icon } from "./icons.js";
import { moneyField } from "./money_field.js";
import { proxySheet } from "./proxy_sheet.js";
import { trackList } from "./track.js";

const STEPS = [1, 2, 5];
const READ_MS = 450; // so long a changed amount is shown before a click on it counts
const TOLD_MS = 9_000; // so long is told what became of the last act

const inWords = (fen) => words(fen, lang()).replace(/^人民币/, "");
const isFresh = (view) => performance.now() - view.changedAt < READ_MS;

function parts() {
  const step = (count) => h("button", { type: "button", class: count === 5 ? "m-off" : "", "data-steps": count, "data-repeats": "" });
  const steps = STEPS.map(step);
  const other = h("button", { type: "button", class: "other", "aria-expanded": "false", "aria-controls": "free-amount" }, t("bid.other"));
  const field = moneyField({ id: "amount", label: t(lang() === "zh" ? "bid.amount_wan" : "bid.amount_yuan") });
  const shut = h("button", { type: "button", class: "quiet close", "aria-label": t("strip.close") }, "✕");
  const free = h("div", { class: "free", id: "free-amount" }, h("div", { class: "row free-head" }, h("h2", {}, t("bid.amount_title")), h("span", { class: "push" }), shut), field.element);
  const main = (id) => h("button", { type: "button", class: "main", id }, h("b", {}), h("small", {}));
  const [send, confirm] = [main("send-bid"), main("confirm-bid")];
  const back = h("button", { type: "button", class: "proxy", id: "confirm-back" }, icon("back"), h("span", {}, t("bid.back")));
  const proxy = h("button", { type: "button", class: "proxy", id: "open-proxy", "aria-expanded": "false", "aria-controls": "proxy" }, icon("flag"), h("span", {}));
  const bar = h("p", { class: "unseen", id: "bid-bar", role: "status" });
  const track = trackList("track");
  const element = h("div", { class: "act", id: "bid-panel", role: "group", "aria-label": t("bid.title"), hidden: true },
    h("div", { class: "chips", role: "group", "aria-label": t("bid.steps") }, steps, other), free, track.list, send, confirm, back, proxy, bar);
  return { element, steps, other, field, amount: field.input, shut, send, confirm, back, proxy, bar, track };
}

/** The amount that stands on the button: what was typed, or the chosen step above the price. */
function wanted(room, view, ui) {
  if (view.draft !== null) return ui.field.value()?.fen ?? null;
  return room.state ? stepAmount(room.state, view.steps) : null;
}

/** strip: the element whose `data-sheet` says which sheet is open. */
export function bidAct(room, strip) {
  const draftKey = `draft.${room.id}`;
  const view = { steps: 1, draft: recall(draftKey), confirming: null, changedAt: -READ_MS, shown: null, confirmedFen: 0, sheet: null, told: null, toldAt: 0 };
  const ui = parts();
  const further = furtherActs(room);
  const sheet = proxySheet(room, () => open(null));
  const said = ui.track.note;
  ui.amount.value = view.draft ?? "";

  const setDraft = (text) => {
    view.draft = text;
    remember(draftKey, text);
  };
  function open(name) {
    if (view.sheet === name) return;
    const from = view.sheet;
    view.sheet = name;
    setAttribute(strip, "data-sheet", name);
    ui.other.setAttribute("aria-expanded", String(name === "free"));
    ui.proxy.setAttribute("aria-expanded", String(name === "proxy"));
    setHidden(sheet.element, name !== "proxy");
    if (name === "free") ui.amount.focus();
    if (name === "proxy") sheet.focus();
    if (name === null && from && strip.contains(document.activeElement)) (from === "free" ? ui.other : ui.proxy).focus({ preventScroll: true });
  }
  function step(count) {
    view.steps = count;
    setDraft(null);
    view.shown = wanted(room, view, ui);
    update();
  }
  function place(amount) {
    room.bid(amount, isLarge(room.state, amount));
    setDraft(null);
    view.steps = 1;
    ui.amount.value = "";
    open(null);
    update();
  }
  function send() {
    update();
    if (ui.send.disabled) return;
    const amount = wanted(room, view, ui);
    const reason = confirmReason(room.state, amount, view.confirmedFen);
    if (reason === null) return place(amount);
    view.confirming = { amount, reason, since: performance.now() };
    setTimeout(() => room.app.changed(), READ_MS + 10);
    open(null);
    update();
    return ui.back.focus();
  }
  function back() {
    view.confirming = null;
    update();
    ui.send.focus();
  }
  ui.steps.forEach((button, index) => button.addEventListener("click", () => step(STEPS[index])));
  ui.other.addEventListener("click", () => open(view.sheet === "free" ? null : "free"));
  ui.shut.addEventListener("click", () => open(null));
  ui.proxy.addEventListener("click", () => open(view.sheet === "proxy" ? null : "proxy"));
  ui.amount.addEventListener("input", () => {
    setDraft(ui.amount.value === "" ? null : ui.amount.value);
    view.shown = wanted(room, view, ui);
    update();
  });
  ui.amount.addEventListener("keydown", (event) => event.key === "Enter" && send());
  ui.send.addEventListener("click", send);
  ui.back.addEventListener("click", back);
  ui.confirm.addEventListener("click", () => {
    if (ui.confirm.disabled) return;
    const { amount } = view.confirming;
    Object.assign(view, { confirmedFen: amount, confirming: null });
    place(amount);
    ui.send.focus({ preventScroll: true });
  });
  strip.addEventListener("keydown", (event) => event.key === "Escape" && (view.confirming ? back() : open(null)));

  function update() {
    const { state } = room;
    const isOff = !state || !room.number || isSealed(state) || isClosed(state.phase);
    setHidden(ui.element, isOff);
    setHidden(further.element, true);
    tell(isOff);
    if (isOff) return open(null);
    further.update();
    sheet.update();
    paint(room, view, ui, sheet);
    return undefined;
  }
  /** What became of the last act stands over the page for a while, and is gone; its receipt stays. */
  function tell(isOff) {
    const entry = room.commands.newest;
    ui.track.update(entry);
    const mark = entry ? `${entry.command_id} ${entry.step}` : null;
    if (view.told !== mark) Object.assign(view, { told: mark, toldAt: performance.now() });
    const isOver = entry !== null && isSettled(entry) && performance.now() - view.toldAt > TOLD_MS;
    setHidden(said, isOff || entry === null || isOver || said.textContent === "");
  }
  return { element: ui.element, sheet: sheet.element, further: further.element, said, update, question: () => view.confirming };
}

/** choose, pending, confirm, off: what the strip shows of it. */
function modeOf(room, view) {
  if (view.confirming) return "confirm";
  const entry = room.commands.newest;
  if (entry && !isSettled(entry)) return "pending";
  return room.bar === null ? "choose" : "off";
}

function paint(room, view, ui, sheet) {
  const mode = modeOf(room, view);
  const { bar } = room;
  setAttribute(ui.element, "data-mode", mode);
  setAttribute(ui.element, "data-bar", bar);
  setText(ui.bar, bar ? t(bar) : "");
  paintAmount(room, view, ui, bar);
  paintMain(room, view, ui, mode);
  paintConfirm(room, view, ui, bar);
  setHidden(ui.proxy, !sheet.isOffered() || mode === "confirm");
  setText(ui.proxy.lastChild, sheet.label());
  setHidden(ui.back, mode !== "confirm");
}

function paintAmount(room, view, ui, bar) {
  const { state } = room;
  const amount = wanted(room, view, ui);
  if (view.draft === null && amount !== view.shown && view.shown !== null) {
    view.changedAt = performance.now();
    setTimeout(() => room.app.changed(), READ_MS + 10);
  }
  view.shown = amount;
  const atCeiling = state.phase === "at_ceiling"; // one amount alone may be bid
  setAttribute(ui.element, "data-one", atCeiling);
  STEPS.forEach((count, index) => {
    const step = stepAmount(state, count);
    setHidden(ui.steps[index], index > 0 && step !== null && step === stepAmount(state, STEPS[index - 1])); // no further than the ceiling
    const more = state.price_fen === null ? step : step - state.price_fen;
    setText(ui.steps[index], step === null ? "—" : (state.price_fen === null ? "" : "+") + axis(more, lang()));
    setAttribute(ui.steps[index], "aria-pressed", String(view.draft === null && view.steps === count));
    ui.steps[index].disabled = bar !== null;
  });
  setAttribute(ui.other, "aria-pressed", String(view.draft !== null));
  if (view.draft === null && document.activeElement !== ui.amount) ui.amount.value = amount === null ? "" : typed(amount, lang());
}

function paintMain(room, view, ui, mode) {
  const amount = wanted(room, view, ui);
  const isFit = ui.field.paint((fen) => {
    const fault = view.draft === null ? null : amountFault(room.state, fen);
    return fault ? codeText(fault.code, fault.params) : "";
  });
  const [label, small] = mode === "off" ? offText(room, view, amount) : mode === "pending" ? pendingText(room.commands.newest)
    : amount === null ? [t("bid.send_none"), ""] : [t("bid.send", { price: money(amount, lang()) }), inWords(amount)];
  setText(ui.send.firstChild, label);
  setText(ui.send.lastChild, small);
  const isOff = mode !== "choose" || !isFit || amount === null;
  ui.send.disabled = isOff || isFresh(view);
  setAttribute(ui.send, "data-fresh", !isOff && isFresh(view));
  setHidden(ui.send, mode === "confirm");
}

/** Why there is nothing to press, in a word, and what is kept. */
function offText(room, view, amount) {
  const resumes = room.state.suspension?.resumes_at_ms;
  const kept = view.draft !== null && amount !== null ? t("strip.kept", { price: money(amount, lang()) }) : "";
  if (room.bar === "bar.suspended" && resumes) return [t("strip.resumes", { time: clockText(resumes) }), kept];
  return [t(`strip.${room.bar}`), room.bar === "bar.leading" ? t("strip.no_need") : kept];
}

const pendingText = ({ method, fields }) => [method === "bid.place" ? t("bid.send", { price: money(fields.amount_fen, lang()) }) : t("strip.pending"), t("strip.pending_note")];

function paintConfirm(room, view, ui, bar) {
  const asked = view.confirming;
  setHidden(ui.confirm, asked === null);
  if (!asked) return;
  const fault = amountFault(room.state, asked.amount);
  setText(ui.confirm.firstChild, t("bid.confirm", { price: money(asked.amount, lang()) }));
  setText(ui.confirm.lastChild, inWords(asked.amount));
  ui.confirm.disabled = bar !== null || fault !== null || performance.now() - asked.since < READ_MS;
}

/** What is asked before a jump, as a standing of the strip. */
export function confirmLine(room, { amount, reason }) {
  const params = { price: money(amount, lang()), words: words(amount, lang()), steps: stepsAbove(room.state, amount) };
  const fault = amountFault(room.state, amount);
  return { tone: "wait", icon: "big", text: t(`bid.confirm_${reason}_title`, params), note: fault ? codeText(fault.code, fault.params) : t(`bid.confirm_${reason}`, params) };
}
