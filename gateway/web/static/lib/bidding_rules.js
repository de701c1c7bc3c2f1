// What a page may say and offer about a bidding. Pure; the log alone decides, this only spares
// people a refused bid. Rule 1: nothing here says "you lead" before the log did.

export const RISING = ["free_bidding", "limited_bidding"];
export const BIDDABLE = [...RISING, "at_ceiling"]; // at the ceiling others may still join
export const OPEN = [...BIDDABLE, "awaiting_draw", "collecting", "opening", "tie_break", "awaiting_reserve", "awaiting_priority"];
/** Who follows a room without a number, by his role. */
export const INSIDERS = ["bid_controller", "supervisor", "host", "stage_controller", "desk_officer", "desk_reviewer", "expert", "screen"];
export const CLOSED = ["closed_sold", "closed_unsold", "cancelled"];
const JUMP_STEPS = 5; // from so many increments above the price on, a bid is confirmed once more
const THRESHOLD_STARTS = 2; // and above so many start prices

const WHOLE = { free_bidding: "free_ms", collecting: "collect_ms", tie_break: "tie_break_ms", awaiting_reserve: "reveal_window_ms", awaiting_priority: "priority_window_ms" };

export const isOpen = (phase) => OPEN.includes(phase);
/** Whether it is his turn to say yes or no as a holder of priority. */
export const isAsked = (state, number) => Boolean(number) && state?.phase === "awaiting_priority" && (state.asked ?? []).includes(number);
export const isClosed = (phase) => CLOSED.includes(phase);

/** The amount of a step button: so many increments above the price (the first bid may be the start price). */
export function stepAmount(state, steps) {
  if (state.min_next_fen === null || state.min_next_fen === undefined) return null;
  const amount = state.min_next_fen + (steps - 1) * (state.increment_fen ?? 0);
  const ceiling = state.terms?.ceiling_price_fen;
  return ceiling ? Math.min(amount, ceiling) : amount;
}

/** How many increments an amount lies above the price (or the start), rounded up. */
export function stepsAbove(state, amount) {
  const from = state.price_fen ?? state.terms?.start_price_fen ?? 0;
  return Math.ceil((amount - from) / (state.increment_fen || 1));
}

/** "jump", "threshold" or null: why this amount is asked for once more. */
export function confirmReason(state, amount, confirmedFen = 0) {
  if (stepsAbove(state, amount) >= JUMP_STEPS) return "jump";
  const threshold = Math.max((state.terms?.start_price_fen ?? 0) * THRESHOLD_STARTS, Math.floor(confirmedFen * 1.5));
  return threshold > 0 && amount > threshold ? "threshold" : null;
}

/** The limit above which the rules ask for `confirm_large`. */
export function isLarge(state, amount) {
  const from = state.price_fen ?? state.terms?.start_price_fen ?? 0;
  return amount > from + (state.terms?.steps_max ?? 20) * (state.increment_fen ?? 0);
}

/** Why an amount cannot be accepted as things stand, or null: a code and its parameters. */
export function amountFault(state, amount) {
  if (amount === null) return { code: "BAD_AMOUNT", params: {} };
  if (amount % 100 !== 0) return { code: "BAD_AMOUNT", params: {} };
  const { min_next_fen: minNext, increment_fen: increment } = state;
  const start = state.terms?.start_price_fen ?? 0;
  if (amount < start) return { code: "BELOW_START", params: { start_price_fen: start } };
  if (minNext !== null && amount < minNext) return { code: "BELOW_MIN_NEXT", params: { min_next_fen: minNext } };
  const ceiling = state.terms?.ceiling_price_fen;
  if (ceiling && amount >= ceiling) return null;
  if (increment && (amount - (state.price_fen ?? start)) % increment !== 0) {
    return { code: "NOT_ON_GRID", params: { min_next_fen: minNext, increment_fen: increment } };
  }
  return null;
}

/** Why a hidden maximum cannot stand, or null; the grid does not bind it. */
export function limitFault(state, limit) {
  const fault = amountFault(state, limit);
  return fault?.code === "NOT_ON_GRID" ? null : fault;
}

/** Which of a bidder's further acts are offered now. `isHolder`: his account may act by priority. */
export function furtherActs({ state, own, number, standing, isHolder }) {
  const { phase, terms = {}, price_fen: price } = state ?? {};
  const rising = Boolean(number) && RISING.includes(phase);
  const holds = isHolder && Number.isInteger(own?.priority_rank);
  return {
    proxy: rising && terms.proxy_allowed === true,
    match: rising && holds && terms.priority_mode === "in_session_match" && Number.isInteger(price) && standing !== "leading",
    turn: isHolder && isAsked(state, number),
    presence: Boolean(number) && phase === "lobby" && terms.presence_required === true,
  };
}

/** Why there is nothing to bid on now, or null: a key of texts. */
export function bidBar({ state, link, number, standing, connected = true }) {
  if (!state || !connected || !link?.current) return "bar.link";
  if (!number) return "bar.no_number";
  if (state.phase === "suspended") return "bar.suspended";
  if (isClosed(state.phase)) return "bar.closed";
  if (isAsked(state, number)) return "bar.asked";
  if (!BIDDABLE.includes(state.phase)) return isOpen(state.phase) ? "bar.ended" : "bar.not_open";
  const ceiling = state.terms?.ceiling_price_fen;
  if (state.phase === "at_ceiling") return standing === "leading" ? "bar.joined" : null;
  if (ceiling && state.price_fen === ceiling) return "bar.ceiling";
  if (standing === "leading" && !state.terms?.allow_leader_raise) return "bar.leading";
  return null;
}

const LEVEL = ["at_ceiling", "awaiting_draw"]; // before lots are drawn all who have bid the ceiling lead alike

/** Whether he leads or was overtaken, as the log told us: by his own channel, or by the room's newest leader. */
export function standingOf({ state, number, own }) {
  if (!number || !state) return "none";
  if (state.leader === number || (own === "leading" && LEVEL.includes(state.phase))) return "leading";
  if (state.leader && (own === "outbid" || own === "leading")) return "outbid";
  return (state.bids ?? []).some((bid) => bid.number === number) ? "outbid" : "none";
}

const MARK_AGE_MS = 2_000; // a device that slept is not told what has long been passed

/** The mark of 60, 30 or 10 s that was just passed between two looks at the clock: what is read out loud. */
export function spokenMark(beforeMs, nowMs) {
  return [60, 30, 10].find((mark) => beforeMs > mark * 1000 && nowMs <= mark * 1000 && nowMs > mark * 1000 - MARK_AGE_MS) ?? null;
}

/** How much of the running period is left, 0 … 1, for the ring. */
export function share(state, leftMs) {
  const whole = state.phase === "at_ceiling" ? state.terms?.ceiling_draw?.window_ms : state.terms?.[WHOLE[state.phase] ?? "extension_ms"];
  return whole ? Math.max(0, Math.min(1, leftMs / whole)) : 0;
}
