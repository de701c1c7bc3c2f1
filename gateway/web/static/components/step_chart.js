// <step-chart>: the price as steps over time, extensions marked. Drawn to its own width, so that its
// letters are as large as all others.

import { svg, setAttribute } from "../lib/dom.js";
import { minuteText, clockText } from "../lib/time.js";

const HEIGHT = 210;
const PAD = { left: 64, right: 18, top: 16, bottom: 30 };

/** Round values for the axis, at most four lines. Pure. */
export function ticks(low, high) {
  const span = Math.max(1, high - low);
  const rough = span / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
  const first = Math.floor(low / step) * step;
  const values = [];
  for (let value = first; value < high + step; value += step) values.push(Math.round(value));
  return values;
}

export class StepChart extends HTMLElement {
  connectedCallback() {
    this.watcher ??= new ResizeObserver(() => this.draw());
    this.watcher.observe(this);
  }

  disconnectedCallback() {
    this.watcher?.disconnect();
  }

  /** points: oldest first {at_ms, amount_fen, extended}. label: of the axis, and of the whole in words. */
  show({ points, startFen, nowMs, axis, label, nowLabel }) {
    this.what = { points, startFen, nowMs, axis, label, nowLabel };
    this.draw();
  }

  draw() {
    const width = Math.round(this.clientWidth);
    if (!this.what || width < 40) return;
    const { points, startFen, nowMs, axis, label, nowLabel } = this.what;
    const first = points.length ? points[0].at_ms : nowMs - 60_000;
    const from = first - Math.max(5_000, (nowMs - first) * 0.04);
    const until = Math.max(nowMs, from + 1_000);
    const high = points.reduce((most, point) => Math.max(most, point.amount_fen), startFen);
    const lines = ticks(startFen, high > startFen ? high : Math.round(startFen * 1.1));
    const x = (ms) => PAD.left + ((ms - from) / (until - from)) * (width - PAD.left - PAD.right);
    const y = (fen) => HEIGHT - PAD.bottom - ((fen - lines[0]) / (lines.at(-1) - lines[0])) * (HEIGHT - PAD.top - PAD.bottom);
    this.replaceChildren(svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-label": label },
      this.grid(lines, width, y, axis), this.times(from, until, x, width, nowLabel), this.path(points, startFen, from, until, x, y), this.marks(points, x, y)));
    setAttribute(this, "data-points", points.length);
  }

  grid(lines, width, y, axis) {
    return svg("g", {}, lines.map((value) => [
      svg("path", { class: "line", d: `M${PAD.left} ${y(value)}H${width - PAD.right}` }),
      svg("text", { x: PAD.left - 8, y: y(value) + 4, "text-anchor": "end" }, axis(value)),
    ]).flat());
  }

  times(from, until, x, width, nowLabel) {
    const count = width > 560 ? 3 : 2;
    const text = until - from > 600_000 ? minuteText : clockText;
    const moments = Array.from({ length: count }, (_, index) => from + ((until - from) * index) / count + (until - from) * 0.02);
    return svg("g", {}, moments.map((ms) => svg("text", { x: x(ms), y: HEIGHT - 8, "text-anchor": "start" }, text(ms))),
      svg("text", { x: width - PAD.right, y: HEIGHT - 8, "text-anchor": "end" }, nowLabel));
  }

  path(points, startFen, from, until, x, y) {
    if (!points.length) return svg("path", { class: "waitingline", d: `M${x(from)} ${y(startFen)}H${x(until)}` });
    const steps = points.map((point, index) => `${index ? "H" : `M${x(point.at_ms).toFixed(1)} ${y(startFen).toFixed(1)}M`}${x(point.at_ms).toFixed(1)}${index ? "V" : " "}${y(point.amount_fen).toFixed(1)}`).join("");
    const before = `M${x(from).toFixed(1)} ${y(startFen).toFixed(1)}H${x(points[0].at_ms).toFixed(1)}V${y(points[0].amount_fen).toFixed(1)}`;
    return svg("g", {}, svg("path", { class: "price-line", d: before }), svg("path", { class: "price-line", d: `${steps}H${x(until).toFixed(1)}` }));
  }

  marks(points, x, y) {
    const diamonds = points.filter((point) => point.extended).map((point) => {
      const [cx, cy] = [x(point.at_ms), y(point.amount_fen)];
      return svg("path", { class: "extension", d: `M${cx} ${cy - 7}l5.5 7-5.5 7-5.5-7z` });
    });
    const last = points.at(-1);
    return svg("g", {}, diamonds, last ? svg("circle", { class: "newest", cx: x(this.what.nowMs), cy: y(last.amount_fen), r: 4.5 }) : null);
  }
}

customElements.define("step-chart", StepChart);
