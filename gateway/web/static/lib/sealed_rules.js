// What a page may say and offer in a bidding of sealed bids. Pure; the log alone decides.

import { isClosed } from "./bidding_rules.js";

export const isSealed = (state) => state?.mode === "one_shot";
export const TAKES_ENVELOPES = ["collecting", "tie_break"];

/** Why no envelope can be handed in now, or null: a key of texts. */
export function sealBar({ state, link, number }) {
  if (!state || !link?.current) return "bar.link";
  if (!number) return "bar.no_number";
  if (state.phase === "suspended") return "bar.suspended";
  if (isClosed(state.phase)) return "bar.closed";
  if (["scheduled", "lobby"].includes(state.phase)) return "bar.not_open";
  if (!TAKES_ENVELOPES.includes(state.phase)) return "sealed.bar_over";
  return state.phase === "tie_break" && !isTied(state, number) ? "sealed.bar_not_tied" : null;
}

export const isTied = (state, number) => Boolean(state?.tie?.numbers?.includes(number));

/** Why a sealed amount cannot stand, or null. No grid binds it (4.8). */
export function sealedFault(state, fen) {
  if (fen === null || fen % 100 !== 0) return { code: "BAD_AMOUNT", params: {} };
  const start = state.terms?.start_price_fen ?? 0;
  if (fen < start) return { code: "BELOW_START", params: { start_price_fen: start } };
  const tie = state.phase === "tie_break" ? state.tie?.price_fen ?? 0 : 0;
  return fen < tie ? { code: "BELOW_TIE_PRICE", params: { tie_price_fen: tie } } : null;
}

/** How often one may still hand in in this round: one envelope, and the replacements announced. */
export function handInsLeft(state, envelope) {
  return 1 + (state.terms?.envelope_replacements_max ?? 0) - (envelope?.handed_in_count ?? 0);
}
