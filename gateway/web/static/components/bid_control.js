// What staff may do with an open bidding: suspend, resume (two people), raise the increment. The log asks again.

import { Commands } from "../push/commands.js";
import { isClosed, isOpen } from "../lib/bidding_rules.js";
import { h, setHidden, setText } from "../lib/dom.js";
import { lang, t } from "../lib/texts.js";
import { trackOf } from "./bid_panel.js";

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
  const suspend = button("suspend", () => commands.submit("bidding.suspend", { reason: reason.value }), "danger");
  const resume = button("resume", () => commands.submit("bidding.resume", { resumes_at_ms: resumeTime() }));
  const raise = button("raise", () => commands.submit("bidding.raise_increment"));
  const present = button("present", () => commands.submit("bidding.present"));
  const element = h("section", { class: "card stack", hidden: true }, h("h2", {}, t("control.title")), h("p", { class: "small muted" }, t("control.note")),
    reason, suspend, resume, raise, present, say);

  /** A whole second, so that two people who press within it ask for the same; a margin above the notice. */
  function resumeTime() {
    const earliest = app.clock.now() + (room.state.terms?.resume_notice_ms ?? 0) + 5_000;
    const asked = room.state.suspension?.resume_asked_ms;
    return asked ?? Math.ceil(earliest / 10_000) * 10_000;
  }

  function update() {
    const phase = room.state?.phase;
    setHidden(element, !may || !phase || isClosed(phase));
    setHidden(suspend, !isOpen(phase));
    setHidden(reason, !isOpen(phase));
    setHidden(resume, phase !== "suspended");
    setHidden(raise, !isOpen(phase) || !app.has("bid_controller"));
    setHidden(present, !["scheduled", "lobby"].includes(phase) || !app.has("supervisor"));
  }
  return { element, update, lang };
}
