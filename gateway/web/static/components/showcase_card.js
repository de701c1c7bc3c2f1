// 好成果库 in the lobby: searched by words, and filtered by field, industry, class, stage and maturity.
// Rule: what is looked for stands in the address, so that it survives a reload and can be sent on.

import { get } from "../lib/api.js";
import { h, reconcile, setAttribute, setHidden, setText, svg } from "../lib/dom.js";
import { money } from "../lib/money.js";
import { lang, t, word } from "../lib/texts.js";
import { poster } from "./poster.js";

const INDUSTRIES = ["next_generation_it", "artificial_intelligence", "life_health", "connected_vehicles", "low_altitude", "green_energy", "intelligent_equipment", "smart_appliances", "chemicals_materials", "modern_light_industry", "future_industries"];
const LISTS = { industry: INDUSTRIES, achievement_class: ["major_original", "industry_urgent", "enterprise_demand"], stage: ["proof_of_concept", "pilot_scale", "order_development", "maturation"] };
const LEVELS = [3, 4, 5, 6, 7, 8, 9];
const TYPED_MS = 250;
const SHOWN = 12;
const NARROW = 1100; // below, the lists are folded
const NAMES = ["q", "field", "industry", "achievement_class", "stage", "trl_min"];

const option = (value, text) => h("option", { value }, text);

function filters() {
  const asked = new URLSearchParams(location.search);
  const words = h("input", { type: "search", maxlength: 100, placeholder: t("showcase.search"), "aria-label": t("showcase.search") });
  const field = h("select", { "aria-label": t("showcase.field") }, option("", t("showcase.any_field")));
  const lists = Object.entries(LISTS).map(([name, values]) => h("select", { "aria-label": t(`showcase.${name}`) }, option("", t(`showcase.any_${name}`)), values.map((value) => option(value, word(name, value)))));
  const trl = h("select", { "aria-label": t("showcase.trl") }, option("", t("showcase.any_trl")), LEVELS.map((level) => option(String(level), t("showcase.trl_min", { level }))));
  const controls = [words, field, ...lists, trl];
  controls.forEach((control, index) => {
    const value = asked.get(NAMES[index]) ?? "";
    if (control === field && value) field.append(option(value, value));
    control.value = value;
  });
  const query = () => new URLSearchParams(controls.map((control, index) => [NAMES[index], control.value.trim()]).filter(([, value]) => value));

  /** The fields that cards have: their own words, not a list of ours. */
  function offer(fields) {
    const { value: chosen } = field;
    const wanted = [...new Set([...fields, ...(chosen ? [chosen] : [])])];
    reconcile(field, ["", ...wanted], (value) => value, (value) => option(value, value), (line, value) => setText(line, value || t("showcase.any_field")));
    field.value = chosen;
  }
  return { words, field, controls, query, offer };
}

/** The address of the page with what is looked for. */
function noteInAddress(query) {
  const text = query.toString();
  history.replaceState(null, "", text ? `${location.pathname}?${text}` : location.pathname);
}

const STEPS = 9;

/** How ripe it is, as nine cells. */
export function ripeness(trl) {
  const cells = (count) => Array.from({ length: count }, (_, index) => `M${index * 10} 4h8`).join("");
  return svg("svg", { class: "trl", viewBox: "0 0 89 8", "aria-hidden": "true" }, svg("path", { d: cells(STEPS) }), svg("path", { class: "on", d: cells(Math.min(STEPS, trl ?? 0)) }));
}

export const offerText = (card) => (card.offer ?? []).map((each) => word("offer", each)).join(t("list.and"));
export const priceText = (card) => (card.price_idea_fen ? t("showcase.price_idea", { price: money(card.price_idea_fen, lang()) }) : t("showcase.price_open"));
export const tagsOf = (card) => [card.industry ? word("industry", card.industry) : "", card.achievement_class ? word("achievement_class", card.achievement_class) : "", card.stage ? word("stage", card.stage) : ""].filter(Boolean);

const createCard = (card) => h("li", {}, h("a", { class: "fruit", href: `/achievements/${encodeURIComponent(card.card_id)}` }, poster(card), h("p", { class: "field" }), h("h3", {}), h("p", { class: "small muted problem" }), h("p", { class: "row tags" }), h("p", { class: "row small ripe" }), h("p", { class: "row small offer" }, h("b", {}), h("span", { class: "push muted" }))));

function paintCard(line, card) {
  const [, field, title, problem, tags, ripe, last] = line.firstChild.children;
  setText(field, card.field);
  setText(title, card.title);
  setText(problem, card.problem ?? "");
  reconcile(tags, tagsOf(card), (text) => text, () => h("span", { class: "tag" }), setText);
  if (!ripe.firstChild && card.trl) ripe.append(ripeness(card.trl), h("span", {}, `TRL ${card.trl}`));
  setText(last.firstChild, priceText(card));
  setText(last.lastChild, offerText(card));
}

export function showcaseCard(app) {
  const { words, field, controls, query, offer } = filters();
  const count = h("span", { class: "push muted small", role: "status", id: "showcase-count" });
  const list = h("ul", { class: "cards", id: "showcase" });
  const empty = h("p", { class: "card empty" });
  const reset = h("button", { type: "button", class: "quiet small", id: "showcase-reset", on: { click: () => {
    for (const control of controls) control.value = "";
    void search();
  } } }, t("showcase.reset"));
  const more = h("button", { type: "button", class: "wide-button", id: "showcase-more", "data-repeats": "", on: { click: () => {
    shown += SHOWN;
    update();
  } } }, t("showcase.more"));
  const chosen = h("span", {});
  const fold = h("details", { class: "sieve", open: innerWidth >= NARROW }, h("summary", { class: "button" }, chosen), h("div", { class: "selects" }, field, ...controls.slice(2)));
  let answer = null;
  let failed = false;
  let shown = SHOWN;
  let turn = 0;
  let timer = null;

  async function search() {
    clearTimeout(timer);
    const asked = (turn += 1);
    noteInAddress(query());
    const found = await get(`/api/showcase?${query()}`).catch(() => null);
    if (asked !== turn) return;
    failed = found === null;
    answer = found ?? { cards: [], count: 0, fields: [] };
    shown = SHOWN;
    if (!failed) offer(answer.fields ?? []);
    app.changed();
  }
  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(search, TYPED_MS);
  });
  for (const control of controls.slice(1)) control.addEventListener("change", search);
  void search();

  function update() {
    const cards = answer?.cards ?? [];
    setText(count, answer && !failed ? t("showcase.count", { count: answer.count ?? cards.length }) : "");
    setText(empty, t(answer === null ? "state.loading" : failed ? "lobby.failed" : query().toString() ? "showcase.empty" : "showcase.none"));
    setHidden(empty, cards.length > 0);
    setHidden(reset, !query().toString());
    const narrowed = controls.slice(1).filter((control) => control.value).length;
    setText(chosen, narrowed ? t("showcase.chosen", { count: narrowed }) : t("showcase.filter"));
    setHidden(more, cards.length <= shown);
    setAttribute(list, "aria-busy", answer === null);
    reconcile(list, cards.slice(0, shown), (card) => card.card_id, createCard, paintCard);
  }
  const element = h("section", { class: "stack", "aria-label": t("showcase.title") }, h("div", { class: "row" }, h("h2", { class: "section" }, t("showcase.title")), reset, count), h("div", { class: "filters", role: "search" }, words, fold), list, empty, more);
  return { element, update };
}
