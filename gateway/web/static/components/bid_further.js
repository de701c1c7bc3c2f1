// What a bidder may do beside bidding: a hidden maximum (委托出价), his priority right, saying that he is here.
// Rule 1: what cannot be taken back is asked once more, and a price that moves meanwhile is asked anew.
// Rule 2: the answer is said by the three steps of the panel; nothing here says that anything is in force.

import { bidBar, furtherActs as offered, limitFault } from "../lib/bidding_rules.js";
import { isSettled } from "../push/commands.js";
import { h, setAttribute, setHidden, setText } from "../lib/dom.js";
import { money, parse, words } from "../lib/money.js";
import { recall, remember } from "../lib/storage.js";
import { codeText, lang, t } from "../lib/texts.js";

const READ_MS = 450; // so long a question is shown before a click on its answer counts

/** Whether an act of this kind is still on its way. */
const isUnderWay = (room, method) => room.commands.open.some((entry) => entry.method === method && !isSettled(entry));
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

export function furtherActs(room) {
  const cards = [presence(room), holder(room)];
  const folded = proxy(room);
  const acts = h("div", { class: "tight further" }, cards.map((card) => card.element));
  function update() {
    const { state, number, standing } = room;
    const own = room.own?.state ?? null;
    const offer = offered({ state, own, number, standing, isHolder: room.app.has("priority_holder", "completer") });
    for (const card of cards) card.update(offer);
    folded.update(offer);
    setHidden(acts, cards.every((card) => card.element.hidden));
  }
  return { acts, proxy: folded.element, update };
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

// ---- 委托出价 ----

function proxy(room) {
  const draftKey = `draft.proxy.${room.id}`;
  const standing = h("span", { class: "muted small", "data-role": "proxy-limit" });
  const limit = h("input", { inputmode: "decimal", autocomplete: "off", enterkeyhint: "done", id: "proxy-limit", "aria-describedby": "proxy-words proxy-fault" });
  const said = h("p", { class: "muted small", id: "proxy-words" });
  const fault = h("p", { class: "small alarmed", id: "proxy-fault" });
  const set = h("button", { type: "button", class: "wide-button", id: "set-proxy", "data-method": "bid.proxy" }, t("proxy.set"));
  const field = h("label", { class: "field" }, h("span", {}, t(lang() === "zh" ? "proxy.limit_wan" : "proxy.limit_yuan")), limit);
  const choices = h("div", { class: "tight" }, h("p", { class: "small muted" }, t("proxy.note")), field, said, fault, set);
  const question = asking(room, choices);
  const element = h("details", { class: "proxy", id: "proxy" }, h("summary", {}, h("span", {}, t("proxy.title")), standing), h("div", { class: "proxy-body" }, choices, question.element));
  limit.value = recall(draftKey) ?? "";
  let offer = {};
  let fixed = 0;
  const typedFen = () => (limit.value.trim() === "" ? null : parse(limit.value, lang()));
  const isOff = () => {
    const bar = bidBar({ state: room.state, link: room.link, number: room.number, standing: room.standing });
    return !offer.proxy || (bar !== null && bar !== "bar.leading") || isUnderWay(room, "bid.proxy");
  };
  const send = () => {
    update(offer);
    if (set.disabled) return;
    fixed = typedFen();
    question.ask({
      method: "bid.proxy", key: "proxy.confirm_text", confirmKey: "proxy.confirm", fen: () => fixed, fields: () => ({ limit_fen: fixed }),
      isOff: () => isOff() || limitFault(room.state, fixed) !== null,
      then: () => {
        limit.value = "";
        remember(draftKey, null);
        update(offer);
      },
    });
  };
  limit.addEventListener("input", () => {
    remember(draftKey, limit.value || null);
    update(offer);
  });
  limit.addEventListener("keydown", (event) => event.key === "Enter" && send());
  set.addEventListener("click", send);

  function update(now) {
    offer = now;
    setHidden(element, !offer.proxy);
    if (!offer.proxy) return question.stop(), question.update();
    const own = room.own?.state?.proxy_limit_fen;
    setText(standing, own ? t("proxy.standing", { price: money(own, lang()) }) : t("proxy.none"));
    setAttribute(standing, "data-fen", own ?? null);
    const fen = typedFen();
    const wrong = limit.value.trim() === "" ? null : limitFault(room.state, fen);
    setText(said, fen === null ? "" : words(fen, lang()));
    setText(fault, wrong ? codeText(wrong.code, wrong.params) : "");
    setHidden(fault, !wrong);
    setAttribute(limit, "aria-invalid", wrong ? "true" : null);
    set.disabled = fen === null || wrong !== null || isOff();
    return question.update();
  }
  return { element, update };
}
