// Void envelopes: published with the rest once all are open (4.8). The room tells the valid ones as
// rows; the void ones are asked for, until the history has what the room has.

import { get } from "../lib/api.js";
import { isSealed } from "../lib/sealed_rules.js";

const AGAIN_MS = 2_000;
const CLOSED_BOX = ["scheduled", "lobby", "collecting", "opening", "suspended"];

export const isOpened = (state) => isSealed(state) && (Boolean(state.tie) || !CLOSED_BOX.includes(state.phase));

/** Returns a function that gives the rows known now; `then` is called when there are more. */
export function voidEnvelopes(room, path, then) {
  let rows = [];
  let wanted = -1; // so many valid bids there were when it was asked
  async function look(count) {
    wanted = count;
    const answer = await get(path).catch(() => null);
    const found = answer?.void_bids ?? [];
    const isWhole = answer !== null && answer.bids.length >= count && answer.bids.length + found.length > 0;
    if (!isWhole) setTimeout(() => wanted === count && void look(count), AGAIN_MS);
    rows = found.map((bid) => ({ key: `void.${bid.number}.${bid.at_ms}`, bid, mine: bid.number === room.number, refused: false }));
    if (rows.length) then();
  }
  return () => {
    if (!isOpened(room.state)) return [];
    const count = room.state.bids?.length ?? 0;
    if (count !== wanted) void look(count);
    return rows;
  };
}
