// The records of a bidding: the price as steps, the bids as a table, the rules as announced, the own receipts.

import "./step_chart.js";
import { get } from "../lib/api.js";
import { isClosed, isOpen } from "../lib/bidding_rules.js";
import { isSealed } from "../lib/sealed_rules.js";
import { h, reconcile, setAttribute, setHidden, setText } from "../lib/dom.js";
import { axis, money } from "../lib/money.js";
import { clockText, exactText, momentText } from "../lib/time.js";
import { refusalText } from "../lib/act_words.js";
import { codeText, lang, t, word } from "../lib/texts.js";
import { lengthParams } from "./bid_headline.js";
import { isOpened, voidEnvelopes } from "./void_envelopes.js";

const ROWS_SHOWN = 12;
const METHODS = { place_bid: "bid.place", set_proxy_limit: "bid.proxy", submit_sealed_bid: "bid.seal", match_price: "bid.match", exercise_priority: "bid.exercise", waive_priority: "bid.waive", confirm_presence: "bidding.present" };

// ---- the price as steps ----

export function chartCard(room) {
  const chart = document.createElement("step-chart");
  const key = (name, text) => h("li", {}, h("span", { class: `key-${name}`, "aria-hidden": "true" }), text);
  const own = key("me", t("chart.you_lead"));
  const element = h("section", { class: "card", id: "chart-card" }, h("div", { class: "head" }, h("h2", {}, t("chart.title")), h("ul", { class: "key push" }, own, key("other", t("chart.others_lead")), key("end", t("chart.ends")))), chart, h("p", { class: "tiny muted" }, t("chart.note")));
  let drawn = "";

  function update() {
    const { state } = room;
    setHidden(element, isSealed(state));
    if (!state?.terms || element.hidden) return;
    const points = room.rows().map(({ at_ms, amount_fen, extended, number }) => ({ at_ms, amount_fen, extended, number })).reverse();
    const isRunning = isOpen(state.phase) && state.phase !== "suspended";
    const now = isRunning ? Math.floor((room.nowMs() ?? state.at_ms) / 2000) * 2000 : state.at_ms ?? 0;
    const until = isRunning && room.link.current ? state.ends_at_ms : null;
    const mark = [lang(), points.length, points.at(-1)?.at_ms, now, until].join();
    if (mark === drawn) return;
    drawn = mark;
    setHidden(own, !room.number);
    const params = { from: money(state.terms.start_price_fen, lang()), to: money(state.price_fen ?? state.terms.start_price_fen, lang()), count: state.extensions_count ?? 0 };
    chart.show({ points, startFen: state.terms.start_price_fen, nowMs: Math.max(now, points.at(-1)?.at_ms ?? 0), endsMs: until, extensionMs: state.terms.extension_ms ?? 0, own: room.number, isOver: isClosed(state.phase), axis: (fen) => axis(fen, lang()), label: t("chart.label", params), texts: { you: t("you"), ends: t("chart.lane_ends"), held: (number, count) => t("chart.held", { number, count }) } });
  }
  return { element, update };
}

// ---- the bids as a table ----

const kindText = (bid, byLimit) => t(byLimit ? "bids.proxy" : { match: "bids.match", sealed: "bids.sealed" }[bid.kind] ?? "bids.direct");

function bidRow() {
  const cell = (name, ...rest) => h("td", { class: name }, ...rest);
  return h("tr", {}, h("th", { scope: "row" }), cell("num"), cell("opt"), cell("num"), cell("num opt mono"));
}

function paintBid(row, { bid, mine, refused, byLimit }) {
  const [number, amount, kind, time, seq] = row.children;
  setAttribute(row, "class", [refused || bid.void_code ? "lost" : mine ? "me" : "", row.classList.contains("flash") ? "flash" : ""].join(" ").trim() || null);
  setText(number, bid.number + (mine ? t("you") : ""));
  setText(amount, bid.void_code && !bid.amount_fen ? "—" : money(bid.amount_fen, lang()));
  setText(kind, bid.void_code ? t("bids.void", { reason: codeText(bid.void_code) }) : refused ? t("bids.refused", { reason: codeText(bid.code, bid.params) }) : kindText(bid, byLimit) + (bid.extended ? " ◆" : ""));
  setText(time, bid.at_ms ? exactText(bid.at_ms) : "—");
  setText(seq, refused || bid.void_code ? "—" : `#${bid.seq}`);
}

/** Own refused bids stand among the others, seen by their bidder alone. */
function ownRefusals(room) {
  const amounts = new Map([...room.commands.entries.values()].map((entry) => [entry.command_id, entry.fields?.amount_fen]));
  return (room.own?.state?.outcomes ?? []).filter((outcome) => outcome.code && amounts.get(outcome.command_id))
    .map((outcome) => ({ key: outcome.command_id, refused: true, mine: true, bid: { number: room.number, amount_fen: amounts.get(outcome.command_id), at_ms: outcome.receipt?.at_ms ?? 0, code: outcome.code, params: outcome.params, seq: 0 } }));
}

