// 委托限价, on a sheet of its own: price and countdown stay in sight on the strip while one thinks about it.
// Rule 1: a limit cannot be taken back: it is asked once more, in figures and in words.
// Rule 2: it is his secret: shown to himself as a limit, and nowhere as a price.

import { bidBar, limitFault } from "../lib/bidding_rules.js";
import { h, setAttribute, setHidden, setText, svg } from "../lib/dom.js";
import { axis, money, short, typed } from "../lib/money.js";
import { recall, remember } from "../lib/storage.js";
import { codeText, lang, t } from "../lib/texts.js";
import { asking, isUnderWay, offers } from "./bid_further.js";
import { moneyField } from "./money_field.js";

const DOTS_MAX = 8;
const [FROM, TO] = [16, 376]; // of the line that shows how far a limit reaches

/** How often the system may bid for him up to a limit, and how far that is: a line of dots. */
function reachLine() {
  const element = svg("svg", { class: "reach", viewBox: "0 0 392 58", role: "img" });
  function update(state, fen) {
    const first = state.min_next_fen;
    const step = state.increment_fen || 1;
    const isShown = fen !== null && first !== null && fen >= first;
    setAttribute(element, "hidden", !isShown);
    if (!isShown) return;
    const count = Math.floor((fen - first) / step) + 1;
    const dots = Math.min(count, DOTS_MAX);
    const x = (index) => FROM + ((index + 1) * (TO - FROM)) / (dots + 1);
    setAttribute(element, "aria-label", t("proxy.reach", { limit: money(fen, lang()), count }));
    element.replaceChildren(svg("path", { d: `M${FROM} 30H${TO}` }), svg("path", { class: "on", d: `M${x(0)} 30H${x(dots - 1)}` }),
      ...Array.from({ length: dots }, (_, index) => svg("circle", { cx: x(index), cy: 30, r: index === dots - 1 ? 7 : 5 })),
      svg("text", { x: FROM - 8, y: 14 }, t("proxy.reach_now", { price: short(state.price_fen ?? state.terms?.start_price_fen ?? 0, lang()) })),
      svg("text", { class: "b", x: x(dots - 1), y: 14, "text-anchor": "middle" }, short(fen, lang())),
      svg("text", { x: x(dots - 1), y: 54, "text-anchor": "middle" }, t("proxy.reach_count", { count })));
  }
  return { element, update };
}

/** close(): fold the sheet. Gives the sheet, and what stands for the button that opens it. */
export function proxySheet(room, close) {
  const draftKey = `draft.proxy.${room.id}`;
  const standing = h("p", { class: "small", "data-role": "proxy-limit" });
  const field = moneyField({ id: "proxy-limit", name: "proxy", label: t(lang() === "zh" ? "proxy.limit_wan" : "proxy.limit_yuan") });
  const limit = field.input;
  const [less, more] = [h("button", { type: "button", "data-repeats": "" }), h("button", { type: "button", "data-repeats": "" })];
  const reach = reachLine();
  const set = h("button", { type: "button", class: "main fill", id: "set-proxy", "data-method": "bid.proxy" });
  const choices = h("div", { class: "tight" }, h("p", { class: "small muted lead-in" }, t("proxy.note")), standing, h("div", { class: "stepper" }, less, field.field, more), field.said, field.fault, reach.element, set,
    h("ul", { class: "plainly" }, h("li", {}, t("proxy.secret")), h("li", {}, t("proxy.final"))));
  const question = asking(room, choices);
  const shut = h("button", { type: "button", class: "quiet close", "aria-label": t("strip.close"), on: { click: () => close() } }, "✕");
  const element = h("section", { class: "sheet", id: "proxy", hidden: true, "aria-label": t("proxy.title") }, h("div", { class: "row" }, h("h2", {}, t("proxy.title")), h("span", { class: "push" }), shut), choices, question.element);
  limit.value = recall(draftKey) ?? "";
  let offer = false;
  let fixed = 0;
  const typedFen = () => field.value()?.fen ?? null;
  const isOff = () => {
    const bar = bidBar({ state: room.state, link: room.link, number: room.number, standing: room.standing });
    return !offer || (bar !== null && bar !== "bar.leading") || isUnderWay(room, "bid.proxy");
  };
  const keep = () => {
    remember(draftKey, limit.value || null);
    update();
  };
  const step = (sign) => {
    const { increment_fen: increment, min_next_fen: first } = room.state;
    const from = typedFen() ?? first - increment;
    limit.value = typed(Math.max(first, from + sign * increment), lang());
    keep();
  };
  const send = () => {
    update();
    if (set.disabled) return;
    fixed = typedFen();
    question.ask({
      method: "bid.proxy", key: "proxy.confirm_text", confirmKey: "proxy.confirm", fen: () => fixed, fields: () => ({ limit_fen: fixed }),
      isOff: () => isOff() || limitFault(room.state, fixed) !== null,
      then: () => {
        limit.value = "";
        keep();
        close();
      },
    });
  };
  less.addEventListener("click", () => step(-1));
  more.addEventListener("click", () => step(1));
  limit.addEventListener("input", keep);
  limit.addEventListener("keydown", (event) => event.key === "Enter" && send());
  set.addEventListener("click", send);

  function update() {
    offer = offers(room).proxy;
    if (!offer) {
      question.stop();
      close();
      return question.update();
    }
    const { state } = room;
    const own = room.own?.state?.proxy_limit_fen;
    setText(standing, own ? t("proxy.standing", { price: money(own, lang()) }) : t("proxy.none"));
    setAttribute(standing, "data-fen", own ?? null);
    setText(less, `−${axis(state.increment_fen ?? 0, lang())}`);
    setText(more, `+${axis(state.increment_fen ?? 0, lang())}`);
    const fen = typedFen();
    const isFit = field.paint((each) => {
      const wrong = limitFault(state, each);
      return wrong ? codeText(wrong.code, wrong.params) : "";
    });
    reach.update(state, fen);
    setText(set, fen === null ? t("proxy.set") : t("proxy.set_to", { price: money(fen, lang()) }));
    set.disabled = fen === null || !isFit || isOff();
    return question.update();
  }
  return { element, update, isOffered: () => offer, focus: () => limit.focus(), label: () => {
    const own = room.own?.state?.proxy_limit_fen;
    return own ? t("proxy.standing_short", { price: short(own, lang()) }) : t("proxy.title");
  } };
}
