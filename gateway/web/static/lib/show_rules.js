// What a page may say of a session and offer in it. Pure; the log decides.

export const ACTIVE = ["pitching", "qa", "commenting", "interest_call", "bidding_requested", "bidding"];
export const FINISHED = ["done", "skipped", "withdrawn"];
export const ON_STAGE = ["live", "paused", "wrapping_up"];
export const ENROLLING = ["registration_open", "rehearsed"]; // one may register then; once it is live, coming is enough
export const BEFORE = ["planned", "published", "registration_open", "rehearsed", "postponed"];
const WHOLE_MS = { pitching: 480_000, qa: 420_000, commenting: 300_000, interest_call: 60_000 };

export const activeItem = (state) => state?.items?.find((item) => ACTIVE.includes(item.phase)) ?? null; // RS-1: one at most
export const nextItem = (state) => state?.items?.find((item) => item.phase === "on_deck") ?? state?.items?.find((item) => item.phase === "queued") ?? null;
export const isOnStage = (state) => ON_STAGE.includes(state?.phase);
export const mayAsk = (state) => isOnStage(state) && state?.items?.length > 0;

/** The share of the item's period that has passed, 0 … 1. `begun` remembers when each period was first seen whole. */
export function passed(item, nowMs) {
  if (!item?.ends_at_ms || nowMs === null) return 0;
  const whole = item.period_ms ?? WHOLE_MS[item.phase] ?? 60_000;
  return Math.max(0, Math.min(1, 1 - (item.ends_at_ms - nowMs) / whole));
}

const votes = (question, latest) => latest?.[`upvotes:${question.question_id}`]?.upvotes ?? question.upvotes ?? 0;
const PLACE = { on_air: 0, queued: 1, asked: 1, answered: 2, deferred_offline: 3 };

/** Questions as they are shown: on air first, then by voices, answered ones last. */
export function inOrder(questions, latest) {
  return [...(questions ?? [])].map((question) => ({ ...question, upvotes: votes(question, latest) }))
    .sort((a, b) => (PLACE[a.phase] ?? 4) - (PLACE[b.phase] ?? 4) || b.upvotes - a.upvotes || a.at_ms - b.at_ms);
}

const SESSION_NEXT = { rehearsed: "go_live", paused: "resume", wrapping_up: "end" };

/** The host's next act, for the session or the item on stage: {method, key of its text, item}, or null. */
export function nextAct(state) {
  const whole = SESSION_NEXT[state?.phase];
  if (whole) return { method: `session.${whole}`, key: whole };
  if (state?.phase !== "live") return null;
  const item = activeItem(state);
  if (!item) {
    const next = nextItem(state);
    if (!next) return { method: "session.end", key: "end" };
    return next.phase === "on_deck" ? { method: "item.pitch", key: "pitch", item: next } : { method: "item.on_deck", key: "on_deck", item: next };
  }
  const acts = { pitching: "qa", qa: "comments", commenting: "call_interest", interest_call: item.bidding_called || !bids(item) || item.result ? "complete" : "call_bidding" };
  const key = item.result ? "complete" : acts[item.phase];
  return key ? { method: `item.${key}`, key, item } : null;
}

/** Whether the item may go to a live bidding at all. */
export const bids = (item) => item.start_price_fen !== null && item.start_price_fen !== undefined;

/** What stands on an agenda line's right. */
export function progressOf(item) {
  if (item.result?.outcome === "sold") return "sold";
  if (ACTIVE.includes(item.phase) || item.phase === "on_deck") return "here";
  return FINISHED.includes(item.phase) || item.phase === "deferred" ? "done" : "ahead";
}

/** Tenths of a typed score 0–100 with one decimal, or null. */
export function tenths(text) {
  const match = /^(\d{1,3})(?:\.(\d))?$/.exec(text.trim());
  if (!match) return null;
  const value = Number(match[1]) * 10 + Number(match[2] ?? 0);
  return value <= 1000 ? value : null;
}
