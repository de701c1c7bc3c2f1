// A field that takes money. Rule: what is understood is told in figures with its unit and in words before it can
// be sent; what is not is told by its character, its place or its two readings (lib/money.js).

import { h, setAttribute, setHidden, setText } from "../lib/dom.js";
import { money, read, unitOf, words } from "../lib/money.js";
import { lang, t } from "../lib/texts.js";

/** Why a text is no amount, as a sentence. */
export function amountText({ kind, at, char, readings = [] }) {
  const [first, second] = readings.map((fen) => money(fen, lang()));
  if (kind === "grouping") return t(second ? "amount.grouping" : first ? "amount.grouping_one" : "amount.grouping_none", { first, second });
  const name = char === undefined ? "" : `U+${char.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
  return t(`amount.${kind}`, { at, char, name });
}

/** "¥1,320 万元 · 人民币壹仟叁佰贰拾万元整": what is understood. */
export const echo = (fen) => `${money(fen, lang())} · ${words(fen, lang())}`;

/** id: of the input; its echo is `{name}-words`, its fault `{name}-fault`. */
export function moneyField({ id, name = id, label, attributes = {} }) {
  const input = h("input", { inputmode: "decimal", autocomplete: "off", enterkeyhint: "done", id, "aria-describedby": `${name}-words ${name}-fault`, ...attributes });
  const said = h("p", { class: "muted small money-words", id: `${name}-words`, "aria-live": "polite" });
  const fault = h("p", { class: "small alarmed", id: `${name}-fault` });
  const field = h("label", { class: "field" }, h("span", {}, label), input);

  /** What stands there: {fen}, {fault}, or null for nothing. */
  const value = () => (input.value.trim() === "" ? null : read(input.value, unitOf(lang())));

  /** Say what is understood, and what is wrong with it; `wrong(fen)` is what the rules say, as a sentence or "". */
  function paint(wrong = () => "") {
    const told = value();
    const why = told === null ? "" : told.fault ? amountText(told.fault) : wrong(told.fen);
    setText(said, told?.fen ? echo(told.fen) : "");
    setText(fault, why);
    setHidden(fault, why === "");
    setAttribute(input, "aria-invalid", why ? "true" : null);
    return why === "";
  }
  return { input, said, fault, field, value, paint, element: h("div", { class: "money-field" }, field, said, fault) };
}
