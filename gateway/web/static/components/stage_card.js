// The stage: the stream or a quiet title slide, what is being answered, who speaks, and one band of time.
// Rule: what belongs to the item on stage keeps its place while it is there; nothing moves when a question comes.

import { bandOf, isOnStage, nextItem, PERIODS, pulseOf, questionGroups } from "../lib/show_rules.js";
import { h, reconcile, replay, setAttribute, setHidden, setText, svg } from "../lib/dom.js";
import { clockText, dateText, minuteText, remainingText } from "../lib/time.js";
import { t, word } from "../lib/texts.js";
import { itemLine, joined, position } from "./show_cards.js";
import { streamView } from "./stream_view.js";

const WIDE = 1000;
const HIGH = 40;

/** What the stage says when nobody is on it. */
function emptyStage(room) {
  const { state } = room;
  const next = nextItem(state);
  if (state.phase === "cancelled") return { title: t("stage.cancelled"), note: state.title, summary: state.reason };
  if (["ended", "reported"].includes(state.phase)) return { title: t("stage.ended"), note: t("stage.ended_note", { count: state.items.length }) };
  if (!isOnStage(state)) return { title: state.title, note: joined(`${dateText(state.starts_at_ms)} ${minuteText(state.starts_at_ms)}`, state.place, word("session", state.phase)) };
  if (state.items.length === 0) return { title: state.title, note: t("agenda.empty") };
  if (next) return { title: t("stage.next", { title: next.title }), note: itemLine(next) };
  return { title: t("stage.wrapping"), note: state.title };
}