export function bidsCard(room) {
  const body = h("tbody", { id: "bid-rows" });
  const table = h("table", {}, h("caption", { class: "unseen" }, t("bids.caption")),
    h("thead", {}, h("tr", {}, h("th", { scope: "col" }, t("bids.number")), h("th", { scope: "col", class: "num" }, t("bids.amount")), h("th", { scope: "col", class: "opt" }, t("bids.kind")), h("th", { scope: "col", class: "num" }, t("bids.time")), h("th", { scope: "col", class: "num opt" }, t("bids.seq")))), body);
  const empty = h("p", { class: "empty" }, t("bids.empty"));
  const base = `/api/biddings/${encodeURIComponent(room.id)}/bids`;
  const all = h("button", { type: "button", class: "quiet small", id: "all-bids", on: { click: () => void loadAll() } }, t("bids.all"));
  const element = h("section", { class: "card" }, h("div", { class: "row" }, h("h2", {}, t("bids.title")), h("span", { class: "push" }), all,
    h("a", { class: "small", href: `${base}?format=csv`, download: "" }, t("bids.csv"))), table, empty);
  let shown = ROWS_SHOWN;
  let isShown = false; // what comes after the first look flashes
  const voided = voidEnvelopes(room, `${base}?format=json`, () => update());

  async function loadAll() {
    all.disabled = true;
    try {
      const answer = await get(`${base}?format=json`);
      for (const bid of answer.bids ?? answer) room.history.set(bid.seq, { ...room.history.get(bid.seq), ...bid });
      shown = Infinity;
      setHidden(all, true);
      update();
    } catch {
      setText(all, t("bids.all_failed"));
      all.disabled = false;
    }
  }

  function update() {
    const limits = new Set([...(room.state?.proxy_bids ?? []), ...(room.own?.state?.proxy_bids ?? [])]); // one's own; all once it has closed
    const rows = room.rows().map((bid) => ({ key: bid.seq, bid, mine: bid.number === room.number, refused: false, byLimit: bid.is_proxy || limits.has(bid.seq) }));
    const together = [...rows, ...voided(), ...ownRefusals(room)].sort((a, b) => b.bid.at_ms - a.bid.at_ms || b.bid.seq - a.bid.seq).slice(0, shown);
    const fresh = () => {
      const row = bidRow();
      if (isShown) row.classList.add("flash");
      return row;
    };
    reconcile(body, together, (row) => row.key, fresh, paintBid);
    isShown ||= together.length > 0;
    setText(empty, t(isSealed(room.state) && isOpen(room.state.phase) ? "sealed.no_rows" : "bids.empty"));
    setHidden(empty, together.length > 0);
    setHidden(table, together.length === 0);
    setHidden(all, shown === Infinity || (isSealed(room.state) && !isOpened(room.state)) || (room.state?.bids_count ?? 0) <= Math.min(shown, rows.length));
  }
  return { element, update };
}

// ---- the rules as announced ----

/** [term, sentence] pairs of a rule card: every number comes from the terms. */
export function ruleLines(terms, mode) {
  const lines = [];
  const say = (key, params = {}) => lines.push([t(`rule.${key}`), t(`rule.${key}_text`, params)]);
  if (mode === "one_shot") return sealedLines(terms, lines, say);
  say("start", { start_price_fen: terms.start_price_fen });
  for (const [index, band] of (terms.increments ?? []).entries()) {
    if (index === 0) say("increment", { increment_fen: band.increment_fen });
    else lines.push(["", t("rule.increment_from", band)]);
  }
  if (terms.ceiling_price_fen) say("ceiling", { ceiling_price_fen: terms.ceiling_price_fen });
  if (terms.ceiling_draw) say("ceiling_draw", { source: terms.ceiling_draw.source, ...lengthParams(terms.ceiling_draw.window_ms) });
  say("free", lengthParams(terms.free_ms ?? 0));
  say("extension", lengthParams(terms.extension_ms ?? 0));
  say("tie");
  if (terms.proxy_allowed) say("proxy");
  return commonLines(terms, lines, say);
}

function commonLines(terms, lines, say) {
  lines.push([t("rule.reserve"), word("reserve", terms.reserve ?? "undeclared")]);
  lines.push([t("rule.priority"), word("priority", terms.priority_mode ?? "none")]);
  lines.push([t("rule.outage"), t("rule.outage_text", { seconds: (terms.stall_threshold_ms ?? 0) / 1000, ...lengthParams(terms.resume_notice_ms ?? 0) })]);
  if (terms.public_delay_ms) say("delay", { seconds: terms.public_delay_ms / 1000 });
  say("formation");
  return lines;
}

/** The rule card of sealed bids (4.8). */
function sealedLines(terms, lines, say) {
  say("start", { start_price_fen: terms.start_price_fen });
  if (terms.ceiling_price_fen) say("ceiling", { ceiling_price_fen: terms.ceiling_price_fen });
  say("collect", lengthParams(terms.collect_ms ?? 0));
  const count = terms.envelope_replacements_max ?? 0;
  say(count ? "replace" : "no_replace", { count });
  say("opening");
  say("sealed_tie", lengthParams(terms.tie_break_ms ?? 0));
  return commonLines(terms, lines, say);
}

