// As whom a page asks: a person who may have signed in, or the screen in a hall, which nobody has.
// A seat: me(), pushToken(), state(channel), look() (called often), listen(told): told(account) once
// somebody else sits there.

import { asNobody, get, post, Problem, signIn, whoAsks } from "./api.js";

const state = (channel) => `/api/state/${encodeURIComponent(channel)}`;
const NOBODY = { account_id: null };

/** Whoever uses this browser: signed in or a guest. */
export class Person {
  me() {
    return whoAsks();
  }

  /** A guest asks without cookies: one that has run out would be in the way. */
  async pushToken() {
    await signIn.fresh();
    return signIn.state.account === null ? asNobody("POST", "/api/push-token", { body: {} }) : post("/api/push-token");
  }

  state(channel) {
    return get(state(channel), 4000);
  }

  look() {
    signIn.look();
  }

  listen(told) {
    signIn.listen(({ account }) => told(account));
  }
}

/**
 * The screen in the hall of a session. Its key is in its address (#key=…), so that it lasts: a reload
 * shows it again, whoever has signed in there, or out. Whoever runs the session and opens the page
 * gets one; everybody else sees there what the public sees.
 */
export class HallScreen {
  constructor(sessionId, place = location) {
    Object.assign(this, { sessionId, place });
    this.key = new URLSearchParams(place.hash.slice(1)).get("key");
  }

  async me() {
    if (this.key === null) await this.pair().catch(() => {});
    return { ...NOBODY, roles: this.key === null ? ["public"] : ["public", "screen"] };
  }

  async pair() {
    const { key } = await post("/api/screen-key", { session_id: this.sessionId });
    this.keep(key);
  }

  keep(key) {
    this.key = key;
    history.replaceState(null, "", key === null ? this.place.pathname : `#key=${encodeURIComponent(key)}`);
  }

  async pushToken() {
    if (this.key === null) return asNobody("POST", "/api/push-token", { body: {} });
    try {
      return await asNobody("POST", "/api/screen-token", { body: { key: this.key } });
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.status !== 401) throw problem;
      this.keep(null);
      location.reload(); // another key where somebody may have one, or what the public sees
      throw problem;
    }
  }

  state(channel) {
    return asNobody("GET", state(channel), { headers: this.key === null ? {} : { "x-shuoguo-screen": this.key }, timeoutMs: 4000 });
  }

  look() {}

  listen() {} // who signs in or out is nothing to a screen
}
