// One channel: its position in the stream, and how it is taken up again.
// Rule 1: the position moves with publications that carry an offset; conflated ones have none.
// Rule 2: `recovered: true` → the missed publications follow; else the answer holds a state.

import { waitMs } from "./backoff.js";
import { UNRECOVERABLE } from "./codes.js";

export class Subscription {
  /** handlers: {subscribed({recovered, state, latest}), publication(data), refused(error), paused()} */
  constructor(client, channel, handlers) {
    Object.assign(this, { client, channel, handlers });
    this.position = null;
    this.active = false;
    this.attempt = 0;
    this.retry = null;
  }

  question() {
    const wish = { channel: this.channel };
    if (this.position) Object.assign(wish, { recover: true, ...this.position });
    const asked = this.client.question({ subscribe: wish });
    asked.reply.then((reply) => this.granted(reply.subscribe), (error) => this.refused(error));
    return asked;
  }

  ask() {
    clearTimeout(this.retry);
    this.client.send([this.question().command]);
  }

  granted(answer) {
    this.active = true;
    this.attempt = 0;
    const recovered = answer.recovered === true;
    const from = recovered ? this.position?.offset ?? 0 : answer.offset ?? 0;
    this.position = answer.recoverable ? { epoch: answer.epoch ?? "", offset: from } : null;
    this.handlers.subscribed?.({ recovered, state: answer.data?.state ?? null, latest: answer.data?.latest ?? {} });
    for (const publication of answer.publications ?? []) this.publication(publication);
    if (this.position) this.position.offset = Math.max(this.position.offset, answer.offset ?? 0);
  }

  publication(publication) {
    if (!this.active) return;
    if (publication.offset && this.position) {
      if (publication.offset <= this.position.offset) return; // a repeat
      this.position.offset = publication.offset;
    }
    this.handlers.publication?.(publication.data);
  }

  refused(error) {
    this.active = false;
    if (error.code === "lost") return;
    if (error.code === UNRECOVERABLE) this.position = null;
    if (error.temporary || error.code === UNRECOVERABLE) this.later();
    else this.handlers.refused?.(error);
  }

  later() {
    clearTimeout(this.retry);
    const wait = waitMs(this.attempt, this.client.random);
    this.attempt += 1;
    this.retry = setTimeout(() => this.client.state === "connected" && this.ask(), wait);
  }

  taken(code, comesBack) {
    this.active = false;
    this.handlers.paused?.();
    if (comesBack) this.later();
    else this.handlers.refused?.({ code, message: "unsubscribed" });
  }

  /** The socket is gone; the position stays. */
  pause() {
    if (this.active) this.handlers.paused?.();
    this.active = false;
    clearTimeout(this.retry);
  }

  /** Something is missing: take the whole state again. */
  resync() {
    if (!this.active) return;
    this.active = false;
    this.position = null;
    this.client.ask({ unsubscribe: { channel: this.channel } }).catch(() => {});
    this.ask();
  }
}
