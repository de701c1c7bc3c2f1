// What every page starts from: who reads it, the language, the clock, the socket, the bar on top.
// Rule: a page is `mount(root, app)` → update(); a change of language mounts it again from the
// states that the rooms hold, so nothing is lost and nothing is loaded twice.

import { get, post, Problem } from "./api.js";
import { calm, waitForGesture } from "./alerts.js";
import { guardPresses } from "./press.js";
import { clockOf, probeTime } from "./probe.js";
import { signInBand } from "../components/sign_in_band.js";
import { siteBar } from "../components/site_bar.js";
import { h } from "./dom.js";
import { Person } from "./seats.js";
import { rememberedLanguage, t, useLanguage, lang } from "./texts.js";
import { PushClient } from "../push/client.js";
import { linkOf } from "../push/link.js";
import { Room } from "../push/room.js";

const LOOK_EVERY_MS = 250;
const RETURN_AFTER_MS = 5_000;
const VISITOR = { account_id: null, display_name: "", org_id: null, roles: ["public"], numbers: {} };

export class App {
  /** seat: as whom the page asks (lib/seats.js). */
  constructor(seat = new Person()) {
    this.seat = seat;
    this.me = VISITOR;
    this.rooms = [];
    this.client = null;
    this.clock = clockOf(probeTime);
    this.online = navigator.onLine;
    this.everConnected = false;
    this.page = null;
    this.beats = new Set();
    this.token = null;
  }

  has(...roles) {
    return roles.some((role) => this.me.roles.includes(role));
  }

  /** The id in the address: /shows/{id}/host → id. */
  static pathId() {
    return decodeURIComponent(location.pathname.split("/")[2] ?? "");
  }

  async start(mount, { title }) {
    if (document.documentElement.dataset.unsupported) return; // support.js has said why
    this.mountPage = mount;
    this.title = title;
    await useLanguage(rememberedLanguage());
    guardPresses();
    waitForGesture();
    await this.meet();
    void this.clock.sync();
    this.remount();
    this.listen();
    setInterval(() => {
      this.seat.look();
      this.beat();
    }, LOOK_EVERY_MS);
  }

  /** Learn who sits here. Whom nobody could tell us is a guest until somebody can. */
  async meet() {
    try {
      this.me = { ...VISITOR, ...(await this.seat.me()) };
    } catch {
      this.meetLater();
    }
  }

  meetLater() {
    const found = (me) => me.account_id !== null && location.reload();
    setTimeout(() => void this.seat.me().then(found, () => this.meetLater()), RETURN_AFTER_MS);
  }

  /** Somebody else sits here, or nobody any more: the page begins anew, with what he may see. */
  seatChanged(now) {
    if (now !== this.me.account_id && document.documentElement.dataset.page !== "login") location.reload();
    else this.band?.update();
  }

  remount() {
    document.title = `${t(this.title)} · ${t("brand")}`;
    calm();
    this.bar = siteBar(this);
    this.band = signInBand(this);
    document.getElementById("top").replaceChildren(this.bar.element, this.band.element);
    const main = document.getElementById("main");
    main.replaceChildren();
    main.removeAttribute("aria-busy");
    document.querySelector(".skip").textContent = t("skip");
    this.beats.clear();
    this.page = this.mountPage(main, this);
    this.beat();
  }

  async switchLanguage() {
    await useLanguage(lang() === "zh" ? "en" : "zh");
    this.remount();
  }

