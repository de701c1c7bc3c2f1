// How long to wait before the next try: full jitter, so that a hall of phones does not come back at once.

export const BACKOFF_MIN_MS = 200;
export const BACKOFF_MAX_MS = 8_000;

/** Anything between nothing and the doubling bound of this attempt (0 is the first). */
export function waitMs(attempt, random = Math.random) {
  const bound = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** Math.min(attempt, 16));
  return Math.floor(random() * bound);
}
