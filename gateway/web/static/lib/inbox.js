// What waits for the person who reads: how many groups are unread, and the notices themselves once a
// page asks for them. Rule 1: a publication only says that there is something: what it is, and whether
// it was read, is asked of the server, so that a page that was away has nothing to make up for.
// Rule 2: a reminder is due at a time that the server names; then it is asked again.

import { alertPerson } from "./alerts.js";
import { get, post } from "./api.js";

const GATHER_MS = 400; // what comes within this is asked for once
const APART_MS = 2_000;
const AGAIN_MS = 30_000;
const LATEST_MS = 2_000_000_000; // the longest that a browser's timer waits

export class Inbox {
  constructor(app) {
    Object.assign(this, { app, unread: 0, toDo: 0, notices: null, failed: false, due: null, listens: new Set(), asked: 0, timer: null, alarm: null });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.soon());
  }

  /** Something may have come: ask soon, once. */
  soon() {
    if (this.timer) return;
    const wait = Math.max(GATHER_MS, this.asked + APART_MS - performance.now());
    this.timer = setTimeout(() => void this.refresh(), wait);
  }

  async refresh() {
    clearTimeout(this.timer);
    this.timer = null;
    this.asked = performance.now();
    const answers = await Promise.all([get("/api/my/waiting").catch(() => null), this.notices || this.wanted ? get("/api/my/notices").catch(() => null) : null]);
    this.take(...answers);
    this.app.changed();
  }

  take(waiting, told) {
    clearTimeout(this.again);
    if (this.wanted) this.failed = told === null;
    if (told) this.notices = told.notices;
    const byQueue = waiting?.channels.some((name) => name.startsWith("desk:"));
    if (waiting === null || this.failed || byQueue) this.again = setTimeout(() => void this.refresh(), AGAIN_MS);
    if (!waiting) return;
    Object.assign(this, { unread: waiting.unread_count, toDo: waiting.to_do_count });
    this.follow(waiting.channels.filter((name) => !name.startsWith("desk:"))); // each look at a queue of the desk is written down
    this.wakeAt(waiting.next_due_ms);
  }

  follow(channels) {
    for (const channel of channels) {
      if (this.listens.has(channel)) continue;
      this.listens.add(channel);
      this.app.room({ channel, fold: (state) => state, keyedIsState: true, onChange: () => this.soon() });
    }
  }

  wakeAt(dueMs) {
    clearTimeout(this.alarm);
    if (dueMs === null || !this.app.clock.ready) {
      if (dueMs !== null) this.alarm = setTimeout(() => this.wakeAt(dueMs), GATHER_MS);
      return;
    }
    const wait = dueMs - this.app.clock.now() + GATHER_MS;
    this.alarm = wait > LATEST_MS ? setTimeout(() => this.wakeAt(dueMs), LATEST_MS) : setTimeout(() => void this.remind(), Math.max(GATHER_MS, wait));
  }

  /** A reminder is due: it is told once, on the page that is open. */
  async remind() {
    const told = await get("/api/my/notices").catch(() => null);
    this.due = told?.notices.find((one) => one.code === "NOTICE_REMINDED" && one.read_at_ms === null) ?? null;
    if (this.due) alertPerson(this.due.about, { urgent: false });
    await this.refresh();
  }

  /** The notices are shown on this page: keep them. */
  want() {
    if (this.wanted) return;
    this.wanted = true;
    void this.refresh();
  }

  async mark(notices) {
    const fresh = notices.filter((one) => one.read_at_ms === null);
    if (!fresh.length) return;
    for (const one of fresh) one.read_at_ms = this.app.clock.ready ? this.app.clock.now() : 0;
    this.app.changed();
    await post("/api/my/notices/read", { notice_ids: fresh.map((one) => one.notice_id) }).catch(() => {});
    await this.refresh();
  }
}

/** Groups of one kind and one thing, the newest first: {key, newest, notices, unread}. */
export function grouped(notices) {
  const groups = new Map();
  for (const one of notices) {
    const group = groups.get(one.group) ?? { key: one.group, newest: one, notices: [], unread: [] };
    groups.set(one.group, group);
    group.notices.push(one);
    if (one.read_at_ms === null) group.unread.push(one);
  }
  return [...groups.values()];
}