/** The rules that everybody must know, as sentences; every number comes from the terms. */
export function ruleSentences({ terms, mode }) {
  const say = (key, params = {}) => t(`plain.${key}`, params);
  const outage = say("outage", { seconds: (terms.stall_threshold_ms ?? 0) / 1000 });
  const secret = say("secret");
  const priority = say(`priority_${terms.priority_mode ?? "none"}`);
  const reserve = say(["none_declared", "none"].includes(terms.reserve) ? "no_reserve" : "reserve");
  if (mode === "one_shot") return [say("sealed", { start_price_fen: terms.start_price_fen }), say(terms.envelope_replacements_max ? "sealed_replace" : "sealed_final", { count: terms.envelope_replacements_max ?? 0 }), say("sealed_opening"), priority, outage, secret];
  const step = terms.increments?.[0]?.increment_fen;
  return [say("increment", { increment_fen: step ?? 0 }), say("extension", lengthParams(terms.extension_ms ?? 0)), say("tie"), lang() === "zh" ? priority + reserve : `${priority} ${reserve}`, outage, secret];
}

export function rulesCard(room) {
  const sentences = h("ul", { class: "plainly" });
  const list = h("dl", { class: "facts" });
  const element = h("section", { class: "card tight", id: "rules" }, h("h2", {}, t("plain.title")), sentences, h("details", {}, h("summary", { class: "small" }, t("plain.all")), list));
  let drawn = null;

  function update() {
    const terms = room.state?.terms;
    if (!terms || drawn === terms) return;
    drawn = terms;
    sentences.replaceChildren(...ruleSentences(room.state).map((text) => h("li", {}, text)));
    list.replaceChildren(...ruleLines(terms, room.state.mode).flatMap(([name, text]) => [h("dt", {}, name), h("dd", {}, text)]));
  }
  return { element, update };
}

// ---- the own receipts ----

function receiptRow() {
  const place = h("dl", { class: "facts" });
  return h("li", {}, h("p", { class: "row" }, h("span", {}), h("span", { class: "push mono muted" })), h("details", {}, h("summary", { class: "tiny" }, t("receipt.technical")), place));
}

export const shortHash = (hash) => (hash ? `${hash.slice(0, 4)}…${hash.slice(-4)}` : "");

function paintReceipt(row, told) {
  const { outcome } = told;
  const [summary, place] = [row.firstChild, row.lastChild.lastChild];
  const { receipt } = outcome;
  setText(summary.children[0], verdictOf(told));
  setText(summary.children[1], receipt?.at_ms ? clockText(receipt.at_ms) : "");
  const mark = `${receipt?.hash ?? ""} ${receipt?.decision_offset ?? ""}`; // positions may be told later
  if (place.dataset.shown === mark) return;
  place.dataset.shown = mark;
  const line = (key, value) => (value === undefined || value === null ? [] : [h("dt", {}, t(`receipt.${key}`)), h("dd", { class: "mono" }, String(value))]);
  place.replaceChildren(...line("hash", receipt?.hash), ...line("partition", receipt?.partition), ...line("command_offset", receipt?.command_offset),
    ...line("decision_offset", receipt?.decision_offset), ...line("at", receipt?.at_ms ? momentText(receipt.at_ms) : null), ...line("command_id", outcome.command_id));
}

const amountOf = (outcome, room) => outcome.events?.find((event) => event.amount_fen && (!event.bidder || event.bidder === room.number))?.amount_fen ?? room.commands.entries.get(outcome.command_id)?.fields?.amount_fen ?? null;

const isCut = (outcome) => outcome.events?.some((event) => event.type === "cut_to_ceiling");

/** "¥1,260 万元 · 有效": what one receipt says. */
const verdictOf = ({ outcome, amount }) => `${amount ? money(amount, lang()) + " · " : ""}${outcome.code ? refusalText(METHODS[outcome.type] ?? "bid", outcome.code, outcome.params) : t(outcome.type === "submit_sealed_bid" ? "receipt.sealed" : isCut(outcome) ? "receipt.cut" : "receipt.valid")}`;

export function receiptsCard(room) {
  const last = h("span", { class: "small muted" });
  const list = h("ul", { class: "receipts", id: "receipts" });
  const empty = h("p", { class: "muted small" }, t("receipt.empty"));
  const element = h("details", { class: "card folded", id: "receipts-card" }, h("summary", {}, h("h2", {}, t("receipt.title")), last), empty, list);

  function update() {
    setHidden(element, !room.number);
    const rows = [...(room.own?.state?.outcomes ?? [])].reverse().map((outcome) => ({ outcome, amount: amountOf(outcome, room) }));
    const newest = rows[0];
    setText(last, newest ? t("receipt.last", { count: rows.length, time: newest.outcome.receipt?.at_ms ? clockText(newest.outcome.receipt.at_ms) : "", said: verdictOf(newest) }) : "");
    setHidden(empty, rows.length > 0);
    reconcile(list, rows, (row) => row.outcome.command_id, receiptRow, paintReceipt);
  }
  return { element, update };
}
