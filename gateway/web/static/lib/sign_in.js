// The sign-in of this browser, shared by its tabs: renewed well before it runs out, once for all.
// Rule 1: who renews holds the browser's lock; where there are no Web Locks (plain http from a phone)
// a lease in the storage. Whoever gets it later looks first whether another tab has renewed.
// Rule 2: how long it lives is said by the server as a span, counted here by the device's clock,
// which goes on while a laptop sleeps. A clock that is wrong costs a request, never the sign-in.
// Rule 3: only the server's word (401, 403) ends it; no answer is no end. Then all tabs are guests.

import { forget, recall, remember } from "./storage.js";

const KEY = "sign_in";
const LEASE = "sign_in.lease";
const LOCK = "shuoguo-sign-in";
const RENEW_SHARE = 2 / 3; // of its life, after which it is renewed
const LEAST_LEFT_MS = 3_000; // with less than this nothing is asked before it has been renewed
const RETRY_MS = 4_000;
const SPREAD_MS = 100; // in which what a tab keeps is seen by one of another process
const LEASE_MS = 12_000;
const SETTLE_MS = 40; // in which two tabs that take the lease at once see each other
const NOBODY = { account: null, until: 0, renewAt: 0, over: null };

/** Whether somebody came or went between two texts of the store; a renewal is neither. */
function differ(before, after) {
  const who = (text) => {
    const { account, over } = JSON.parse(text ?? "null") ?? NOBODY;
    return `${account} ${over}`;
  };
  return who(before) !== who(after);
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms));

export class SignIn {
  /** renew: async () => the server's answer, or a throw with `status`. The rest is replaced in tests. */
  constructor({ renew, store = { recall, remember }, locks = globalThis.navigator?.locks, now = () => Date.now(), random = Math.random, pause = wait }) {
    Object.assign(this, { ask: renew, store, locks, now, random, pause });
    this.own = NOBODY; // where a browser keeps nothing
    this.listeners = new Set();
    this.renewing = null;
    this.retryAt = 0;
    globalThis.addEventListener?.("storage", (event) => event.key === `shuoguo.${KEY}` && differ(event.oldValue, event.newValue) && this.tell());
  }

  get state() {
    return this.store.recall(KEY) ?? this.own;
  }

  /** `told()` is called when somebody has signed in, out, or the sign-in is over, in whichever tab. */
  listen(told) {
    this.listeners.add(told);
  }

  tell() {
    for (const told of this.listeners) told(this.state);
  }

  /** The server says who it is and how long the session lives: after signing in, at each look, each renewal. */
  heard({ account_id: account, lives_ms: lives }) {
    const before = this.state;
    if (account === null) return before.account === null ? undefined : this.ended("over");
    if (this.store.recall("sign_in.last") !== account) {
      forget("draft."); // another person's
      this.store.remember("sign_in.last", account);
    }
    const now = this.now();
    this.keep({ account, until: now + lives, renewAt: now + lives * RENEW_SHARE, over: null });
    return undefined;
  }

  /** why: "over" (it ran out, or was ended elsewhere) or "out" (signed out here). */
  ended(why) {
    if (why === "out") forget("draft.");
    if (this.state.account !== null || why === "over") this.keep({ ...NOBODY, over: why });
  }

  /** The banner has been put away. */
  putAway() {
    this.keep({ ...this.state, over: null });
  }

  keep(next) {
    const { account, over } = this.state;
    this.own = next;
    this.store.remember(KEY, next);
    if (account !== next.account || over !== next.over) this.tell();
  }

  /** Called often: renews where it is time to, in whichever tab comes first. */
  look() {
    const { account, renewAt } = this.state;
    if (account === null || this.now() < renewAt || this.now() < this.retryAt) return;
    void this.renew().catch(() => {});
  }

  /** Before anything is asked: a session that lives, or none. */
  async fresh() {
    const { account, until } = this.state;
    if (account !== null && this.now() > until - LEAST_LEFT_MS) await this.renew();
  }

  /** True: it goes on. False: it is over. Throws where the server cannot be asked. */
  renew() {
    this.renewing ??= this.renewOnce(this.state.until).finally(() => {
      this.renewing = null;
    });
    return this.renewing;
  }

  async renewOnce(seen) {
    return this.alone(async () => {
      const now = this.state;
      if (now.account !== null && now.until > seen && now.until > this.now() + LEAST_LEFT_MS) return true; // another tab did
      try {
        this.heard(await this.ask());
        await this.pause(SPREAD_MS); // the next tab to get the lock shall find it
        return true;
      } catch (problem) {
        this.retryAt = this.now() + RETRY_MS;
        if (problem.status !== 401 && problem.status !== 403) throw problem;
        this.ended("over");
        return false;
      }
    });
  }

  /** One tab at a time; for signing in too, so that a late refusal takes no new sign-in away. */
  async alone(act) {
    if (this.locks) return this.locks.request(LOCK, act);
    const mine = await this.lease();
    try {
      return await act();
    } finally {
      if (this.store.recall(LEASE)?.id === mine) this.store.remember(LEASE, null);
    }
  }

  async lease() {
    const id = `${this.now()}.${this.random()}`;
    for (const patience = this.now() + LEASE_MS; this.now() < patience; ) {
      const held = this.store.recall(LEASE);
      if (!held || held.until < this.now()) {
        this.store.remember(LEASE, { id, until: this.now() + LEASE_MS });
        await this.pause(SETTLE_MS * (1 + this.random()));
        if ((this.store.recall(LEASE)?.id ?? id) === id) return id;
      } else await this.pause(SETTLE_MS * 2);
    }
    return id; // who held it has gone: the server bears two at once
  }
}
