// The catalogue of texts, shared with the command line: /static/i18n/zh.json and en.json.
// Rule: a text is never lost for want of a translation or a parameter; it is shown as it stands.

import { money } from "./money.js";
import { clockText } from "./time.js";
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

/** A parameter as people read it: fen as money, a moment as a time in Beijing. */
function shown(name, value) {
  if (typeof value !== "number") return String(value);
  if (name.endsWith("_fen")) return money(value, current);
  return name.endsWith("_ms") && value > 1_000_000_000_000 ? clockText(value) : String(value);
}

function filled(template, params) {
  return template.replace(/\{(\w+)\}/g, (whole, name) => {
    if (!(name in params)) return whole;
    return shown(name, params[name]);
  });
}

/** The text of a key of the pages ("ui." is put before it). */
export function t(key, params = {}) {
  const template = catalogues.get(current)?.["ui." + key];
  return template === undefined ? key : filled(template, params);
}

export const known = (key) => catalogues.get(current)?.["ui." + key] !== undefined;

const LISTS = { role: "role", reason: "reason", mode: "mode", phase: "phase", outcome: "outcome", kind: "interest", step: "follow_up", group: "party" };

/** The parameters of a text, with the words of closed lists as people read them; what people wrote stays. */
function worded(params) {
  const texts = catalogues.get(current) ?? {};
  return Object.fromEntries(Object.entries(params ?? {}).map(([name, value]) => {
    const list = typeof value === "string" ? LISTS[name] : undefined;
    if (!list) return [name, value];
    const found = known(`${list}.${value}`) ? t(`${list}.${value}`) : /^[A-Z][A-Z_]+$/.test(value) ? texts[`ui.code.${value}`] ?? texts[value] ?? value : value;
    return [name, found.replace(/[。.]$/, "")];
  }));
}

/** The text of a refusal or a notice: the pages' own wording of it first, then the catalogue's. */
export function codeText(code, params = {}) {
  const texts = catalogues.get(current) ?? {};
  const template = texts[`ui.code.${code}`] ?? texts[code];
  // the catalogue counts in fen; a page says it in yuan
  return template === undefined ? code : filled(template.replace(/(\{\w+_fen\}) ?(?:分|fen)/g, "$1"), worded(params));
}

/** A word of a closed list, such as a phase; the word itself where it is new to us. */
export function word(list, value) {
  return known(`${list}.${value}`) ? t(`${list}.${value}`) : String(value ?? "");
}
