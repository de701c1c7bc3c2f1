import assert from "node:assert/strict";
import { test } from "node:test";
import { amountFault, bidBar, confirmReason, isLarge, spokenMark, standingOf, stepAmount } from "../../../gateway/web/static/lib/bidding_rules.js";
import { nextAct, tenths } from "../../../gateway/web/static/lib/show_rules.js";
import { Commands, laneOf } from "../../../gateway/web/static/push/commands.js";
import { counts, guardPresses, keyKind } from "../../../gateway/web/static/lib/press.js";

const WAN = 1_000_000;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function desk({ send, status = async () => ({ state: "checking" }), stored = [] }) {
  const steps = [];
  const saved = { entries: stored };
  const commands = new Commands({
    root: { field: "bidding_id", id: "b" }, send, status, store: { load: () => stored, save: (entries) => { saved.entries = entries; } },
    onChange: (entry) => steps.push(entry.step), checkAfterMs: 15, checkEveryMs: 5, now: () => 1,
  });
  return { commands, steps, saved };
}

const decided = (id, more = {}) => ({ outcome: "decided", command_id: id, code: null, params: {}, standing: "leading", receipt: { hash: "h" }, ...more });

test("a bid is sending, received, then what the log says", async () => {
  const { commands, steps, saved } = desk({ send: async (_method, body) => ({ command_id: body.command_id, received_at_ms: 5, offset: 7, outcome: null }) });
  const id = commands.submit("bid.place", { amount_fen: 1 });
  await pause(1);
  assert.deepEqual(saved.entries.map((entry) => entry.command_id), [id]);
  commands.heard(decided(id));
  assert.deepEqual(steps, ["sending", "received", "accepted"]);
  assert.deepEqual(saved.entries, []);
});

test("a refusal has its reason, and an outcome is taken once", async () => {
  const { commands, steps } = desk({ send: async () => ({ received_at_ms: 5, offset: 7, outcome: null }) });
  const id = commands.submit("bid.place");
  await pause(1);
  commands.heard(decided(id, { code: "TOO_LATE" }));
  commands.heard(decided(id));
  assert.deepEqual(steps, ["sending", "received", "refused"]);
  assert.equal(commands.newest.code, "TOO_LATE");
});

test("no answer is checking, then the truth, under the same id", async () => {
  const asked = [];
  const answers = [{ state: "checking" }, null];
  const { commands, steps } = desk({ send: () => Promise.reject(Object.assign(new Error("lost"), { code: "lost" })), status: async (id, root) => {
    asked.push([id, root]);
    return answers.shift() ?? { state: "decided", outcome: decided(id) };
  } });
  const id = commands.submit("bid.place");
  await pause(60);
  assert.deepEqual([...new Set(steps)], ["sending", "checking", "accepted"]);
  assert.deepEqual(asked[0], [id, "b"]);
  assert.ok(asked.every(([each]) => each === id));
});

test("one act is one command: a lane takes the next only after the truth about the one before", async () => {
  const sent = [];
  const later = [];
  let clock = 0;
  const commands = new Commands({
    root: { field: "session_id", id: "s" }, store: { load: () => [], save: () => {} }, now: () => clock,
    send: (method, body) => new Promise((done) => { sent.push([method, body.amount_fen ?? body.question_id]); later.push(done); }), status: async () => null,
  });
  const first = commands.submit("bid.place", { amount_fen: 1 });
  assert.equal(commands.submit("bid.place", { amount_fen: 1 }), first);
  assert.equal(commands.submit("bid.place", { amount_fen: 2 }), first, "another amount waits for the truth too");
  commands.submit("question.upvote", { question_id: "q1" });
  commands.submit("question.upvote", { question_id: "q2" });
  assert.deepEqual(sent, [["bid.place", 1], ["question.upvote", "q1"], ["question.upvote", "q2"]]);
  commands.heard(decided(first));
  clock = 300;
  assert.equal(commands.submit("bid.place", { amount_fen: 1 }), first, "a second press that was not meant");
  const second = commands.submit("bid.place", { amount_fen: 2 });
  assert.notEqual(second, first);
  commands.heard(decided(second));
  clock = 9_000;
  assert.notEqual(commands.submit("bid.place", { amount_fen: 1 }), first);
  assert.equal(laneOf("m", { b_id: 2, a_id: 1, reason: "x" }), laneOf("m", { a_id: 1, b_id: 2 }));
  for (const done of later) done({ received_at_ms: 1 });
  for (const entry of commands.open) commands.heard(decided(entry.command_id));
});

