// The end of a bidding, as a moment: what was decided, by which steps, what comes next, and that anybody can check it.
// Rule: nothing here says that a deal was made before the log has confirmed it (`deal_no`).

import { isClosed } from "../lib/bidding_rules.js";
import { h, reconcile, setAttribute, setHidden, setText, svg } from "../lib/dom.js";
import { money, parts, words } from "../lib/money.js";
import { clockText, exactText } from "../lib/time.js";
import { lang, t, word } from "../lib/texts.js";
import { icon } from "./icons.js";

/** "won", "lost", "sold" (to who watched), "unsold", "cancelled"; null while it is not decided. Pure. */
export function resultOf({ phase, result }, number) {
  if (phase === "cancelled") return "cancelled";
  if (phase === "closed_unsold") return "unsold";
  if (phase !== "closed_sold" || !result?.deal_no) return null;
  if (!number) return "sold";
  return number === result.winner ? "won" : "lost";
}

/** The steps by which it was decided, oldest first: [{at_ms, text}]. Pure, but for texts. */
function beatsOf(state, rows) {
  const last = rows[0];
  const found = last ? [{ at_ms: last.at_ms, text: t("result.last_bid", { number: last.number, price: money(last.amount_fen, lang()) }) }] : [];
  if (state.ends_at_ms && state.ends_at_ms <= (state.at_ms ?? 0)) found.push({ at_ms: state.ends_at_ms, text: t("result.time_over") });
  if (state.at_ms) found.push({ at_ms: state.at_ms, text: t(state.result?.deal_no ? "result.confirmed" : "result.closed") });
  return found;
}

function seal() {
  const circle = (name, r = 50) => svg("circle", { class: name, cx: 60, cy: 60, r, pathLength: 100 });
  return h("div", { class: "seal", "aria-hidden": "true" }, svg("svg", { viewBox: "0 0 120 120" }, circle("wave"), circle("wave late"), circle("face"), circle("close"), svg("path", { class: "mark", d: "M38 61l15 15 30-32", pathLength: 100 })));
}

export function resultCard(room) {
  const title = h("p", { class: "outcome" }, h("b", {}));
  const figure = h("span", { class: "figure" });
  const unit = h("span", { class: "unit" });
  const price = h("p", { class: "price" }, figure, unit);
  const said = h("p", { class: "muted" });
  const note = h("p", { class: "next" });
  const beats = h("ol", { class: "beats", "aria-label": t("result.how") });
  const facts = h("dl", { class: "facts" });
  const base = `/api/biddings/${encodeURIComponent(room.id)}/bids`;
  const proof = h("div", { class: "proof" }, h("p", { class: "row" }, icon("shield"), h("b", {}, t("result.anybody"))), facts, h("p", { class: "tiny muted" }, t("result.how_to_check")),
    h("div", { class: "row" }, h("a", { class: "button", href: `${base}?format=csv`, download: "" }, t("bids.csv")), h("a", { class: "button", href: `${base}?format=json`, download: "" }, t("result.json"))));
  const element = h("section", { class: "hammer", "data-theme": "stage", "aria-label": t("result.title"), id: "result", hidden: true },
    h("div", {}, seal(), h("div", { class: "result" }, title, price, said, note, beats), proof));

  function update() {
    const { state, number } = room;
    const kind = state && isClosed(state.phase) ? resultOf(state, number) : null;
    setHidden(element, kind === null);
    if (kind === null) return;
    const result = state.result ?? {};
    const isSold = ["won", "lost", "sold"].includes(kind);
    const shown = parts((isSold ? result.price_fen : state.price_fen) ?? state.terms?.start_price_fen ?? 0, lang());
    setAttribute(element, "data-result", kind);
    setText(title.firstChild, t(`result.${kind}`, { number: result.winner ?? "" }));
    setText(figure, shown.figure);
    setText(unit, shown.unit);
    setHidden(price, !isSold && !state.price_fen);
    setText(said, isSold ? words(result.price_fen, lang()) : result.reason ? t("result.because", { reason: word("reason", result.reason) }) : "");
    setText(note, t(`result.${kind}_next`));
    setHidden(note, kind === "sold" || (["unsold", "cancelled"].includes(kind) && !number));
    reconcile(beats, beatsOf(state, room.rows()), (beat) => beat.text, () => h("li", {}, h("b", {}), h("small", {})), (row, beat) => {
      setText(row.firstChild, isSold && beat.at_ms === state.at_ms ? exactText(beat.at_ms) : clockText(beat.at_ms));
      setText(row.lastChild, beat.text);
    });
    paintFacts(state, result);
  }

  function paintFacts(state, result) {
    const lines = [[t("result.deal_no"), result.deal_no], [t("result.bids"), state.bids_count === null ? null : t("result.bids_count", { count: state.bids_count ?? 0 })], [t("result.extensions"), state.extensions_count ? t("result.extensions_count", { count: state.extensions_count }) : null], [t("result.record"), state.public_seq === undefined ? null : `${room.id} · ${state.public_seq}`]];
    const known = lines.filter(([, value]) => value);
    if (facts.dataset.shown === JSON.stringify(known)) return;
    facts.dataset.shown = JSON.stringify(known);
    facts.replaceChildren(...known.flatMap(([name, value]) => [h("dt", {}, name), h("dd", { class: "mono" }, value)]));
  }
  return { element, update };
}
