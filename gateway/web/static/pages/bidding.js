// 竞价室: one bidding, for those who bid in it and those who watch.

import { keepAwake } from "../lib/alerts.js";
import { App, deadEnd, emptyCard } from "../lib/app.js";
import { isClosed } from "../lib/bidding_rules.js";
import { h, setAttribute, setHidden } from "../lib/dom.js";
import { codeText, t } from "../lib/texts.js";
import { bidsCard, chartCard, receiptsCard, rulesCard } from "../components/bid_records.js";
import { lotHead } from "../components/bid_lot.js";
import { resultCard, resultOf } from "../components/bid_result.js";
import { bidStrip } from "../components/bid_strip.js";
import { controlCard } from "../components/bid_control.js";
import { openingPanel } from "../components/opening_panel.js";
import { sealedPanel } from "../components/sealed_panel.js";
import { lineBand } from "../components/line_band.js";
import { BiddingRoom } from "../components/bidding_room.js";
import { isMissing } from "../components/session_room.js";

const NOT_HIS = [103, "103", "FORBIDDEN"]; // said of rooms of others and of rooms that nobody knows
const app = new App();
let room = null;

function waitingCard(problem) {
  if (problem) return deadEnd(app, isMissing(problem) || NOT_HIS.includes(problem) ? t("bidding.unknown") : t("state.refused", { reason: codeText(String(problem)) }));
  return emptyCard(t(!app.online ? "state.offline" : room.room.live ? "bidding.not_yet" : "state.loading"));
}

function mount(main) {
  room ??= new BiddingRoom(app, App.pathId());
  const waiting = h("section", { class: "card waiting-card" });
  const line = lineBand();
  const [lot, result, strip] = [lotHead(room), resultCard(room), bidStrip(room)];
  const cards = [sealedPanel(room), openingPanel(room, app), chartCard(room), bidsCard(room), controlCard(room, app), rulesCard(room), receiptsCard(room)];
  const [envelope, opening, chart, bids, control, rules, receipts] = cards.map((card) => card.element);
  const content = h("div", { class: "room" }, h("div", { class: "stack" }, envelope, opening, chart, bids), h("aside", { class: "stack" }, control, rules, receipts));
  main.append(line.element, waiting, lot.element, result.element, strip.element, content);
  let shownProblem;

  function update() {
    const { state } = room;
    setHidden(content, !state);
    setHidden(waiting, Boolean(state));
    const why = [room.room.problem, app.online, room.room.live].join();
    if (!state && shownProblem !== why) {
      shownProblem = why;
      waiting.replaceChildren(waitingCard(room.room.problem));
    }
    room.tick();
    line.update(room.link);
    for (const card of [lot, result, strip, ...cards]) card.update();
    const isDecided = Boolean(state) && isClosed(state.phase) && resultOf(state, room.number) !== null;
    if (isDecided) setHidden(strip.element, true); // dark means live: what is over has its own place
    setAttribute(main, "data-seq", room.room.seq);
    setAttribute(main, "data-phase", state?.phase);
    document.body.classList.toggle("with-bar", Boolean(state) && !isDecided);
  }
  return { update, link: () => room.link, where: () => room.state?.lot ?? "", own: () => (room.number ? t("bidding.number", { number: room.number }) : ""), ownShort: () => (room.number ? t("bidding.number_short", { number: room.number }) : "") };
}

keepAwake();
void app.start(mount, { title: "bidding.title" });
