// Where one bids: steps, a free amount in figures and in words, a second step for jumps, and what
// became of the last bid. On a phone the same panel is the bar under the thumb.
// Rule 1: the amount on the button is the amount that is sent; if it has just changed by itself, a
// click in that moment does nothing.
// Rule 2: nothing is shown as accepted before the log has said so.

import { amountFault, bidBar, confirmReason, isLarge, stepAmount, stepsAbove } from "../lib/bidding_rules.js";
import { h, setAttribute, setHidden, setText } from "../lib/dom.js";
import { isSealed } from "../lib/sealed_rules.js";
import { money, parse, short, typed, words } from "../lib/money.js";
import { recall, remember } from "../lib/storage.js";
import { codeText, lang, t } from "../lib/texts.js";
import { furtherActs } from "./bid_further.js";
import { trackList } from "./track.js";

const STEPS = [1, 2, 5];
const READ_MS = 450; // so long a changed amount is shown before a click on it counts

export function bidPanel(room) {
  const draftKey = `draft.${room.id}`;
  const view = { steps: 1, draft: recall(draftKey), confirming: null, changedAt: -READ_MS, shown: null, confirmedFen: 0 };
  const ui = parts(room, view);
  const act = actions(room, view, ui, draftKey);
  ui.steps.forEach((button, index) => button.addEventListener("click", () => act.step(STEPS[index])));
  ui.other.addEventListener("click", () => act.expand());
  ui.amount.addEventListener("input", () => act.type());
  ui.amount.addEventListener("keydown", (event) => event.key === "Enter" && act.send());
  ui.send.addEventListener("click", () => act.send());
  ui.confirm.addEventListener("click", () => act.confirm());
  ui.back.addEventListener("click", () => act.back());
  ui.element.addEventListener("keydown", (event) => event.key === "Escape" && view.confirming && act.back());
  if (view.draft !== null) {
    ui.amount.value = view.draft;
    ui.element.classList.add("expanded");
  }
  const further = furtherActs(room);
  ui.track.list.before(further.acts);
  ui.element.append(further.proxy);
  return { element: ui.element, update: () => (paint(room, view, ui), further.update()) };
}

function parts(room, view) {
  const steps = STEPS.map((count) => h("button", { type: "button", "data-steps": count, "aria-pressed": String(view.steps === count) }));
  const other = h("button", { type: "button", class: "other", "aria-expanded": "false" }, t("bid.other"));
  const amount = h("input", { inputmode: "decimal", autocomplete: "off", enterkeyhint: "done", id: "amount", "aria-describedby": "amount-words amount-fault" });
  const inWords = h("p", { class: "muted small", id: "amount-words" });
  const fault = h("p", { class: "small alarmed", id: "amount-fault" });
  const send = h("button", { type: "button", class: "main wide-button", id: "send-bid" });
  const bar = h("p", { class: "small muted bar-reason", id: "bid-bar", role: "status" });
  const minimum = h("span", { class: "push muted small" });
  const question = h("div", { class: "band wait" }, h("span", { class: "icon", "aria-hidden": "true" }, "?"), h("div", {}));
  const confirm = h("button", { type: "button", class: "main wide-button", id: "confirm-bid" });
  const back = h("button", { type: "button", class: "wide-button", id: "confirm-back" }, t("bid.back"));
  const asking = h("div", { class: "stack confirm", hidden: true, role: "group", "aria-label": t("bid.confirm_title") }, question, confirm, back);
  const track = trackList("track");
  const field = h("label", { class: "field free-amount" }, h("span", {}, t(lang() === "zh" ? "bid.amount_wan" : "bid.amount_yuan")), amount);
  const choosing = h("div", { class: "stack tight choosing" }, h("div", { class: "steps" }, steps, other), field, inWords, fault, send);
  const element = h("section", { class: "card stack bidpanel", "aria-label": t("bid.title"), id: "bid-panel" },
    h("div", { class: "row panel-title" }, h("h2", {}, t("bid.title")), minimum), bar, choosing, asking, track.list, track.note);
  return { element, steps, other, amount, inWords, fault, send, bar, minimum, question: question.lastChild, confirm, back, asking, choosing, track };
}

/** Whether the amount has just changed by itself. */
const isFresh = (view) => performance.now() - view.changedAt < READ_MS;

/** The amount that stands on the button: what was typed, or the chosen step above the price. */
function wanted(room, view) {
  if (view.draft !== null) return parse(view.draft, lang());
  return room.state ? stepAmount(room.state, view.steps) : null;
}

