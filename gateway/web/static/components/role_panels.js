// Panels for those who deal with the questions: presenter, moderator.

import { inOrder } from "../lib/show_rules.js";
import { h, reconcile, setAttribute, setHidden, setText } from "../lib/dom.js";
import { clockText } from "../lib/time.js";
import { t } from "../lib/texts.js";
import { actButton, actLine } from "./acts.js";

/** Questions with the acts of those who deal with them. */
function workList(room, acts, phases) {
  const line = actLine();
  const list = h("ul", { class: "work" });
  const empty = h("p", { class: "muted small" }, t("work.empty"));
  const create = (question) => h("li", { class: "tight" }, h("p", {}), h("small", { class: "muted" }), h("div", { class: "row" }, acts(question, line)));
  const paint = (row, question) => {
    setText(row.children[0], question.text);
    setText(row.children[1], `${question.asker ? t("qa.asker", { code: question.asker }) + " · " : ""}${clockText(question.at_ms)} · ▲ ${question.upvotes} · ${t(`question.${question.phase}`)}`);
    setAttribute(row, "data-phase", question.phase);
    for (const button of row.querySelectorAll("[data-for]")) setHidden(button, !button.dataset.for.split(" ").includes(question.phase));
  };
  function update() {
    const shown = inOrder(room.state?.questions, room.latest).filter((question) => phases.includes(question.phase));
    setHidden(empty, shown.length > 0);
    reconcile(list, shown, (question) => question.question_id, create, paint);
  }
  return { list, empty, line, update };
}

export function presenterPanel(room, app) {
  const answer = (question, line) => {
    const text = h("textarea", { maxlength: 1000, "aria-label": t("answer.text"), placeholder: t("answer.text") });
    return [text, actButton(room.acts, line, { label: t("answer.send"), method: "question.answer", fields: () => ({ question_id: question.question_id, text: text.value.trim() }) }),
      actButton(room.acts, line, { label: t("answer.nda"), method: "question.defer", fields: () => ({ question_id: question.question_id, reason: "nda" }) })];
  };
  const work = workList(room, answer, ["on_air", "queued"]);
  const element = h("section", { class: "card tight", id: "presenter-panel" }, h("h2", {}, t("answer.title")), work.list, work.empty, work.line.element);
  return { element, update: () => {
    setHidden(element, !app.has("presenter"));
    work.update();
  } };
}

// who may do what with a question, as the table of rights has it
const TAKES = ["stage_controller", "broker"];
const AIRS = ["host", ...TAKES];

export function moderatorPanel(room, app, { always = false } = {}) {
  const on = (phases) => ({ "data-for": phases });
  const buttons = (question, line) => {
    const id = () => ({ question_id: question.question_id });
    const into = h("select", { "aria-label": t("moderate.into"), "data-for": "asked queued", class: "into" });
    into.addEventListener("focus", () => into.replaceChildren(h("option", { value: "" }, t("moderate.into")), ...(room.state.questions ?? []).filter((each) => each.question_id !== question.question_id && each.phase === "queued").map((each) => h("option", { value: each.question_id }, each.text.slice(0, 24)))));
    into.replaceChildren(h("option", { value: "" }, t("moderate.into")));
    const takes = app.has(...TAKES);
    const airs = app.has(...AIRS);
    return [
      takes && actButton(room.acts, line, { label: t("moderate.queue"), method: "question.queue", fields: id, data: on("asked") }),
      airs && actButton(room.acts, line, { label: t("moderate.on_air"), method: "question.on_air", fields: id, data: on("queued"), kind: "accent" }),
      airs && actButton(room.acts, line, { label: t("moderate.answered"), method: "question.answer", fields: id, data: on("on_air") }),
      airs && actButton(room.acts, line, { label: t("moderate.defer"), method: "question.defer", fields: () => ({ ...id(), reason: "time" }), data: on("queued on_air") }),
      takes && actButton(room.acts, line, { label: t("moderate.hide"), method: "question.hide", kind: "danger", fields: () => ({ ...id(), reason: "off_topic" }), data: on("asked queued") }),
      takes && into,
      takes && actButton(room.acts, line, { label: t("moderate.merge"), method: "question.merge", fields: () => (into.value ? { ...id(), into_question_id: into.value, reason: "same" } : null), data: on("asked queued") }),
    ];
  };
  const work = workList(room, buttons, ["asked", "queued", "on_air"]);
  const element = h("section", { class: "card tight", id: "moderator-panel" }, h("div", { class: "row" }, h("h2", {}, t("moderate.title"))), work.list, work.empty, work.line.element);
  return { element, update: () => {
    setHidden(element, !always && !app.has("stage_controller", "broker"));
    work.update();
  } };
}
