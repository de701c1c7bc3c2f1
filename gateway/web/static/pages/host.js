// 主持台: one next act, the run of show, the gate of a live bidding, the questions. Rendered by role:
// the host calls, the bid controller opens, suspends and resumes, the supervisor confirms.

import { App, deadEnd, emptyCard } from "../lib/app.js";
import { activeItem, BEFORE, bids, isOnStage, nextAct, nextItem } from "../lib/show_rules.js";
import { h, reconcile, setAttribute, setHidden, setText } from "../lib/dom.js";
import { clockText, minuteText, remainingText } from "../lib/time.js";
import { codeText, t, word } from "../lib/texts.js";
import { actButton, actLine } from "../components/acts.js";
import { controlCard } from "../components/bid_control.js";
import { openingPanel } from "../components/opening_panel.js";
import { headline } from "../components/bid_headline.js";
import { lineBand } from "../components/line_band.js";
import { moderatorPanel } from "../components/role_panels.js";
import { SessionRoom, STAFF } from "../components/session_room.js";
import { agendaEnd, heatCard, itemLine, position } from "../components/show_cards.js";

const app = new App();
let room = null;
const PERIODS = ["on_deck", "pitching", "qa", "commenting", "interest_call", "bidding", "done"];
const TIMED = ["pitching", "qa", "commenting", "interest_call"];
const LEAVES = [["queued", "on_deck"], ["queued", "on_deck", ...TIMED], ["queued", "on_deck", ...TIMED]]; // skip, defer, withdraw
const WHO = { "session.rehearse": ["stage_controller"], "session.go_live": ["host"], "session.end": ["host"] }; // the others: host and stage
const SESSION_ACTS = {
  published: ["session.rehearse"], registration_open: ["session.rehearse"], rehearsed: ["session.go_live"],
  live: ["session.pause"], paused: ["session.resume"], wrapping_up: ["session.end"],
};

const newestDone = (state) => [...state.items].reverse().find((item) => item.phase === "done") ?? null;

// ---- the item on stage and the next act ----

function stageDesk() {
  const line = actLine();
  const tag = h("span", { class: "tag" });
  const time = h("span", { class: "push desk-time", role: "timer" });
  const title = h("h1", {});
  const note = h("p", { class: "muted" });
  const track = h("ol", { class: "periods" });
  const next = h("button", { type: "button", class: "main wide-button", id: "next-act" });
  const note2 = h("p", { class: "small muted" });
  const why = h("input", { maxlength: 200, "aria-label": t("host.reason"), placeholder: t("host.reason") });
  const onItem = () => ({ item_id: activeItem(room.state)?.item_id ?? nextItem(room.state)?.item_id });
  const withReason = () => (why.value.trim() ? { ...onItem(), reason: why.value.trim() } : (why.focus(), setText(line.element, t("host.reason_needed")), null));
  const act = (key, method, fields, kind = "") => actButton(room.acts, line, { label: t(`host.${key}`), method, fields, kind });
  const more = [
    act("more_time", "item.more_time", onItem), act("call_interest", "item.call_interest", onItem), act("complete", "item.complete", onItem),
    act("reveal", "score.reveal", () => ({ item_id: newestDone(room.state).item_id })),
  ];
  const leaves = [act("skip", "item.skip", withReason), act("defer", "item.defer", withReason), act("withdraw", "item.withdraw", withReason, "danger")];
  const exits = h("details", {}, h("summary", { class: "small" }, t("host.exits")), h("div", { class: "tight" }, why, h("div", { class: "row" }, leaves)));
  const element = h("section", { class: "card stack" }, h("div", { class: "row" }, tag, time), title, note, track, next, note2, h("div", { class: "row" }, more), exits, line.element);
  let pressed = null;
  next.addEventListener("click", () => {
    const wanted = nextAct(room.state);
    if (!wanted || next.getAttribute("aria-busy") === "true") return;
    pressed = room.acts.ask(wanted.method, wanted.item ? { item_id: wanted.item.item_id } : {}, line.tell());
  });

  function update() {
    const { state } = room;
    const item = activeItem(state);
    const shown = item ?? nextItem(state);
    setText(tag, shown ? t("stage.step", { index: position(state, shown), phase: word("item", shown.phase) }) : word("session", state.phase));
    setText(time, room.leftMs === null ? "" : room.leftMs === 0 ? t("stage.time_up") : remainingText(room.leftMs));
    setAttribute(time, "data-last", room.leftMs !== null && room.leftMs < 10_000 ? "yes" : null);
    setText(title, shown?.title ?? state.title);
    setText(note, shown ? [shown.presenter, itemLine(shown)].filter(Boolean).join(" · ") : "");
    reconcile(track, PERIODS.filter((period) => period !== "bidding" || (shown && bids(shown))), (period) => period, (period) => h("li", {}, word("item", period)), (mark, period) => {
      const [here, at] = [PERIODS.indexOf(shown?.phase === "bidding_requested" ? "bidding" : shown?.phase), PERIODS.indexOf(period)];
      setAttribute(mark, "class", at < here ? "done" : at === here ? "here" : null);
    });
    setHidden(track, !shown);
    paintNext(state, nextAct(state));
    const calls = app.has("host") && state.phase === "live";
    setHidden(more[0], !calls || item?.phase !== "pitching");
    setHidden(more[1], !calls || item?.phase !== "qa" && item?.phase !== "commenting");
    setHidden(more[2], !calls || !item || ["pitching", "bidding_requested"].includes(item.phase) || (item.phase === "bidding" && !item.result));
    setHidden(more[3], !app.has("host") || !isOnStage(state) || !newestDone(state) || (newestDone(state).score ?? null) !== null);
    leaves.forEach((leave, index) => setHidden(leave, !LEAVES[index].includes(shown?.phase)));
    setHidden(exits, !app.has("host") || !["live", "paused"].includes(state.phase) || leaves.every((leave) => leave.hidden));
  }
  function paintNext(state, wanted) {
    const entry = pressed ? room.acts.commands.entries.get(pressed) : null;
    const busy = entry ? ["sending", "received", "checking"].includes(entry.step) : false;
    setAttribute(next, "aria-busy", busy || null);
    setHidden(next, !wanted || !app.has("host"));
    setAttribute(next, "data-method", wanted?.method);
    if (wanted) setText(next, t(`host.next_${wanted.key}`, { title: wanted.item?.title ?? "" }));
    setHidden(note2, !app.has("host")); // it speaks to who calls the next act
    setText(note2, wanted ? t(`host.note_${wanted.key}`) : state.phase === "live" ? t("host.waiting") : BEFORE.includes(state.phase) ? t("host.note_before") : word("session", state.phase));
  }
  return { element, update };
}

