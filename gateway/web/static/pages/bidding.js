// 竞价室: one bidding, for those who bid in it and those who watch.

import { keepAwake } from "../lib/alerts.js";
import { App, deadEnd, emptyCard } from "../lib/app.js";
import { h, setAttribute, setHidden } from "../lib/dom.js";
import { isSealed } from "../lib/sealed_rules.js";
import { codeText, t } from "../lib/texts.js";
import { headline } from "../components/bid_headline.js";
import { bidPanel } from "../components/bid_panel.js";
import { bidsCard, chartCard, receiptsCard, rulesCard } from "../components/bid_records.js";
import { controlCard } from "../components/bid_control.js";
import { openingPanel } from "../components/opening_panel.js";
import { sealedPanel } from "../components/sealed_panel.js";
import { lineBand } from "../components/line_band.js";
import { BiddingRoom } from "../components/bidding_room.js";

const app = new App();
let room = null;

function waitingCard(problem) {
  if (problem) return deadEnd(app, problem === "UNKNOWN_CHANNEL" || problem === 102 || problem === "NOT_FOUND" ? t("bidding.unknown") : t("state.refused", { reason: codeText(String(problem)) }));
  return emptyCard(t(!app.online ? "state.offline" : room.room.live ? "bidding.not_yet" : "state.loading"));
}

function mount(main) {
  room ??= new BiddingRoom(app, App.pathId());
  const waiting = h("section", { class: "card" });
  const line = lineBand();
  const cards = [headline(room), sealedPanel(room), openingPanel(room, app), chartCard(room), bidsCard(room), bidPanel(room), controlCard(room, app), rulesCard(room), receiptsCard(room)];
  const [head, envelope, opening, chart, bids, panel, control, rules, receipts] = cards.map((card) => card.element);
  const content = h("div", { class: "split room" }, h("div", { class: "stack" }, head, envelope, opening, chart, bids), h("aside", { class: "stack" }, panel, control, rules, receipts));
  main.append(line.element, waiting, content);
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
    for (const card of cards) card.update();
    setAttribute(main, "data-seq", room.room.seq);
    setAttribute(main, "data-phase", state?.phase);
    document.body.classList.toggle("with-bar", Boolean(room.number) && !isSealed(state));
  }
  return { update, link: () => room.link, where: () => state()?.lot ?? "", own: () => (room.number ? t("bidding.number", { number: room.number }) : ""), ownShort: () => (room.number ? t("bidding.number_short", { number: room.number }) : "") };
}

const state = () => room?.state;

keepAwake();
void app.start(mount, { title: "bidding.title" });
