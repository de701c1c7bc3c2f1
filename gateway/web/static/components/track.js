// What became of the last bid or act: sending, received, the outcome; and a sentence that says it.
// Rule: nothing is shown as accepted before the log has said so.

import { h, setAttribute, setText } from "../lib/dom.js";
import { money } from "../lib/money.js";
import { clockText } from "../lib/time.js";
import { doneText, nameOf, refusalText } from "../lib/act_words.js";
import { lang, t } from "../lib/texts.js";

/** What an entry is about: an amount, a maximum, or an act. */
function subjectOf({ method, fields }) {
  if (method === "bid.proxy") return t("track.act.proxy", { price: money(fields?.limit_fen, lang()) });
  const act = { "bid.match": "match", "bid.exercise": "exercise", "bid.waive": "waive", "bidding.present": "present", "bid.seal": "seal" }[method];
  if (act) return t(`track.act.${act}`);
  return method === "bid.place" ? money(fields?.amount_fen, lang()) : nameOf(method);
}

/** How an entry ended that the log took: a bid leads or was overtaken; another act is simply in force. */
function takenText({ method, step }, price, done) {
  if (["bid.proxy", "bid.exercise", "bid.waive", "bidding.present"].includes(method)) {
    const overtaken = method === "bid.proxy" && step === "outbid";
    return [done(t("track.in_force")), t(overtaken ? "track.limit_reached_note" : "track.in_force_note", { price })];
  }
  if (method === "bid.seal") return [done(t("track.sealed")), t("track.sealed_note")];
  if (!method.startsWith("bid.")) return [done(t("track.done")), doneText(method)];
  if (step === "accepted") return [done(t("track.accepted")), t("track.accepted_note", { price })];
  return [{ text: t("track.outbid"), tone: "bad" }, t("track.outbid_note", { price })];
}

/** No position is told while it would tell of envelopes. */
const receivedText = ({ offset }) => (Number.isInteger(offset) ? t("track.received", { offset }) : t("track.received_plain"));

/** What the three steps of the last bid or act say. Pure, but for texts. */
export function trackOf(entry) {
  if (!entry) return { steps: [], note: "" };
  const price = subjectOf(entry);
  const done = (text) => ({ text, tone: "done" });
  const sent = entry.step === "sending" ? { text: t("track.sending"), tone: "now" } : done(t("track.sent"));
  const got = entry.received_at_ms ? done(receivedText(entry)) : { text: t("track.receiving"), tone: "" };
  const reason = refusalText(entry.method, entry.code ?? "", entry.params);
  const endings = {
    accepted: () => takenText(entry, price, done),
    outbid: () => takenText(entry, price, done),
    refused: () => [{ text: t("track.refused"), tone: "bad" }, t("track.refused_note", { price, reason })],
    failed: () => [{ text: t("track.failed"), tone: "bad" }, t("track.failed_note", { price, reason })],
    not_seen: () => [{ text: t("track.not_seen"), tone: "bad" }, t("track.not_seen_note", { price })],
    checking: () => [{ text: t("track.checking"), tone: "now" }, t(entry.method === "bid.place" ? "track.checking_note" : "track.checking_act_note", { price })],
    received: () => [{ text: t("track.deciding"), tone: "now" }, entry.received_at_ms ? t("track.received_note", { price, time: clockText(entry.received_at_ms) }) : ""],
    sending: () => [{ text: t("track.outcome"), tone: "" }, ""],
  };
  const [end, note] = endings[entry.step]();
  const reached = ["accepted", "outbid", "refused"].includes(entry.step) && !entry.received_at_ms ? done(t("track.received_plain")) : got;
  return { steps: [sent, reached, end], note };
}

const STEPS = ["sending", "received", "outcome"];

/** The three steps as a list, and the sentence under them. */
export function trackList(id) {
  const marks = STEPS.map((name) => h("li", { "data-step": name }));
  const list = h("ol", { class: "track", "aria-label": t("track.label"), id }, marks);
  const said = h("p", { class: "small track-note", role: "status", id: `${id}-note` });

  function update(entry) {
    const { steps, note } = trackOf(entry);
    setAttribute(list, "data-step", entry?.step ?? "none");
    setAttribute(list, "data-command", entry?.command_id ?? null);
    setAttribute(list, "data-code", entry?.code ?? null);
    STEPS.forEach((name, index) => {
      const step = steps[index] ?? { text: t(`track.idle_${name}`), tone: "" };
      setText(marks[index], step.text);
      setAttribute(marks[index], "class", step.tone || null);
    });
    setText(said, note);
    setAttribute(said, "class", `small track-note ${entry && ["refused", "failed", "not_seen"].includes(entry.step) ? "alarmed" : "muted"}`);
  }
  return { list, note: said, update };
}
