// What opens one's own envelopes, as this browser keeps it. Rule: it is kept before anything is
// sent, and whether it could be kept is said: without it an envelope is void.

import { recall, remember } from "./storage.js";

export class Openings {
  constructor(biddingId, number) {
    this.name = `openings.${biddingId}.${number}`;
    this.list = recall(this.name, []);
  }

  /** Keep one; false where this browser keeps nothing (it is then in this page alone). */
  add(opening) {
    this.list = [...this.list.filter((each) => each.commitment !== opening.commitment), opening];
    return this.keep();
  }

  /** What opens this envelope; another tab may have made it. */
  of(commitment) {
    const found = () => this.list.find((each) => each.commitment === commitment) ?? null;
    if (found() === null) this.list = [...this.list, ...recall(this.name, []).filter((each) => !this.list.some((own) => own.commitment === each.commitment))];
    return found();
  }

  /** He has a copy outside of this browser. */
  saved(commitment) {
    this.list = this.list.map((each) => (each.commitment === commitment ? { ...each, is_saved: true } : each));
    this.keep();
  }

  keep() {
    remember(this.name, this.list);
    return recall(this.name, []).length === this.list.length;
  }
}
