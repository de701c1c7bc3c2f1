// <step-chart>: the price as steps over time, what is left as a band, who led in lanes, the ends on a line of their own.
// Drawn to its own width, so that its letters are as large as all others.

import { h, svg, setAttribute } from "../lib/dom.js";
import { minuteText, clockText } from "../lib/time.js";

const HEIGHT = 250;
const LANE = 22;
const LANES_MAX = 6;
const PAD = { left: 60, right: 18, top: 14, bottom: 26 };
const ROUND_MS = [5_000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 21_600_000, 43_200_000, 86_400_000];

/** Round values for the axis, at most five lines. Pure. */
export function ticks(low, high) {
  const span = Math.max(1, high - low);
  const rough = span / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((each) => each >= rough);
  const first = Math.floor(low / step) * step;
  const values = [];
  for (let value = first; value < high + step; value += step) values.push(Math.round(value));
  return values;
}

/** Round moments between two, at most `count`, on the clock of Beijing. Pure. */
export function roundTimes(from, until, count) {
  const step = ROUND_MS.find((each) => (until - from) / each <= count) ?? ROUND_MS.at(-1);
  const found = [];
  for (let at = Math.ceil(from / step) * step; at <= until; at += step) found.push(at);
  return found;
}

/** Who led when: [{number, count, spans: [[from, until]]}], who led last first. Pure. */
export function lanesOf(points, untilMs) {
  const lanes = new Map();
  points.forEach((point, index) => {
    const lane = lanes.get(point.number) ?? { number: point.number, count: 0, spans: [] };
    lanes.delete(point.number); // who led last comes last, and is shown first
    lanes.set(point.number, lane);
    lane.count += 1;
    lane.spans.push([point.at_ms, points[index + 1]?.at_ms ?? untilMs]);
  });
  return [...lanes.values()].reverse();
}

export class StepChart extends HTMLElement {
  connectedCallback() {
    this.watcher ??= new ResizeObserver(() => this.draw());
    this.watcher.observe(this);
  }

  disconnectedCallback() {
    this.watcher?.disconnect();
  }

  /** points: oldest first {at_ms, amount_fen, extended, number}. endsMs: the end as it stands, null where none runs. */
  show(what) {
    this.what = what;
    this.draw();
  }

