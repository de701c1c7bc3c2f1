import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { leadOf, momentOf, proposedTime } from "../../../gateway/web/static/components/bid_control.js";
import { pendingOf } from "../../../gateway/web/static/components/pending_act.js";
import { commitmentOf, digestOf, fitting, newSalt, openingLine, readOpenings, seal } from "../../../gateway/web/static/lib/envelope.js";
import { handInsLeft, sealBar, sealedFault } from "../../../gateway/web/static/lib/sealed_rules.js";
import { sha256 } from "../../../gateway/web/static/lib/sha256.js";
import { foldBidder } from "../../../gateway/web/static/push/fold.js";
import { Room } from "../../../gateway/web/static/push/room.js";

test("SHA-256 is Node's own, at every length around a block and for every script", () => {
  const texts = ["", "abc", "a".repeat(1_000_000), "硕果·开标凭据 🎫"];
  for (let length = 0; length < 200; length += 1) texts.push("x".repeat(length));
  for (const text of texts) assert.equal(sha256(text), createHash("sha256").update(text).digest("hex"));
});

test("a commitment is the one of the rules", () => {
  // from trading.bidding.sealed.commitment_of("B-1", "A", 20_000, "0" * 32)
  const opening = { bidding_id: "B-1", number: "A", amount_fen: 20_000, salt: "0".repeat(32) };
  assert.equal(commitmentOf(opening), createHash("sha256").update(`["B-1","A",20000,"${"0".repeat(32)}"]`).digest("hex"));
});

test("each envelope has a salt of 128 bits of its own", () => {
  const salts = new Set(Array.from({ length: 500 }, () => newSalt()));
  assert.equal(salts.size, 500);
  for (const salt of salts) assert.match(salt, /^[0-9a-f]{32}$/);
  assert.notEqual(seal("b", "1", 100).commitment, seal("b", "1", 100).commitment);
});

test("openings are read out of whatever text they stand in, and others are not", () => {
  const [one, two] = [seal("b-1", "037", 100), seal("b-1", "112", 200)];
  const foreign = openingLine(seal("b-2", "037", 100));
  const text = `标题 {不是}\r\n${openingLine(one)}\n\n{"number":"x"} ${foreign}${openingLine(two)}{"bidding_id":"b-1","number":"9","amount_fen":1.5,"salt":"${one.salt}"}`;
  const plain = ({ bidding_id, number, amount_fen, salt }) => ({ bidding_id, number, amount_fen, salt });
  assert.deepEqual(readOpenings(text, "b-1"), [plain(one), plain(two)]);
  assert.deepEqual(readOpenings("{".repeat(5_000), "b-1"), []);
});

test("both who open ask for the same whatever order they pasted in, and leave out what does not fit", () => {
  const sealed = ["037", "112", "058"].map((number, index) => seal("b", number, 100 * (index + 1)));
  const box = sealed.map(({ number, commitment }) => ({ number, commitment }));
  const wrong = { ...sealed[1], amount_fen: 999_900 };
  const first = fitting(box, [sealed[2], sealed[0], wrong]);
  const second = fitting(box, [sealed[0], sealed[2]]);
  assert.deepEqual(first.map((opening) => opening.number), ["037", "058"]);
  assert.equal(digestOf(first), digestOf(second));
  assert.notEqual(digestOf(first), digestOf(fitting(box, sealed)));
});

const room = (change = {}) => ({ mode: "one_shot", phase: "collecting", terms: { start_price_fen: 500, envelope_replacements_max: 1 }, tie: null, ...change });

test("what a sealed amount is held against", () => {
  assert.equal(sealedFault(room(), null).code, "BAD_AMOUNT");
  assert.equal(sealedFault(room(), 550).code, "BAD_AMOUNT");
  assert.equal(sealedFault(room(), 400).code, "BELOW_START");
  assert.equal(sealedFault(room(), 500), null);
  const tie = room({ phase: "tie_break", tie: { numbers: ["037"], price_fen: 900 } });
  assert.equal(sealedFault(tie, 800).code, "BELOW_TIE_PRICE");
  assert.equal(sealedFault(tie, 900), null);
});

test("envelopes are taken while they are collected, of the tied in a tie, as often as announced", () => {
  const fits = { state: room(), link: { current: true }, number: "037" };
  assert.equal(sealBar(fits), null);
  assert.equal(sealBar({ ...fits, link: { current: false } }), "bar.link");
  assert.equal(sealBar({ ...fits, number: null }), "bar.no_number");
  assert.equal(sealBar({ ...fits, state: room({ phase: "lobby" }) }), "bar.not_open");
  assert.equal(sealBar({ ...fits, state: room({ phase: "opening" }) }), "sealed.bar_over");
  const tie = { phase: "tie_break", tie: { numbers: ["112"], price_fen: 1 } };
  assert.equal(sealBar({ ...fits, state: room(tie) }), "sealed.bar_not_tied");
  assert.equal(sealBar({ ...fits, number: "112", state: room(tie) }), null);
  assert.equal(handInsLeft(room(), null), 2);
  assert.equal(handInsLeft(room(), { handed_in_count: 2 }), 0);
});

test("a private channel without offsets still makes the state and tells the answer", () => {
  const told = [];
  const client = { subscribe: (_channel, handlers) => Object.assign(client, { handlers }) };
  const own = new Room({ client, channel: "bidder:b.1", fold: foldBidder, keyedIsState: true, onChange: () => {}, onPublication: (data) => told.push(data.kind) });
  client.handlers.subscribed({ recovered: false, state: { number: "1", outcomes: [], envelope: null }, latest: {} });
  const envelope = { commitment: "c", at_ms: 5, handed_in_count: 1 };
  client.handlers.publication({ key: "outcome:x", kind: "outcome", standing: "none", envelope, outcome: { command_id: "x", code: null } });
  assert.deepEqual(told, ["outcome"]);
  assert.deepEqual(own.state.envelope, envelope);
  assert.equal(own.state.outcomes.length, 1);
});

test("an act waits for the other person for its window, and is one's own by role", () => {
  const act = { act: "resume_bidding", role: "supervisor", until_ms: 1_000 };
  assert.equal(pendingOf(null, "supervisor", 0), null);
  assert.equal(pendingOf(act, "supervisor", 1_001), null);
  assert.equal(pendingOf(act, "supervisor", 1_000).mine, true);
  assert.equal(pendingOf(act, "bid_controller", 1_000).mine, false);
});

test("a time typed in Beijing is the nearest one, also over midnight", () => {
  const at = Date.UTC(2026, 4, 28, 15, 59, 50); // 23:59:50 in Beijing
  assert.equal(momentOf("00:05:00", at) - at, 310_000);
  assert.equal(momentOf("23:50", at) - at, -590_000);
  assert.equal(proposedTime(at, 300_000) % 60_000, 0);
  assert.ok(proposedTime(at, 300_000) - at - 300_000 >= 60_000);
  assert.equal(proposedTime(at, 2_000) % 10_000, 0);
  const terms = { resume_notice_ms: 1_800_000, two_person_window_ms: 600_000 };
  assert.ok(proposedTime(at, leadOf(terms)) - at >= 2_400_000);
});
