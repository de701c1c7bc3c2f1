// What staff may do with an open bidding: suspend, resume (two people), raise the increment. The log asks again.

import { Commands } from "../push/commands.js";
import { isClosed, isOpen } from "../lib/bidding_rules.js";
import { h, setHidden, setText } from "../lib/dom.js";
import { clockText } from "../lib/time.js";
import { t } from "../lib/texts.js";
import { trackOf } from "./bid_panel.js";

const EIGHT_HOURS = 8 * 3_600_000;
const DAY = 24 * 3_600_000;
const REASONS = ["operator", "platform_fault", "dispute", "attack"];

export function controlCard(room, app) {
  const may = app.has("bid_controller", "supervisor");
  const reason = h("select", { "aria-label": t("control.reason") }, REASONS.map((each) => h("option", { value: each }, t(`reason.${each}`))));
  const say = h("p", { class: "small muted", role: "status" });
  const commands = new Commands({
    root: { field: "bidding_id", id: room.id }, store: { load: () => [], save: () => {} },
    send: (method, body) => app.send(method, body), status: (command, root) => app.status(command, root),
    onChange: (entry) => setText(say, trackOf(entry).note || trackOf(entry).steps.at(-1).text),
  });
  const button = (key, act, kind = "") => h("button", { type: "button", class: `wide-button ${kind}`, "data-act": key, on: { click: act } }, t(`control.${key}`));
  const when = h("input", { type: "time", step: 1, id: "resume-at" });
  const whenField = h("label", { class: "field" }, h("span", {}, t("control.when")), when);
  const suspend = button("suspend", () => commands.submit("bidding.suspend", { reason: reason.value }), "danger");
  const resume = button("resume", () => commands.submit("bidding.resume", { resumes_at_ms: resumeTime() }));
  const raise = button("raise", () => commands.submit("bidding.raise_increment"));
  const present = button("present", () => commands.submit("bidding.present"));
  const element = h("section", { class: "card stack", hidden: true }, h("h2", {}, t("control.title")), h("p", { class: "small muted" }, t("control.note")),
    reason, suspend, whenField, resume, raise, present, say);

  /** The next whole minute (or ten seconds, where the notice is short) that keeps the notice. */
  function proposedTime() {
    const notice = room.state.terms?.resume_notice_ms ?? 0;
    const grid = notice >= 60_000 ? 60_000 : 10_000;
    return Math.ceil((app.clock.now() + notice + grid / 2) / grid) * grid;
  }

  /** Today's moment of the time typed in Beijing; both people must ask for the same one. */
  function resumeTime() {
    const proposed = proposedTime();
    const [hours, minutes, seconds = 0] = (when.value || clockText(proposed)).split(":").map(Number);
    const day = Math.floor((proposed + EIGHT_HOURS) / DAY) * DAY - EIGHT_HOURS;
    return day + ((hours * 60 + minutes) * 60 + seconds) * 1000;
  }

  function update() {
    const phase = room.state?.phase;
    setHidden(element, !may || !phase || isClosed(phase));
    setHidden(suspend, !isOpen(phase));
    setHidden(reason, !isOpen(phase));
    setHidden(resume, phase !== "suspended");
    setHidden(whenField, phase !== "suspended");
    if (phase === "suspended" && when.value === "" && app.clock.ready) when.value = clockText(proposedTime());
    if (phase !== "suspended") when.value = "";
    setHidden(raise, !isOpen(phase) || !app.has("bid_controller"));
    setHidden(present, !["scheduled", "lobby"].includes(phase) || !app.has("supervisor"));
  }
  return { element, update };
}
