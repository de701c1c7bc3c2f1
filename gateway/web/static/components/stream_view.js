// The stream on the stage: media or a sandboxed frame; where it cannot be shown, the slide stays.
// Rule 1: it is built when there is one to show and gone with it; a broken one is tried again, less and
// less often, and by hand.
// Rule 2: nothing plays with sound, or at all where less motion is wished, before somebody asks for it.

import { h, setAttribute, setHidden, setText } from "../lib/dom.js";
import { plays, streamOf } from "../lib/stream.js";
import { t } from "../lib/texts.js";

const LOAD_MS = 15_000;
const AGAIN_MS = [5_000, 10_000, 30_000, 60_000];
const canPlay = (type) => document.createElement("video").canPlayType(type);
const originsOf = () => (document.querySelector('meta[name="stream-origins"]')?.content ?? "").split(" ").filter(Boolean);
const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

function player(stream, broken, shown) {
  if (stream.kind === "frame") {
    const late = setTimeout(broken, LOAD_MS);
    return h("iframe", { src: stream.url, title: t("stream.label"), sandbox: "allow-scripts allow-same-origin allow-presentation", allow: "autoplay; fullscreen; picture-in-picture", allowfullscreen: true, referrerpolicy: "origin", on: { load: () => {
      clearTimeout(late);
      shown();
    } } });
  }
  return h("video", { src: stream.url, controls: true, playsinline: true, muted: true, autoplay: !still(), preload: "metadata", "aria-label": t("stream.label"), on: { error: broken, loadeddata: shown } });
}

export function streamView() {
  const screen = h("div", { class: "stream-screen" });
  const said = h("span", { role: "status" });
  const again = h("button", { type: "button", class: "quiet small", on: { click: () => start() } }, t("stream.again"));
  const link = h("a", { class: "small", target: "_blank", rel: "noopener noreferrer" }, t("stage.watch"));
  const line = h("p", { class: "stream-line small", hidden: true }, said, again, link);
  let stream = null;
  let address = "";
  let state = "none"; // none | link | unplayable | loading | shown | broken
  let tries = 0;
  let timer = null;

  function start() {
    clearTimeout(timer);
    state = "loading";
    const media = player(stream, () => broke(media), () => media.isConnected && showing());
    screen.replaceChildren(media);
    paint();
  }

  function showing() {
    state = "shown";
    tries = 0;
    paint();
  }

  function broke(media) {
    if (!media.isConnected) return;
    state = "broken";
    screen.replaceChildren();
    timer = setTimeout(start, AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)]);
    tries += 1;
    paint();
  }

  function stop(next) {
    clearTimeout(timer);
    screen.replaceChildren();
    tries = 0;
    state = next;
    paint();
  }

  function paint() {
    setHidden(line, state === "none");
    setText(said, { broken: t("stream.broken"), unplayable: t("stream.unplayable") }[state] ?? "");
    setHidden(said, said.textContent === "");
    setHidden(again, state !== "broken");
    if (stream) setAttribute(link, "href", stream.url);
  }

  /** text: the session's address, "" for none to show. */
  function update(text) {
    if (text === address) return;
    address = text;
    stream = streamOf(text, { origins: originsOf(), here: location.href });
    if (stream === null) stop("none");
    else if (stream.kind === "link") stop("link");
    else if (!plays(stream, canPlay)) stop("unplayable");
    else start();
  }
  return { screen, line, update, get isShown() { return state === "shown"; }, get state() { return state; } };
}
