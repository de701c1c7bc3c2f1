// What a bidder may do beside bidding: his priority right, saying that he is here (the hidden maximum: proxy_sheet.js).
// Rule 1: what cannot be taken back is asked once more, and a price that moves meanwhile is asked anew.
// Rule 2: the answer is said by the three steps of the panel; nothing here says that anything is in force.

import { furtherActs as offered } from "../lib/bidding_rules.js";
import { isSettled } from "../push/commands.js";
import { h, setAttribute, setHidden, setText } from "../lib/dom.js";
import { money, words } from "../lib/money.js";
import { lang, t } from "../lib/texts.js";

const READ_MS = 450; // so long a question is shown before a click on its answer counts

/** Whether an act of this kind is still on its way. */
export const isUnderWay = (room, method) => room.commands.open.some((entry) => entry.method === method && !isSettled(entry));
const inWords = (fen) => ({ price: money(fen, lang()), words: words(fen, lang()) });

/** A question with its two answers, for whatever act; `choices` are hidden while it is asked. */
export function asking(room, choices) {
  const text = h("div", {});
  const yes = h("button", { type: "button", class: "main wide-button" });
  const no = h("button", { type: "button", class: "wide-button" }, t("bid.back"));
  const element = h("div", { class: "stack confirm", hidden: true, role: "group", "aria-label": t("bid.confirm_title") },
    h("div", { class: "band wait" }, h("span", { class: "icon", "aria-hidden": "true" }, "?"), text), yes, no);
  let asked = null;
  let opener = null;
  const later = () => setTimeout(() => room.app.changed(), READ_MS + 10);
  const close = () => {
    asked = null;
    update();
    opener?.focus({ preventScroll: true });
  };
  yes.addEventListener("click", () => {
    update();
    if (yes.disabled) return;
    const { method, fields, then } = asked;
    close();
    room.ask(method, fields?.() ?? {});
    then?.();
  });
  no.addEventListener("click", close);
  element.addEventListener("keydown", (event) => event.key === "Escape" && close());

  /** question: {method, key, confirmKey, fen(), fields(), isOff(), then()}. */
  function ask(question) {
    opener = document.activeElement;
    asked = { ...question, shownFen: question.fen(), since: performance.now() };
    later();
    update();
    no.focus();
  }

  function update() {
    setHidden(element, asked === null);
    setHidden(choices, asked !== null);
    if (!asked) return;
    const fen = asked.fen();
    if (fen !== asked.shownFen) {
      Object.assign(asked, { shownFen: fen, since: performance.now() });
      later();
    }
    setText(text, t(asked.key, inWords(fen)));
    setText(yes, t(asked.confirmKey, inWords(fen)));
    setAttribute(yes, "data-confirm", asked.method);
    yes.disabled = asked.isOff() || performance.now() - asked.since < READ_MS;
  }
  return { element, ask, update, isAsking: () => asked !== null, stop: () => { asked = null; } };
}

/** What is offered to him now beside bidding. */
export function offers(room) {
  const { state, number, standing } = room;
  return offered({ state, own: room.own?.state ?? null, number, standing, isHolder: room.app.has("priority_holder", "completer") });
}

export function furtherActs(room) {
  const cards = [presence(room), holder(room)];
  const element = h("div", { class: "tight further", hidden: true }, cards.map((card) => card.element));
  function update() {
    const offer = offers(room);
    for (const card of cards) card.update(offer);
    setHidden(element, cards.every((card) => card.element.hidden));
  }
  return { element, update };
}

// ---- 到场 ----

function presence(room) {
  const text = h("p", { class: "small" });
  const button = h("button", { type: "button", class: "wide-button", "data-method": "bidding.present" }, t("presence.confirm"));
  const element = h("div", { class: "tight", id: "presence" }, text, button);
  button.addEventListener("click", () => !button.disabled && room.ask("bidding.present"));
  return { element, update(offer) {
    const isHere = room.own?.state?.is_present === true;
    setHidden(element, !offer.presence);
    setText(text, t(isHere ? "presence.done" : "presence.ask"));
    setHidden(button, isHere);
    button.disabled = !room.link.current || isUnderWay(room, "bidding.present");
  } };
}

// ---- 优先购买权 ----

function holder(room) {
  const match = h("button", { type: "button", class: "wide-button", "data-method": "bid.match" }, t("holder.match"));
  const note = h("p", { class: "small" });
  const exercise = h("button", { type: "button", class: "main", "data-method": "bid.exercise" }, t("holder.exercise"));
  const waive = h("button", { type: "button", "data-method": "bid.waive" }, t("holder.waive"));
  const turn = h("div", { class: "tight" }, note, h("div", { class: "pair" }, exercise, waive));
  const choices = h("div", { class: "tight" }, match, turn);
  const question = asking(room, choices);
  const element = h("div", { class: "tight", id: "priority", role: "group", "aria-label": t("holder.title") }, choices, question.element);
  let offer = {};
  let askedFor = null;
  const fen = () => room.state.price_fen;
  const isOff = (name) => !offer[name] || !room.link.current || ["bid.match", "bid.exercise", "bid.waive"].some((method) => isUnderWay(room, method));
  const asks = (button, method, name, key) => button.addEventListener("click", () => {
    if (button.disabled) return;
    askedFor = name;
    question.ask({ method, key: `holder.${key}_text`, confirmKey: `holder.${key}_confirm`, fen, isOff: () => isOff(name) });
  });
  asks(match, "bid.match", "match", "match");
  asks(exercise, "bid.exercise", "turn", "exercise");
  asks(waive, "bid.waive", "turn", "waive");
  return { element, update(now) {
    offer = now;
    setHidden(element, !offer.match && !offer.turn);
    if (question.isAsking() && !offer[askedFor]) question.stop();
    setHidden(match, !offer.match);
    setHidden(turn, !offer.turn);
    if (offer.turn) setText(note, t("holder.asked", { price: money(fen(), lang()) }));
    match.disabled = isOff("match");
    exercise.disabled = isOff("turn");
    waive.disabled = isOff("turn");
    question.update();
  } };
}
