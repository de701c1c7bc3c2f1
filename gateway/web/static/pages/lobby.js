// 大厅: what is live now, what comes next, the showcase, recent results.

import { App } from "../lib/app.js";
import { get } from "../lib/api.js";
import { h, reconcile, setAttribute, setHidden, setText } from "../lib/dom.js";
import { money } from "../lib/money.js";
import { dateText, minuteText, remainingText } from "../lib/time.js";
import { lang, t, word } from "../lib/texts.js";
import { showcaseCard } from "../components/showcase_card.js";

const app = new App();
const rows = new Map(); // what is live, by root
let lobby = null;
let problem = null;
let market = null;
const PHASES_OVER = ["closed_sold", "closed_unsold", "cancelled", "ended", "reported", "halted"];
const SEALED = ["collecting", "opening", "tie_break"]; // phases in which no price is told
const SESSIONS_LIVE = ["live", "paused", "wrapping_up"];

const pathOf = (row) => (row.kind === "session" ? `/shows/${encodeURIComponent(row.root)}` : `/bidding/${encodeURIComponent(row.root)}`);

const isLive = (row) => (row.kind === "session" ? SESSIONS_LIVE.includes(row.phase) : !PHASES_OVER.includes(row.phase));

/** Sessions first, then what runs, then what stands still. */
const place = (row) => (row.kind === "session" ? 0 : row.phase === "suspended" ? 2 : 1);

async function load() {
  try {
    lobby = await get("/api/lobby");
    problem = null;
    for (const row of lobby.live ?? []) if (!rows.has(row.root)) rows.set(row.root, row);
  } catch (fault) {
    problem = fault.code;
  }
  app.changed();
}

function takeMarket() {
  for (const row of [...(market.state?.rows ?? []), ...Object.values(market.latest)]) if (row.root) rows.set(row.root, { ...rows.get(row.root), ...row });
}

function liveCard() {
  const list = h("ul", { class: "live-list", id: "live" });
  const empty = h("p", { class: "card empty" }, t("lobby.none_live"));
  const element = h("section", { class: "stack" }, h("h2", { class: "section" }, t("lobby.live")), list, empty);
  const create = (row) => h("li", {}, h("a", { class: "card live-card" }, h("div", { class: "row" }, h("span", { class: "tag" }), h("span", { class: "push muted small" })), h("h3", {}), h("div", { class: "row bottom" }, h("b", { class: "live-price" }), h("span", { class: "push live-left", role: "timer" }))), row.kind);
  const paint = (line, row) => {
    const card = line.firstChild;
    if (line.childNodes.length > 1) line.lastChild.remove();
    const [top, title, bottom] = card.children;
    setAttribute(card, "href", pathOf(row));
    setAttribute(card, "data-kind", row.kind);
    const session = row.kind === "session";
    setAttribute(top.firstChild, "class", `tag ${row.phase === "live" ? "live" : row.phase === "suspended" || row.phase === "paused" ? "wait" : ""}`);
    setText(top.firstChild, word(session ? "session" : "phase", row.phase));
    setText(top.lastChild, row.heat ? t("lobby.heat", { count: typeof row.heat === "number" ? row.heat : "" }) : session ? t("lobby.session") : t("lobby.bidding"));
    setText(title, row.title);
    setText(bottom.firstChild, row.price_fen ? money(row.price_fen, lang()) : t(session ? "lobby.enter" : SEALED.includes(row.phase) ? "lobby.sealed" : "lobby.no_price"));
    const now = app.clock.now();
    setText(bottom.lastChild, row.ends_at_ms && now && row.phase !== "suspended" ? remainingText(row.ends_at_ms - now) : "");
  };
  function update() {
    const shown = [...rows.values()].filter(isLive).sort((a, b) => place(a) - place(b) || (a.ends_at_ms ?? Infinity) - (b.ends_at_ms ?? Infinity));
    setHidden(empty, shown.length > 0 || (lobby === null && problem === null));
    setText(empty, problem && !shown.length ? t("lobby.failed") : t("lobby.none_live"));
    reconcile(list, shown, (row) => row.root, create, paint);
  }
  return { element, update };
}

/** Why a list is empty: it was not loaded yet, could not be, or there is nothing. */
const emptyText = (none) => t(lobby !== null ? none : problem === null ? "state.loading" : "lobby.failed");

function upcomingCard() {
  const list = h("ul", { class: "plain-list" });
  const empty = h("p", { class: "muted small" });
  const create = () => h("li", {}, h("a", {}, h("b", {}), h("small", { class: "muted" })));
  const paint = (line, session) => {
    setAttribute(line.firstChild, "href", `/shows/${encodeURIComponent(session.session_id)}`);
    setText(line.firstChild.children[0], session.title);
    setText(line.firstChild.children[1], [session.starts_at_ms ? `${dateText(session.starts_at_ms)} ${minuteText(session.starts_at_ms)}` : "", session.place, word("session", session.phase)].filter(Boolean).join(" · "));
  };
  function update() {
    const sessions = lobby?.upcoming ?? [];
    setText(empty, emptyText("lobby.none_upcoming"));
    setHidden(empty, sessions.length > 0);
    reconcile(list, sessions, (session) => session.session_id, create, paint);
  }
  return { element: h("section", { class: "card tight" }, h("h2", {}, t("lobby.upcoming")), list, empty), update };
}

function resultsCard() {
  const list = h("ul", { class: "plain-list" });
  const empty = h("p", { class: "muted small" });
  const create = () => h("li", {}, h("a", {}, h("b", {}), h("small", { class: "muted" })));
  const paint = (line, result) => {
    const id = result.bidding_id ?? result.root;
    setAttribute(line.firstChild, "href", `/bidding/${encodeURIComponent(id)}`);
    setText(line.firstChild.children[0], result.lot ?? result.title ?? id);
    const sold = (result.outcome ?? result.phase) === "sold" || result.phase === "closed_sold";
    setText(line.firstChild.children[1], [sold ? t("lobby.sold", { price: money(result.price_fen, lang()) }) : t("lobby.unsold"), result.winner ? t("lobby.winner", { number: result.winner }) : "", result.closed_at_ms ?? result.at_ms ? minuteText(result.closed_at_ms ?? result.at_ms) : ""].filter(Boolean).join(" · "));
  };
  function update() {
    const results = lobby?.results ?? [];
    setText(empty, emptyText("lobby.none_results"));
    setHidden(empty, results.length > 0);
    reconcile(list, results, (result) => result.bidding_id ?? result.root, create, paint);
  }
  return { element: h("section", { class: "card tight" }, h("h2", {}, t("lobby.results")), list, empty), update };
}

function mount(main) {
  if (!market) {
    market = app.room({ channel: "market", fold: (state) => state, poll: null, onChange: takeMarket });
    void load();
    setInterval(load, 15_000);
  }
  const cards = [liveCard(), showcaseCard(app), upcomingCard(), resultsCard()];
  const [live, showcase, upcoming, results] = cards.map((card) => card.element);
  main.append(h("div", { class: "hero" }, h("h1", {}, t("lobby.headline")), h("p", { class: "muted" }, t("lobby.note"))), h("div", { class: "split narrow" }, h("div", { class: "stack between" }, live, showcase), h("aside", { class: "stack" }, upcoming, results)));
  return { update: () => cards.forEach((card) => card.update()), link: () => app.linkOf(market) };
}

void app.start(mount, { title: "lobby.title" });
