// A quiet poster of an achievement: a drawing for the family of its field, varied by its id. The same
// card has the same poster everywhere and always.

import { svg } from "../lib/dom.js";

const WIDTH = 320;
const HEIGHT = 128;
const FAMILIES = [
  ["bio", /生物|医|药|健康|基因|酶|食品|种|养殖|life_health/],
  ["energy", /能源|氢|储能|风|电池|光伏|碳|green_energy/],
  ["info", /信息|软件|芯片|通信|智能|数据|网络|预报|模型|next_generation_it|artificial_intelligence/],
  ["material", /材料|化工|膜|涂层|纤维|chemicals_materials|modern_light_industry/],
  ["equip", /装备|制造|机器人|仪器|船|声呐|车|飞|intelligent_equipment|smart_appliances|connected_vehicles|low_altitude/],
];

export const familyOf = (card) => FAMILIES.find(([, words]) => words.test(card.field ?? ""))?.[0] ?? FAMILIES.find(([, words]) => words.test(card.industry ?? ""))?.[0] ?? "ocean";

/** Numbers from 0 to 1 that follow from a text, always the same ones (mulberry32). */
export function numbersOf(text) {
  let seed = [...text].reduce((sum, character) => Math.imul(sum ^ character.codePointAt(0), 0x01000193), 0x811c9dc5);
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const at = (value) => value.toFixed(1);
const path = (d, name) => svg("path", { d, class: name });
const spot = (x, y, r) => svg("circle", { cx: at(x), cy: at(y), r, class: "fill" });
const range = (count, make) => Array.from({ length: count }, (_, index) => make(index));

function wave(y, height, length, shift) {
  return `M-10 ${at(y)}${range(35, (index) => `L${index * 10} ${at(y + height * Math.sin((index * 10) / length + shift))}`).join("")}`;
}

/** Depth lines round an island. */
function ocean(next) {
  const [x, y, lean] = [90 + next() * 140, 40 + next() * 50, next() * 6];
  const ring = (radius) => `${range(40, (index) => {
    const angle = (index / 40) * 2 * Math.PI;
    const reach = radius * (1 + 0.16 * Math.sin(3 * angle + lean) + 0.09 * Math.sin(5 * angle + 2 * lean));
    return `${index ? "L" : "M"}${at(x + 1.6 * reach * Math.cos(angle))} ${at(y + reach * Math.sin(angle))}`;
  }).join("")}Z`;
  return [...range(8, (index) => path(ring(24 + index * 17))), path(ring(12), "fill")];
}

/** Two strands and what ties them. */
function bio(next) {
  const [length, shift] = [34 + next() * 22, next() * 6];
  const strand = (half) => wave(64, 36, length, shift + half);
  const ties = range(27, (index) => {
    const reach = 36 * Math.sin((index * 12) / length + shift);
    return `M${index * 12} ${at(64 - reach)}V${at(64 + reach)}`;
  });
  return [path(ties.join("")), path(strand(0), "bold"), path(strand(Math.PI), "bold")];
}

/** Lines of flow, and what turns in them. */
function energy(next) {
  const [x, shift] = [80 + next() * 160, next() * 6];
  const lines = range(11, (index) => path(wave(8 + index * 12, 3 + next() * 4, 40 + next() * 30, shift + index / 3)));
  const blades = range(3, (index) => {
    const angle = shift + (index * 2 * Math.PI) / 3;
    return `M${at(x)} 54L${at(x + 38 * Math.cos(angle))} ${at(54 + 38 * Math.sin(angle))}`;
  });
  return [...lines, path(`${blades.join("")}M${at(x)} 54V128`, "bold"), spot(x, 54, 5)];
}

/** Knots and what runs between them. */
function info(next) {
  const knots = range(8, (index) => [20 + index * 40 + next() * 18, 24 + next() * 80]);
  const line = knots.map(([x, y], index) => `${index ? "L" : "M"}${at(x)} ${at(y)}`).join("");
  const others = knots.slice(0, -2).map(([x, y], index) => `M${at(x)} ${at(y)}L${at(knots[index + 2][0])} ${at(knots[index + 2][1])}`);
  return [...range(7, (index) => path(wave(12 + index * 18, 4, 60, index))), path(others.join("")), path(line, "bold"), ...knots.map(([x, y]) => spot(x, y, 4.5))];
}

/** Cells of a lattice, some of them filled. */
function material(next) {
  const cell = (x, y) => `M${range(6, (index) => `${at(x + 20 * Math.cos((index * Math.PI) / 3))} ${at(y + 20 * Math.sin((index * Math.PI) / 3))}`).join("L")}Z`;
  const cells = range(12, (column) => range(5, (row) => cell(column * 31, row * 36 + (column % 2) * 18 - 8))).flat();
  return [path(cells.join("")), path(cells.filter(() => next() > 0.86).join(""), "fill")];
}

/** Waves of a sounding, and what it finds. */
function equip(next) {
  const [x, y] = [30 + next() * 40, 128 + next() * 20];
  const arcs = range(11, (index) => `M${at(x)} ${at(y - 24 * (index + 1))}A${24 * (index + 1)} ${24 * (index + 1)} 0 0 1 ${at(x + 24 * (index + 1))} ${at(y)}`);
  return [path(arcs.join("")), ...range(9, () => spot(130 + next() * 150, 22 + next() * 76, 2 + next() * 3))];
}

const DRAWN = { ocean, bio, energy, info, material, equip };

export function poster(card) {
  const family = familyOf(card);
  return svg("svg", { class: `poster f-${family}`, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true" }, DRAWN[family](numbersOf(card.card_id)));
}
