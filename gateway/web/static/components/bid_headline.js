// What is said of a bidding: its ring, how one stands in it, whose it is now. Texts and signs; the strip draws them.

import { INSIDERS, isAsked, isClosed, isOpen, RISING, share } from "../lib/bidding_rules.js";
import { isSealed, isTied } from "../lib/sealed_rules.js";
import { money } from "../lib/money.js";
import { clockText, minuteText, remainingText } from "../lib/time.js";
import { lang, t, word } from "../lib/texts.js";

const LAST_MS = 10_000;

/** What the ring shows. Pure, but for texts. */
export function ringOf({ state, link, leftMs, now }) {
  const frozen = (text, note, tone) => ({ share: 0, text, note, tone });
  if (!state) return frozen("--:--", "", "none");
  if (isClosed(state.phase)) return frozen(t("ring.ended"), state.at_ms ? t("ring.at", { time: minuteText(state.at_ms) }) : "", "none");
  if (state.phase === "suspended") return suspendedRing(state, now);
  if (state.phase === "halted") return frozen(t("ring.paused"), "", "still");
  if (!link.current) return { share: leftMs === null ? 0 : share(state, leftMs), text: "--:--", note: t("ring.broken"), tone: "broken" };
  if (leftMs === null) return frozen(isOpen(state.phase) ? word("phase", state.phase) : "--:--", "", "none");
  const before = !isOpen(state.phase);
  const note = before ? t("ring.opens", { time: clockText(state.opens_at_ms) }) : t("ring.ends", { time: clockText(state.ends_at_ms) });
  if (leftMs === 0) return { share: 0, text: "00:00", note: t("ring.deciding"), tone: "still" };
  return { share: before ? 0 : share(state, leftMs), text: remainingText(leftMs), note, tone: !before && leftMs <= LAST_MS ? "last" : "running" };
}

function suspendedRing(state, now) {
  const resumes = state.suspension?.resumes_at_ms;
  const text = resumes && now ? remainingText(resumes - now) : t("ring.paused");
  return { share: 0, text, note: resumes ? t("ring.resumes", { time: clockText(resumes) }) : t("ring.paused_note"), tone: "still" };
}

const reasonText = (reason) => word("reason", reason);

/** The line under the price: paused, ended, leading, overtaken … by sign and text, never by colour alone. */
export function standingOfRoom(room) {
  const { state } = room;
  if (!state) return null;
  if (state.phase === "suspended") return suspendedLine(state);
  if (state.phase === "halted") return { tone: "alarm", icon: "big", text: t("halted.title"), note: t("halted.note") };
  if (isClosed(state.phase)) return closedLine(room);
  if (["scheduled", "lobby"].includes(state.phase)) return { tone: "", icon: "wait", text: t("standing.soon"), note: t("standing.soon_note") };
  if (!isOpen(state.phase)) return null;
  if (isSealed(state)) return sealedLine(room);
  if (!room.number && room.app.has(...INSIDERS)) return { tone: "", icon: "eye", text: t("standing.staff"), note: t("standing.staff_note") };
  if (!room.number) return { tone: "", icon: "eye", text: t("standing.watching"), note: t(room.room.delayed && state.terms?.public_delay_ms ? "standing.delayed" : "standing.watching_note", { seconds: (state.terms?.public_delay_ms ?? 0) / 1000 }) };
  const standing = room.standing;
  if (!room.link.current) return { tone: "wait", icon: "off", text: t("standing.stale"), note: t(`standing.stale_${standing}`) };
  if (["at_ceiling", "awaiting_draw"].includes(state.phase)) return ceilingLine(state, standing);
  if (isAsked(state, room.number)) return { tone: "wait", icon: "big", text: t("standing.asked"), note: t("standing.asked_note") };
  if (standing === "leading") return { tone: "good", icon: "ok", text: t("standing.leading"), note: t("standing.formation") };
  if (!RISING.includes(state.phase)) return { tone: "", icon: "wait", text: t("standing.ended"), note: t("standing.formation") };
  if (standing === "outbid" && state.min_next_fen === null) return { tone: "", icon: "open", text: t("bar.ceiling"), note: t("standing.formation") };
  if (standing === "outbid") return { tone: "alarm", icon: "up", text: state.leader ? t("standing.outbid_by", { number: state.leader }) : t("standing.outbid"), note: t("standing.outbid_note", { min_next_fen: state.min_next_fen }) };
  return { tone: "", icon: "open", text: t("standing.none"), note: t("standing.none_note") };
}

