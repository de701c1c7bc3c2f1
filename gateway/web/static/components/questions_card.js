// The questions: those to the item on stage first, the one on air pinned, what is answered folded.

import { BEFORE, ENROLLING, isOnStage, nextItem, questionGroups } from "../lib/show_rules.js";
import { glide, h, reconcile, setAttribute, setHidden, setText } from "../lib/dom.js";
import { recall, remember } from "../lib/storage.js";
import { minuteText } from "../lib/time.js";
import { t, word } from "../lib/texts.js";
import { isSettled } from "../push/commands.js";
import { actButton, actLine } from "./acts.js";
import { joined } from "./show_cards.js";

const SHOWN_FIRST = 5;
const ALREADY = ["ALREADY_DONE", "ALREADY_VOTED", "ALREADY_CHECKED_IN", "ALREADY_REGISTERED"];
/** "Already" is as good as "now". */
const isDone = (entry) => entry.step === "accepted" || ALREADY.includes(entry.code);

// who takes part from the seats, as the table of rights has it
const GUESTS = ["investor", "bidder", "priority_holder", "seller", "seller_approver", "completer", "broker", "finance_partner", "demand_owner", "expert", "presenter", "taskforce_lead", "taskforce_office", "taskforce_agency", "taskforce_soe"];

// a question takes plain spaces alone and nothing that is not seen, and both are easily typed or pasted
const plainText = (typed) => typed.replace(/\p{Zs}/gu, " ").replace(/[\u200b-\u200d\u2060\ufeff]/g, "").trim();