// ---- the gate of a live bidding (RS-4) ----

function gateCard() {
  const line = actLine();
  const list = h("ul", { class: "gate", id: "gate" });
  const sum = h("span", { class: "push small" });
  const refusal = h("p", { class: "band wait small" });
  const target = () => activeItem(room.state) ?? nextItem(room.state);
  const onItem = () => ({ item_id: target().item_id });
  const confirm = actButton(room.acts, line, { label: t("gate.confirm"), method: "item.confirm_supervision", fields: onItem, kind: "wide-button" });
  const open = actButton(room.acts, line, { label: t("gate.open"), method: "item.open_bidding", fields: onItem, kind: "main wide-button" });
  const element = h("section", { class: "card tight", id: "gate-card" }, h("div", { class: "row" }, h("h2", {}, t("gate.title")), sum), h("p", { class: "small muted" }, t("gate.note")), list, refusal, confirm, open, line.element);
  const create = () => h("li", {}, h("b", { "aria-hidden": "true" }), h("div", {}, h("p", {}), h("small", { class: "muted" })));
  const paint = (row, [check, facts]) => {
    setText(row.firstChild, facts.met ? "✓" : "✕");
    setAttribute(row, "class", facts.met ? "met" : "unmet");
    setText(row.lastChild.firstChild, word("gate", check) + (facts.value && facts.source !== "log" ? t("list.colon") + facts.value : ""));
    setText(row.lastChild.lastChild, [facts.met ? t("gate.met") : t("gate.unmet"), facts.evidence, facts.source ? t("gate.source", { source: word("source", facts.source) }) : ""].filter(Boolean).join(" · "));
  };
  function update() {
    const item = target();
    setHidden(element, !item?.gate || !bids(item) || item.phase === "bidding"); // it is open: the gate is behind
    if (element.hidden) return;
    const checks = Array.isArray(item.gate) ? item.gate.map((each) => [each.check, each]) : Object.entries(item.gate);
    reconcile(list, checks, ([check]) => check, create, paint);
    const unmet = checks.filter(([, facts]) => !facts.met).length;
    setText(sum, unmet ? t("gate.missing", { count: unmet }) : t("gate.complete"));
    setAttribute(sum, "class", `push small ${unmet ? "alarmed" : "fine"}`);
    setHidden(refusal, !item.bidding_refusal);
    if (item.bidding_refusal) setText(refusal, t("gate.refused", { reason: codeText(item.bidding_refusal).replace(/[：:]?\s*\{\w+\}/g, "") })); // its parameters are not told here
    setHidden(confirm, !app.has("supervisor"));
    setHidden(open, !app.has("bid_controller"));
    open.disabled = !item.bidding_called && item.phase !== "interest_call" && item.phase !== "commenting";
  }
  return { element, update };
}

// ---- the session as a whole ----

