// The cards of a session: the stage, the agenda, the heat, the questions.

import { BEFORE, ENROLLING, inOrder, isOnStage, nextItem, passed, progressOf } from "../lib/show_rules.js";
import { glide, h, reconcile, setAttribute, setHidden, setText } from "../lib/dom.js";
import { money } from "../lib/money.js";
import { clockText, dateText, minuteText, remainingText } from "../lib/time.js";
import { lang, t, word } from "../lib/texts.js";
import { recall, remember } from "../lib/storage.js";
import { isSettled } from "../push/commands.js";
import { actButton, actLine } from "./acts.js";
import { streamView } from "./stream_view.js";

const ALREADY = ["ALREADY_DONE", "ALREADY_VOTED", "ALREADY_CHECKED_IN", "ALREADY_REGISTERED"];
/** "Already" is as good as "now". */
const isDone = (entry) => entry.step === "accepted" || ALREADY.includes(entry.code);

// who takes part from the seats, as the table of rights has it
const GUESTS = ["investor", "bidder", "priority_holder", "seller", "seller_approver", "completer", "broker", "finance_partner", "demand_owner", "expert", "presenter", "taskforce_lead", "taskforce_office", "taskforce_agency", "taskforce_soe"];

// a question takes plain spaces alone and nothing that is not seen, and both are easily typed or pasted
const plainText = (typed) => typed.replace(/\p{Zs}/gu, " ").replace(/[\u200b-\u200d\u2060\ufeff]/g, "").trim();
const joined = (...texts) => texts.filter(Boolean).join(" · ");

/** One line about an item: who, what, how far, for how much. */
export function itemLine(item) {
  const price = item.start_price_fen ? t("item.starts_at", { start_price_fen: item.start_price_fen }) : "";
  const rights = Array.isArray(item.ip) ? item.ip.join("、") : item.ip;
  return joined(item.org, rights, item.trl ? `TRL ${item.trl}` : "", item.offer_kind ? word("offer", item.offer_kind) : "", price);
}

/** What the stage says when nobody is on it. */
function emptyStage(room) {
  const { state } = room;
  const next = nextItem(state);
  if (state.phase === "cancelled") return { title: t("stage.cancelled"), note: state.title };
  if (["ended", "reported"].includes(state.phase)) return { title: t("stage.ended"), note: t("stage.ended_note", { count: state.items.length }) };
  if (!isOnStage(state)) return { title: state.title, note: joined(`${dateText(state.starts_at_ms)} ${minuteText(state.starts_at_ms)}`, state.place, word("session", state.phase)) };
  if (state.items.length === 0) return { title: state.title, note: t("agenda.empty") };
  if (next) return { title: t("stage.next", { title: next.title }), note: itemLine(next) };
  return { title: t("stage.wrapping"), note: state.title };
}

export function stageCard(room) {
  const live = h("span", { class: "pill live" });
  const step = h("span", { class: "pill" });
  const left = h("span", { class: "pill push", id: "item-timer" });
  const title = h("h1", {});
  const note = h("p", {});
  const summary = h("p", { class: "summary wide" });
  const stream = streamView();
  const paused = h("div", { class: "stage-paused" }, h("b", {}, t("stage.paused")), h("span", {}));
  const words = h("div", { class: "stage-words" }, paused, title, note, summary, stream.line);
  const element = h("section", { class: "stage", "aria-label": t("stage.label") }, stream.screen, h("div", { class: "now" }, live, step, left), words);
  const bar = h("div", { class: "progress", role: "progressbar", "aria-label": t("stage.progress"), "aria-valuemin": 0, "aria-valuemax": 100 }, h("i", {}));

  function update() {
    const { state, active } = room;
    if (!state) return;
    const shown = active ? { title: active.title, note: itemLine(active) } : emptyStage(room);
    setText(live, state.phase === "live" ? `● ${t("stage.live")}` : word("session", state.phase));
    live.classList.toggle("is-live", state.phase === "live");
    setHidden(step, !active);
    if (active) setText(step, t("stage.step", { index: position(state, active), phase: word("item", active.phase) }));
    setHidden(left, room.leftMs === null || Boolean(state.paused));
    setText(left, room.leftMs === 0 ? t("stage.time_up") : t("stage.left", { time: remainingText(room.leftMs ?? 0) }));
    setAttribute(left, "data-last", room.leftMs !== null && room.leftMs < 10_000 ? "yes" : null);
    setText(title, shown.title);
    setText(note, shown.note);
    setText(summary, active?.summary ?? "");
    setHidden(paused, !state.paused);
    if (state.paused) setText(paused.lastChild, t("stage.paused_note", { reason: word("reason", state.paused.reason), time: clockText(state.paused.at_ms) }));
    stream.update(isOnStage(state) ? state.stream_url ?? "" : "");
    element.classList.toggle("with-stream", stream.isShown);
    setAttribute(element, "data-stream", stream.state);
    const share = passed(active, room.now());
    setHidden(bar, !active);
    bar.firstChild.style.width = `${(share * 100).toFixed(1)}%`;
    setAttribute(bar, "aria-valuenow", Math.round(share * 100));
    element.classList.toggle("low", Boolean(room.bidding));
  }
  return { element: h("div", { class: "stage-block" }, element, bar), update };
}

