// What each act is called, what it says when it is done, and why it was not taken.
// Rule: an answer is that of the act that was asked: one code ("TOO_LATE") has other words for a
// score than for a bid, and a phase is named from the list it belongs to.

import { codeText, known, t, word } from "./texts.js";

/** "暂停竞价": what the act is called. */
export const nameOf = (method) => t(`do.${method}`);

/** What it says once it is done. */
export const doneText = (method) => (known(`done.${method}`) ? t(`done.${method}`) : t("act.done"));

const ON_STAGE = ["session", "item", "question", "interest", "score", "expert", "agenda"];

/** The closed list from which a parameter of this refusal takes its words, or null. */
function listOf(noun, code, name) {
  if (name === "phase") return { WRONG_ITEM_PHASE: "item", WRONG_QUESTION_PHASE: "question" }[code] ?? (ON_STAGE.includes(noun) ? "session" : null);
  return { check: "gate", field: "field" }[name] ?? null;
}

/** Why an act was not taken, in its own words where it has any. */
export function refusalText(method, code, params = {}) {
  const noun = method.split(".")[0];
  const own = [`${code}.${method}`, `${code}.${noun}`].find((each) => known(`code.${each}`));
  const worded = Object.entries(params).map(([name, value]) => {
    const list = typeof value === "string" ? listOf(noun, code, name) : null;
    return [name, list ? word(list, value) : value];
  });
  return codeText(own ?? code, Object.fromEntries(worded));
}
