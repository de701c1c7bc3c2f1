// A channel as a page sees it: one state, always whole, from the socket or, if that is down, from
// polling the same snapshot (WS-7). Rule 1: a gap is never painted over: the state is taken again.
// Rule 2: polling never moves the state back.

import { step } from "./fold.js";

export const POLL_MS = 2_000;
const POLL_AFTER_MS = 3_000;

export class Room {
  /**
   * poll: async (channel) => state, or null where a channel is not polled. keyedIsState: what comes
   * without an offset is part of the state too (private channels, where bids are sealed).
   */
  constructor({ client, channel, fold, onChange, onPublication = () => {}, poll = null, keyedIsState = false, local = () => performance.now() }) {
    Object.assign(this, { client, channel, fold, onChange, onPublication, poll, keyedIsState, local });
    this.state = null;
    this.latest = {};
    this.behind = 0;
    this.heardAt = null;
    this.polledAt = null;
    this.problem = null;
    this.polling = null;
    this.subscription = client.subscribe(channel, {
      subscribed: (answer) => this.subscribed(answer),
      publication: (data) => this.publication(data),
      refused: (error) => this.refused(error),
      paused: () => this.paused(),
    });
    this.pollLater(POLL_AFTER_MS);
  }

  get live() {
    return this.subscription.active;
  }

  get seq() {
    return this.state?.public_seq ?? null;
  }

  subscribed({ recovered, state, latest }) {
    this.stopPolling();
    this.heardAt = this.local();
    this.problem = null;
    if (!recovered && state) this.state = state;
    if (!recovered) this.behind = 0;
    this.latest = { ...this.latest, ...latest };
    this.onChange(this);
  }

  publication(data) {
    this.heardAt = this.local();
    if (data.key && !this.keyedIsState) {
      this.latest = { ...this.latest, [data.key]: data };
      if (Number.isInteger(data.public_seq) && this.seq !== null) this.lagging(data.public_seq - this.seq);
    } else this.critical(data);
    this.onChange(this);
  }

  critical(data) {
    if (this.state === null) {
      this.subscription.resync(); // it was not there yet when we asked: the public sees it later
      return;
    }
    const found = step(this.seq, data);
    if (found === "repeat") return;
    if (found === "gap") {
      this.behind = data.public_seq - this.seq;
      this.subscription.resync();
      return;
    }
    const before = this.state;
    this.state = this.fold(before, data);
    this.behind = Math.max(0, this.behind - 1);
    this.onPublication(data, before, this.state);
  }

  /** A clock that is ahead of us twice says that a publication was lost on its way. */
  lagging(count) {
    const wasBehind = this.behind > 0;
    this.behind = Math.max(0, count);
    if (wasBehind && this.behind > 0) this.subscription.resync();
  }

  refused(error) {
    this.problem = error.code;
    this.stopPolling();
    this.onChange(this);
    if (this.poll) void this.pollOnce();
  }

  paused() {
    this.pollLater(POLL_AFTER_MS);
    this.onChange(this);
  }

  pollLater(ms) {
    if (!this.poll) return;
    clearTimeout(this.polling);
    this.polling = setTimeout(() => void this.pollOnce(), ms);
  }

  async pollOnce() {
    if (this.live) return;
    try {
      const state = await this.poll(this.channel);
      if (this.live || !state) return;
      this.polledAt = this.local();
      if (this.problem !== null) this.problem = null;
      if (this.state === null || (state.public_seq ?? 0) >= (this.seq ?? 0)) this.adopt(state);
    } catch (problem) {
      if (this.state === null && problem.status >= 400 && problem.status < 500) this.problem ??= problem.code; // what the socket refused says more
    }
    this.onChange(this);
    if (!this.live) this.pollLater(POLL_MS);
  }

  adopt(state) {
    const before = this.state;
    this.state = state;
    if (before && state.public_seq !== before.public_seq) this.onPublication({ events: [], polled: true }, before, state);
  }

  stopPolling() {
    clearTimeout(this.polling);
    this.polling = null;
    this.polledAt = null;
  }

  leave() {
    this.stopPolling();
    this.client.unsubscribe(this.channel);
  }
}
