// What is live now, on the dark ground: sessions and biddings, each with a pulse of its own. It is what
// the public sees, a few seconds late; a price path is asked for once and grows with the market.

import { get } from "../lib/api.js";
import { h, reconcile, setAttribute, setHidden, setText, svg } from "../lib/dom.js";
import { money } from "../lib/money.js";
import { remainingText } from "../lib/time.js";
import { lang, t, word } from "../lib/texts.js";

export const SESSIONS_LIVE = ["live", "paused", "wrapping_up"];
export const BIDDINGS_AHEAD = ["scheduled", "lobby"];
const BIDDINGS_OVER = ["closed_sold", "closed_unsold", "cancelled", "halted"];
const SEALED = ["collecting", "opening", "tie_break"]; // phases in which no price is told
const STILL = ["suspended", "paused"];

export const pathOf = (row) => `/${row.kind === "session" ? "shows" : "bidding"}/${encodeURIComponent(row.root)}`;
export const isLive = (row) => (row.kind === "session" ? SESSIONS_LIVE.includes(row.phase) : ![...BIDDINGS_OVER, ...BIDDINGS_AHEAD].includes(row.phase));

/** Sessions first, then what runs, then what stands still. */
const place = (row) => (row.kind === "session" ? 0 : STILL.includes(row.phase) ? 2 : 1);

const paths = new Map(); // price paths by bidding: [{at_ms, amount_fen}]
const heats = new Map(); // how hot a session was since this page is open, in the same form

async function learnPath(app, row) {
  if (paths.has(row.root)) return;
  paths.set(row.root, []);
  const answer = await get(`/api/biddings/${encodeURIComponent(row.root)}/bids`).catch(() => null);
  if (!answer) return;
  const later = paths.get(row.root);
  paths.set(row.root, [...answer.bids.map(({ at_ms, amount_fen }) => ({ at_ms, amount_fen })), ...later.filter((one) => !answer.bids.some((bid) => bid.amount_fen === one.amount_fen))]);
  app.changed();
}

const grow = (path, amount_fen, at_ms) => path && amount_fen && path.at(-1)?.amount_fen !== amount_fen && path.push({ at_ms, amount_fen });

/** A line of 320 by 60 with what lies under it; not there before there is something to show. */
function pulse() {
  const line = svg("path", { class: "step" });
  const area = svg("path", { class: "area" });
  const drawing = svg("svg", { class: "pulse-line", viewBox: "0 0 320 60", preserveAspectRatio: "none", "aria-hidden": "true" }, area, line);
  const show = (steps) => {
    drawing.toggleAttribute("hidden", !steps);
    setAttribute(line, "d", steps || null);
    setAttribute(area, "d", steps ? `${steps}V60H0Z` : null);
  };
  return { drawing, show };
}

/** The steps of a price in a box of 320 by 60; empty before the first bid. */
export function stepsOf(path, startFen, now) {
  if (!path.length) return "";
  const [first, high] = [path[0].at_ms, Math.max(...path.map((one) => one.amount_fen))];
  const low = Math.min(startFen ?? path[0].amount_fen, ...path.map((one) => one.amount_fen));
  const x = (ms) => ((ms - first) / Math.max(1_000, now - first)) * 320;
  const y = (fen) => 54 - ((fen - low) / Math.max(1, high - low)) * 44;
  return `M0 ${y(path[0].amount_fen).toFixed(1)}${path.slice(1).map((one) => `H${x(one.at_ms).toFixed(1)}V${y(one.amount_fen).toFixed(1)}`).join("")}H320`;
}

