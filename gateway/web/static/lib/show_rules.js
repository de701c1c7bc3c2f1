// What a page may say of a session and offer in it. Pure; the log decides.

export const ACTIVE = ["pitching", "qa", "commenting", "interest_call", "bidding_requested", "bidding"];
export const FINISHED = ["done", "skipped", "withdrawn"];
export const ON_STAGE = ["live", "paused", "wrapping_up"];
export const ENROLLING = ["registration_open", "rehearsed"]; // one may register then; once it is live, coming is enough
export const BEFORE = ["planned", "published", "registration_open", "rehearsed", "postponed"];
export const PERIODS = ["pitching", "qa", "commenting", "interest_call"];
const SHARE_MIN = 0.1; // of the band: a short period must still be read

export const activeItem = (state) => state?.items?.find((item) => ACTIVE.includes(item.phase)) ?? null; // RS-1: one at most
export const nextItem = (state) => state?.items?.find((item) => item.phase === "on_deck") ?? state?.items?.find((item) => item.phase === "queued") ?? null;
export const isOnStage = (state) => ON_STAGE.includes(state?.phase);
export const mayAsk = (state) => isOnStage(state) && state?.items?.length > 0;

/** The share of the item's period that has passed, 0 … 1. periodsMs: the plan's length of each. */
export function passed(item, nowMs, periodsMs) {
  if (item?.time_up) return 1;
  const whole = periodsMs?.[item?.phase];
  if (!item?.ends_at_ms || nowMs === null || !whole) return 0;
  return Math.max(0, Math.min(1, 1 - (item.ends_at_ms - nowMs) / whole));
}

/** An item's periods as one band: [{period, ms, share, state}], and where on it one is now, 0 … 1. */
export function bandOf(item, periodsMs, nowMs) {
  const lengths = PERIODS.map((period) => periodsMs?.[period] ?? 0);
  const whole = Math.max(1, lengths.reduce((sum, ms) => sum + ms, 0));
  const weights = lengths.map((ms) => Math.max(ms / whole, SHARE_MIN));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const here = PERIODS.includes(item?.phase) ? PERIODS.indexOf(item.phase) : ["queued", "on_deck"].includes(item?.phase) ? -1 : PERIODS.length;
  const parts = PERIODS.map((period, index) => ({ period, ms: lengths[index], share: weights[index] / sum, state: index < here ? "done" : index === here ? "here" : "ahead" }));
  const before = parts.slice(0, Math.max(0, here)).reduce((total, part) => total + part.share, 0);
  return { parts, at: before + (parts[here]?.share ?? 0) * passed(item, nowMs, periodsMs) };
}

/** The questions to an item as strokes under its band: {x, height} of 0 … 1, by when they were asked and how many support them. */
export function pulseOf(questions, item, at, nowMs) {
  const from = item?.pitched_at_ms;
  if (!from || nowMs === null || nowMs <= from) return [];
  const most = Math.max(1, ...questions.map((question) => question.upvotes + 1));
  return questions.map((question) => ({ id: question.question_id, x: Math.max(0, Math.min(1, (question.at_ms - from) / (nowMs - from))) * at, height: Math.max(0.2, (question.upvotes + 1) / most) }));
}

const votes = (question, latest) => latest?.[`upvotes:${question.question_id}`]?.upvotes ?? question.upvotes ?? 0;
const PLACE = { on_air: 0, queued: 1, asked: 1, answered: 2, deferred_offline: 3 };

/** Questions as they are shown: on air first, then by voices, answered ones last. */
export function inOrder(questions, latest) {
  return [...(questions ?? [])].map((question) => ({ ...question, upvotes: votes(question, latest) }))
    .sort((a, b) => (PLACE[a.phase] ?? 4) - (PLACE[b.phase] ?? 4) || b.upvotes - a.upvotes || a.at_ms - b.at_ms);
}

const OPEN_QUESTION = ["on_air", "queued"];
const CLOSED_QUESTION = ["answered", "deferred_offline"];

/** Questions as a page has them: those of the item on stage that are open, the settled ones of it, and the others'. */
export function questionGroups(questions, latest, itemId) {
  const shown = inOrder(questions, latest);
  const ours = itemId === null ? shown : shown.filter((question) => question.item_id === itemId);
  const isOpen = ({ phase }) => OPEN_QUESTION.includes(phase);
  const isClosed = ({ phase }) => CLOSED_QUESTION.includes(phase);
  return { open: ours.filter(isOpen), closed: ours.filter(isClosed), others: shown.filter((question) => !ours.includes(question) && (isOpen(question) || isClosed(question))) };
}

/** Who is here, by kind, as dots: {per: people to a dot, dots: kind of each}; `guests` are all of whom no more is known. */
export function seatsOf(crowd, max) {
  const kinds = [["experts", crowd.experts ?? 0], ["investors", crowd.investors ?? 0]];
  kinds.push(["guests", crowd.guests ?? Math.max(0, (crowd.count ?? 0) - kinds[0][1] - kinds[1][1])]);
  const count = kinds.reduce((sum, [, people]) => sum + people, 0);
  const per = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((each) => kinds.reduce((sum, [, people]) => sum + Math.ceil(people / each), 0) <= max) ?? Math.ceil(count / (max - kinds.length));
  return { per, count, dots: kinds.flatMap(([kind, people]) => Array(Math.min(max, Math.ceil(people / per))).fill(kind)) };
}

/** What a page knows of an item's acts at one moment, for `actsBetween`. */
export const actsNow = (interests, questions) => ({ interests: interests ?? 0, questions: new Map(questions.map((question) => [question.question_id, question])) });

/** What people did between two moments: [{kind: "want" | "air" | "asked" | "vote", …}]. */
export function actsBetween(before, after) {
  const acts = [];
  if (after.interests > before.interests) acts.push({ kind: "want", count: after.interests - before.interests });
  for (const [id, question] of after.questions) {
    const was = before.questions.get(id);
    if (question.phase === "on_air" && was?.phase !== "on_air") acts.push({ kind: "air", asker: question.asker });
    else if (!was) acts.push({ kind: "asked", asker: question.asker });
    else if (question.upvotes > was.upvotes) acts.push({ kind: "vote", count: question.upvotes, asker: question.asker });
  }
  return acts;
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
