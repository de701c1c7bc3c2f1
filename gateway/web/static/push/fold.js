// How a state and a publication become the next state. Pure. Rule 1: `public_seq` of a room rises by
// one; an older one is a repeat and changes nothing, a later one means that something is missing.

const BIDS_KEPT = 50;

const joined = (old, changed, keyOf) => {
  if (!changed?.length) return old ?? [];
  const fresh = new Map(changed.map((each) => [keyOf(each), each]));
  const kept = (old ?? []).map((each) => {
    const key = keyOf(each);
    const next = fresh.get(key);
    fresh.delete(key);
    return next ?? each;
  });
  return [...kept, ...fresh.values()];
};

export function foldBidding(state, publication) {
  const known = new Set((state.bids ?? []).map((bid) => bid.seq));
  const rows = (publication.bids ?? []).filter((bid) => !known.has(bid.seq));
  const bids = [...rows, ...(state.bids ?? [])].sort((a, b) => b.seq - a.seq).slice(0, BIDS_KEPT);
  return { ...state, ...publication.state, public_seq: publication.public_seq, at_ms: publication.at_ms, bids };
}

export function foldRoadshow(state, publication) {
  const gone = new Set(publication.items_removed ?? []);
  const items = joined(state.items, publication.items, (item) => item.item_id)
    .filter((item) => !gone.has(item.item_id)).sort((a, b) => a.index - b.index);
  const hidden = new Set(publication.questions_removed ?? []);
  const questions = joined(state.questions, publication.questions, (question) => question.question_id)
    .filter((question) => !hidden.has(question.question_id));
  const seq = publication.public_seq ?? publication.state?.public_seq ?? state.public_seq; // the staff's channel has none
  return { ...state, ...publication.state, public_seq: seq, at_ms: publication.at_ms, items, questions };
}

export function foldBidder(state, publication) {
  const outcomes = publication.outcome
    ? joined(state.outcomes, [publication.outcome], (outcome) => outcome.command_id).slice(-20)
    : state.outcomes;
  const next = { ...state, outcomes: outcomes ?? [] };
  if (publication.standing) next.standing = publication.standing;
  for (const name of ["proxy_limit_fen", "priority_rank", "is_present", "envelope", "proxy_bids"]) if (publication[name] !== undefined) next[name] = publication[name];
  return next;
}

/** What those aside of a room see: each publication holds the whole of it. */
export const foldAside = (state, publication) => ({ ...state, ...publication.state });

/** "repeat" | "next" | "gap": what a publication is to a room at `seq`. */
export function step(seq, publication) {
  if (!Number.isInteger(publication.public_seq) || !Number.isInteger(seq)) return "next";
  if (publication.public_seq <= seq) return "repeat";
  return publication.public_seq === seq + 1 ? "next" : "gap";
}
