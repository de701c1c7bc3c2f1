// The strip: price, what is left, how one stands and what one may do. It never leaves the screen: on a desk and in a
// window at 200 % on top, on a phone under the thumb.
// Rule 1: each state has the same height; nothing shifts when a price lands.
// Rule 2: a standing is told by a word, a sign and the colour of the edge, never by colour alone.

import "./countdown_ring.js";
import { isClosed } from "../lib/bidding_rules.js";
import { h, replay, setAttribute, setHidden, setText } from "../lib/dom.js";
import { isSealed } from "../lib/sealed_rules.js";
import { money, parts } from "../lib/money.js";
import { clockText } from "../lib/time.js";
import { lang, t } from "../lib/texts.js";
import { bidAct, confirmLine } from "./bid_act.js";
import { captionKey, leaderText, lengthOf, ringOf, standingOfRoom } from "./bid_headline.js";
import { icon, setIcon } from "./icons.js";

/** A figure whose digits roll when they change; digits that grow in number cross-fade. */
function rollingFigure() {
  const element = h("span", { class: "figure" });
  let shown = null;
  function show(text) {
    if (text === shown) return;
    const isRolling = shown !== null && shown.length === text.length;
    const name = (index) => (shown === null ? null : !isRolling ? "fade" : shown[index] === text[index] ? null : "roll");
    element.replaceChildren(...[...text].map((char, index) => h("span", { class: name(index) }, char)));
    shown = text;
  }
  return { element, show };
}

/** docks: whether it stays on the screen (in a page of its own); acts: whether one bids from it. */
export function bidStrip(room, { docks = true, acts = true } = {}) {
  const caption = h("span", {});
  const extensions = h("span", { class: "extended", "data-role": "extensions" });
  const figure = rollingFigure();
  const unit = h("span", { class: "unit" });
  const price = h("p", { class: "price", "data-role": "price" }, figure.element, unit);
  const leader = h("b", { "data-role": "leader" });
  const facts = h("span", {});
  const ring = document.createElement("countdown-ring");
  const dot = h("i", { class: "link-dot" });
  const sign = icon("open");
  const text = h("b", {});
  const note = h("span", { class: "note" });
  const standing = h("p", { class: "standing", "data-role": "standing", role: "status" }, sign, text, " ", note);
  const element = h("section", { class: docks ? "strip docks" : "strip", "data-theme": "stage", "aria-label": t("bid.title") });
  const act = acts ? bidAct(room, element) : null;
  element.append(h("div", { class: "strip-row" }, h("div", { class: "ring-box" }, ring, dot), h("p", { class: "over" }, caption, extensions), price, h("p", { class: "under" }, leader, facts), standing, act?.element ?? null, act?.further ?? null, act?.sheet ?? null, act?.said ?? null));
  let extendedBefore = null;

  function update() {
    const { state } = room;
    setHidden(element, !state);
    if (!state) return;
    act?.update();
    showPrice(state);
    showStanding();
    const more = extendedBefore !== null && (state.extensions_count ?? 0) > extendedBefore;
    extendedBefore = state.extensions_count ?? 0;
    ring.show({ ...ringOf({ state, link: room.link, leftMs: room.leftMs, now: room.nowMs() }), beat: more });
    setAttribute(dot, "class", `link-dot ${room.link.current ? "" : "bad"}`);
  }

  function showPrice(state) {
    const shown = parts(state.price_fen ?? state.terms?.start_price_fen ?? 0, lang());
    const isCut = !room.link.current && !isClosed(state.phase);
    setText(caption, isCut ? t("strip.last_seen") : t(captionKey(state)));
    setText(extensions, isCut && state.at_ms ? clockText(state.at_ms) : state.extensions_count ? t("headline.extended", { count: state.extensions_count }) : "");
    figure.show(shown.figure);
    setText(unit, shown.unit);
    setAttribute(price, "data-fen", state.price_fen ?? "");
    setAttribute(price, "data-length", lengthOf(shown.figure));
    setText(leader, leaderText(state, room.number));
    const start = ` · ${t("strip.start", { price: money(state.terms?.start_price_fen, lang()) })}`;
    setText(facts, isSealed(state) ? (state.bids_count ? ` · ${t("sealed.envelopes", { count: state.bids_count })}` : "") : Number.isInteger(state.price_fen) ? start : "");
  }

  function showStanding() {
    const asked = act?.question() ?? null;
    const line = asked ? confirmLine(room, asked) : standingOfRoom(room) ?? { tone: "", icon: "open", text: "", note: "" };
    if (standing.dataset.tone !== line.tone && line.tone === "alarm") replay(standing, "nudge");
    const tone = { alarm: "out", good: "lead", wait: "hold" }[line.tone] ?? "";
    element.classList.remove("out", "lead", "hold", "cut");
    if (tone) element.classList.add(tone);
    element.classList.toggle("cut", !room.link.current && !isClosed(room.state.phase));
    setAttribute(standing, "data-tone", line.tone);
    setAttribute(standing, "data-standing", room.standing);
    setAttribute(standing, "role", asked ? "group" : "status");
    setAttribute(standing, "aria-label", asked ? t("bid.confirm_title") : null);
    setIcon(sign, line.icon);
    setText(text, line.text);
    setText(note, line.note);
  }
  return { element, update };
}
