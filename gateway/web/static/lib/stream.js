// What a stage may show of a session's stream. Pure.
// Rule 1: https, or http on this machine; nobody's name or password in it, no other scheme.
// Rule 2: only what the policy of the page allows is shown in it; everything else is a link at most.
// Rule 3: a page of our own origin is never framed: a sandbox that shares our origin is none.

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
const MEDIA = /\.(mp4|m4v|webm|ogv|mov)$/i;
const HLS = /\.m3u8$/i;

/** The address as a URL that may be followed, or null. */
export function safeAddress(text, here) {
  let url;
  try {
    url = new URL(text, here);
  } catch {
    return null;
  }
  const scheme = url.protocol === "https:" || (url.protocol === "http:" && LOOPBACK.includes(url.hostname));
  return text && scheme && !url.username && !url.password ? url : null;
}

/** {kind: "video"|"hls"|"frame"|"link", url}, or null where there is nothing that may be followed. */
export function streamOf(text, { origins, here }) {
  const url = safeAddress(text, here);
  if (url === null) return null;
  const own = url.origin === new URL(here).origin;
  const is = (kind) => ({ kind, url: url.href });
  if (!own && !origins.includes(url.origin)) return is("link");
  if (MEDIA.test(url.pathname)) return is("video");
  if (HLS.test(url.pathname)) return is("hls");
  return is(own ? "link" : "frame");
}

/** Whether this browser can play it by itself; HLS it often cannot. */
export const plays = ({ kind }, canPlay) => kind === "video" || kind === "frame" || (kind === "hls" && Boolean(canPlay("application/vnd.apple.mpegurl")));
