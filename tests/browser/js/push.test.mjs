import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { BACKOFF_MAX_MS, waitMs } from "../../../gateway/web/static/push/backoff.js";
import { PushClient } from "../../../gateway/web/static/push/client.js";
import { best, ServerClock } from "../../../gateway/web/static/push/clock.js";
import { reconnects, resubscribes } from "../../../gateway/web/static/push/codes.js";
import { foldBidding, foldRoadshow, step } from "../../../gateway/web/static/push/fold.js";
import { decode, encode } from "../../../gateway/web/static/push/frames.js";
import { linkOf } from "../../../gateway/web/static/push/link.js";
import { Room } from "../../../gateway/web/static/push/room.js";
import { newId } from "../../../gateway/web/static/lib/ids.js";

/** A server on the other end of a socket that is none: what a test says is what the page hears. */
class Line {
  constructor({ answer }) {
    this.answer = answer;
    this.sockets = [];
    this.heard = [];
  }

  open = () => {
    const socket = { readyState: 0, send: (text) => this.take(socket, text), close: () => { socket.readyState = 3; } };
    this.sockets.push(socket);
    queueMicrotask(() => {
      socket.readyState = 1;
      socket.onopen?.();
    });
    return socket;
  };

  take(socket, text) {
    for (const command of decode(text)) {
      this.heard.push(command);
      const reply = this.answer(command);
      if (reply) queueMicrotask(() => socket.onmessage?.({ data: JSON.stringify({ id: command.id, ...reply }) }));
    }
  }

  push(channel, pub) {
    this.sockets.at(-1).onmessage?.({ data: JSON.stringify({ push: { channel, pub } }) });
  }

  drop(code = 3001) {
    this.sockets.at(-1).onclose?.({ code, reason: "shutdown" });
  }
}

const settle = async () => {
  for (let turn = 0; turn < 4; turn += 1) await new Promise((done) => setTimeout(done, 4));
};

const open = [];
afterEach(() => open.splice(0).forEach((client) => client.close()));

function connected(answer, more = {}) {
  const line = new Line({ answer });
  const tokens = [];
  const client = new PushClient({ url: "ws://x", getToken: async (fresh) => (tokens.push(fresh), "t"), open: line.open, random: () => 0, ...more });
  open.push(client);
  return { line, client, tokens };
}

const hello = { connect: { client: "c", ping: 25, pong: true } };
const state = (seq) => ({ public_seq: seq, bids: [], price_fen: seq });

test("connect and every subscribe leave in one frame", async () => {
  const frames = [];
  const { line, client } = connected((command) => (command.connect ? hello : { subscribe: { recoverable: true, epoch: "e", offset: 4, data: { state: state(4) } } }));
  const take = line.take.bind(line);
  line.take = (socket, text) => (frames.push(text), take(socket, text));
  client.subscribe("a", {});
  client.subscribe("b", {});
  client.connect();
  await settle();
  assert.equal(client.state, "connected");
  assert.equal(frames[0].split("\n").length, 3);
});

test("after a lost socket the position is asked for again, and a repeat changes nothing", async () => {
  const answers = [{ recoverable: true, epoch: "e", offset: 4, data: { state: state(4) } }, { recoverable: true, recovered: true, epoch: "e", offset: 5, publications: [{ data: { public_seq: 6, state: { price_fen: 6 } }, offset: 6 }] }];
  const { line, client } = connected((command) => (command.connect ? hello : command.subscribe ? { subscribe: answers.shift() } : null));
  const room = new Room({ client, channel: "bidding:x", fold: foldBidding, onChange: () => {} });
  client.connect();
  await settle();
  line.push("bidding:x", { data: { public_seq: 5, state: { price_fen: 5 } }, offset: 5 });
  line.push("bidding:x", { data: { public_seq: 5, state: { price_fen: 99 } }, offset: 5 });
  assert.equal(room.state.price_fen, 5);
  line.drop();
  await settle();
  assert.deepEqual(line.heard.filter((each) => each.subscribe).at(-1).subscribe, { channel: "bidding:x", recover: true, epoch: "e", offset: 5 });
  assert.equal(room.state.price_fen, 6);
  assert.equal(room.subscription.position.offset, 6);
});