/** At the ceiling the price rises no more: who joins in time takes part in the draw (guard 11). */
function ceilingLine(state, standing) {
  const joined = standing === "leading";
  if (state.phase === "awaiting_draw") return { tone: joined ? "good" : "", icon: "wait", text: t("ceiling.draw"), note: t(joined ? "ceiling.draw_mine" : "ceiling.draw_note") };
  return { tone: joined ? "good" : "alarm", icon: joined ? "ok" : "up", text: t(joined ? "ceiling.joined" : "ceiling.reached"), note: t(joined ? "ceiling.joined_note" : "ceiling.reached_note") };
}

/** Where a bidding of sealed bids stands, and oneself in it. */
function sealedLine({ state, number, own, standing }) {
  const envelope = own?.state?.envelope;
  const line = (tone, icon, key, params) => ({ tone, icon, text: t(`sealed.${key}`, params), note: t(`sealed.${key}_note`, params) });
  if (state.phase === "collecting") return envelope ? line("good", "ok", "handed_in") : number ? line("wait", "open", "not_yet") : line("", "eye", "collecting");
  if (state.phase === "tie_break") {
    const params = { price: money(state.tie?.price_fen, lang()), numbers: (state.tie?.numbers ?? []).join("、") };
    if (!isTied(state, number)) return line("", "envelope", "tie", params);
    return envelope ? line("good", "ok", "handed_in") : line("alarm", "big", "tied", params);
  }
  if (state.phase === "opening") return line("wait", "wait", envelope ? "opening_mine" : "opening", { count: state.bids_count ?? 0 });
  if (standing === "leading") return { tone: "good", icon: "ok", text: t("standing.leading"), note: t("standing.formation") };
  return line("", "wait", standing === "outbid" ? "not_highest" : "opened");
}

function suspendedLine(state) {
  const { reason, resumes_at_ms: resumes, at_ms: at } = state.suspension ?? {};
  const note = resumes ? t("paused.resumes", { time: clockText(resumes) }) : t("paused.open", lengthParams(state.terms?.resume_notice_ms ?? 0));
  return { tone: "wait", icon: "hold", text: t("paused.title", { reason: reasonText(reason) }), note: (at ? t("paused.since", { time: clockText(at) }) + " " : "") + note };
}

export function lengthParams(ms) {
  if (ms >= 60_000 && ms % 60_000 === 0) return { length: t("length.minutes", { count: ms / 60_000 }) };
  return { length: t("length.seconds", { count: Math.round(ms / 1000) }) };
}

function closedLine({ state, number }) {
  const result = state.result ?? {};
  if (state.phase === "cancelled") return { tone: "wait", icon: "open", text: t("closed.cancelled"), note: result.reason ? reasonText(result.reason) : "" };
  if (state.phase !== "closed_sold") return { tone: "", icon: "open", text: t("closed.unsold"), note: result.reason ? reasonText(result.reason) : "" };
  const params = { price: money(result.price_fen ?? state.price_fen, lang()), number: result.winner ?? state.leader, deal: result.deal_no ?? "" };
  if (!result.deal_no) return { tone: "wait", icon: "wait", text: t("closed.awaiting", params), note: t("standing.formation") };
  if (number && number === result.winner) return { tone: "good", icon: "ok", text: t("closed.won", params), note: t("closed.won_note", params) };
  return { tone: number ? "" : "good", icon: "ok", text: t("closed.sold", params), note: number ? t("closed.lost_note") : t("closed.deal", params) };
}

/** How long a figure is, for a small screen to make it fit. */
export const lengthOf = (figure) => (figure.length > 13 ? "longest" : figure.length > 9 ? "long" : null);

const winnerOf = (state) => (state.result?.deal_no ? state.result.winner : null);

/** What the figure is: a key of texts. */
export function captionKey(state) {
  const hasPrice = Number.isInteger(state.price_fen);
  if (winnerOf(state)) return "headline.deal_price";
  if (isSealed(state)) return hasPrice ? "sealed.price" : "sealed.start";
  if (hasPrice) return isClosed(state.phase) ? "sealed.price" : "headline.price";
  return isClosed(state.phase) ? "sealed.start" : "headline.start";
}

/** Whose it is now; nobody's before the opening, where bids are sealed. */
export function leaderText(state, own = null) {
  const winner = winnerOf(state);
  const number = winner ?? state.leader;
  const over = ["closed_unsold", "cancelled"].includes(state.phase); // nobody leads any more
  if (number) return t(winner ? "headline.winner" : over ? "headline.highest" : "headline.leader", { number }) + (number === own ? t("you") : "");
  if (isClosed(state.phase)) return t("headline.none");
  if (isSealed(state)) return t(state.phase === "opening" ? "sealed.unopened" : "sealed.secret");
  return t("headline.no_leader");
}