test("a held key, a composition and a second click are no press", () => {
  assert.equal(keyKind({ key: "Enter" }), "press");
  assert.equal(keyKind({ key: "Enter", repeat: true }), "repeat");
  assert.equal(keyKind({ key: "a", repeat: true }), "press");
  assert.equal(keyKind({ key: "Enter", isComposing: true }), "composing");
  assert.equal(keyKind({ key: "Process", keyCode: 229 }), "composing");
  assert.ok(counts({ detail: 1, timeStamp: 5 }, undefined) && counts({ detail: 0, timeStamp: 400 }, 0));
  assert.ok(!counts({ detail: 2, timeStamp: 900 }, 0) && !counts({ detail: 1, timeStamp: 300 }, 0));
  const heard = {};
  guardPresses({ addEventListener: (name, act) => { heard[name] = act; } });
  const tried = (name, event) => {
    const stopped = [];
    heard[name]({ preventDefault: () => stopped.push("default"), stopImmediatePropagation: () => stopped.push("listeners"), ...event });
    return stopped;
  };
  const button = { dataset: {}, tagName: "BUTTON", closest: () => button };
  assert.deepEqual(tried("keydown", { key: "Enter", repeat: true, target: button }), ["default", "listeners"]);
  assert.deepEqual(tried("keydown", { key: "Enter", isComposing: true, target: button }), ["listeners"]);
  assert.deepEqual(tried("keydown", { key: "Enter", repeat: true, target: { tagName: "TEXTAREA" } }), []);
  assert.deepEqual(tried("click", { detail: 1, timeStamp: 10, target: button }), []);
  assert.deepEqual(tried("click", { detail: 2, timeStamp: 110, target: button }), ["default", "listeners"]);
  const stepper = { dataset: { repeats: "" }, closest: () => stepper };
  assert.deepEqual(tried("click", { detail: 2, timeStamp: 10, target: stepper }), []);
});

test("not seen is said only when the server says so", async () => {
  const { commands } = desk({ send: () => Promise.reject(Object.assign(new Error("t"), { code: "timeout" })), status: async () => ({ state: "not_seen" }) });
  commands.submit("bid.place");
  await pause(40);
  assert.equal(commands.newest.step, "not_seen");
});

test("a refusal at the door is an answer", async () => {
  const { commands } = desk({ send: () => Promise.reject(Object.assign(new Error("x"), { code: 111, temporary: true })) });
  commands.submit("bid.place");
  await pause(1);
  assert.equal(commands.newest.step, "failed");
  assert.equal(commands.newest.code, "RATE");
});

test("after a reload the question goes on with the same id", async () => {
  const asked = [];
  const stored = [{ command_id: "kept", method: "bid.place", fields: { amount_fen: 5 }, started_at_ms: 1 }];
  const { commands } = desk({ stored, send: () => assert.fail("nothing is sent again by itself"), status: async (id) => {
    asked.push(id);
    return { state: "decided", outcome: decided(id) };
  } });
  assert.equal(commands.newest.step, "checking");
  await pause(10);
  assert.equal(commands.newest.step, "accepted");
  assert.deepEqual(asked, ["kept"]);
});

const room = (change = {}) => ({ phase: "limited_bidding", price_fen: 1_000 * WAN, min_next_fen: 1_020 * WAN, increment_fen: 20 * WAN, leader: "112", bids: [], terms: { start_price_fen: 860 * WAN, steps_max: 20 }, ...change });

