// The cards beside a session's stage: the agenda and the heat, and the line that tells of an item.

import { isOnStage, passed, progressOf } from "../lib/show_rules.js";
import { glide, h, reconcile, setAttribute, setHidden, setText, svg } from "../lib/dom.js";
import { money } from "../lib/money.js";
import { minuteText } from "../lib/time.js";
import { lang, t, word } from "../lib/texts.js";

export const joined = (...texts) => texts.filter(Boolean).join(" · ");

/** One line about an item: who, what, how far, for how much. */
export function itemLine(item) {
  const price = item.start_price_fen ? t("item.starts_at", { start_price_fen: item.start_price_fen }) : "";
  const rights = Array.isArray(item.ip) ? item.ip.join("、") : item.ip;
  return joined(item.org, rights, item.trl ? `TRL ${item.trl}` : "", item.offer_kind ? word("offer", item.offer_kind) : "", price);
}

export const position = (state, item) => state.items.findIndex((each) => each.item_id === item.item_id) + 1;

// ---- agenda ----

export function agendaEnd(item) {
  if (item.result?.outcome === "sold") return t("agenda.sold", { price: money(item.result.price_fen, lang()) });
  if (item.result) return t(item.result.outcome === "single_bidder" ? "agenda.single" : "agenda.unsold");
  const at = item.starts_at_ms || item.planned_at_ms;
  if (item.phase === "queued" && at) return minuteText(at);
  return word("item", item.phase);
}

/** What an item's line tells beside its end: interest and the experts' score, once they may be known. */
const agendaFacts = (item) => joined(item.interests_count ? t("host.interests", { count: item.interests_count }) : "", item.score !== null && item.score !== undefined ? t("agenda.score", { score: scoreText(item.score) }) : "");

export function agendaCard(room) {
  const count = h("span", { class: "push muted small" });
  const list = h("ol", { class: "agenda" });
  const empty = h("p", { class: "muted small" }, t("agenda.empty"));
  const element = h("section", { class: "card tight" }, h("div", { class: "row" }, h("h2", {}, t("agenda.title")), count), list, empty);
  const create = () => h("li", {}, h("b", {}), h("span", {}), svg("svg", { viewBox: "0 0 100 4", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("path", { d: "M0 2H100" }), svg("path", { class: "on" })));
  const paint = (line, item) => {
    const how = progressOf(item);
    setAttribute(line, "class", how === "sold" ? "done sold" : how);
    setAttribute(line, "aria-current", how === "here" ? "step" : null);
    setText(line.children[0], item.title);
    setText(line.children[1], joined(agendaEnd(item), agendaFacts(item)));
    setAttribute(line.children[2], "hidden", !item.ends_at_ms);
    if (item.ends_at_ms) setAttribute(line.children[2].lastChild, "d", `M0 2H${Math.round(passed(item, room.now(), room.state.periods_ms) * 100)}`);
  };
  function update() {
    const items = room.state?.items ?? [];
    setText(count, t("agenda.count", { done: items.filter((item) => ["done", "sold"].includes(progressOf(item))).length, count: items.length }));
    setHidden(empty, items.length > 0);
    reconcile(list, items, (item) => item.item_id, create, paint);
  }
  return { element, update };
}

/** A score as the gateway gives it: hundredths, or {mean_hundredths}, or a text. */
export function scoreText(score) {
  const value = typeof score === "object" ? score.mean_hundredths ?? score.score : score;
  return typeof value === "number" && Number.isInteger(value) ? (value / 100).toFixed(2) : String(value);
}

// ---- heat ----

/** The ranking by what people do, and how it is counted: folded, or plainly where nothing can be pressed. */
export function heatCard(room, { plain = false } = {}) {
  const list = h("ol", { class: "heat" });
  const empty = h("p", { class: "muted small" }, t("heat.empty"));
  const how = plain ? null : h("details", {}, h("summary", { class: "tiny" }, t("heat.how")), h("p", { class: "small muted" }, t("heat.counts")));
  const element = h("section", { class: "card tight heat-card" }, h("div", { class: "row" }, h("h2", {}, t("heat.title")), h("span", { class: "push muted small" }, t(plain ? "heat.note_plain" : "heat.note"))), list, empty, how);
  const create = () => h("li", {}, h("b", {}), h("span", {}), h("span", { class: "muted" }), h("span", { class: "barline" }, h("i", {})));

  function update() {
    const titles = new Map((room.state?.items ?? []).map((item) => [item.item_id, item.title]));
    const ranking = (room.latest.heat?.ranking ?? []).filter((line) => titles.has(line.item_id) && line.score > 0).sort((a, b) => a.rank - b.rank).slice(0, 6);
    const most = Math.max(1, ...ranking.map((line) => line.score));
    setHidden(empty, ranking.length > 0);
    setHidden(element, !isOnStage(room.state)); // of what is live
    const order = ranking.map((line) => line.item_id).join();
    const change = () => reconcile(list, ranking, (line) => line.item_id, create, (line, each) => {
      setText(line.children[0], each.rank);
      setText(line.children[1], titles.get(each.item_id));
      setText(line.children[2], each.change > 0 ? `▲ ${each.change}` : each.change < 0 ? `▼ ${-each.change}` : "—");
      line.children[3].firstChild.style.width = `${((each.score / most) * 100).toFixed(1)}%`;
    });
    if (list.dataset.order === order) change();
    else glide(list, change);
    list.dataset.order = order;
  }
  return { element, update };
}
