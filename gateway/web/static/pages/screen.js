// 大屏: for the hall. A price, a ring, a number, the heat; nothing else. The price is the system's (RS-6).
// Rule: why the show or the bidding stands still is said as large as what stands still.

import "../components/countdown_ring.js";
import { keepAwake } from "../lib/alerts.js";
import { App, deadEnd } from "../lib/app.js";
import { HallScreen } from "../lib/seats.js";
import { h, replay, setAttribute, setHidden, setText } from "../lib/dom.js";
import { BEFORE, isOnStage, passed } from "../lib/show_rules.js";
import { parts } from "../lib/money.js";
import { clockText, dateText, minuteText, remainingText } from "../lib/time.js";
import { lang, t, word } from "../lib/texts.js";
import { isSealed } from "../lib/sealed_rules.js";
import { captionKey, leaderText, lengthOf, ringOf, standingOfRoom } from "../components/bid_headline.js";
import { SessionRoom } from "../components/session_room.js";
import { heatCard, itemLine } from "../components/show_cards.js";
import { pauseReason } from "../components/stage_card.js";

const app = new App(new HallScreen(App.pathId()));
let room = null;

function mount(main) {
  document.getElementById("top").hidden = true;
  room ??= new SessionRoom(app, App.pathId());
  const where = h("p", { class: "where" });
  const link = h("p", { class: "line" });
  const title = h("h1", {});
  const note = h("p", { class: "note" });
  const caption = h("p", { class: "caption" });
  const figure = h("span", {});
  const unit = h("span", { class: "unit" });
  const price = h("div", { class: "big-price", "data-role": "price" }, figure, unit);
  const leader = h("p", { class: "leader", "data-role": "leader" });
  const state = h("p", { class: "outcome" });
  const ring = document.createElement("countdown-ring");
  const heat = heatCard(room, { plain: true });
  const present = h("p", { class: "present" });
  const paused = h("p", { class: "why", role: "status" });
  const missing = h("section", { class: "missing", hidden: true });
  const money = h("div", { class: "money" }, caption, price, leader, state);
  main.append(h("div", { class: "wall" }, h("div", { class: "head" }, where, link, present), h("div", { class: "words" }, title, note, paused), h("div", { class: "middle" }, money, ring), h("div", { class: "foot" }, heat.element)), missing);
  let shownPrice;

  function paintBidding(bidding) {
    const { state: now } = bidding;
    const shown = parts(now.price_fen ?? now.terms.start_price_fen, lang());
    setText(caption, t(captionKey(now)));
    setAttribute(price, "data-length", lengthOf(shown.figure));
    setText(figure, shown.figure);
    setText(unit, shown.unit);
    setAttribute(price, "data-fen", now.price_fen ?? "");
    if (shownPrice !== undefined && shownPrice !== now.price_fen) replay(price, "flash");
    shownPrice = now.price_fen;
    setText(leader, leaderText(now));
    const line = standingOfRoom(bidding);
    const special = line && (isSealed(now) || now.phase === "suspended" || now.phase.startsWith("closed") || now.phase === "cancelled");
    const deal = Boolean(now.result?.deal_no);
    setHidden(leader, deal); // whose it is stands in the outcome then
    setAttribute(state, "data-deal", deal);
    setText(state, special ? `${line.icon} ${line.text} ${now.phase === "suspended" ? line.note : ""}` : now.extensions_count ? t("headline.extended", { count: now.extensions_count }) : "");
    ring.show(ringOf({ state: now, link: bidding.link, leftMs: bidding.leftMs, now: bidding.nowMs() }));
  }

  function paintStage(session) {
    const { active } = room;
    const left = room.leftMs;
    const broken = !room.link.current;
    const before = BEFORE.includes(session.phase);
    const standing = before ? minuteText(session.starts_at_ms) : clockText(room.now() ?? 0).slice(0, 5);
    const text = broken ? "--:--" : session.paused ? t("ring.paused") : left === null ? standing : remainingText(left);
    const note = session.paused ? t("screen.since", { time: minuteText(session.paused.at_ms) }) : active ? word("item", active.phase) : before ? t("screen.starts", { date: dateText(session.starts_at_ms) }) : t("host.clock");
    const tone = broken ? "broken" : session.paused ? "still" : left !== null && left < 10_000 ? "last" : "running";
    ring.show({ share: active?.ends_at_ms && left !== null && !session.paused ? 1 - passed(active, room.now(), session.periods_ms) : 0, text, note, tone });
    setHidden(ring, !active && !before && !isOnStage(session)); // after the end no time is told
  }

  /** A screen of no session says so, and leads to where the sessions are. */
  function showMissing(isShown) {
    setHidden(missing, !isShown);
    setHidden(main.firstChild, isShown);
    if (isShown && !missing.firstChild) missing.append(deadEnd(app, t("show.unknown")));
  }

  function update() {
    const session = room.state;
    const bidding = room.followBidding();
    const bids = bidding?.state ?? null;
    setAttribute(main, "data-seq", room.room.seq);
    setAttribute(main, "data-bidding-seq", bidding?.room.seq);
    setAttribute(main, "data-bidding-phase", bids?.phase);
    const broken = !room.link.current;
    setAttribute(document.documentElement, "data-link", (bids ? bidding.link : room.link).name);
    setText(link, broken ? `↻ ${t("link." + room.link.name)}` : "");
    const lost = !session && room.room.problem !== null;
    showMissing(room.isMissing);
    const before = BEFORE.includes(session?.phase);
    setText(where, session ? (before ? word("session", session.phase) : session.title) : t(!lost ? "state.loading" : room.room.problem === 103 ? "show.not_let_in" : "screen.shut"));
    setHidden(ring, !session);
    setHidden(money, !bids);
    setHidden(note, Boolean(bids) || Boolean(session?.paused));
    setHidden(paused, !session?.paused);
    setText(paused, session?.paused ? t("screen.paused", { reason: pauseReason(session.paused.reason) }) : "");
    setText(present, room.present === null ? "" : t("show.present", { count: room.present }));
    heat.update();
    if (!session) return;
    const { active } = room;
    setText(title, active?.title ?? (before ? session.title : session.phase === "live" ? t("screen.soon") : word("session", session.phase)));
    setText(note, active ? itemLine(active) : "");
    main.classList.toggle("is-bidding", Boolean(bids));
    if (bids) paintBidding(bidding);
    else paintStage(session);
  }
  return { update };
}

keepAwake();
void app.start(mount, { title: "screen.title" });