export const position = (state, item) => state.items.findIndex((each) => each.item_id === item.item_id) + 1;

// ---- agenda ----

export function agendaEnd(item) {
  if (item.result?.outcome === "sold") return t("agenda.sold", { price: money(item.result.price_fen, lang()) });
  if (item.result) return t(item.result.outcome === "single_bidder" ? "agenda.single" : "agenda.unsold");
  const at = item.starts_at_ms || item.planned_at_ms;
  if (item.phase === "queued" && at) return minuteText(at);
  return word("item", item.phase);
}

export function agendaCard(room) {
  const count = h("span", { class: "push muted small" });
  const list = h("ol", { class: "agenda" });
  const empty = h("p", { class: "muted small" }, t("agenda.empty"));
  const element = h("section", { class: "card tight" }, h("div", { class: "row" }, h("h2", {}, t("agenda.title")), count), list, empty);
  const create = () => h("li", {}, h("span", {}), h("span", {}), h("span", { class: "end" }));
  const paint = (line, item) => {
    const how = progressOf(item);
    setAttribute(line, "class", how === "sold" ? "done" : how);
    setAttribute(line, "aria-current", how === "here" ? "step" : null);
    setText(line.children[0], how === "done" || how === "sold" ? "✓" : position(room.state, item));
    setText(line.children[1], item.title + (item.score !== null && item.score !== undefined ? ` · ${t("agenda.score", { score: scoreText(item.score) })}` : ""));
    setText(line.children[2], agendaEnd(item));
  };
  function update() {
    const items = room.state?.items ?? [];
    setText(count, t("agenda.count", { done: items.filter((item) => ["done", "sold"].includes(progressOf(item))).length, count: items.length }));
    setHidden(empty, items.length > 0);
    reconcile(list, items, (item) => item.item_id, create, paint);
  }
  return { element, update };
}

/** A score as the gateway gives it: hundredths, or {mean_hundredths}, or a text. */
export function scoreText(score) {
  const value = typeof score === "object" ? score.mean_hundredths ?? score.score : score;
  return typeof value === "number" && Number.isInteger(value) ? (value / 100).toFixed(2) : String(value);
}

// ---- heat ----

export function heatCard(room) {
  const list = h("ol", { class: "heat" });
  const empty = h("p", { class: "muted small" }, t("heat.empty"));
  const element = h("section", { class: "card tight" }, h("div", { class: "row" }, h("h2", {}, t("heat.title")), h("span", { class: "push muted small" }, t("heat.note"))), list, empty);
  const create = () => h("li", {}, h("b", {}), h("span", {}), h("span", { class: "muted" }), h("span", { class: "barline" }, h("i", {})));

  function update() {
    const titles = new Map((room.state?.items ?? []).map((item) => [item.item_id, item.title]));
    const ranking = (room.latest.heat?.ranking ?? []).filter((line) => titles.has(line.item_id)).sort((a, b) => a.rank - b.rank).slice(0, 6);
    const most = Math.max(1, ...ranking.map((line) => line.score));
    setHidden(empty, ranking.length > 0);
    setHidden(element, !isOnStage(room.state)); // of what is live
    const order = ranking.map((line) => line.item_id).join();
    const change = () => reconcile(list, ranking, (line) => line.item_id, create, (line, each) => {
      setText(line.children[0], each.rank);
      setText(line.children[1], titles.get(each.item_id));
      setText(line.children[2], each.change > 0 ? `▲ ${each.change}` : each.change < 0 ? `▼ ${-each.change}` : "—");
      line.children[3].firstChild.style.width = `${((each.score / most) * 100).toFixed(1)}%`;
    });
    if (list.dataset.order === order) change();
    else glide(list, change);
    list.dataset.order = order;
  }
  return { element, update };
}

// ---- questions ----

export function askForm(room, line) {
  const input = h("input", { maxlength: 300, "aria-label": t("qa.ask_label"), placeholder: t("qa.placeholder"), id: "question", value: recall(`question.${room.id}`, "") });
  const secret = h("input", { type: "checkbox" });
  input.addEventListener("input", () => remember(`question.${room.id}`, input.value || null));
  const target = () => room.active ?? nextItem(room.state) ?? room.state.items.at(-1);
  const fields = () => (plainText(input.value) && target() ? { item_id: target().item_id, text: plainText(input.value), ...(secret.checked ? { private: true } : {}) } : null);
  const button = actButton(room.acts, line, { label: t("qa.ask"), method: "question.ask", fields, then: () => {
    input.value = "";
    remember(`question.${room.id}`, null);
  } });
  const form = h("form", { class: "tight ask", on: { submit: (event) => {
    event.preventDefault();
    button.click();
  } } }, h("div", { class: "row fixed" }, input, button), h("label", { class: "check small muted" }, secret, t("qa.private")));
  return form;
}