test("a conflated publication does not move the position", async () => {
  const { line, client } = connected((command) => (command.connect ? hello : { subscribe: { recoverable: true, epoch: "e", offset: 4, data: { state: state(4) } } }));
  const room = new Room({ client, channel: "x", fold: foldBidding, onChange: () => {} });
  client.connect();
  await settle();
  line.push("x", { data: { key: "clock", server_time_ms: 5 } });
  assert.equal(room.subscription.position.offset, 4);
  assert.equal(room.latest.clock.server_time_ms, 5);
  assert.equal(room.state.public_seq, 4);
});

test("a gap is not painted over: the whole state is taken again", async () => {
  let asked = 0;
  const { line, client } = connected((command) => (command.connect ? hello : command.subscribe ? { subscribe: { recoverable: true, epoch: "e", offset: (asked += 1) === 1 ? 4 : 9, data: { state: state(asked === 1 ? 4 : 9) } } } : { unsubscribe: {} }));
  const room = new Room({ client, channel: "x", fold: foldBidding, onChange: () => {} });
  client.connect();
  await settle();
  line.push("x", { data: { public_seq: 8, state: { price_fen: 8 } }, offset: 8 });
  assert.equal(room.state.price_fen, 4);
  assert.equal(room.behind, 4);
  await settle();
  assert.equal(room.state.price_fen, 9);
  assert.equal(room.behind, 0);
  assert.equal(line.heard.filter((each) => each.subscribe).at(-1).subscribe.recover, undefined);
});

test("a room that was not there yet, as the public sees it later, is taken when it comes", async () => {
  let asked = 0;
  const { line, client } = connected((command) => (command.connect ? hello : command.subscribe ? { subscribe: { recoverable: true, epoch: "e", offset: asked, data: { state: (asked += 1) === 1 ? null : state(1), latest: {} } } } : { unsubscribe: {} }));
  const room = new Room({ client, channel: "x", fold: foldBidding, onChange: () => {} });
  client.connect();
  await settle();
  assert.equal(room.state, null);
  line.push("x", { data: { public_seq: 1, state: { price_fen: 1 } }, offset: 1 });
  await settle();
  assert.equal(room.state.public_seq, 1);
  assert.equal(asked, 2);
});

test("an expired token is fetched anew, a forged one ends it", async () => {
  let tries = 0;
  const expired = connected((command) => (command.connect ? ((tries += 1) === 1 ? { error: { code: 109, message: "token expired" } } : hello) : null));
  expired.client.connect();
  await settle();
  assert.equal(expired.client.state, "connected");
  assert.deepEqual(expired.tokens, [false, true]);
  const forged = connected(() => null);
  forged.client.connect();
  await settle();
  forged.line.drop(3500);
  assert.equal(forged.client.state, "closed");
});

test("a temporary error is tried again, a refused channel is not", async () => {
  const answers = [{ error: { code: 100, message: "later", temporary: true } }, { subscribe: { recoverable: false, data: { state: state(1) } } }];
  const refused = [];
  const { client } = connected((command) => (command.connect ? hello : command.subscribe?.channel === "x" ? answers.shift() : { error: { code: 103, message: "permission denied" } }));
  const room = new Room({ client, channel: "x", fold: foldBidding, onChange: () => {} });
  client.subscribe("secret", { refused: (error) => refused.push(error.code) });
  client.connect();
  await settle();
  await settle();
  assert.equal(room.state.public_seq, 1);
  assert.deepEqual(refused, [103]);
});

