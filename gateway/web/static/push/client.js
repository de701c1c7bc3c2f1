// One connection to the push gateway (Centrifuge's JSON protocol), and what is asked over it.
// Rule 1: subscriptions and their positions outlive the socket; each socket begins with connect and
// every subscribe in one frame.
// Rule 2: a question has an answer, an error or a time limit; a lost socket ends all that wait.
// Rule 3: what waits for the network (backoff) is cut short when the device says it is back.

import { waitMs } from "./backoff.js";
import { CONNECTION_EXPIRED, INVALID_TOKEN, isTemporary, reconnects, resubscribes, TOKEN_EXPIRED } from "./codes.js";
import { decode, encode, isPing } from "./frames.js";
import { Subscription } from "./subscription.js";

const CONNECT_TIMEOUT_MS = 6_000;
const PONG_GRACE_MS = 4_000;
const TOKEN_SHARE = 0.8; // of its life, after which the next one is fetched

export class PushError extends Error {
  constructor(code, message, temporary) {
    super(message || String(code));
    this.code = code;
    this.temporary = temporary;
  }
}

export class PushClient {
  /**
   * url: of the socket. getToken: async (fresh) => token. onState: ("connecting"|"connected"|"closed").
   * open, random, local: the socket's maker, chance and a monotonic clock, replaced in tests.
   */
  constructor({ url, getToken, onState = () => {}, open = (address) => new WebSocket(address), random = Math.random, local = () => performance.now() }) {
    Object.assign(this, { url, getToken, onState, open, random, local });
    this.state = "closed";
    this.socket = null;
    this.generation = 0; // a late event of an older socket is not ours any more
    this.lastId = 0;
    this.waiting = new Map();
    this.subscriptions = new Map();
    this.attempt = 0;
    this.heardAt = null;
    this.pingMs = 25_000;
    this.timers = {};
    this.reason = null;
    this.mayReturn = false; // closed by the server for who it was, not for what it did
  }

  // ---- what a page calls ----

  connect() {
    if (this.state !== "closed") return;
    this.reason = null;
    this.become("connecting");
    void this.start(false);
  }

  close(reason = null) {
    this.reason = reason;
    this.drop();
    this.become("closed");
  }

  subscribe(channel, handlers) {
    const subscription = new Subscription(this, channel, handlers);
    this.subscriptions.set(channel, subscription);
    if (this.state === "connected") subscription.ask();
    return subscription;
  }

  unsubscribe(channel) {
    this.subscriptions.delete(channel);
    if (this.state === "connected") this.ask({ unsubscribe: { channel } }).catch(() => {});
  }

  async rpc(method, data, timeoutMs = 5_000) {
    if (this.state !== "connected") throw new PushError("lost", "not connected", true);
    const reply = await this.ask({ rpc: { method, data } }, timeoutMs);
    return reply.rpc?.data;
  }

  async presenceStats(channel) {
    const reply = await this.ask({ presence_stats: { channel } });
    return reply.presence_stats?.num_clients ?? 0;
  }

  /** The device is back (online, seen again): try now, or make sure that the line still lives. */
  wake() {
    if (this.state === "connecting" && this.timers.retry) {
      this.attempt = 0;
      this.again(0);
    } else if (this.state === "connected" && this.heardAt !== null && this.local() - this.heardAt > this.pingMs + 1_000) {
      this.lost();
    }
  }

  /** The device says that there is no network. */
  sleep() {
    if (this.state !== "closed") this.lost();
  }

  // ---- the socket's life ----

  become(state) {
    if (this.state === state) return;
    this.state = state;
    this.onState(state);
  }

  async start(freshToken) {
    const generation = (this.generation += 1);
    try {
      const token = await this.getToken(freshToken);
      if (generation !== this.generation || this.state !== "connecting") return;
      this.openSocket(generation, token);
    } catch (problem) {
      if (generation !== this.generation) return;
      if (problem.status === 401 || problem.status === 403) this.close("not_permitted");
      else this.again();
    }
  }

  openSocket(generation, token) {
    const socket = this.open(this.url);
    const ours = () => generation === this.generation;
    this.socket = socket;
    this.timer("connect", CONNECT_TIMEOUT_MS, () => this.lost());
    socket.onopen = () => ours() && this.greet(token);
    socket.onmessage = (event) => ours() && this.receive(event.data);
    socket.onclose = (event) => ours() && this.closed(event.code, event.reason);
    socket.onerror = () => {};
  }

