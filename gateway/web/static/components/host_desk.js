// What the host does now: the item on stage, its time, the next act as the one big button, and the few others.
// Rule 1: one act has one button: what is offered as the next act is not offered beside it.
// Rule 2: what cannot be taken back is asked once, and told with its reason to the whole hall.

import { activeItem, BEFORE, isOnStage, nextAct, nextItem } from "../lib/show_rules.js";
import { h, setAttribute, setHidden, setText } from "../lib/dom.js";
import { remainingText } from "../lib/time.js";
import { t, word } from "../lib/texts.js";
import { isSettled } from "../push/commands.js";
import { actButton, actLine } from "./acts.js";
import { askFirst } from "./ask_first.js";
import { itemLine, joined, position } from "./show_cards.js";
import { airLine, timeBand } from "./stage_card.js";

const TIMED = ["pitching", "qa", "commenting", "interest_call"];
const LEAVES = { skip: ["queued", "on_deck"], defer: ["queued", "on_deck", ...TIMED], withdraw: ["queued", "on_deck", ...TIMED] };
const NO_COMPLETION = ["pitching", "bidding_requested"];

const newestDone = (state) => [...state.items].reverse().find((item) => item.phase === "done") ?? null;

/** What is asked before an act on the whole session, by method. */
export function sessionAsks(room) {
  const left = () => room.state.items.filter((item) => ["queued", "on_deck", "deferred"].includes(item.phase)).length;
  return {
    "session.pause": () => ({ title: t("host.ask_pause"), note: t("host.ask_pause_note"), confirm: t("host.do_pause"), needsReason: true, reasonLabel: t("host.reason") }),
    "session.end": () => ({ title: t("host.ask_end"), note: left() ? t("host.ask_end_left", { count: left() }) : t("host.ask_end_note"), confirm: t("host.session_end") }),
  };
}

/** The one big button. */
function nextButton(room, app, line) {
  const button = h("button", { type: "button", class: "main wide-button", id: "next-act" });
  const note = h("p", { class: "small muted" });
  const asks = sessionAsks(room);
  let pressed = null;
  button.addEventListener("click", async () => {
    const wanted = nextAct(room.state);
    if (!wanted || button.getAttribute("aria-busy") === "true") return;
    const answer = asks[wanted.method] ? await askFirst(asks[wanted.method]()) : {};
    if (answer) pressed = room.acts.ask(wanted.method, { ...(wanted.item ? { item_id: wanted.item.item_id } : {}), ...answer }, line.tell());
  });

  function update() {
    const { state } = room;
    const wanted = nextAct(state);
    const entry = pressed ? room.acts.commands.entries.get(pressed) : null;
    setAttribute(button, "aria-busy", entry && !isSettled(entry) ? "true" : null);
    setHidden(button, !wanted || !app.has("host"));
    setAttribute(button, "data-method", wanted?.method);
    if (wanted) setText(button, t(`host.next_${wanted.key}`, { title: wanted.item?.title ?? "" }));
    setHidden(note, !app.has("host")); // it speaks to who calls the next act
    setText(note, wanted ? t(`host.note_${wanted.key}`) : state.phase === "live" ? t(activeItem(state)?.phase === "bidding" ? "host.note_bidding" : "host.waiting") : BEFORE.includes(state.phase) ? t("host.note_before") : word("session", state.phase));
  }
  return { elements: [button, note], update };
}

/** The other acts of the host: never the one that is next. */
function otherActs(room, app, line) {
  const onItem = () => ({ item_id: activeItem(room.state)?.item_id ?? nextItem(room.state)?.item_id });
  const act = (key, method, fields = onItem, more = {}) => actButton(room.acts, line, { label: t(`host.${key}`), method, fields, ...more });
  const leave = (key) => act(key, `item.${key}`, onItem, { kind: "danger", ask: () => ({ title: t(`host.ask_${key}`, { title: (activeItem(room.state) ?? nextItem(room.state))?.title ?? "" }), note: t("host.ask_item_note"), confirm: t(`host.${key}`), needsReason: true, reasonLabel: t("host.reason") }) });
  const acts = {
    more_time: act("more_time", "item.more_time"), call_interest: act("call_interest", "item.call_interest"), complete: act("complete", "item.complete"),
    reveal: act("reveal", "score.reveal", () => ({ item_id: newestDone(room.state).item_id })),
  };
  const leaves = Object.keys(LEAVES).map((key) => [key, leave(key)]);
  const exits = h("details", { class: "fold" }, h("summary", { class: "small" }, t("host.exits")), h("div", { class: "row" }, leaves.map(([, button]) => button)));

  function update() {
    const { state } = room;
    const item = activeItem(state);
    const next = nextAct(state)?.method;
    const calls = app.has("host") && state.phase === "live";
    const offered = {
      more_time: calls && item?.phase === "pitching" && !item.more_time_granted,
      call_interest: calls && ["qa", "commenting"].includes(item?.phase),
      complete: calls && item && !NO_COMPLETION.includes(item.phase) && (item.phase !== "bidding" || item.result),
      reveal: app.has("host") && isOnStage(state) && newestDone(state) && (newestDone(state).score ?? null) === null && state.scored !== false,
    };
    for (const [key, button] of Object.entries(acts)) setHidden(button, !offered[key] || button.dataset.method === next);
    const shown = item ?? nextItem(state);
    for (const [key, button] of leaves) setHidden(button, !LEAVES[key].includes(shown?.phase));
    setHidden(exits, !app.has("host") || !["live", "paused"].includes(state.phase) || leaves.every(([, button]) => button.hidden));
  }
  return { elements: [h("div", { class: "row" }, Object.values(acts)), exits], update };
}

export function stageDesk(room, app) {
  const line = actLine();
  const tag = h("span", { class: "tag" });
  const time = h("b", { class: "push desk-time", role: "timer" });
  const title = h("h1", {});
  const note = h("p", { class: "muted" });
  const [air, band, next, others] = [airLine(room), timeBand(room), nextButton(room, app, line), otherActs(room, app, line)];
  const element = h("section", { class: "card stack desk", "data-theme": "stage" }, h("div", { class: "row fixed" }, tag, time), h("div", {}, title, note), air.element, band.element, next.elements, others.elements, line.element);

  function update() {
    const { state } = room;
    const item = activeItem(state);
    const shown = item ?? nextItem(state);
    setText(tag, shown ? t("stage.step", { index: position(state, shown), phase: word("item", shown.phase) }) : word("session", state.phase));
    setAttribute(tag, "class", item && state.phase === "live" ? "tag live" : "tag");
    setText(time, state.paused ? t("ring.paused") : room.isTimeUp ? t("stage.time_up") : room.leftMs === null ? "" : remainingText(room.leftMs));
    setAttribute(time, "data-last", room.isTimeUp || (room.leftMs !== null && room.leftMs < 10_000) ? "yes" : null);
    setText(title, shown?.title ?? state.title);
    setText(note, shown ? joined(shown.presenter, itemLine(shown)) : "");
    for (const part of [air, band, next, others]) part.update();
  }
  return { element, update };
}
