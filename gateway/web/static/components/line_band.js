// A band over the page when the line is not as it should be; it covers, so nothing moves under a finger.

import { h, setAttribute, setHidden, setText } from "../lib/dom.js";
import { linkKey, linkParams } from "./site_bar.js";
import { t } from "../lib/texts.js";

export function lineBand() {
  const text = h("div", {});
  const element = h("div", { class: "band alarm line-band", hidden: true, role: "status" }, h("span", { class: "icon", "aria-hidden": "true" }, "↻"), text);
  function update(link) {
    setHidden(element, ["connected", "connecting", "refused"].includes(link.name));
    setAttribute(element, "class", `band line-band ${link.current || link.name === "behind" ? "wait" : "alarm"}`);
    if (!element.hidden) setText(text, t(linkKey("line", link), linkParams(link)));
  }
  return { element, update };
}
