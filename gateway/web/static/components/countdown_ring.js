// <countdown-ring>: what is left, as a ring and in figures. It draws what it is given; it has no clock.

import { replay, setAttribute, setText, h, svg } from "../lib/dom.js";

const LENGTH = 2 * Math.PI * 44;

export class CountdownRing extends HTMLElement {
  connectedCallback() {
    if (this.figure) return;
    const circle = (name) => svg("circle", { class: name, cx: 50, cy: 50, r: 44, fill: "none", "stroke-width": 7 });
    this.hand = circle("hand");
    this.pulse = circle("beat");
    this.figure = h("b", {});
    this.note = h("small", {});
    this.setAttribute("role", "timer");
    this.append(svg("svg", { viewBox: "0 0 100 100", "aria-hidden": "true" }, circle("face"), this.hand, this.pulse), h("div", {}, this.figure, this.note));
  }

  /** tone: "running" | "last" | "still" | "broken" | "none". beat: it has just been extended. */
  show({ share, text, note, tone, label, beat = false }) {
    if (!this.figure) this.connectedCallback();
    setText(this.figure, text);
    setText(this.note, note);
    setAttribute(this, "data-tone", tone);
    setAttribute(this, "aria-label", label ?? `${text} ${note}`);
    const arc = (Math.max(0, Math.min(1, share)) * LENGTH).toFixed(1);
    setAttribute(this.hand, "stroke-dasharray", `${arc} ${(LENGTH + 8).toFixed(1)}`);
    if (beat) replay(this.pulse, "go");
    setAttribute(this.hand, "visibility", share > 0 ? "visible" : "hidden");
  }
}

customElements.define("countdown-ring", CountdownRing);