  /** Connect and subscribe in one frame: one way there, one way back. */
  greet(token) {
    const hello = this.question({ connect: { token, name: "shuoguo" } }, CONNECT_TIMEOUT_MS);
    const channels = [...this.subscriptions.values()].map((subscription) => subscription.question());
    this.send([hello.command, ...channels.map((each) => each.command)]);
    hello.reply.then((reply) => this.welcomed(reply.connect), (problem) => this.unwelcome(problem));
  }

  welcomed(welcome) {
    clearTimeout(this.timers.connect);
    this.attempt = 0;
    this.pingMs = (welcome.ping ?? 25) * 1000;
    this.pong = welcome.pong === true;
    this.hear();
    if (welcome.expires && welcome.ttl > 0) this.refreshIn(welcome.ttl);
    this.become("connected");
  }

  unwelcome(problem) {
    if (problem.code === "lost") return;
    this.drop();
    if (problem.code === TOKEN_EXPIRED) void this.start(true);
    else if (problem.temporary) this.again();
    else this.close(problem.message);
  }

  refreshIn(ttlSeconds) {
    const early = ttlSeconds * 1000 * TOKEN_SHARE * (0.9 + 0.1 * this.random());
    this.timer("refresh", Math.min(early, 2 ** 31 - 1), () => void this.refresh());
  }

  async refresh() {
    try {
      const token = await this.getToken(true);
      const reply = await this.ask({ refresh: { token } });
      if (reply.refresh?.expires) this.refreshIn(reply.refresh.ttl);
    } catch {
      if (this.state === "connected") this.refreshIn(5);
    }
  }

  closed(code, text) {
    this.drop();
    if (this.state === "closed") return;
    this.mayReturn = code === INVALID_TOKEN;
    if (reconnects(code)) this.again(undefined, code === CONNECTION_EXPIRED);
    else this.close(text || String(code));
  }

  /** Give this socket up and come back. */
  lost() {
    this.drop();
    if (this.state !== "closed") this.again();
  }

  drop() {
    this.generation += 1;
    for (const name of Object.keys(this.timers)) clearTimeout(this.timers[name]);
    this.timers = {};
    const socket = this.socket;
    this.socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      try {
        socket.close();
      } catch {
        // it never opened
      }
    }
    const waiting = [...this.waiting.values()];
    this.waiting.clear();
    for (const { fail } of waiting) fail(new PushError("lost", "connection lost", true));
    for (const subscription of this.subscriptions.values()) subscription.pause();
  }

  again(afterMs = waitMs(this.attempt, this.random), freshToken = false) {
    this.attempt += 1;
    this.become("connecting");
    this.timer("retry", afterMs, () => {
      delete this.timers.retry;
      void this.start(freshToken);
    });
  }

  timer(name, ms, act) {
    clearTimeout(this.timers[name]);
    this.timers[name] = setTimeout(act, ms);
  }

  // ---- what is said ----

  send(commands) {
    if (this.socket?.readyState === 1 && commands.length) this.socket.send(encode(commands));
  }

  question(command, timeoutMs = 5_000) {
    const id = (this.lastId += 1);
    const reply = new Promise((answer, fail) => {
      const timer = setTimeout(() => {
        this.waiting.delete(id);
        fail(new PushError("timeout", "no answer in time", true));
      }, timeoutMs);
      const done = (act) => (value) => {
        clearTimeout(timer);
        act(value);
      };
      this.waiting.set(id, { answer: done(answer), fail: done(fail) });
    });
    return { command: { id, ...command }, reply };
  }

  ask(command, timeoutMs) {
    const { command: numbered, reply } = this.question(command, timeoutMs);
    this.send([numbered]);
    return reply;
  }

  hear() {
    this.heardAt = this.local();
    this.timer("silence", this.pingMs + PONG_GRACE_MS, () => this.lost());
  }

  receive(text) {
    let messages;
    try {
      messages = decode(text);
    } catch {
      this.lost();
      return;
    }
    if (this.pingMs) this.hear();
    for (const message of messages) this.handle(message);
  }

  handle(message) {
    if (isPing(message)) {
      if (this.pong) this.send([{}]);
    } else if (message.id) this.answered(message);
    else if (message.push) this.pushed(message.push);
  }

  answered(message) {
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (!waiting) return;
    const { error } = message;
    if (error) waiting.fail(Object.assign(new PushError(error.code, error.message, isTemporary(error)), { params: error.params ?? {} }));
    else waiting.answer(message);
  }

  pushed(push) {
    if (push.disconnect) {
      this.closed(push.disconnect.code, push.disconnect.reason);
      return;
    }
    const subscription = this.subscriptions.get(push.channel);
    if (!subscription) return;
    if (push.pub) subscription.publication(push.pub);
    else if (push.unsubscribe) subscription.taken(push.unsubscribe.code, resubscribes(push.unsubscribe.code));
  }
}