/** 报名: for who is signed in and may come; "already" is as good as "now". `then` runs once he is registered. */
export function enrolButton(room, app, line, then = () => {}) {
  const button = h("button", { type: "button", class: "main wide-button", "data-method": "session.register", on: { click: () => room.acts.ask("session.register", {}, told) } }, t("qa.register"));
  function told(entry) {
    setAttribute(button, "aria-busy", isSettled(entry) ? null : "true");
    if (!isDone(entry)) return line.tell()(entry);
    remember(`registered.${room.id}`, app.me.account_id);
    setText(line.element, "");
    return then();
  }
  return { button, update: (isOffered) => setHidden(button, !isOffered || !app.has(...GUESTS)) };
}

export function questionsCard(room, { app }) {
  const line = actLine();
  const list = h("ul", { class: "qa", id: "questions" });
  const empty = h("p", { class: "empty" }, t("qa.empty"));
  const count = h("span", { class: "tag" });
  const signIn = h("p", { class: "small muted" }, h("a", { href: `/login?next=${encodeURIComponent(location.pathname)}` }));
  const enrol = enrolButton(room, app, line, () => app.changed());
  const form = askForm(room, line);
  const checkIn = h("button", { type: "button", class: "wide-button", id: "check-in", on: { click: () => comeIn() } }, t("qa.check_in"));
  const element = h("section", { class: "card tight" }, h("div", { class: "row" }, h("h2", {}, t("qa.title")), count, h("span", { class: "push muted small" }, t("qa.order"))), list, empty, form, enrol.button, checkIn, signIn, line.element);
  const voted = new Set(recall(`voted.${room.id}`, []));

  /** Register where that is still to be done, and check in; "already" is as good as "now". */
  function comeIn() {
    const tell = line.tell();
    const arrived = () => remember(`here.${room.id}`, app.me.account_id);
    const checkedIn = (entry) => {
      if (isDone(entry)) arrived();
      else tell(entry);
    };
    room.acts.ask("session.register", {}, (entry) => {
      if (isSettled(entry)) room.acts.ask("session.check_in", {}, checkedIn);
      else tell(entry);
    });
  }

  function vote(id) {
    if (voted.has(id)) return;
    room.acts.ask("question.upvote", { question_id: id }, (entry) => {
      line.tell()(entry);
      if (isDone(entry)) {
        voted.add(id);
        remember(`voted.${room.id}`, [...voted]);
      }
    });
  }
  const create = (question) => h("li", {}, h("button", { type: "button", class: "vote", on: { click: () => vote(question.question_id) } }, h("span", { "aria-hidden": "true" }, "▲"), h("span", {})), h("div", {}, h("p", {}), h("p", { class: "answer small" }), h("small", { class: "muted" })));
  const paint = (row, question) => {
    const [button, body] = row.children;
    setText(button.lastChild, question.upvotes);
    setAttribute(button, "aria-label", t("qa.vote", { count: question.upvotes }));
    setAttribute(button, "aria-pressed", String(voted.has(question.question_id)));
    button.disabled = ["answered", "deferred_offline"].includes(question.phase) || !isOnStage(room.state) || !app.has(...GUESTS);
    const phase = question.phase === "on_air" && !isOnStage(room.state) ? "queued" : question.phase; // nobody answers after the end
    setAttribute(row, "data-phase", phase);
    setText(body.firstChild, question.text);
    setText(body.children[1], question.answer ? t("qa.answer", { text: question.answer }) : "");
    setText(body.lastChild, joined(question.asker ? t("qa.asker", { code: question.asker }) : "", clockText(question.at_ms), phase === "queued" ? "" : word("question", phase)));
  };
  function update() {
    const shown = inOrder(room.state?.questions, room.latest).filter((question) => !["asked", "hidden", "merged"].includes(question.phase));
    const here = recall(`here.${room.id}`) === app.me.account_id;
    const registered = app.me.account_id !== null && recall(`registered.${room.id}`) === app.me.account_id;
    const enrolling = ENROLLING.includes(room.state?.phase);
    setText(count, t("qa.count", { count: shown.length }));
    setHidden(empty, shown.length > 0);
    setText(empty, t(isOnStage(room.state) ? "qa.empty" : enrolling && registered ? "qa.empty_registered" : BEFORE.includes(room.state?.phase) ? "qa.empty_before" : "qa.empty_after"));
    glide(list, () => reconcile(list, shown, (question) => question.question_id, create, paint));
    const open = isOnStage(room.state);
    const guest = app.has(...GUESTS);
    setHidden(form, !guest || !open || !here);
    setHidden(checkIn, !guest || !open || here);
    enrol.update(enrolling && !registered);
    setHidden(signIn, Boolean(app.me.account_id) || !(open || enrolling));
    setText(signIn.firstChild, t(enrolling ? "qa.sign_in_register" : "qa.sign_in"));
  }
  return { element, update };
}