  listen() {
    this.seat.listen((account) => this.seatChanged(account));
    const wake = () => this.client?.wake();
    addEventListener("online", () => {
      this.online = true;
      wake();
      for (const room of this.rooms) if (!room.live) room.pollLater(0);
      this.beat();
    });
    addEventListener("offline", () => {
      this.online = false;
      this.client?.sleep();
      this.beat();
    });
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible") return;
      calm();
      wake();
      void this.clock.sync();
    });
  }

  // ---- the socket ----

  get push() {
    if (!this.client) {
      const url = document.querySelector('meta[name="push-url"]').content;
      this.client = new PushClient({ url, getToken: (fresh) => this.pushToken(fresh), onState: () => this.socketChanged() });
      this.client.connect();
    }
    return this.client;
  }

  async pushToken(fresh) {
    const left = this.token ? this.token.until - performance.now() : 0;
    if (fresh || left < 20_000) {
      const answer = await this.seat.pushToken();
      const lives = this.clock.ready ? answer.expires_at_ms - this.clock.now() : 240_000;
      this.token = { text: answer.token, until: performance.now() + lives };
    }
    return this.token.text;
  }

  socketChanged() {
    if (this.client?.state === "closed" && this.client.reason) void this.socketRefused();
    if (this.client?.state === "connected") {
      this.everConnected = true;
      this.onReconnect?.();
    }
    this.beat();
  }

  /** The server wants this socket no more: whoever sits here now gets another, if he may. */
  async socketRefused() {
    const { client } = this;
    await this.seat.me().catch(() => {}); // where it is another, the page begins anew
    this.token = null;
    setTimeout(() => client.mayReturn && client.connect(), RETURN_AFTER_MS);
  }

  room(options) {
    const room = new Room({
      client: this.push,
      poll: (channel) => this.seat.state(channel),
      ...options,
      onChange: (changed) => {
        this.heardClock(changed);
        options.onChange?.(changed);
        this.changed();
      },
    });
    this.rooms.push(room);
    return room;
  }

  leave(room) {
    room.leave();
    this.rooms = this.rooms.filter((each) => each !== room);
  }

  heardClock(room) {
    const stamp = room.latest.clock?.server_time_ms;
    if (stamp && stamp !== room.clockHeard && !room.delayMs) {
      room.clockHeard = stamp;
      this.clock.heard(stamp);
    }
    if (stamp && stamp !== room.lateOf && this.clock.ready) {
      room.lateOf = stamp;
      room.lateMs = Math.max(0, this.clock.now() - (room.delayMs ?? 0) - stamp);
    }
  }

  linkOf(room, ticking = false) {
    return linkOf({
      online: this.online, socket: this.client?.state ?? "connecting", live: room?.live ?? true, refused: room ? room.problem !== null : false,
      heardAt: room?.heardAt ?? this.client?.heardAt ?? null, polledAt: room?.polledAt ?? null, everHeard: this.everConnected,
      behind: room?.behind ?? 0, lateMs: room?.lateMs ?? 0, stalled: room?.latest.clock?.degraded === true, ticking, now: performance.now(),
    });
  }

  // ---- painting ----

  /** Something came: paint in the next frame, once. */
  changed() {
    if (this.planned) return;
    this.planned = true;
    const paint = () => {
      this.planned = false;
      this.beat();
    };
    if (document.visibilityState === "visible") requestAnimationFrame(paint);
    else setTimeout(paint, 50);
  }

  beat() {
    this.bar?.update();
    this.page?.update?.();
    for (const act of this.beats) act();
  }

  /** A command over the socket, or over HTTP where the socket is down: one path behind both, one id. */
  async send(method, body) {
    if (this.client?.state === "connected") return this.client.rpc(method, body, 3_000);
    const { wait_ms: wait = 0, ...asked } = body;
    return post(`/api/commands/${method}?wait=${wait}`, asked);
  }

  async status(command_id, root) {
    if (this.client?.state === "connected") return this.client.rpc("command.status", { command_id, root }, 8_000);
    return get(`/api/command-status?command_id=${encodeURIComponent(command_id)}&root=${encodeURIComponent(root)}`);
  }
}

/** A sentence where a page has nothing to show. */
export function emptyCard(text, note = "") {
  return h("div", { class: "empty" }, h("p", {}, text), note ? h("p", { class: "small" }, note) : null);
}

/** The same with ways out: signing in for who has not, and the lobby. */
export function deadEnd(app, text) {
  const here = encodeURIComponent(location.pathname);
  const signIn = app.me.account_id ? null : h("a", { class: "button", href: `/login?next=${here}` }, t("nav.login"));
  return h("div", { class: "empty stack" }, h("p", {}, text), h("div", { class: "row middle" }, signIn, h("a", { class: "button", href: "/" }, t("nav.lobby"))));
}

export { Problem };