test("steps, jumps, thresholds and large amounts", () => {
  assert.equal(stepAmount(room(), 1), 1_020 * WAN);
  assert.equal(stepAmount(room(), 5), 1_100 * WAN);
  assert.equal(stepAmount(room({ price_fen: null, min_next_fen: 860 * WAN }), 1), 860 * WAN);
  assert.equal(stepAmount(room({ terms: { ceiling_price_fen: 1_030 * WAN } }), 5), 1_030 * WAN);
  assert.equal(confirmReason(room(), 1_040 * WAN), null);
  assert.equal(confirmReason(room(), 1_100 * WAN), "jump");
  assert.equal(confirmReason(room({ price_fen: 1_710 * WAN }), 1_730 * WAN), "threshold");
  assert.equal(confirmReason(room({ price_fen: 1_710 * WAN }), 1_730 * WAN, 1_730 * WAN), null);
  assert.equal(isLarge(room(), 1_400 * WAN), false);
  assert.equal(isLarge(room(), 1_420 * WAN), true);
});

test("what is typed is held against the rules in their order", () => {
  const codes = [[null, "BAD_AMOUNT"], [800 * WAN, "BELOW_START"], [1_010 * WAN, "BELOW_MIN_NEXT"], [1_030 * WAN, "NOT_ON_GRID"], [1_040 * WAN, undefined]];
  for (const [amount, code] of codes) assert.equal(amountFault(room(), amount)?.code, code);
});

test("the button is off where nothing may be bid, and says why", () => {
  const fits = { state: room(), link: { current: true }, number: "037", standing: "outbid" };
  assert.equal(bidBar(fits), null);
  assert.equal(bidBar({ ...fits, link: { current: false } }), "bar.link");
  assert.equal(bidBar({ ...fits, number: null }), "bar.no_number");
  assert.equal(bidBar({ ...fits, standing: "leading" }), "bar.leading");
  assert.equal(bidBar({ ...fits, state: room({ phase: "suspended" }) }), "bar.suspended");
  assert.equal(bidBar({ ...fits, state: room({ phase: "closed_sold" }) }), "bar.closed");
  assert.equal(bidBar({ ...fits, state: room({ phase: "awaiting_priority" }) }), "bar.ended");
});

test("nobody leads before the log has said so", () => {
  assert.equal(standingOf({ state: room({ leader: null }), number: "037", own: "leading" }), "none");
  assert.equal(standingOf({ state: room(), number: "037", own: "leading" }), "outbid");
  assert.equal(standingOf({ state: room({ leader: "037" }), number: "037", own: "outbid" }), "leading");
  assert.equal(standingOf({ state: room(), number: null }), "none");
});

test("the clock is spoken at 60, 30 and 10 seconds only", () => {
  assert.equal(spokenMark(61_000, 60_000), 60);
  assert.equal(spokenMark(60_000, 59_000), null);
  assert.equal(spokenMark(30_100, 29_900), 30);
  assert.equal(spokenMark(10_100, 9_900), 10);
  assert.equal(spokenMark(9_000, 70_000), null);
  assert.equal(spokenMark(90_000, 33_000), null);
  assert.equal(spokenMark(90_000, 29_000), 30);
});

test("the host's next act follows the item", () => {
  const show = (phase, more = {}) => ({ phase: "live", active_item_id: "a", items: [{ item_id: "a", phase, start_price_fen: 1, ...more }] });
  assert.equal(nextAct(show("queued")).method, "item.on_deck");
  assert.equal(nextAct(show("on_deck")).method, "item.pitch");
  assert.equal(nextAct(show("pitching")).method, "item.qa");
  assert.equal(nextAct(show("interest_call")).method, "item.call_bidding");
  assert.equal(nextAct(show("interest_call", { start_price_fen: null })).method, "item.complete");
  assert.equal(nextAct(show("bidding")), null);
  assert.equal(nextAct({ phase: "live", items: [{ item_id: "a", phase: "done" }] }).method, "session.end");
});

test("a score is tenths of 0 to 100", () => {
  assert.equal(tenths("92.5"), 925);
  assert.equal(tenths("100"), 1000);
  for (const bad of ["", "100.1", "-1", "9.55", "abc"]) assert.equal(tenths(bad), null, bad);
});
