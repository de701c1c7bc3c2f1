// An act that takes two people (4.2, 4.6): what the first asked for, as the second sees it.
// Rule: the second confirms exactly that. What it was is read from the log; a time typed anew is a
// new request, and never meant to be the same.

import { get } from "../lib/api.js";

const AGAIN_MS = 2_000;
export const RESUME = "resume_bidding";
export const OPEN = "open_envelopes";
export const TERMINATE = "terminate_bidding";

/** The act that waits, and from whose side one looks at it; null where none waits any more. Pure. */
export function pendingOf(act, role, nowMs) {
  if (!act || nowMs === null || nowMs > act.until_ms) return null;
  return { ...act, mine: act.role === role };
}

export class PendingAct {
  constructor(room, app) {
    Object.assign(this, { room, app, detail: null, askedFor: null });
    this.role = app.has("bid_controller") ? "bid_controller" : "supervisor";
  }

  /** The act of this kind that waits for a second person now. */
  of(kind) {
    const found = pendingOf(this.room.aside?.state?.pending_act, this.role, this.app.clock.now());
    return found?.act === kind ? found : null;
  }

  /** What exactly the one who asked first wants; null until it is known. */
  detailOf(found) {
    if (this.detail?.digest === found.digest) return this.detail;
    if (this.askedFor !== found.digest) void this.look(found.digest);
    return null;
  }

  async look(digest) {
    this.askedFor = digest;
    try {
      this.detail = await get(`/api/biddings/${encodeURIComponent(this.room.id)}/pending-act`);
      this.app.changed();
    } catch {
      setTimeout(() => {
        this.askedFor = null;
        this.app.changed();
      }, AGAIN_MS);
    }
  }
}