function actions(room, view, ui, draftKey) {
  const update = () => paint(room, view, ui);
  const setDraft = (text) => {
    view.draft = text;
    remember(draftKey, text);
  };
  return {
    step(count) {
      view.steps = count;
      setDraft(null);
      view.shown = wanted(room, view);
      update();
    },
    expand() {
      const open = ui.element.classList.toggle("expanded");
      ui.other.setAttribute("aria-expanded", String(open));
      if (open) ui.amount.focus();
      else if (view.draft !== null) this.step(1);
    },
    type() {
      setDraft(ui.amount.value === "" ? null : ui.amount.value);
      view.shown = wanted(room, view);
      update();
    },
    send() {
      update();
      const amount = wanted(room, view);
      if (ui.send.disabled) return;
      const reason = confirmReason(room.state, amount, view.confirmedFen);
      if (reason === null) this.place(amount);
      else this.ask(amount, reason);
    },
    ask(amount, reason) {
      view.confirming = { amount, reason, since: performance.now() };
      setTimeout(() => room.app.changed(), READ_MS + 10);
      update();
      ui.back.focus();
    },
    confirm() {
      if (ui.confirm.disabled) return;
      const { amount } = view.confirming;
      view.confirmedFen = amount;
      view.confirming = null;
      this.place(amount);
      ui.send.focus({ preventScroll: true });
    },
    back() {
      view.confirming = null;
      update();
      ui.send.focus();
    },
    place(amount) {
      room.bid(amount, isLarge(room.state, amount));
      setDraft(null);
      view.steps = 1;
      ui.amount.value = "";
      ui.element.classList.remove("expanded");
      ui.other.setAttribute("aria-expanded", "false");
      update();
    },
  };
}

function paint(room, view, ui) {
  const { state } = room;
  const bar = bidBar({ state, link: room.link, number: room.number, standing: room.standing });
  const over = bar === "bar.closed" && room.commands.newest === null;
  const hidden = !room.number || over || isSealed(state);
  setHidden(ui.element, hidden);
  if (!state || hidden) return;
  paintAmount(room, view, ui, bar);
  paintConfirm(room, view, ui, bar);
  ui.track.update(room.commands.newest);
  setAttribute(ui.element, "data-bar", bar);
  setText(ui.bar, bar ? t(bar) : "");
  setHidden(ui.bar, bar === null);
  setText(ui.minimum, state.min_next_fen === null ? "" : t("bid.minimum", { price: money(state.min_next_fen, lang()) }));
}

function paintAmount(room, view, ui, bar) {
  const amount = wanted(room, view);
  if (view.draft === null && amount !== view.shown && view.shown !== null) {
    view.changedAt = performance.now();
    setTimeout(() => room.app.changed(), READ_MS + 10);
  }
  view.shown = amount;
  const atCeiling = room.state.phase === "at_ceiling"; // one amount alone may be bid
  setHidden(ui.steps[0].parentElement, atCeiling);
  setHidden(ui.amount.parentElement, atCeiling);
  STEPS.forEach((count, index) => {
    const step = stepAmount(room.state, count);
    setHidden(ui.steps[index], index > 0 && step !== null && step === stepAmount(room.state, STEPS[index - 1])); // no further than the ceiling
    const more = room.state.price_fen === null ? step : step - room.state.price_fen;
    setText(ui.steps[index], step === null ? "—" : (room.state.price_fen === null ? "" : "+") + short(more, lang()));
    setAttribute(ui.steps[index], "aria-pressed", String(view.draft === null && view.steps === count));
    ui.steps[index].disabled = bar !== null;
  });
  if (view.draft === null && document.activeElement !== ui.amount) ui.amount.value = amount === null ? "" : typed(amount, lang());
  const fault = view.draft === null ? null : amountFault(room.state, amount);
  setText(ui.inWords, amount === null ? "" : words(amount, lang()));
  setText(ui.fault, fault ? codeText(fault.code, fault.params) : "");
  setAttribute(ui.amount, "aria-invalid", fault ? "true" : null);
  setText(ui.send, amount === null ? t("bid.send_none") : t("bid.send", { price: money(amount, lang()) }));
  const off = bar !== null || fault !== null || amount === null;
  ui.send.disabled = off || isFresh(view);
  setAttribute(ui.send, "data-fresh", !off && isFresh(view));
}

function paintConfirm(room, view, ui, bar) {
  const asked = view.confirming;
  setHidden(ui.asking, asked === null);
  setHidden(ui.choosing, asked !== null);
  if (!asked) return;
  const params = { price: money(asked.amount, lang()), words: words(asked.amount, lang()), steps: stepsAbove(room.state, asked.amount) };
  const fault = amountFault(room.state, asked.amount);
  setText(ui.question, fault ? codeText(fault.code, fault.params) : t(`bid.confirm_${asked.reason}`, params));
  setText(ui.confirm, t("bid.confirm", params));
  ui.confirm.disabled = bar !== null || fault !== null || performance.now() - asked.since < READ_MS;
}
