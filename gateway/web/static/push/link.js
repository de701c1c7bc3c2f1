// What a person is told about the line. Pure. Rule: `current` is true only when what is on screen is
// known to be the newest; whoever may not rely on it may not bid from it.

export const CLOCK_SILENCE_MS = 3_000; // in a room whose clock runs
export const QUIET_SILENCE_MS = 12_000; // elsewhere the ping of 5 s is the sign of life
export const POLL_FRESH_MS = 5_000;
export const LATE_MS = 3_000; // a clock that was told so long ago: the line works, but slowly

/**
 * {name: "connected"|"connecting"|"reconnecting"|"behind"|"degraded"|"stalled"|"offline"|"refused", behind, lateMs, current}
 * behind: so many publications of the log are not on this screen yet; lateMs: or so old is what came last.
 * stalled: the server says that its log does not progress.
 * socket: state of the client. live: subscribed. ticking: whether a clock is expected every second.
 */
export function linkOf({ online = true, socket, live, refused = false, stalled = false, heardAt, polledAt, everHeard, behind = 0, lateMs = 0, ticking, now }) {
  const say = (name, current = false) => ({ name, behind, lateMs, current });
  if (!online) return say("offline");
  if (refused || socket === "closed") return say("refused");
  if (live && socket === "connected") {
    const silence = now - (heardAt ?? now);
    if (silence > (ticking ? CLOCK_SILENCE_MS : QUIET_SILENCE_MS)) return say("reconnecting");
    if (stalled) return say("stalled");
    return behind > 0 || lateMs > LATE_MS ? say("behind") : say("connected", true);
  }
  if (polledAt !== null && polledAt !== undefined && now - polledAt < POLL_FRESH_MS) return say("degraded", true);
  return say(everHeard ? "reconnecting" : "connecting");
}
