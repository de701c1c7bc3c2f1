// A bidding as a page holds it: its channels, the own commands, and what follows from both.
// The bidding room and the show's bid panel are two views of one of these.

import { alertPerson, calm } from "../lib/alerts.js";
import { bidBar, INSIDERS, isAsked, isClosed, isOpen, OPEN, spokenMark, standingOf } from "../lib/bidding_rules.js";
import { isTied } from "../lib/sealed_rules.js";
import { money } from "../lib/money.js";
import { sayNow, sayPolitely } from "../lib/say.js";
import { recall, remember } from "../lib/storage.js";
import { lang, t } from "../lib/texts.js";
import { Commands } from "../push/commands.js";
import { foldAside, foldBidder, foldBidding } from "../push/fold.js";

const TICKING = [...OPEN, "suspended"];
const ASIDE = [["bid_controller", "bidding.control"], ["supervisor", "bidding.watch"]];

export class BiddingRoom {
  constructor(app, biddingId) {
    this.app = app;
    this.id = biddingId;
    this.number = app.me.numbers?.[biddingId] ?? null;
    this.leftBefore = null;
    this.history = new Map(); // rows by seq: what the room's last fifty forget
    const inside = this.number !== null || app.has(...INSIDERS);
    this.room = this.enter(inside);
    this.own = this.number === null ? null : app.room({ channel: `bidder:${biddingId}.${this.number}`, fold: foldBidder, keyedIsState: true, onChange: () => this.ownChanged(), onPublication: (data) => this.heardOwn(data) });
    const aside = ASIDE.find(([role]) => app.has(role));
    this.aside = aside ? app.room({ channel: `${aside[1]}:${biddingId}`, fold: foldAside, keyedIsState: true }) : null;
    const store = { load: () => recall(`commands.${biddingId}`, []), save: (entries) => remember(`commands.${biddingId}`, entries.length ? entries : null) };
    this.commands = new Commands({
      root: { field: "bidding_id", id: biddingId }, store, onChange: () => app.changed(),
      send: (method, body) => app.send(method, body), status: (command, root) => app.status(command, root),
    });
    const before = app.onReconnect;
    app.onReconnect = () => {
      before?.();
      this.commands.checkAll();
    };
  }

  /** The room itself, or the (perhaps delayed) public view of it. */
  enter(inside) {
    const channel = `${inside ? "bidding" : "bidding.public"}:${this.id}`;
    const room = this.app.room({ channel, fold: foldBidding, onChange: () => this.remember(), onPublication: (data, before, after) => this.happened(before, after) });
    room.delayed = !inside;
    return room;
  }

  leave() {
    this.app.leave(this.room);
    for (const room of [this.own, this.aside]) if (room) this.app.leave(room);
  }

  get state() {
    return this.room.state;
  }

  get link() {
    return this.app.linkOf(this.room, TICKING.includes(this.state?.phase));
  }

  get standing() {
    return standingOf({ state: this.state, number: this.number, own: this.own?.state?.standing });
  }

  get bar() {
    return bidBar({ state: this.state, link: this.link, number: this.number, standing: this.standing });
  }

  /** The room's time: the server's, or for the delayed view so much earlier. */
  nowMs() {
    const now = this.app.clock.now();
    if (now === null) return null;
    return this.room.delayed ? now - (this.state?.terms?.public_delay_ms ?? 0) : now;
  }

  get leftMs() {
    const now = this.nowMs();
    const until = ["scheduled", "lobby"].includes(this.state?.phase) ? this.state.opens_at_ms : this.state?.ends_at_ms;
    return now === null || !until ? null : Math.max(0, until - now);
  }

  remember() {
    if (this.room?.delayed) this.room.delayMs = this.state?.terms?.public_delay_ms ?? 0;
    for (const bid of this.room?.state?.bids ?? []) this.history.set(bid.seq, bid);
  }

  rows() {
    return [...this.history.values()].sort((a, b) => b.seq - a.seq);
  }

  // ---- what is told aloud ----

  ownChanged() {
    for (const outcome of this.own.state?.outcomes ?? []) this.commands.heard(outcome);
  }

  heardOwn(data) {
    if (data.outcome) this.commands.heard(data.outcome);
  }

  happened(before, after) {
    if (!before) return;
    if (after.price_fen !== before.price_fen) sayPolitely(t("say.price", { price: money(after.price_fen, lang()), number: after.leader ?? "" }));
    if (this.number) this.tellStanding(before, after);
    if (after.phase !== before.phase) this.tellPhase(after, before);
    if (isAsked(after, this.number) && !isAsked(before, this.number)) {
      sayNow(t("standing.asked"));
      alertPerson(t("standing.asked"));
    }
  }

  tellStanding(before, after) {
    const had = before.leader === this.number;
    const has = after.leader === this.number;
    if (had && !has && after.price_fen !== null && !isClosed(after.phase)) {
      sayNow(t("say.outbid", { price: money(after.price_fen, lang()) }));
      alertPerson(t("alert.outbid"));
      this.overtakenAt = performance.now();
    } else if (!had && has) {
      calm();
      sayPolitely(t("say.leading"));
    }
  }

  tellPhase(after, before) {
    if (before.phase === "opening") this.own?.subscription.resync(); // positions may be told now
    if (after.phase === "tie_break" && isTied(after, this.number)) {
      sayNow(t("say.tied"));
      alertPerson(t("alert.tied"));
    }
    if (after.phase === "suspended") {
      sayNow(t("say.suspended"));
      alertPerson(t("alert.suspended"), { urgent: false });
    } else if (isClosed(after.phase)) {
      sayNow(t("say.closed"));
      alertPerson(t("alert.closed"), { urgent: false });
    }
  }

  /** Called at every look at the clock. */
  tick() {
    const left = this.leftMs;
    if (left === null || !isOpen(this.state?.phase)) {
      this.leftBefore = null;
      return;
    }
    const mark = this.leftBefore === null ? null : spokenMark(this.leftBefore, left);
    if (mark !== null) sayPolitely(t("say.left", { seconds: mark }));
    this.leftBefore = left;
  }

  // ---- what he does ----

  bid(amountFen, confirmLarge) {
    const fields = { amount_fen: amountFen, phase_seen: this.state.phase };
    if (confirmLarge) fields.confirm_large = true;
    return this.commands.submit("bid.place", fields);
  }

  /** Another act of his: it takes the same three steps, and its answer comes the same ways. */
  ask(method, fields = {}) {
    return this.commands.submit(method, fields);
  }
}
