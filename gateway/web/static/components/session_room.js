// A session as a page holds it: its channel, presence, and what is told aloud.

import { foldRoadshow } from "../push/fold.js";
import { activeItem, PERIODS } from "../lib/show_rules.js";
import { spokenMark } from "../lib/bidding_rules.js";
import { sayPolitely } from "../lib/say.js";
import { t, word } from "../lib/texts.js";
import { Acts } from "./acts.js";
import { BiddingRoom } from "./bidding_room.js";

export const STAFF = ["host", "stage_controller", "desk_officer", "desk_reviewer", "bid_controller", "supervisor"];

/** Whether a channel's problem says that there is no such session. */
export const isMissing = (problem) => [102, "102", "UNKNOWN_CHANNEL", "NOT_FOUND"].includes(problem);

export class SessionRoom {
  constructor(app, sessionId) {
    this.app = app;
    this.id = sessionId;
    this.staff = app.has(...STAFF);
    this.room = app.room({ channel: `${this.staff ? "roadshow.staff" : "roadshow"}:${sessionId}`, fold: foldRoadshow, onPublication: (data, before, after) => this.happened(before, after) });
    this.side = this.staff ? app.room({ channel: `roadshow:${sessionId}`, fold: foldRoadshow, poll: null }) : null; // its conflated values
    this.acts = new Acts(app, sessionId);
    this.bidding = null;
    this.leftBefore = null;
  }

  get state() {
    return this.room.state;
  }

  /** Whether there is no such session: its channel is refused, or is there and holds nothing (not published yet, perhaps). */
  get isMissing() {
    return this.state === null && (isMissing(this.room.problem) || this.room.live);
  }

  get latest() {
    return { ...this.room.latest, ...this.side?.latest }; // who is present is told where the guests are
  }

  get link() {
    return this.app.linkOf(this.room, this.state?.phase === "live");
  }

  get active() {
    return activeItem(this.state);
  }

  /** Who is here, over all gateways: {count, and by kind where that is told}; null where nothing is known. */
  get crowd() {
    return this.latest.presence ?? null;
  }

  get present() {
    return this.crowd?.count ?? null;
  }

  /** How many registered interest in an item; null while that may not be told. */
  interestsOf(item) {
    return this.latest[`interests:${item.item_id}`]?.count ?? item.interests_count ?? null;
  }

  /** Whether the time of the period on stage has run out; a bidding has a clock of its own. */
  get isTimeUp() {
    return PERIODS.includes(this.active?.phase) && (this.active.time_up === true || this.leftMs === 0);
  }

  get leftMs() {
    const now = this.app.clock.now();
    const until = this.active?.ends_at_ms;
    return now === null || !until ? null : Math.max(0, until - now);
  }

  /** The bidding of the item on stage, opened while it is on stage, and until the next item comes. */
  followBidding() {
    const id = this.active?.bidding_id ?? (this.bidding && !this.active ? this.bidding.id : null);
    if (this.bidding && this.bidding.id !== id) {
      this.bidding.leave();
      this.bidding = null;
    }
    const runs = this.active?.phase === "bidding" || this.active?.result;
    if (!this.bidding && id && runs) this.bidding = new BiddingRoom(this.app, id);
    this.bidding?.tick();
    return this.bidding;
  }

  happened(before, after) {
    if (!before) return;
    const [was, is] = [activeItem(before), activeItem(after)];
    if (is && (was?.item_id !== is.item_id || was?.phase !== is.phase)) sayPolitely(t("say.item", { title: is.title, phase: word("item", is.phase) }));
    if (after.phase !== before.phase) sayPolitely(word("session", after.phase));
  }

  tick() {
    const left = this.leftMs;
    if (this.active?.phase === "pitching" && left !== null && this.leftBefore !== null) {
      const mark = spokenMark(this.leftBefore, left);
      if (mark !== null) sayPolitely(t("say.left", { seconds: mark }));
    }
    this.leftBefore = left;
  }

  now() {
    return this.app.clock.now();
  }
}