  draw() {
    const width = Math.round(this.clientWidth);
    if (!this.what || width < 40) return;
    const { points, startFen, nowMs, endsMs, axis, label, own } = this.what;
    const first = points.length ? points[0].at_ms : nowMs - 60_000;
    const from = first - Math.max(3_000, (nowMs - first) * 0.04);
    const span = Math.max(30_000, nowMs - from);
    const until = endsMs && endsMs > nowMs ? Math.min(endsMs, nowMs + span) : Math.max(nowMs, from + 1_000);
    const high = points.reduce((most, point) => Math.max(most, point.amount_fen), startFen);
    const lines = ticks(startFen, high > startFen ? high : Math.round(startFen * 1.1));
    const scale = {
      width, from, until,
      x: (ms) => PAD.left + ((Math.min(ms, until) - from) / (until - from)) * (width - PAD.left - PAD.right),
      y: (fen) => HEIGHT - PAD.bottom - ((fen - lines[0]) / (lines.at(-1) - lines[0])) * (HEIGHT - PAD.top - PAD.bottom),
    };
    const lanes = lanesOf(points, nowMs);
    const shown = lanes.slice(0, LANES_MAX);
    const mine = lanes.slice(LANES_MAX).find((lane) => lane.number === own);
    if (mine) shown[LANES_MAX - 1] = mine;
    this.replaceChildren(svg("svg", { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", "aria-label": label },
      this.band(scale), this.grid(lines, scale, axis), this.times(scale), this.path(scale), this.marks(scale)), this.lanes(shown, scale));
    setAttribute(this, "data-points", points.length);
  }

  /** What is left: from now to the end, as far as it can be shown. */
  band({ x, until }) {
    const { nowMs, endsMs } = this.what;
    if (!endsMs || endsMs <= nowMs) return svg("g", {});
    const bottom = HEIGHT - PAD.bottom;
    return svg("g", {}, svg("path", { class: "left", d: `M${x(nowMs)} ${PAD.top - 6}H${x(until)}V${bottom}H${x(nowMs)}Z` }), endsMs <= until ? svg("path", { class: "end", d: `M${x(endsMs)} ${PAD.top - 6}V${bottom}` }) : null);
  }

  grid(lines, { width, y }, axis) {
    return svg("g", {}, lines.map((value) => [
      svg("path", { class: "line", d: `M${PAD.left} ${y(value)}H${width - PAD.right}` }),
      svg("text", { x: PAD.left - 8, y: y(value) + 4, "text-anchor": "end" }, axis(value)),
    ]).flat());
  }

  times({ from, until, x, width }) {
    const moments = roundTimes(from, until, Math.max(3, Math.floor(width / 90)));
    const text = moments.some((ms) => ms % 60_000) ? clockText : minuteText;
    const fits = moments.filter((ms) => x(ms) > PAD.left + 14 && x(ms) < width - PAD.right - 14);
    return svg("g", {}, fits.map((ms) => svg("text", { x: x(ms), y: HEIGHT - 6, "text-anchor": "middle" }, text(ms))));
  }

  path({ from, x, y }) {
    const { points, startFen, nowMs } = this.what;
    if (!points.length) return svg("path", { class: "waitingline", d: `M${x(from)} ${y(startFen)}H${x(nowMs)}` });
    const steps = points.map((point, index) => `${index ? "H" : "M"}${x(point.at_ms).toFixed(1)}${index ? "V" : " "}${y(point.amount_fen).toFixed(1)}`).join("");
    const bottom = HEIGHT - PAD.bottom;
    return svg("g", {}, svg("path", { class: "wash", d: `${steps}H${x(nowMs).toFixed(1)}V${bottom}H${x(points[0].at_ms).toFixed(1)}Z` }),
      svg("path", { class: "price-line", d: `${steps}H${x(nowMs).toFixed(1)}` }));
  }

  marks({ x, y }) {
    const last = this.what.points.at(-1);
    if (!last) return svg("g", {});
    return svg("circle", { class: this.what.isOver ? "newest over" : "newest", cx: x(this.what.nowMs), cy: y(last.amount_fen), r: 5.5 });
  }

  lanes(shown, { x, width }) {
    const { points, own, texts, extensionMs } = this.what;
    const line = (name, d) => svg("path", { class: name, d });
    const row = (kind, label, said, ...drawn) => h("div", { class: `lane ${kind}` }, h("span", {}, label),
      svg("svg", { viewBox: `0 0 ${width} ${LANE}`, width, height: LANE, role: "img", "aria-label": said }, line("base", `M${PAD.left} ${LANE / 2}H${width - PAD.right}`), drawn));
    const held = (spans) => spans.map(([a, b]) => `M${x(a).toFixed(1)} ${LANE / 2}H${Math.max(x(b), x(a) + 2).toFixed(1)}`).join("");
    const extended = points.filter((point) => point.extended).map((point) => point.at_ms + extensionMs);
    const rows = shown.map((lane) => row(lane.number === own ? "me" : "", lane.number + (lane.number === own ? texts.you : ""), texts.held(lane.number, lane.count), line("held", held(lane.spans))));
    const last = extended.length ? [row("ends", texts.ends, `${texts.ends} ${extended.map(clockText).join(", ")}`, line("end", extended.map((at) => `M${x(at).toFixed(1)} 4V${LANE - 4}`).join("")))] : [];
    return h("div", { class: "lanes" }, rows, last);
  }
}

customElements.define("step-chart", StepChart);