test("an unrecoverable position is given up", async () => {
  const answers = [{ subscribe: { recoverable: true, epoch: "e", offset: 4, data: { state: state(4) } } }, { error: { code: 112, message: "unrecoverable position" } }, { subscribe: { recoverable: true, epoch: "f", offset: 2, data: { state: state(2) } } }];
  const { line, client } = connected((command) => (command.connect ? hello : answers.shift()));
  const room = new Room({ client, channel: "x", fold: foldBidding, onChange: () => {} });
  client.connect();
  await settle();
  line.drop();
  await settle();
  await settle();
  assert.equal(room.state.public_seq, 2);
  assert.equal(room.subscription.position.epoch, "f");
});

test("an rpc ends with its answer, its error, its time or its socket", async () => {
  const { line, client } = connected((command) => (command.connect ? hello : command.rpc?.method === "good" ? { rpc: { data: 7 } } : command.rpc?.method === "bad" ? { error: { code: 111, message: "too many", temporary: true } } : null));
  client.connect();
  await settle();
  assert.equal(await client.rpc("good", {}), 7);
  await assert.rejects(client.rpc("bad", {}), { code: 111, temporary: true });
  await assert.rejects(client.rpc("silent", {}, 5), { code: "timeout" });
  const lost = client.rpc("lost", {});
  line.drop();
  await assert.rejects(lost, { code: "lost" });
});

test("a ping is answered, also inside a batch", async () => {
  const { line, client } = connected((command) => (command.connect ? hello : null));
  client.connect();
  await settle();
  line.sockets.at(-1).onmessage({ data: '{"push":{"channel":"none","pub":{}}}\n{}' });
  assert.deepEqual(line.heard.at(-1), {});
});

test("a frame that is none costs the connection, not the page", async () => {
  const { line, client } = connected((command) => (command.connect ? hello : null));
  client.connect();
  await settle();
  line.sockets.at(-1).onmessage({ data: "[1" });
  assert.equal(client.state, "connecting");
  await settle();
  assert.equal(client.state, "connected");
});

test("frames are lines of JSON objects", () => {
  assert.deepEqual(decode(encode([{ id: 1 }, {}])), [{ id: 1 }, {}]);
  for (const bad of ["[]", "1", "null", "{"]) assert.throws(() => decode(bad));
});

test("close codes: which come back", () => {
  for (const code of [1000, 1006, 1012, 3001, 3005, 3008, 3012, 4000]) assert.equal(reconnects(code), true, String(code));
  for (const code of [1009, 3500, 3501, 3507, 4500]) assert.equal(reconnects(code), false, String(code));
  assert.equal(resubscribes(2500), true);
  assert.equal(resubscribes(2000), false);
});

test("waiting is full jitter under a bound that doubles", () => {
  assert.equal(waitMs(0, () => 0), 0);
  assert.equal(waitMs(3, () => 0.5), 800);
  assert.ok(waitMs(60, () => 0.999) < BACKOFF_MAX_MS);
});

test("of several probes the one with the shortest way counts", () => {
  const samples = [{ sent: 0, received: 400, server: 1_000_300 }, { sent: 500, received: 520, server: 1_000_510 }, { sent: 600, received: 590, server: 9 }];
  assert.deepEqual(best(samples), { trip: 20, offset: 1_000_000 });
  assert.equal(best([]), null);
});

test("a stamp from ahead puts the clock right, one from behind does not", async () => {
  const clock = new ServerClock({ probe: async () => null, local: () => 100 });
  clock.heard(5_100);
  assert.equal(clock.now(), 5_100);
  clock.heard(4_000);
  assert.equal(clock.now(), 5_100);
  clock.heard(9_100);
  assert.equal(clock.now(), 9_100);
});