function sessionCard() {
  const [tag, title, stage, present, left] = [h("span", { class: "tag live" }), h("h3", {}), h("p", { class: "muted" }), h("span", {}), h("b", { class: "push live-left", role: "timer" })];
  const heat = h("span", {});
  const { drawing, show } = pulse();
  const card = h("a", { class: "live-card session" }, h("p", { class: "row" }, tag, left), title, stage, drawing, h("p", { class: "foot" }, present, heat, h("span", { class: "enter" }, t("lobby.enter"))));
  card.paint = (row, now) => {
    setText(title, row.item ? row.item.title : row.title);
    setText(stage, row.item ? t("lobby.on_stage", { title: row.title, index: row.item.index + 1, total: row.item.count }) : row.place ?? "");
    if (!heats.has(row.root)) heats.set(row.root, []);
    grow(heats.get(row.root), row.heat, now ?? 0);
    show(heats.get(row.root).length > 1 ? stepsOf(heats.get(row.root), null, now ?? 0) : "");
    setText(present, row.present ? t("show.present", { count: row.present }) : "");
    setText(heat, row.heat ? t("lobby.heat", { count: row.heat }) : "");
    paintState(tag, left, row, now);
  };
  return card;
}

function biddingCard(app) {
  const [tag, title, price, note, left] = [h("span", { class: "tag live" }), h("h3", {}), h("b", { class: "live-price" }), h("small", { class: "muted" }), h("b", { class: "push live-left", role: "timer" })];
  const bids = h("span", {});
  const { drawing, show } = pulse();
  const card = h("a", { class: "live-card bidding" }, h("p", { class: "row" }, tag, left), title, h("p", { class: "row" }, price, note), drawing, h("p", { class: "foot" }, bids, h("span", { class: "enter" }, t("lobby.watch"))));
  card.paint = (row, now) => {
    const sealed = SEALED.includes(row.phase) || row.bids_count === null;
    setText(title, row.title);
    const before = price.textContent;
    setText(price, row.price_fen ? money(row.price_fen, lang()) : t(sealed ? "lobby.sealed" : "lobby.no_price"));
    if (before && before !== price.textContent) card.classList.toggle("beat-a", !card.classList.contains("beat-a"));
    price.classList.toggle("words", !row.price_fen);
    setText(note, row.start_price_fen ? t("lobby.start_price", { price: money(row.start_price_fen, lang()) }) : "");
    setText(bids, !sealed && row.bids_count ? t("lobby.bids", { count: row.bids_count }) : "");
    if (!sealed) void learnPath(app, row);
    grow(paths.get(row.root), row.price_fen, now ?? 0);
    show(sealed ? "" : stepsOf(paths.get(row.root) ?? [], row.start_price_fen, now ?? 0));
    paintState(tag, left, row, now);
  };
  return card;
}

function paintState(tag, left, row, now) {
  const still = STILL.includes(row.phase);
  setAttribute(tag, "class", `tag ${still ? "wait" : "live"}`);
  setText(tag, `${t(row.kind === "session" ? "lobby.session" : "lobby.bidding")} · ${word(row.kind === "session" ? "session" : "phase", row.phase)}`);
  setText(left, row.ends_at_ms && now && !still ? remainingText(row.ends_at_ms - now) : "");
  setHidden(left, !left.textContent);
}

/** rows: every row of the market by root. state(): "loading" | "failed" | "known". */
export function liveStage(app, rows, state) {
  const title = h("h2", { id: "live-title" });
  const list = h("ul", { class: "live-list", id: "live" });
  const empty = h("p", { class: "live-empty muted" });
  const element = h("section", { class: "now-band", "data-theme": "stage", "aria-labelledby": "live-title" }, h("div", {}, h("div", { class: "row" }, title, h("p", { class: "muted push wide" }, t("lobby.late"))), list, empty));
  const create = (row) => h("li", {}, row.kind === "session" ? sessionCard() : biddingCard(app));
  function update() {
    const now = app.clock.now();
    const shown = [...rows.values()].filter(isLive).sort((a, b) => place(a) - place(b) || (a.ends_at_ms ?? Infinity) - (b.ends_at_ms ?? Infinity));
    const people = shown.reduce((sum, row) => sum + (row.present ?? 0), 0);
    setText(title, shown.length ? t(people ? "lobby.now_people" : "lobby.now", { count: shown.length, people }) : t("lobby.live"));
    setText(empty, t({ loading: "state.loading", failed: "lobby.failed" }[state()] ?? "lobby.none_live"));
    setHidden(empty, shown.length > 0);
    reconcile(list, shown, (row) => row.root, create, (line, row) => {
      setAttribute(line.firstChild, "href", pathOf(row));
      line.firstChild.paint(row, now);
    });
  }
  return { element, update };
}
