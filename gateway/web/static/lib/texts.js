// The catalogue of texts, shared with the command line: /static/i18n/zh.json and en.json.
// Rule: a text is never lost for want of a translation or a parameter; it is shown as it stands.

import { money } from "./money.js";
import { recall, remember } from "./storage.js";

const LANGUAGES = ["zh", "en"];
const catalogues = new Map();
let current = "zh";

export const lang = () => current;

async function fetchCatalogue(name) {
  if (!catalogues.has(name)) {
    const reply = await fetch(`/static/i18n/${name}.json`, { cache: "no-cache" });
    catalogues.set(name, await reply.json());
  }
}

export async function useLanguage(name) {
  const wanted = LANGUAGES.includes(name) ? name : "zh";
  await fetchCatalogue(wanted).catch(() => catalogues.set(wanted, {}));
  current = wanted;
  document.documentElement.lang = wanted === "zh" ? "zh-CN" : "en";
  remember("language", wanted);
}

export const rememberedLanguage = () => recall("language", "zh");

function filled(template, params) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => {
    if (!(name in params)) return whole;
    const value = params[name];
    return name.endsWith("_fen") && typeof value === "number" ? money(value, current) : String(value);
  });
}

/** The text of a key of the pages ("ui." is put before it). */
export function t(key, params = {}) {
  const template = catalogues.get(current)?.["ui." + key];
  return template === undefined ? key : filled(template, params);
}

export const known = (key) => catalogues.get(current)?.["ui." + key] !== undefined;

/** The text of a refusal or a notice: the pages' own wording of it first, then the catalogue's. */
export function codeText(code, params = {}) {
  const texts = catalogues.get(current) ?? {};
  const template = texts[`ui.code.${code}`] ?? texts[code];
  return template === undefined ? code : filled(template, params ?? {});
}

/** A word of a closed list, such as a phase; the word itself where it is new to us. */
export function word(list, value) {
  return known(`${list}.${value}`) ? t(`${list}.${value}`) : String(value ?? "");
}