test("folding: repeats, gaps, rows by seq, items and questions by id", () => {
  assert.equal(step(4, { public_seq: 4 }), "repeat");
  assert.equal(step(4, { public_seq: 5 }), "next");
  assert.equal(step(4, { public_seq: 7 }), "gap");
  const before = { public_seq: 1, bids: [{ seq: 1 }] };
  const after = foldBidding(before, { public_seq: 2, state: { leader: "A" }, bids: [{ seq: 2 }, { seq: 1 }] });
  assert.deepEqual(after.bids.map((bid) => bid.seq), [2, 1]);
  assert.equal(before.bids.length, 1);
  const show = foldRoadshow({ items: [{ item_id: "a", index: 0, phase: "queued" }], questions: [{ question_id: "q" }] }, { public_seq: 2, state: {}, items: [{ item_id: "a", index: 0, phase: "pitching" }], questions: [{ question_id: "r" }], questions_removed: ["q"] });
  assert.equal(show.items[0].phase, "pitching");
  assert.deepEqual(show.questions.map((each) => each.question_id), ["r"]);
});

test("only what is known to be the newest is current", () => {
  const calm = { online: true, socket: "connected", live: true, heardAt: 0, polledAt: null, everHeard: true, behind: 0, ticking: true, now: 1_000 };
  const said = (change) => linkOf({ ...calm, ...change });
  assert.deepEqual(said({}), { name: "connected", behind: 0, lateMs: 0, current: true });
  assert.equal(said({ now: 3_001 }).name, "reconnecting");
  assert.equal(said({ now: 3_001, ticking: false }).name, "connected");
  assert.deepEqual(said({ behind: 3 }), { name: "behind", behind: 3, lateMs: 0, current: false });
  assert.equal(said({ stalled: true }).current, false);
  assert.equal(said({ online: false }).name, "offline");
  assert.equal(said({ live: false, socket: "connecting" }).name, "reconnecting");
  assert.equal(said({ live: false, socket: "connecting", everHeard: false }).name, "connecting");
  assert.deepEqual(said({ live: false, socket: "connecting", polledAt: 500 }), { name: "degraded", behind: 0, lateMs: 0, current: true });
  assert.equal(said({ live: false, socket: "connecting", polledAt: 0, now: 6_000 }).name, "reconnecting");
});

test("ids are long, of base64url, and never twice", () => {
  const ids = new Set(Array.from({ length: 1_000 }, () => newId()));
  assert.equal(ids.size, 1_000);
  for (const id of ids) assert.match(id, /^[\w-]{24}$/);
});

test("a clock ahead of the screen is behind by n, and a second one fetches the state anew", async () => {
  let asked = 0;
  const { line, client } = connected((command) => (command.connect ? hello : command.subscribe ? { subscribe: { recoverable: true, epoch: "e", offset: (asked += 1) === 1 ? 4 : 7, data: { state: state(asked === 1 ? 4 : 7) } } } : { unsubscribe: {} }));
  const room = new Room({ client, channel: "x", fold: foldBidding, onChange: () => {} });
  client.connect();
  await settle();
  const tick = (seq) => line.push("x", { data: { key: "clock", server_time_ms: 1, public_seq: seq } });
  tick(4);
  assert.equal(room.behind, 0);
  tick(7);
  assert.equal(room.behind, 3);
  assert.equal(room.state.public_seq, 4);
  line.push("x", { data: { public_seq: 5, state: {} }, offset: 5 });
  assert.equal(room.behind, 2);
  tick(7);
  await settle();
  assert.equal(room.state.public_seq, 7);
  assert.equal(room.behind, 0);
});

test("what is told too late is behind by seconds, and nothing is bid from it", () => {
  const fits = { socket: "connected", live: true, heardAt: 0, everHeard: true, ticking: true, now: 100 };
  assert.deepEqual(linkOf({ ...fits, lateMs: 3_000 }), { name: "connected", behind: 0, lateMs: 3_000, current: true });
  assert.deepEqual(linkOf({ ...fits, lateMs: 3_001 }), { name: "behind", behind: 0, lateMs: 3_001, current: false });
  assert.equal(linkOf({ ...fits, behind: 2 }).name, "behind");
});