function askForm(room, line) {
  const input = h("input", { maxlength: 300, "aria-label": t("qa.ask_label"), placeholder: t("qa.placeholder"), id: "question", value: recall(`draft.question.${room.id}`, "") });
  const secret = h("input", { type: "checkbox" });
  input.addEventListener("input", () => remember(`draft.question.${room.id}`, input.value || null));
  const target = () => room.active ?? nextItem(room.state) ?? room.state.items.at(-1);
  const fields = () => (plainText(input.value) && target() ? { item_id: target().item_id, text: plainText(input.value), ...(secret.checked ? { private: true } : {}) } : null);
  const button = actButton(room.acts, line, { label: t("qa.ask"), method: "question.ask", fields, then: () => {
    input.value = "";
    remember(`draft.question.${room.id}`, null);
  } });
  return h("form", { class: "tight ask", on: { submit: (event) => {
    event.preventDefault();
    button.click();
  } } }, h("div", { class: "row fixed" }, input, button), h("label", { class: "check small muted" }, secret, t("qa.private")));
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

/** Register where that is still to be done, and check in; "already" is as good as "now". */
function checkInButton(room, app, line) {
  const tell = line.tell();
  const checkedIn = (entry) => {
    if (!isDone(entry)) return tell(entry);
    const code = entry.outcome?.events?.find((event) => event.type === "attendee_checked_in")?.code;
    if (code) remember(`code.${room.id}`, code);
    setText(line.element, "");
    return remember(`here.${room.id}`, app.me.account_id);
  };
  const registered = (entry) => {
    if (isSettled(entry)) room.acts.ask("session.check_in", {}, checkedIn);
    else tell(entry);
  };
  return h("button", { type: "button", class: "main wide-button", id: "check-in", on: { click: () => room.acts.ask("session.register", {}, registered) } }, t("qa.check_in"));
}

/** A list of questions with their votes; `mayVote(question)` says where one may press. */
function questionList(room, { id, vote, voted, mayVote, ofItem }) {
  const list = h("ul", { class: "qa", id });
  const create = (question) => h("li", {}, h("button", { type: "button", class: "vote", on: { click: () => vote(question.question_id) } }, h("span", { "aria-hidden": "true" }, "▲"), h("span", {})), h("div", {}, h("p", {}), h("p", { class: "answer small" }), h("p", { class: "by" })));
  const paint = (row, question) => {
    const [button, body] = row.children;
    setText(button.lastChild, question.upvotes);
    setAttribute(button, "aria-label", t("qa.vote", { count: question.upvotes }));
    setAttribute(button, "aria-pressed", String(voted.has(question.question_id)));
    button.disabled = !mayVote(question);
    const phase = question.phase === "on_air" && !isOnStage(room.state) ? "queued" : question.phase; // nobody answers after the end
    const mine = Boolean(question.asker) && question.asker === recall(`code.${room.id}`);
    setAttribute(row, "data-phase", phase);
    setAttribute(row, "class", mine ? "mine" : null);
    setText(body.firstChild, question.text);
    setText(body.children[1], question.answer ? t("qa.answer", { text: question.answer }) : "");
    setHidden(body.children[1], !question.answer);
    const asker = mine ? t("qa.yours") : question.asker ? t("qa.asker", { code: question.asker }) : "";
    setText(body.lastChild, joined(asker, minuteText(question.at_ms), phase === "queued" ? "" : word("question", phase), ofItem ? ofItem(question) : ""));
  };
  return { list, update: (questions) => glide(list, () => reconcile(list, questions, (question) => question.question_id, create, paint)) };
}

/** A list that is folded under a line that says how many. */
function folded(key, list) {
  const summary = h("summary", { class: "small" });
  const element = h("details", { class: "fold" }, summary, list.list);
  return { element, update: (questions) => {
    setHidden(element, questions.length === 0);
    setText(summary, t(key, { count: questions.length }));
    list.update(questions);
  } };
}

export function questionsCard(room, { app }) {
  const line = actLine();
  const voted = new Set(recall(`voted.${room.id}`, []));
  const mayVote = (question) => ["queued", "on_air"].includes(question.phase) && isOnStage(room.state) && app.has(...GUESTS);
  const title = (question) => room.state.items.find((item) => item.item_id === question.item_id)?.title ?? "";
  const common = { vote, voted, mayVote };
  const first = questionList(room, { ...common, id: "questions" });
  const rest = folded("qa.rest", questionList(room, { ...common, id: "more-questions" }));
  const closed = folded("qa.closed", questionList(room, { ...common, id: "answered" }));
  const others = folded("qa.others", questionList(room, { ...common, id: "other-questions", ofItem: title }));
  const empty = h("p", { class: "muted nothing" });
  const head = h("h2", { id: "h-qa" });
  const order = h("span", { class: "muted small" });
  const signIn = h("p", { class: "small muted" }, h("a", { href: `/login?next=${encodeURIComponent(location.pathname)}` }));
  const enrol = enrolButton(room, app, line, () => app.changed());
  const form = askForm(room, line);
  const checkIn = checkInButton(room, app, line);
  const element = h("section", { class: "card tight questions", "aria-labelledby": "h-qa" }, h("div", { class: "row" }, head, order), form, checkIn, enrol.button, signIn, line.element, first.list, empty, rest.element, closed.element, others.element);

  function vote(id) {
    if (voted.has(id)) return;
    room.acts.ask("question.upvote", { question_id: id }, (entry) => {
      if (!isDone(entry)) return line.tell()(entry);
      setText(line.element, "");
      voted.add(id);
      return remember(`voted.${room.id}`, [...voted]);
    });
  }

  function update() {
    const { state } = room;
    const item = room.active ?? null;
    const groups = questionGroups(state?.questions, room.latest, item?.item_id ?? null);
    const open = isOnStage(state);
    const enrolling = ENROLLING.includes(state?.phase);
    const here = recall(`here.${room.id}`) === app.me.account_id;
    const registered = app.me.account_id !== null && recall(`registered.${room.id}`) === app.me.account_id;
    setText(head, t(item ? "qa.of_item" : "qa.title"));
    setText(order, groups.open.length ? t("qa.waiting", { count: groups.open.length }) : "");
    first.update(groups.open.slice(0, SHOWN_FIRST));
    rest.update(groups.open.slice(SHOWN_FIRST));
    closed.update(groups.closed);
    others.update(groups.others);
    setHidden(empty, groups.open.length > 0);
    setText(empty, t(open ? (groups.closed.length ? "qa.empty_now" : "qa.empty") : enrolling && registered ? "qa.empty_registered" : BEFORE.includes(state?.phase) ? "qa.empty_before" : "qa.empty_after"));
    const guest = app.has(...GUESTS);
    setHidden(form, !guest || !open || !here);
    setHidden(checkIn, !guest || !open || here);
    enrol.update(enrolling && !registered);
    setHidden(signIn, Boolean(app.me.account_id) || !(open || enrolling));
    setText(signIn.firstChild, t(enrolling ? "qa.sign_in_register" : "qa.sign_in"));
  }
  return { element, update };
}