function sessionCard() {
  const line = actLine();
  const reason = h("input", { maxlength: 200, "aria-label": t("host.pause_reason"), placeholder: t("host.pause_reason") });
  const drill = ["sound", "slides", "network", "bid_drill"].map((name) => [name, h("input", { type: "checkbox" })]);
  const rehearsal = h("div", { class: "tight" }, h("p", { class: "small muted" }, t("host.rehearsal_note")), drill.map(([name, box]) => h("label", { class: "check small" }, box, t(`host.${name}`))));
  const fields = { "session.rehearse": () => Object.fromEntries(drill.map(([name, box]) => [name, box.checked])), "session.pause": () => ({ reason: reason.value.trim() || "host" }) };
  const buttons = [...new Set(Object.values(SESSION_ACTS).flat())].map((method) => actButton(room.acts, line, { label: t(`host.${method.replace(".", "_")}`), method, fields: fields[method], kind: "wide-button" }));
  const facts = h("dl", { class: "facts" });
  const element = h("section", { class: "card stack" }, h("div", { class: "row" }, h("h2", {}, t("host.session"))), facts, rehearsal, reason, buttons, line.element);

  function update() {
    const { state } = room;
    const now = room.now();
    const rows = [[t("host.phase"), word("session", state.phase)], [t("host.present"), room.present ?? "—"], [t("host.clock"), now === null ? "—" : clockText(now)]];
    if (state.paused) rows.push([t("host.paused"), `${word("reason", state.paused.reason)} · ${clockText(state.paused.at_ms)}`]);
    reconcile(facts, rows.flatMap(([name, value]) => [["dt", name, name], ["dd", name, value]]), ([tag, name]) => tag + name, ([tag]) => h(tag, {}), (cell, [, , text]) => setText(cell, text));
    const offered = SESSION_ACTS[state.phase] ?? [];
    const big = app.has("host") ? nextAct(state)?.method : null; // offered once, as the next act
    buttons.forEach((button) => setHidden(button, button.dataset.method === big || !offered.includes(button.dataset.method) || !app.has(...(WHO[button.dataset.method] ?? ["host", "stage_controller"]))));
    const may = app.has("host", "stage_controller");
    setHidden(rehearsal, !app.has("stage_controller") || !offered.includes("session.rehearse"));
    setHidden(reason, !may || !offered.includes("session.pause"));
  }
  return { element, update };
}

function runCard() {
  const list = h("ol", { class: "run" });
  const element = h("section", { class: "card tight" }, h("h2", {}, t("host.run")), list);
  const create = () => h("li", {}, h("span", { class: "muted" }), h("span", {}), h("span", { class: "end muted" }));
  const paint = (row, item) => {
    setAttribute(row, "class", item.item_id === room.active?.item_id ? "here" : ["done", "skipped", "withdrawn"].includes(item.phase) ? "done" : null);
    const at = item.starts_at_ms || item.planned_at_ms;
    setText(row.children[0], at ? minuteText(at) : "");
    setText(row.children[1], `${position(room.state, item)}. ${item.title}`);
    setText(row.children[2], (item.phase === "queued" ? word("item", item.phase) : agendaEnd(item)) + (item.interests_count ? ` · ${t("host.interests", { count: item.interests_count })}` : ""));
  };
  return { element, update: () => reconcile(list, room.state.items, (item) => item.item_id, create, paint) };
}

function biddingPlace() {
  const element = h("div", { class: "stack" });
  let shown = null;
  let cards = [];
  function update() {
    const bidding = room.followBidding();
    if (bidding !== shown) {
      shown = bidding;
      cards = bidding ? [headline(bidding, { title: false }), openingPanel(bidding, app), controlCard(bidding, app)] : [];
      element.replaceChildren(...cards.map((card) => card.element));
    }
    setHidden(element, !bidding);
    for (const card of cards) card.update();
  }
  return { element, update };
}

function mount(main) {
  if (!app.has(...STAFF)) {
    main.append(h("section", { class: "card" }, deadEnd(app, t("host.staff_only"))));
    return { update() {}, link: () => null };
  }
  room ??= new SessionRoom(app, App.pathId());
  const waiting = h("section", { class: "card" }, emptyCard(t("state.loading")));
  const line = lineBand();
  const links = h("p", { class: "small row" }, h("a", { href: `/shows/${encodeURIComponent(room.id)}` }, t("host.to_show")), h("a", { href: `/shows/${encodeURIComponent(room.id)}/screen` }, t("host.to_screen")));
  const cards = [stageDesk(), biddingPlace(), moderatorPanel(room, app, { always: true }), gateCard(), sessionCard(), runCard(), heatCard(room)];
  const [desk, bidding, questions, gate, session, run, heat] = cards.map((card) => card.element);
  const content = h("div", { class: "split hall" }, h("div", { class: "stack" }, desk, bidding, questions, links), h("aside", { class: "stack" }, gate, session, run, heat));
  main.append(line.element, waiting, content);
  let shownProblem = null;

  function update() {
    const { state } = room;
    setHidden(content, !state);
    setHidden(waiting, Boolean(state));
    if (!state && room.room.problem !== shownProblem) {
      shownProblem = room.room.problem;
      waiting.replaceChildren(deadEnd(app, t("show.unknown")));
    }
    line.update(room.link);
    if (!state) return;
    for (const card of cards) card.update();
    setAttribute(main, "data-seq", room.room.seq);
    setAttribute(main, "data-phase", state.phase);
    setAttribute(main, "data-item", room.active?.item_id);
    setAttribute(main, "data-item-phase", room.active?.phase);
  }
  return { update, link: () => room.link, where: () => room.state?.title ?? t("host.title") };
}

void app.start(mount, { title: "host.title" });
