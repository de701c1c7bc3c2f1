// 路演间: the stage, and what one can do from one's seat. When the item goes to bidding, the bid panel
// opens in place.

import { keepAwake } from "../lib/alerts.js";
import { App, deadEnd, emptyCard } from "../lib/app.js";
import { h, setAttribute, setHidden } from "../lib/dom.js";
import { codeText, t } from "../lib/texts.js";
import { bidStrip } from "../components/bid_strip.js";
import { sealedPanel } from "../components/sealed_panel.js";
import { rulesCard } from "../components/bid_records.js";
import { interestCard } from "../components/interest_card.js";
import { lineBand } from "../components/line_band.js";
import { actLine } from "../components/acts.js";
import { crowdCard } from "../components/crowd_card.js";
import { enrolButton, questionsCard } from "../components/questions_card.js";
import { moderatorPanel, presenterPanel } from "../components/role_panels.js";
import { expertPanel } from "../components/score_card.js";
import { SessionRoom } from "../components/session_room.js";
import { agendaCard, heatCard } from "../components/show_cards.js";
import { stageCard } from "../components/stage_card.js";

const app = new App();
let room = null;

/** Where the bid panel opens: built for a bidding when it comes, gone with it. */
function biddingPlace(main) {
  const strip = h("div", { class: "strip-place" });
  const top = h("div", { class: "stack" });
  const side = h("div", { class: "stack" });
  const element = h("div", { class: "bid-place" }, top, side);
  let shown = null;
  let cards = [];

  function update() {
    const bidding = room.followBidding();
    if (bidding !== shown) {
      shown = bidding;
      cards = bidding ? [bidStrip(bidding), sealedPanel(bidding), rulesCard(bidding)] : [];
      const [one, sealed, rules] = cards.map((card) => [card.element]);
      strip.replaceChildren(...(one ?? []));
      top.replaceChildren(...(sealed ?? []), ...(bidding ? [roomLink(bidding)] : []));
      side.replaceChildren(...(rules ?? []));
    }
    setHidden(element, !bidding?.state);
    for (const card of cards) card.update();
    document.body.classList.toggle("with-bar", Boolean(bidding?.state));
    setAttribute(main, "data-bidding", bidding?.id);
    setAttribute(main, "data-bidding-seq", bidding?.room.seq);
    setAttribute(main, "data-bidding-phase", bidding?.state?.phase);
  }
  return { strip, element, update };
}

const roomLink = (bidding) => h("p", { class: "small" }, h("a", { href: `/bidding/${encodeURIComponent(bidding.id)}` }, t("show.to_room")));

const refusedText = (problem) => (problem === 103 ? t("show.not_let_in") : t("state.refused", { reason: codeText(String(problem)) }));

/** A room that is shut says why, and lets in who may still register. */
function shutCard(problem) {
  if (room.isMissing) return deadEnd(app, t("show.unknown"));
  const line = actLine();
  const enrol = enrolButton(room, app, line, () => location.reload());
  enrol.update(problem === 103);
  return h("div", { class: "stack" }, deadEnd(app, refusedText(problem)), enrol.button, line.element);
}

function mount(main) {
  room ??= new SessionRoom(app, App.pathId());
  const waiting = h("section", { class: "card waiting-card" });
  const line = lineBand();
  const place = biddingPlace(main);
  const [stage, crowd, interest] = [stageCard(room), crowdCard(room), interestCard(room, app)];
  const [questions, agenda, heat] = [questionsCard(room, { app }), agendaCard(room), heatCard(room)];
  const [expert, presenter, moderator] = [expertPanel(room, app), presenterPanel(room, app), moderatorPanel(room, app)];
  const cards = [stage, crowd, interest, questions, agenda, heat, expert, presenter, moderator];
  const notice = h("p", { class: "tiny muted recording" });
  const rail = h("aside", { class: "rail", "aria-label": t("show.rail") }, stage.beside, interest.element, crowd.element);
  const hall = h("div", { class: "hall", "data-theme": "stage" }, h("div", {}, stage.element, rail));
  const floor = h("div", { class: "floor" }, h("div", { class: "stack between" }, expert.element, presenter.element, moderator.element, questions.element, notice), h("aside", { class: "stack between" }, agenda.element, heat.element));
  const content = h("div", { class: "show" }, hall, place.element, floor, interest.sheet);
  main.append(line.element, waiting, place.strip, content);
  let shownProblem;

  function update() {
    const { state } = room;
    setHidden(content, !state);
    setHidden(waiting, Boolean(state));
    const why = [room.room.problem, room.isMissing, app.online].join();
    if (!state && shownProblem !== why) {
      shownProblem = why;
      waiting.replaceChildren(room.isMissing || room.room.problem ? shutCard(room.room.problem) : emptyCard(t(app.online ? "state.loading" : "state.offline")));
    }
    room.tick();
    place.update();
    line.update(room.link);
    for (const card of cards) card.update();
    hall.classList.toggle("low", room.active?.phase === "bidding" || Boolean(room.bidding));
    notice.textContent = state?.recording_notice ? t("show.recording") : "";
    setAttribute(main, "data-seq", room.room.seq);
    setAttribute(main, "data-phase", state?.phase);
    setAttribute(main, "data-item", room.active?.item_id);
    setAttribute(main, "data-item-phase", room.active?.phase);
  }
  const own = () => (room.present === null ? "" : t("show.present", { count: room.present }));
  const ownShort = () => (room.present === null ? "" : t("show.present_short", { count: room.present }));
  const link = () => (room.isMissing ? null : room.link);
  return { update, link, where: () => room.state?.title ?? "", own, ownShort };
}

keepAwake();
void app.start(mount, { title: "show.title" });
