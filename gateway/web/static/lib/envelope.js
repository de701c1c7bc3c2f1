// A sealed bid: what the browser makes, what it keeps, and what is handed over at the opening. Pure.
// Rule 1: the platform is given the commitment alone: SHA-256 of the compact JSON array [bidding,
// number, fen, salt]. Who has not the opening can neither read the envelope nor open it.
// Rule 2: an opening is a line of text that a person can keep, send and paste; what is pasted is
// taken only where it fits.

import { sha256 } from "./sha256.js";

const SALT = /^[0-9a-f]{32}$/;

/** 128 random bits as 32 hex digits. */
export const newSalt = (random = (bytes) => crypto.getRandomValues(bytes)) => Array.from(random(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

export const commitmentOf = ({ bidding_id, number, amount_fen, salt }) => sha256(JSON.stringify([bidding_id, number, amount_fen, salt]));

/** A new opening, with the commitment that stands for it. */
export function seal(bidding_id, number, amount_fen, salt = newSalt()) {
  const opening = { bidding_id, number, amount_fen, salt };
  return { ...opening, commitment: commitmentOf(opening) };
}

/** The line that is handed over. */
export const openingLine = ({ bidding_id, number, amount_fen, salt }) => JSON.stringify({ bidding_id, number, amount_fen, salt });

/** Every opening of a bidding in a text, wherever it stands there; of a number the last one counts. */
export function readOpenings(text, bidding_id) {
  const found = new Map();
  for (const [piece] of text.matchAll(/\{[^{}]*\}/g)) {
    const opening = read(piece);
    if (opening?.bidding_id === bidding_id) found.set(opening.number, opening);
  }
  return [...found.values()];
}

function read(piece) {
  try {
    const { bidding_id, number, amount_fen, salt } = JSON.parse(piece);
    const fits = typeof bidding_id === "string" && typeof number === "string" && Number.isSafeInteger(amount_fen) && SALT.test(salt);
    return fits ? { bidding_id, number, amount_fen, salt } : null;
  } catch {
    return null;
  }
}

/** The openings that fit the box, in its order: what both people must ask for alike. */
export function fitting(box, openings) {
  const told = new Map(openings.map((opening) => [opening.number, opening]));
  return box.flatMap(({ number, commitment }) => {
    const opening = told.get(number);
    return opening && commitmentOf(opening) === commitment ? [{ number, amount_fen: opening.amount_fen, salt: opening.salt }] : [];
  });
}

/** What the log writes down of such an act, so that two people can see that they ask for the same. */
export const digestOf = (openings) => sha256(JSON.stringify(openings.map(({ number, amount_fen, salt }) => [number, amount_fen, salt])));
