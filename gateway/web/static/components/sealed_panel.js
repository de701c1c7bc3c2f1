// Where a bidder hands in his envelope, and where what opens it is kept for him (4.8).
// Rule 1: the amount never leaves this browser before the opening: what is sent is its commitment.
// Rule 2: the opening is kept before the envelope is sent; until he has a copy elsewhere he is told.

import { isClosed } from "../lib/bidding_rules.js";
import { sealBar, sealedFault, handInsLeft, isSealed, TAKES_ENVELOPES } from "../lib/sealed_rules.js";
import { seal } from "../lib/envelope.js";
import { h, setAttribute, setHidden, setText } from "../lib/dom.js";
import { money } from "../lib/money.js";
import { Openings } from "../lib/openings.js";
import { recall, remember } from "../lib/storage.js";
import { codeText, lang, t } from "../lib/texts.js";
import { isSettled } from "../push/commands.js";
import { asking, furtherActs } from "./bid_further.js";
import { moneyField } from "./money_field.js";
import { openingSlip } from "./opening_slip.js";
import { trackList } from "./track.js";

export function sealedPanel(room) {
  const openings = new Openings(room.id, room.number);
  const form = envelopeForm(room, openings);
  let further = null; // made where envelopes are taken: the bid panel has the same acts
  const slip = openingSlip(room, openings);
  const bar = h("p", { class: "small muted", id: "sealed-bar", role: "status" });
  const track = trackList("sealed-track");
  const element = h("section", { class: "card stack", "aria-label": t("sealed.title"), id: "sealed-panel" },
    h("div", { class: "row" }, h("h2", {}, t("sealed.title")), form.left), bar, form.element, track.list, track.note, slip.element);

  function update() {
    const { state } = room;
    setHidden(element, !isSealed(state) || !room.number);
    if (element.hidden) return;
    const reason = sealBar({ state, link: room.link, number: room.number });
    setText(bar, reason ? t(reason) : "");
    setHidden(bar, reason === null);
    form.update(reason);
    if (further === null) {
      further = furtherActs(room);
      form.element.after(further.element);
    }
    further.update();
    const entry = room.commands.newest;
    for (const part of [track.list, track.note]) setHidden(part, entry === null);
    track.update(entry);
    slip.update();
    setHidden(element, isClosed(state.phase) && entry === null && slip.element.hidden);
  }
  return { element, update };
}

const isUnderWay = (room) => room.commands.open.some((entry) => entry.method === "bid.seal" && !isSettled(entry));

function envelopeForm(room, openings) {
  const draftKey = `draft.seal.${room.id}`;
  const left = h("span", { class: "push muted small", "data-role": "hand-ins" });
  const price = moneyField({ id: "sealed-amount", name: "sealed", label: t(lang() === "zh" ? "bid.amount_wan" : "bid.amount_yuan") });
  const amount = price.input;
  const send = h("button", { type: "button", class: "main wide-button", id: "seal-bid" });
  const note = h("p", { class: "small muted" });
  const choices = h("div", { class: "tight" }, note, price.element, send);
  const question = asking(room, choices);
  const element = h("div", { class: "tight" }, choices, question.element);
  amount.value = recall(draftKey) ?? "";
  let reason = "bar.link";
  let fixed = 0;
  const typedFen = () => price.value()?.fen ?? null;
  const isOff = () => reason !== null || isUnderWay(room) || handsLeft() < 1;
  const handsLeft = () => handInsLeft(room.state, room.own?.state?.envelope);

  /** Make the envelope, and keep what opens it, before anything is sent. */
  function sealed() {
    const opening = { ...seal(room.id, room.number, fixed), round: room.state.phase };
    opening.is_kept = openings.add(opening);
    return { commitment: opening.commitment, ciphertext: "" };
  }

  function ask() {
    update(reason);
    if (send.disabled) return;
    fixed = typedFen();
    const key = handsLeft() > 1 ? "sealed.confirm_replaceable" : "sealed.confirm_final";
    question.ask({ method: "bid.seal", key, confirmKey: "sealed.confirm", fen: () => fixed, fields: sealed, isOff: () => isOff() || sealedFault(room.state, fixed) !== null, then: () => {
      amount.value = "";
      remember(draftKey, null);
    } });
  }
  amount.addEventListener("input", () => {
    remember(draftKey, amount.value || null);
    update(reason);
  });
  amount.addEventListener("keydown", (event) => event.key === "Enter" && ask());
  send.addEventListener("click", ask);

  function update(now) {
    reason = now;
    const { state } = room;
    const takes = TAKES_ENVELOPES.includes(state.phase) && reason !== "sealed.bar_not_tied";
    setHidden(element, !takes || handsLeft() < 1);
    setText(left, takes ? t(handsLeft() < 1 ? "sealed.final" : "sealed.hand_ins", { count: handsLeft() }) : "");
    if (element.hidden) return question.stop(), question.update();
    const fen = typedFen();
    const floor = state.phase === "tie_break" ? state.tie?.price_fen : state.terms?.start_price_fen;
    setText(note, t("sealed.form_note", { floor: money(floor, lang()) }));
    const isFit = price.paint((each) => {
      const wrong = sealedFault(state, each);
      return wrong ? codeText(wrong.code, wrong.params) : "";
    });
    setText(send, t(room.own?.state?.envelope ? "sealed.replace" : "sealed.send"));
    send.disabled = fen === null || !isFit || isOff();
    return question.update();
  }
  return { element, left, update };
}
