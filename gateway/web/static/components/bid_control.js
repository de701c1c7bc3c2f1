// What staff may do with an open bidding: suspend, resume (two people), raise the increment. The log asks again.
// Rule: each act answers in its own words; what stops or ends a bidding is asked once, with its reason.

import { isClosed, isOpen } from "../lib/bidding_rules.js";
import { h, setAttribute, setHidden, setText } from "../lib/dom.js";
import { clockText, remainingText } from "../lib/time.js";
import { t, word } from "../lib/texts.js";
import { actButton, actLine, Acts } from "./acts.js";
import { drawPart, terminatePart } from "./bid_endings.js";
import { PendingAct, RESUME } from "./pending_act.js";

const EIGHT_HOURS = 8 * 3_600_000;
const DAY = 24 * 3_600_000;
const REASONS = ["operator", "platform_fault", "dispute", "attack"];

/** Buttons of staff on a bidding, and the line that says what became of the last act, in its own words. */
export function staffActs(room, app) {
  const acts = new Acts(app, room.id, { root: "bidding_id", keeps: false });
  const line = actLine();
  const button = (key, method, { kind = "", label = "", ...more } = {}) => actButton(acts, line, { label, method, kind: `wide-button ${kind}`, data: { "data-act": key }, ...more });
  return { line: line.element, button };
}

const reasons = () => REASONS.map((value) => ({ value, label: t(`reason.${value}`) }));

export function controlCard(room, app) {
  const may = app.has("bid_controller", "supervisor");
  const { line, button } = staffActs(room, app);
  const suspend = button("suspend", "bidding.suspend", { label: t("control.suspend"), kind: "danger", ask: () => ({ title: t("control.suspend_title"), note: t("control.suspend_note"), confirm: t("control.suspend"), needsReason: true, reasons: reasons(), reasonLabel: t("control.reason") }) });
  const pending = new PendingAct(room, app);
  const resume = resumePart(room, app, pending, button);
  const terminate = terminatePart(app, pending, button);
  const draw = drawPart(button);
  const raise = button("raise", "bidding.raise_increment", { label: t("control.raise"), ask: () => ({ title: t("control.raise"), note: t("control.raise_note"), confirm: t("control.raise"), danger: false }) });
  const present = button("present", "bidding.present", { label: t("control.present") });
  const element = h("section", { class: "card stack", hidden: true, id: "control-card" }, h("h2", {}, t("control.title")), suspend, resume.element, terminate.element, draw.element, raise, present, line);

  function update() {
    const { phase, terms } = room.state ?? {};
    setHidden(element, !may || !phase || isClosed(phase));
    setHidden(suspend, !isOpen(phase));
    resume.update(phase === "suspended");
    terminate.update(phase === "suspended");
    draw.update(room.state);
    setHidden(raise, phase !== "limited_bidding" || !terms?.raised_increments?.length || terms.raised || !app.has("bid_controller"));
    setHidden(present, !["scheduled", "lobby"].includes(phase) || !app.has("supervisor"));
  }
  return { element, update };
}

/** The next whole minute (or ten seconds, where the notice is short) that keeps the notice, and lets a second person agree. */
export function proposedTime(nowMs, noticeMs) {
  const grid = noticeMs >= 60_000 ? 60_000 : 10_000;
  return Math.ceil((nowMs + noticeMs + grid) / grid) * grid;
}

/** From the first of two acts to the earliest time that keeps the notice, whenever the second follows (domain 4.2). */
export const leadOf = (terms) => (terms?.resume_notice_ms ?? 0) + (terms?.two_person_window_ms ?? 0);

const TIME = /^([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/;

/** A time of 24 hours as it was typed, or null. */
export const typedTime = (text) => {
  const plain = text.normalize("NFKC").trim();
  return TIME.test(plain) ? plain : null;
};

/** Of the moments at which a clock in Beijing shows this time, the one nearest to `nearMs`. */
export function momentOf(text, nearMs) {
  const [hours, minutes, seconds = 0] = text.split(":").map(Number);
  const day = Math.floor((nearMs + EIGHT_HOURS) / DAY) * DAY - EIGHT_HOURS;
  const at = day + ((hours * 60 + minutes) * 60 + seconds) * 1000;
  return at + Math.round((nearMs - at) / DAY) * DAY;
}

function resumePart(room, app, pending, button) {
  let confirmed = null;
  const text = h("div", {});
  const icon = h("span", { class: "icon", "aria-hidden": "true" });
  const band = h("div", { class: "band wait", role: "status", id: "resume-asked", hidden: true }, icon, text);
  const confirm = button("confirm-resume", "bidding.resume", { kind: "main", fields: () => (confirmed === null || confirm.disabled ? null : { resumes_at_ms: confirmed }) });
  const when = h("input", { inputmode: "numeric", autocomplete: "off", maxlength: 8, id: "resume-at", placeholder: "10:40:00" });
  const whenField = h("label", { class: "field" }, h("span", {}, t("control.when")), when);
  const propose = button("resume", "bidding.resume", { fields: () => proposed() });
  const proposal = h("div", { class: "tight" }, whenField, propose);
  const other = h("details", { id: "resume-other", hidden: true }, h("summary", { class: "small" }, t("control.other_time")), h("p", { class: "small muted" }, t("control.other_note")));
  const first = h("div", { class: "tight" });
  const element = h("div", { class: "tight" }, h("p", { class: "small muted" }, t("control.note")), band, confirm, first, other);
  let filled = false; // proposed once; what he types stays
  when.addEventListener("input", () => app.changed());
  const proposed = () => {
    const typed = typedTime(when.value);
    return typed && app.clock.ready ? { resumes_at_ms: momentOf(typed, proposedTime(app.clock.now(), leadOf(room.state.terms))) } : null;
  };

  function update(isSuspended) {
    setHidden(element, !isSuspended || Boolean(room.state?.suspension?.resumes_at_ms));
    if (!isSuspended) filled = false;
    if (element.hidden || !app.clock.ready) return;
    const asked = pending.of(RESUME);
    place(asked);
    if (!filled) when.value = clockText(proposedTime(app.clock.now(), leadOf(room.state.terms)));
    filled = true;
    setText(propose, t(asked ? "control.ask_anew" : "control.resume"));
    propose.disabled = typedTime(when.value) === null;
    setAttribute(when, "aria-invalid", propose.disabled ? "true" : null);
    paintAsked(asked);
  }

  /** A time of one's own is asked at once where nobody has asked; else it is another request. */
  function place(asked) {
    const home = asked ? other : first;
    setHidden(other, !asked);
    if (proposal.parentElement !== home) {
      home.append(proposal);
      other.open = false;
    }
  }

  function paintAsked(asked) {
    setHidden(band, !asked);
    setHidden(confirm, !asked || asked.mine);
    if (!asked) return;
    const at = pending.detailOf(asked)?.resumes_at_ms ?? null;
    const latest = at === null ? asked.until_ms : Math.min(asked.until_ms, at - (room.state.terms?.resume_notice_ms ?? 0));
    const left = latest - app.clock.now();
    confirmed = at;
    const params = { role: word("role", asked.role), time: at === null ? "…" : clockText(at), left: remainingText(left) };
    setText(icon, asked.mine ? "◷" : "?");
    setText(text, t(left <= 0 ? "control.asked_late" : asked.mine ? "control.asked_mine" : "control.asked", params));
    setText(confirm, at === null ? t("state.loading") : t("control.confirm_resume", params));
    confirm.disabled = at === null || left <= 0;
    setAttribute(confirm, "data-at", at);
  }
  return { element, update };
}
