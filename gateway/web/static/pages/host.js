// 主持台: one next act, the run of show, the gate of a live bidding, the questions. Rendered by role:
// the host calls, the bid controller opens, suspends and resumes, the supervisor confirms.

import { App, deadEnd, emptyCard } from "../lib/app.js";
import { activeItem, bids, nextAct, nextItem } from "../lib/show_rules.js";
import { h, reconcile, setAttribute, setHidden, setText } from "../lib/dom.js";
import { clockText, minuteText } from "../lib/time.js";
import { codeText, t, word } from "../lib/texts.js";
import { actButton, actLine } from "../components/acts.js";
import { controlCard } from "../components/bid_control.js";
import { openingPanel } from "../components/opening_panel.js";
import { bidStrip } from "../components/bid_strip.js";
import { lineBand } from "../components/line_band.js";
import { sessionAsks, stageDesk } from "../components/host_desk.js";
import { moderatorPanel } from "../components/role_panels.js";
import { SessionRoom, STAFF } from "../components/session_room.js";
import { agendaEnd, heatCard, position } from "../components/show_cards.js";
import { pauseReason } from "../components/stage_card.js";

const app = new App();
let room = null;
const WHO = { "session.rehearse": ["stage_controller"], "session.go_live": ["host"], "session.end": ["host"] }; // the others: host and stage
const SESSION_ACTS = {
  published: ["session.rehearse"], registration_open: ["session.rehearse"], rehearsed: ["session.go_live"],
  live: ["session.pause"], paused: ["session.resume"], wrapping_up: ["session.end"],
};

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

const KINDS = ["experts", "investors", "guests"];

/** "312（专家 7，投资人 128，嘉宾 177）", or what of it is known. */
function presentText(crowd) {
  if (!crowd) return "—";
  const kinds = KINDS.filter((kind) => Number.isInteger(crowd[kind])).map((kind) => t(`crowd.${kind}`, { count: crowd[kind] }));
  return [crowd.count, kinds.join(t("list.comma"))].filter((text) => text !== "").join(" · ");
}

function sessionCard() {
  const line = actLine();
  const drill = ["sound", "slides", "network", "bid_drill"].map((name) => [name, h("input", { type: "checkbox" })]);
  const rehearsal = h("div", { class: "tight" }, h("p", { class: "small muted" }, t("host.rehearsal_note")), drill.map(([name, box]) => h("label", { class: "check small" }, box, t(`host.${name}`))));
  const fields = { "session.rehearse": () => Object.fromEntries(drill.map(([name, box]) => [name, box.checked])) };
  const asks = sessionAsks(room);
  const buttons = [...new Set(Object.values(SESSION_ACTS).flat())].map((method) => actButton(room.acts, line, { label: t(`host.${method.replace(".", "_")}`), method, fields: fields[method], kind: "wide-button", ask: asks[method] }));
  const facts = h("dl", { class: "facts" });
  const element = h("section", { class: "card stack" }, h("div", { class: "row" }, h("h2", {}, t("host.session"))), facts, rehearsal, buttons, line.element);

  function update() {
    const { state } = room;
    const now = room.now();
    const rows = [[t("host.phase"), word("session", state.phase)], [t("host.present"), presentText(room.crowd)], [t("host.clock"), now === null ? "—" : clockText(now)]];
    if (state.paused) rows.push([t("host.paused"), `${pauseReason(state.paused.reason)} · ${clockText(state.paused.at_ms)}`]);
    reconcile(facts, rows.flatMap(([name, value]) => [["dt", name, name], ["dd", name, value]]), ([tag, name]) => tag + name, ([tag]) => h(tag, {}), (cell, [, , text]) => setText(cell, text));
    const offered = SESSION_ACTS[state.phase] ?? [];
    const big = app.has("host") ? nextAct(state)?.method : null; // offered once, as the next act
    buttons.forEach((button) => setHidden(button, button.dataset.method === big || !offered.includes(button.dataset.method) || !app.has(...(WHO[button.dataset.method] ?? ["host", "stage_controller"]))));
    setHidden(rehearsal, !app.has("stage_controller") || !offered.includes("session.rehearse"));
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
      cards = bidding ? [bidStrip(bidding, { docks: false, acts: false }), openingPanel(bidding, app), controlCard(bidding, app)] : [];
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
  const cards = [stageDesk(room, app), biddingPlace(), moderatorPanel(room, app, { always: true }), gateCard(), sessionCard(), runCard(), heatCard(room)];
  const [desk, bidding, questions, gate, session, run, heat] = cards.map((card) => card.element);
  const content = h("div", { class: "split" }, h("div", { class: "stack" }, desk, bidding, questions, links), h("aside", { class: "stack" }, gate, session, run, heat));
  main.append(line.element, waiting, content);
  let shownProblem = null;

  function update() {
    const { state } = room;
    setHidden(content, !state);
    setHidden(waiting, Boolean(state));
    const why = [room.room.problem, room.isMissing].join();
    if (!state && why !== shownProblem && (room.isMissing || room.room.problem !== null)) {
      shownProblem = why;
      waiting.replaceChildren(deadEnd(app, room.isMissing ? t("show.unknown") : t("state.refused", { reason: codeText(String(room.room.problem)) })));
    }
    line.update(room.link);
    if (!state) return;
    for (const card of cards) card.update();
    setAttribute(main, "data-seq", room.room.seq);
    setAttribute(main, "data-phase", state.phase);
    setAttribute(main, "data-item", room.active?.item_id);
    setAttribute(main, "data-item-phase", room.active?.phase);
  }
  return { update, link: () => (room.isMissing ? null : room.link), where: () => room.state?.title ?? t("host.title") };
}

void app.start(mount, { title: "host.title" });
