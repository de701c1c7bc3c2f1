// What comes next, with "提醒我", and how the last ones ended. Each says what its figures are: a time,
// a start price, a result with its premium, or why there was none.

import { h, reconcile, setAttribute, setHidden, setText } from "../lib/dom.js";
import { money } from "../lib/money.js";
import { dateText, minuteText } from "../lib/time.js";
import { codeText, known, lang, t, word } from "../lib/texts.js";
import { BIDDINGS_AHEAD, pathOf } from "./live_stage.js";
import { remindButton } from "./remind_button.js";

const DAY_MS = 86_400_000;

/** "今天", "明天", else the day. */
export function dayText(ms, now) {
  const day = dateText(ms);
  if (now && day === dateText(now)) return t("day.today");
  return now && day === dateText(now + DAY_MS) ? t("day.tomorrow") : day.slice(5);
}

/** Announced sessions and scheduled biddings, the next first. */
function comingOf(lobby, rows) {
  const sessions = (lobby?.upcoming ?? []).map((one) => ({ root: one.session_id, kind: "session", title: one.title, place: one.place, phase: one.phase, at_ms: one.starts_at_ms }));
  const biddings = [...rows.values()].filter((row) => row.kind === "bidding" && BIDDINGS_AHEAD.includes(row.phase)).map((row) => ({ ...row, at_ms: row.opens_at_ms }));
  return [...sessions, ...biddings].sort((a, b) => a.at_ms - b.at_ms);
}

function comingLine(app, wishes) {
  const [hour, day, tag, note, link] = [h("b", {}), h("span", { class: "muted" }), h("span", { class: "tag" }), h("span", { class: "muted" }), h("a", { class: "title" })];
  const remind = remindButton(app, wishes);
  const line = h("li", {}, h("p", { class: "when" }, hour, day), h("div", {}, h("p", { class: "row small" }, tag, note), link), remind.element);
  line.paint = (one) => {
    const now = app.clock.now();
    setText(hour, minuteText(one.at_ms));
    setText(day, dayText(one.at_ms, now));
    setText(tag, t(one.kind === "session" ? "lobby.session" : "lobby.bidding"));
    const postponed = one.phase === "postponed" ? word("session", one.phase) : "";
    setText(note, [postponed, one.place, one.start_price_fen ? t("lobby.start_price", { price: money(one.start_price_fen, lang()) }) : ""].filter(Boolean).join(" · "));
    setText(link, one.title);
    setAttribute(link, "href", pathOf(one));
    remind.show(one.root, one.title);
  };
  return line;
}

/** Why a list is empty: it was not loaded yet, could not be, or there is nothing. */
const emptyText = (state, none) => t({ loading: "state.loading", failed: "lobby.failed" }[state] ?? none);

export function comingCard(app, { lobby, rows, state, wishes }) {
  const list = h("ul", { class: "soon", id: "coming" });
  const empty = h("p", { class: "empty" });
  function update() {
    const coming = comingOf(lobby(), rows);
    setText(empty, emptyText(state(), "lobby.none_upcoming"));
    setHidden(empty, coming.length > 0);
    reconcile(list, coming, (one) => one.root, () => comingLine(app, wishes), (line, one) => line.paint(one));
  }
  const note = h("p", { class: "small muted" }, t(app.me.account_id ? "remind.note" : "remind.note_guest"));
  return { element: h("section", { class: "tight" }, h("div", { class: "row" }, h("h2", { class: "section" }, t("lobby.upcoming")), note), h("div", { class: "card list-card" }, list, empty)), update };
}

/** Premium over the start price in whole per cent; null without one. */
export const premiumOf = ({ price_fen: price, start_price_fen: start }) => (price && start ? Math.round(((price - start) / start) * 100) : null);

const reasonText = (reason) => (known(`outcome.${reason}`) ? t(`outcome.${reason}`) : known(`reason.${reason}`) ? t(`reason.${reason}`) : /^[A-Z_]+$/.test(reason) ? codeText(reason) : "");

export function paintResult(line, result, now) {
  const [title, facts] = line.children;
  const [price, premium, note] = facts.children;
  const sold = result.outcome === "sold";
  const share = premiumOf(result);
  setText(title, result.lot);
  setAttribute(title, "href", `/bidding/${encodeURIComponent(result.bidding_id)}`);
  setText(price, sold ? money(result.price_fen, lang()) : t("lobby.unsold"));
  price.classList.toggle("muted", !sold);
  setText(premium, sold && share !== null ? t("lobby.premium", { share }) : "");
  setHidden(premium, !premium.textContent);
  setText(note, [sold ? "" : reasonText(result.reason), `${dayText(result.closed_at_ms, now)} ${minuteText(result.closed_at_ms)}`, result.winner ? t("lobby.winner", { number: result.winner }) : ""].filter(Boolean).join(" · "));
}
export const resultLine = () => h("li", {}, h("a", { class: "title" }), h("p", { class: "row small" }, h("b", {}), h("span", { class: "fine" }), h("span", { class: "muted" })));

export function resultsCard(app, { lobby, state }) {
  const list = h("ul", { class: "done-list", id: "results" });
  const empty = h("p", { class: "empty" });
  function update() {
    const results = lobby()?.results ?? [];
    setText(empty, emptyText(state(), "lobby.none_results"));
    setHidden(empty, results.length > 0);
    reconcile(list, results, (one) => one.bidding_id, resultLine, (line, one) => paintResult(line, one, app.clock.now()));
  }
  return { element: h("section", { class: "tight" }, h("h2", { class: "section" }, t("lobby.results")), h("div", { class: "card list-card" }, list, empty)), update };
}