/** The lines of depth on a chart of the sea: a slide's quiet ground. */
function depthLines() {
  const lines = [0, 1, 2, 3, 4, 5].map((step) => {
    const y = 60 + step * 62;
    return svg("path", { d: `M-10 ${y + 90}C160 ${y - 40} 300 ${y + 130} 470 ${y + 20}S760 ${y - 60} 970 ${y + 60}` });
  });
  return svg("svg", { class: "depth", viewBox: "0 0 960 540", preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true" }, lines);
}

/** The title of what is on stage: on the slide, or beside the stream. */
function titleBlock(room) {
  const live = h("span", { class: "tag" });
  const step = h("span", { class: "muted" });
  const title = h("h1", {});
  const summary = h("p", { class: "summary" });
  const note = h("p", { class: "small muted note" });
  const about = h("a", { class: "small about" }, t("stage.about"));
  const element = h("div", { class: "title" }, h("p", { class: "row small" }, live, step), title, summary, note, about);

  function update() {
    const { state, active } = room;
    const shown = active ? { title: active.title, note: itemLine(active), summary: active.summary } : emptyStage(room);
    const isLive = state.phase === "live";
    setText(live, (isLive ? "● " : "") + word("session", state.phase));
    setAttribute(live, "class", `tag ${isLive ? "live" : state.phase === "paused" ? "wait" : ""}`);
    setText(step, active ? t("stage.place", { index: position(state, active), count: state.items.length }) : "");
    setText(title, shown.title);
    setText(summary, shown.summary ?? "");
    setHidden(summary, !shown.summary);
    setText(note, shown.note);
    setHidden(about, !active?.card_id);
    setAttribute(about, "href", active?.card_id ? `/achievements/${encodeURIComponent(active.card_id)}` : null);
  }
  return { element, update };
}

/** The question on air, or where it will be. */
export function airLine(room) {
  const tag = h("span", { class: "tag" });
  const text = h("p", {});
  const up = h("span", { class: "up small" });
  const element = h("div", { class: "air", role: "status" }, tag, text, up);
  let shown = null;

  function update() {
    const { active, state } = room;
    setHidden(element, !active || active.phase === "bidding");
    if (element.hidden) return;
    const asked = questionGroups(state.questions, room.latest, null).open.find((question) => question.phase === "on_air") ?? null;
    setAttribute(element, "data-on-air", asked?.question_id ?? null);
    setText(tag, t(asked ? "question.on_air" : "qa.title"));
    setAttribute(tag, "class", asked ? "tag live" : "tag");
    setText(text, asked?.text ?? t(active.phase === "qa" ? "air.next" : active.phase === "pitching" ? "air.later" : "air.over"));
    setText(up, asked ? `▲ ${asked.upvotes}` : "");
    if (asked && shown !== asked.question_id) replay(element, "flash");
    shown = asked?.question_id ?? null;
  }
  return { element, update };
}

/** Who speaks, and how long still. */
function speakerLine(room) {
  const avatar = h("span", { class: "avatar", "aria-hidden": "true" });
  const name = h("b", {});
  const org = h("span", {});
  const period = h("span", { class: "muted small" });
  const left = h("b", { id: "item-timer", role: "timer" });
  const element = h("div", { class: "speaker" }, avatar, h("p", {}, name, org), h("p", { class: "clock push" }, period, left));

  function update() {
    const { state, active } = room;
    setHidden(element, !active);
    if (!active) return;
    setText(avatar, (active.presenter || active.org || "·").slice(0, 1));
    setText(name, active.presenter || active.org);
    setText(org, active.presenter ? active.org : "");
    setText(period, word("item", active.phase));
    setHidden(left, (room.leftMs === null && !room.isTimeUp) || Boolean(state.paused));
    setText(left, room.isTimeUp ? t("stage.time_up") : remainingText(room.leftMs ?? 0));
    setAttribute(left, "data-last", room.isTimeUp || (room.leftMs !== null && room.leftMs < 10_000) ? "yes" : null);
  }
  return { element, update };
}

/** One band for pitch, questions, comments and interest, with what was asked meanwhile. */
export function timeBand(room) {
  const strokes = svg("g", { class: "beat" });
  const cuts = svg("g", { class: "cut" });
  const now = svg("path", { class: "now" });
  const gone = svg("path", { class: "gone" });
  const picture = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" }, svg("path", { class: "rest", d: `M0 ${HIGH - 1}H${WIDE}` }), gone, strokes, cuts, now);
  const names = h("ol", {}, PERIODS.map((period) => h("li", { "data-period": period })));
  const element = h("div", { class: "band-of-time", role: "progressbar", "aria-label": t("stage.progress"), "aria-valuemin": 0, "aria-valuemax": 100 }, h("p", {}, t("stage.pulse")), picture, names);
  let cutAt = "";

  function paintParts(parts) {
    const at = parts.slice(0, -1).map((_, index) => Math.round(WIDE * parts.slice(0, index + 1).reduce((sum, part) => sum + part.share, 0)));
    if (at.join() === cutAt) return;
    cutAt = at.join();
    cuts.replaceChildren(...at.map((x) => svg("path", { d: `M${x} 0V${HIGH}` })));
    names.style.gridTemplateColumns = parts.map((part) => `${part.share.toFixed(4)}fr`).join(" ");
  }

  function update() {
    const { active, state } = room;
    setHidden(element, !active || active.phase === "bidding");
    if (element.hidden) return;
    const { parts, at } = bandOf(active, state.periods_ms, room.now());
    paintParts(parts);
    parts.forEach((part, index) => {
      setAttribute(names.children[index], "class", part.state);
      setText(names.children[index], part.state === "ahead" && part.ms >= 60_000 ? t("stage.minutes", { period: t(`period.${part.period}`), count: Math.round(part.ms / 60_000) }) : t(`period.${part.period}`));
    });
    const x = Math.round(at * WIDE);
    setAttribute(now, "d", `M${x} 0V${HIGH}`);
    setAttribute(gone, "d", `M0 ${HIGH - 1}H${x}`);
    setAttribute(element, "aria-valuenow", Math.round(at * 100));
    setAttribute(element, "aria-valuetext", joined(word("item", active.phase), room.leftMs === null ? "" : t("stage.left", { time: remainingText(room.leftMs) })));
    const { open, closed } = questionGroups(state.questions, room.latest, active.item_id);
    reconcile(strokes, pulseOf([...open, ...closed], active, at, room.now()), (stroke) => stroke.id, () => svg("path", {}), (path, stroke) => {
      setAttribute(path, "d", `M${(stroke.x * WIDE).toFixed(1)} ${HIGH - 1}V${(HIGH - 2 - stroke.height * (HIGH - 6)).toFixed(1)}`);
    });
  }
  return { element, update };
}

export function stageCard(room) {
  const title = titleBlock(room);
  const stream = streamView();
  const paused = h("div", { class: "stage-paused", role: "status" }, h("b", {}, t("stage.paused")), h("span", {}));
  const words = h("div", { class: "stage-words" }, title.element, stream.line);
  const stage = h("section", { class: "stage", "aria-label": t("stage.label") }, depthLines(), stream.screen, words);
  const beside = h("div", { class: "beside" }); // the title's place while a stream is shown
  const lines = [airLine(room), speakerLine(room), timeBand(room)];
  const element = h("div", { class: "stage-box" }, stage, paused, lines.map((line) => line.element));

  function update() {
    const { state } = room;
    if (!state) return;
    title.update();
    for (const line of lines) line.update();
    setHidden(paused, !state.paused);
    if (state.paused) setText(paused.lastChild, t("stage.paused_note", { reason: pauseReason(state.paused.reason), time: clockText(state.paused.at_ms) }));
    stream.update(isOnStage(state) ? state.stream_url ?? "" : "");
    stage.classList.toggle("with-stream", stream.isShown);
    setAttribute(stage, "data-stream", stream.state);
    const home = stream.isShown ? beside : words;
    if (title.element.parentElement !== home) home.prepend(title.element);
    setHidden(beside, !stream.isShown);
    setAttribute(stage, "data-item", room.active?.item_id);
  }
  return { element, beside, update };
}

/** Why the show stands still, as people read it; a role is never a reason. */
export const pauseReason = (reason) => (!reason || word("role", reason) !== reason ? t("reason.unsaid") : word("reason", reason));
