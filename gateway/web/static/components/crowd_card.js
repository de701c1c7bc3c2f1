// Who is here, as rows of dots, and what they just did.
// Rule: only counts are known here, and only those that everybody may know; no dot is anybody.

import { actsBetween, actsNow, isOnStage, questionGroups, seatsOf } from "../lib/show_rules.js";
import { h, setAttribute, setHidden, setText, svg } from "../lib/dom.js";
import { t } from "../lib/texts.js";

const ROWS = [60, 78, 96, 114, 132, 150];
const [MIDDLE, BELOW, TOP] = [160, -30, 4];
const APART = 9;
const KINDS = ["experts", "investors", "guests"];
const LIT_MS = 3_200;
const TOLD_MAX = 3;
const LIT_KIND = { want: "investors", air: "guests", asked: "guests", vote: "guests" };

/** The seats of the hall by row, front row first: [x, y]. */
const SEATS = ROWS.map((radius) => {
  const from = Math.asin((TOP - BELOW) / radius);
  const count = Math.floor(((Math.PI - 2 * from) * radius) / APART);
  return Array.from({ length: count + 1 }, (_, index) => {
    const angle = Math.PI - from - (index * (Math.PI - 2 * from)) / count;
    return [MIDDLE + radius * Math.cos(angle), BELOW + radius * Math.sin(angle)];
  });
});

const SEATS_MAX = SEATS.flat().length;

/** As many seats as are taken: front rows first, the last of them from its middle. */
function taken(count) {
  const found = [];
  for (const row of SEATS) {
    const here = Math.min(row.length, count - found.length);
    const from = Math.floor((row.length - here) / 2);
    found.push(...row.slice(from, from + here));
  }
  return found;
}

/** What an act says. */
function actText(act) {
  const asker = act.asker ? t("qa.asker", { code: act.asker }) : t("qa.somebody");
  return t(`crowd.${act.kind}`, { count: act.count ?? 0, asker });
}

export function crowdCard(room) {
  const count = h("b", {});
  const per = h("span", { class: "push muted" });
  const seats = svg("svg", { class: "seats", viewBox: "0 0 320 126", role: "img" });
  const kinds = h("ul", { class: "who-here" }, KINDS.map((kind) => h("li", {}, h("i", { class: kind }), h("span", {}))));
  const told = h("ol", { class: "ticker", "aria-label": t("crowd.just_now") }, h("li", { class: "quiet-line" }, t("crowd.nothing_yet")));
  const element = h("section", { class: "here-now", "aria-label": t("crowd.title") }, h("p", { class: "row small" }, count, per), seats, kinds, told);
  let drawn = "";
  let before = null;
  let turn = 0;

  function draw({ dots }) {
    if (dots.join() === drawn) return;
    drawn = dots.join();
    const places = taken(dots.length);
    seats.replaceChildren(...dots.map((kind, index) => svg("circle", { class: kind, cx: places[index][0].toFixed(1), cy: places[index][1].toFixed(1), r: 2.6 })));
  }

  /** One dot lights up for an act; whose it is is nobody's business. */
  function light(kind) {
    const all = [...seats.querySelectorAll(`circle.${LIT_KIND[kind]}`)];
    const dot = (all.length ? all : [...seats.children])[(turn * 7) % Math.max(1, all.length || seats.children.length)];
    turn += 1;
    if (!dot) return;
    dot.classList.add("lit");
    setTimeout(() => dot.classList.remove("lit"), LIT_MS);
  }

  function tell(act) {
    told.querySelector(".quiet-line")?.remove();
    told.prepend(h("li", {}, actText(act)));
    while (told.children.length > TOLD_MAX) told.lastChild.remove();
    light(act.kind);
  }

  function watch() {
    const { state, active } = room;
    const { open, closed, others } = questionGroups(state.questions, room.latest, null);
    const now = { ...actsNow(active ? room.interestsOf(active) : 0, [...open, ...closed, ...others]), item: active?.item_id };
    if (before && before.item === now.item) actsBetween(before, now).slice(-TOLD_MAX).forEach(tell);
    before = now;
  }

  function update() {
    const crowd = room.crowd;
    setHidden(element, !crowd || !isOnStage(room.state));
    if (!room.state || !crowd) return;
    const found = seatsOf(crowd, SEATS_MAX);
    setText(count, t("show.present", { count: crowd.count ?? found.count }));
    setText(per, found.per > 1 ? t("crowd.per", { count: found.per }) : "");
    draw(found);
    setHidden(kinds, crowd.experts === undefined && crowd.investors === undefined);
    KINDS.forEach((kind, index) => setText(kinds.children[index].lastChild, t(`crowd.${kind}`, { count: crowd[kind] ?? 0 })));
    setAttribute(seats, "aria-label", kinds.hidden ? count.textContent : KINDS.map((_, index) => kinds.children[index].textContent).join(t("list.comma")));
    watch();
  }
  return { element, update };
}
