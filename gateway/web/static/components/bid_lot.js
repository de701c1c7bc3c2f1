// What is sold, and who is here: "286 人围观 · 2 家以上报名 · 17 次出价".
// Rule: how many have registered, and who, is nobody's business before the end (RG-1): "2 家以上" is a condition of
// every bidding, not a count.

import { isClosed } from "../lib/bidding_rules.js";
import { h, setHidden, setText } from "../lib/dom.js";
import { isSealed } from "../lib/sealed_rules.js";
import { t, word } from "../lib/texts.js";
import { icon } from "./icons.js";

export function lotHead(room) {
  const mode = h("span", { class: "tag" });
  const profile = h("span", { class: "tag wait" });
  const name = h("h1", {});
  const part = (sign) => {
    const text = h("span", {});
    return { text, element: h("li", {}, icon(sign), text) };
  };
  const [watching, registered, bids] = [part("eye"), part("people"), part("steps")];
  const crowd = h("ul", { class: "crowd", id: "crowd", "aria-label": t("crowd.label") }, watching.element, registered.element, bids.element);
  const element = h("div", { class: "lot" }, h("p", { class: "row small muted" }, mode, profile, h("span", { class: "push mono" }, room.id)), name, crowd);

  function update() {
    const { state } = room;
    setHidden(element, !state);
    if (!state) return;
    setText(mode, word("mode", state.mode));
    setHidden(profile, !state.profile || state.profile === "standard");
    setText(profile, word("profile", state.profile));
    setText(name, state.lot);
    const count = room.room.latest.presence?.count;
    setHidden(watching.element, !Number.isInteger(count) || isClosed(state.phase));
    setText(watching.text, Number.isInteger(count) ? t("crowd.watching", { count }) : "");
    setText(registered.text, t("crowd.registered"));
    setHidden(registered.element, isClosed(state.phase));
    setHidden(bids.element, !Number.isInteger(state.bids_count) || (isSealed(state) && !isClosed(state.phase)));
    setText(bids.text, t("crowd.bids", { count: state.bids_count ?? 0 }));
  }
  return { element, update };
}
