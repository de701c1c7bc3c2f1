// The home of those who run things: sessions to host, biddings to control and supervise, items to
// score. Rule: what asks for somebody comes first. A row shows what the public sees, seconds late; the
// room behind it shows all that an office may see.

import { App, deadEnd } from "../lib/app.js";
import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { homesOf, isAtHome } from "../lib/homes.js";
import { money } from "../lib/money.js";
import { dateText, minuteText, remainingText } from "../lib/time.js";
import { lang, t, word } from "../lib/texts.js";
import { rowsCard } from "../components/home_rows.js";
import { BIDDINGS_AHEAD, SESSIONS_LIVE, isLive } from "../components/live_stage.js";
import { noticeList } from "../components/notice_list.js";

const LOAD_MS = 15_000;
const ASKS = ["suspended", "awaiting_draw", "opening", "awaiting_reserve", "awaiting_priority", "halted"];
const SESSIONS_OVER = ["ended", "reported", "cancelled"];
const app = new App();
const market = new Map();
let sessions = null;
let room = null;

const load = async () => {
  sessions = await get("/api/sessions").then((answer) => answer.sessions, () => sessions ?? "failed");
  app.changed();
};

const showPath = (id, rest = "") => `/shows/${encodeURIComponent(id)}${rest}`;
const moment = (ms) => (ms ? `${dateText(ms)} ${minuteText(ms)}` : "");

function sessionActs(session) {
  const isOver = SESSIONS_OVER.includes(session.phase);
  const runs = isAtHome(app.me, "host") || isAtHome(app.me, "desk") || isAtHome(app.me, "control");
  const scores = isAtHome(app.me, "expert") && !isOver;
  return [
    runs ? { href: showPath(session.session_id, "/host"), text: t(isAtHome(app.me, "host") ? "home.to_host" : "home.watch_host") } : null,
    runs && !isOver ? { href: showPath(session.session_id, "/screen"), text: t("home.to_screen") } : null,
    scores ? { href: showPath(session.session_id), text: t("home.to_score") } : null,
  ].filter(Boolean);
}

const sessionPlace = (session) => (SESSIONS_LIVE.includes(session.phase) ? 0 : SESSIONS_OVER.includes(session.phase) ? 2 : 1);

function sessionRows() {
  if (!Array.isArray(sessions)) return sessions;
  const order = (a, b) => sessionPlace(a) - sessionPlace(b) || (sessionPlace(a) === 2 ? b.starts_at_ms - a.starts_at_ms : a.starts_at_ms - b.starts_at_ms);
  return [...sessions].sort(order).map((session) => ({
    key: session.session_id, title: session.title, href: showPath(session.session_id), tag: word("session", session.phase),
    tone: session.phase === "paused" ? "wait" : SESSIONS_LIVE.includes(session.phase) ? "live" : "", notes: [moment(session.starts_at_ms), session.place, session.field], acts: sessionActs(session),
  }));
}

function biddingRow(row) {
  const now = app.clock.now();
  const path = `/bidding/${encodeURIComponent(row.root)}`;
  const ahead = BIDDINGS_AHEAD.includes(row.phase);
  const left = row.ends_at_ms && now && row.phase !== "suspended" ? t("home.left", { time: remainingText(row.ends_at_ms - now) }) : "";
  return {
    key: row.root, title: row.title, href: path, tag: word("phase", row.phase), tone: ASKS.includes(row.phase) ? "wait" : isLive(row) ? "live" : "",
    figure: row.price_fen ? money(row.price_fen, lang()) : "",
    notes: [ahead ? moment(row.opens_at_ms) : left, row.start_price_fen ? t("lobby.start_price", { price: money(row.start_price_fen, lang()) }) : "", row.bids_count ? t("lobby.bids", { count: row.bids_count }) : ""],
    acts: [{ href: path, text: t(isAtHome(app.me, "control") ? "home.to_control" : "home.to_room") }],
  };
}

/** What asks for somebody, what runs, what is to come, what is over. */
const biddingPlace = (row) => (ASKS.includes(row.phase) ? 0 : isLive(row) ? 1 : BIDDINGS_AHEAD.includes(row.phase) ? 2 : 3);

function biddingRows() {
  if (!room.state) return room.problem === null ? null : "failed";
  const found = [...market.values()].filter((row) => row.kind === "bidding");
  return found.sort((a, b) => biddingPlace(a) - biddingPlace(b) || (a.opens_at_ms ?? 0) - (b.opens_at_ms ?? 0)).map(biddingRow);
}

function takeMarket() {
  for (const row of [...(room.state?.rows ?? []), ...Object.values(room.latest)]) if (row.root) market.set(row.root, row);
}

/** One sentence: what waits, or that nothing does. */
function headline() {
  const asks = [...market.values()].filter((row) => row.kind === "bidding" && ASKS.includes(row.phase)).length;
  const live = [...market.values()].filter(isLive).length;
  if (asks) return t("home.asks", { count: asks });
  return live ? t("home.runs", { count: live }) : t("home.quiet");
}

function mount(main) {
  if (!homesOf(app.me).some((home) => home.path === "/desk")) {
    main.append(h("section", { class: "card" }, deadEnd(app, t(app.me.account_id ? "home.not_yours" : "home.sign_in"))));
    return { update() {}, link: () => null };
  }
  if (!room) {
    room = app.room({ channel: "market", fold: (state) => state, poll: null, onChange: takeMarket });
    void load();
    setInterval(load, LOAD_MS);
  }
  app.inbox.want();
  const biddings = rowsCard("biddings", { title: "home.biddings", none: "home.no_biddings", rows: biddingRows });
  const shows = rowsCard("sessions", { title: "home.sessions", none: "home.no_sessions", rows: sessionRows });
  const inbox = noticeList(app);
  const watches = isAtHome(app.me, "control") || isAtHome(app.me, "desk");
  const cards = watches ? [biddings, shows] : isAtHome(app.me, "host") ? [shows, biddings] : [shows];
  const title = h("h1", {});
  main.append(h("div", { class: "stack between" }, h("div", { class: "hello" }, title, h("p", { class: "muted" }, app.me.display_name)), h("div", { class: "home-two" }, h("div", { class: "stack between" }, cards.map((card) => card.element)), h("aside", { class: "stack" }, inbox.element))));
  const update = () => {
    title.textContent = headline();
    for (const card of [...cards, inbox]) card.update();
  };
  return { update, link: () => app.linkOf(room) };
}

void app.start(mount, { title: "home.desk_title" });
