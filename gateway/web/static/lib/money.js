// Money: whole fen in, words and figures out. No float ever holds an amount.
// Rule 1: fen are safe integers (the cap of a bid is 10^12 fen).
// Rule 2: a typed amount is read character by character, by one grammar (`read`; producers/amounts.py has the
// same, tests/support/amounts.json drives both). A unit that is written counts; what reads two ways is refused
// with both readings; a character that has no place in an amount is named with its place.

export const FEN_PER_YUAN = 100;
export const FEN_PER_WAN = 1_000_000;
const FEN_MAX = 1_000_000_000_000;

const grouped = (digits) => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");

/** Decimal text of fen / 10^places, without trailing zeros. */
function decimal(fen, places) {
  const digits = String(Math.abs(fen)).padStart(places + 1, "0");
  const whole = digits.slice(0, -places);
  const rest = digits.slice(-places).replace(/0+$/, "");
  return (fen < 0 ? "-" : "") + grouped(whole) + (rest ? "." + rest : "");
}

/** {figure, unit} of an amount: 万元 from one 万 on in Chinese, else 元; whole yuan in English. */
export function parts(fen, lang = "zh") {
  if (lang === "zh" && Math.abs(fen) >= FEN_PER_WAN) return { figure: "¥" + decimal(fen, 6), unit: "万元" };
  return { figure: "¥" + decimal(fen, 2), unit: lang === "zh" ? "元" : "" };
}

/** "¥1,280 万元", "¥8,600 元", "¥12,800,000". */
export function money(fen, lang = "zh") {
  if (fen === null || fen === undefined) return "—";
  const { figure, unit } = parts(fen, lang);
  return unit ? `${figure} ${unit}` : figure;
}

/** Short form for buttons and axes: "20 万", "1,280 万", "¥200,000". */
export function short(fen, lang = "zh") {
  if (lang !== "zh") return "¥" + decimal(fen, 2);
  return Math.abs(fen) >= FEN_PER_WAN ? decimal(fen, 6) + " 万" : decimal(fen, 2) + " 元";
}

/** For the axis of a chart: "1,280 万", "12.8M". */
export function axis(fen, lang = "zh") {
  if (lang === "zh") return short(fen, lang);
  if (fen >= 100_000_000) return decimal(fen, 8) + "M";
  return fen >= 100_000 ? decimal(fen, 5) + "K" : decimal(fen, 2);
}

/** Text for the field of a free amount: 万元 in Chinese, yuan in English. */
export function typed(fen, lang = "zh") {
  return decimal(fen, lang === "zh" ? 6 : 2);
}

/** The unit that a field without a written one has: 万元 in Chinese, yuan in English. */
export const unitOf = (lang) => (lang === "zh" ? "wan" : "yuan");

const YUAN_OF = { 元: 1n, 万: 10_000n, 亿: 100_000_000n };
const FIELD = { yuan: "元", wan: "万" };
const AMOUNT = /^ *([+-]?) *(?:¥|人民币)? *([\d, ]*)(?:\.(\d*))? *([亿万]?) *元? */;
const HIDDEN = /^[\p{Cc}\p{Cf}]$/u;
const HALF = { "，": ",", "．": ".", "￥": "¥", "－": "-", "−": "-", "＋": "+", "\t": " ", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u3000": " " };

const half = (char) => HALF[char] ?? (char >= "０" && char <= "９" ? String.fromCharCode(char.charCodeAt(0) - 0xfee0) : char.length > 1 ? "\ufffd" : char);
const fault = (kind, more = {}) => ({ fault: { kind, ...more } });

/** Fen of digits (and digits after the point) in a unit; or why there are none. */
function fenOf(whole, rest, unit) {
  const scale = 10n ** BigInt(rest.length);
  const yuan = BigInt(whole + rest) * YUAN_OF[unit];
  if (yuan === 0n) return fault("zero");
  if (yuan * 100n > BigInt(FEN_MAX) * scale) return fault("too_large");
  const fen = Number((yuan * 100n) / scale);
  return yuan % scale ? fault("fraction", { fen }) : { fen };
}

/** Whether commas, or spaces, group three digits, or four. */
const isGrouped = (whole) => /^[1-9]\d{0,2}(?:([, ])\d{3})(?:\1\d{3})*$/.test(whole) || /^[1-9]\d{0,3}(?:([, ])\d{4})(?:\1\d{4})*$/.test(whole);

/** The ways in which an ill-placed comma can be read: as the point, and as nothing. */
function readings(whole, rest, unit) {
  const [, before, after] = /^(\d+),(\d+)$/.exec(whole) ?? [];
  const ways = [...(before && !rest ? [[before, after]] : []), [whole.replace(/[, ]/g, ""), rest]];
  return ways.map(([a, b]) => fenOf(a, b, unit)).map((each) => each.fen ?? each.fault.fen).filter((fen) => fen !== undefined);
}

/**
 * Read an amount as people write it. unit: of the field, "wan" or "yuan"; a written one counts instead.
 * Returns {fen} (whole yuan, above zero, within the cap), or {fault: {kind, at?, char?, readings?}}; kinds: empty,
 * zero, negative, grouping (with its readings), character and hidden (with the place), fraction, too_large.
 */
export function read(text, unit = "wan") {
  const chars = [...text];
  const name = (kind, index) => fault(kind, { at: index + 1, char: chars[index] });
  const hidden = chars.findIndex((char) => HIDDEN.test(char) && char !== "\t");
  if (hidden >= 0) return name("hidden", hidden);
  const [all, sign, spaced, rest = "", written] = AMOUNT.exec(chars.map(half).join(""));
  if (all.length < chars.length) return name("character", all.length);
  const whole = spaced.trim();
  if (!/\d/.test(whole + rest)) return fault("empty");
  if (sign === "-") return fault("negative");
  const counted = written || (all.includes("元") ? "元" : FIELD[unit]);
  if (/[, ]/.test(whole) && !isGrouped(whole)) return fault("grouping", { readings: readings(whole, rest, counted) });
  return fenOf(whole.replace(/[, ]/g, ""), rest, counted);
}

/** Fen of what was typed, or null. */
export const parse = (text, lang = "zh") => read(text, unitOf(lang)).fen ?? null;

const DIGITS = "零壹贰叁肆伍陆柒捌玖";
const PLACES = ["", "拾", "佰", "仟"];
const GROUPS = ["", "万", "亿", "万亿"];

function fourDigits(value) {
  let text = "";
  let gap = false;
  for (let place = 3; place >= 0; place -= 1) {
    const digit = Math.floor(value / 10 ** place) % 10;
    if (digit === 0) gap = text !== "";
    else {
      text += (gap ? "零" : "") + DIGITS[digit] + PLACES[place];
      gap = false;
    }
  }
  return text;
}

function wholeYuan(yuan) {
  let text = "";
  let gap = false;
  for (let group = 3; group >= 0; group -= 1) {
    const value = Math.floor(yuan / 10000 ** group) % 10000;
    if (value === 0) gap = text !== "";
    else {
      if (text && (gap || value < 1000)) text += "零";
      text += fourDigits(value) + GROUPS[group];
      gap = false;
    }
  }
  return text;
}

/** 大写金额: 人民币壹仟叁佰万元整. */
export function capitals(fen) {
  const yuan = Math.floor(fen / 100);
  const jiao = Math.floor(fen / 10) % 10;
  const cent = fen % 10;
  let text = yuan ? wholeYuan(yuan) + "元" : "";
  if (!jiao && !cent) return "人民币" + (text || "零元") + "整";
  if (jiao) text += DIGITS[jiao] + "角";
  else if (text) text += "零";
  if (cent) text += DIGITS[cent] + "分";
  else text += "整";
  return "人民币" + text;
}

const ONES = ["", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
  "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"];
const TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];

function belowThousand(value) {
  const words = [];
  if (value >= 100) words.push(ONES[Math.floor(value / 100)], "hundred");
  const rest = value % 100;
  if (rest >= 20) words.push(TENS[Math.floor(rest / 10)] + (rest % 10 ? "-" + ONES[rest % 10] : ""));
  else if (rest) words.push(ONES[rest]);
  return words.join(" ");
}

/** The amount in words of the language: 大写金额, or "thirteen million yuan". */
export function words(fen, lang = "zh") {
  if (lang === "zh") return capitals(fen);
  const yuan = Math.floor(fen / 100);
  const text = ["billion", "million", "thousand", ""].map((name, index) => {
    const value = Math.floor(yuan / 1000 ** (3 - index)) % 1000;
    return value ? belowThousand(value) + (name ? " " + name : "") : "";
  }).filter(Boolean).join(" ");
  const cents = fen % 100;
  return `${text || "zero"} yuan` + (cents ? ` and ${cents} fen` : "");
}
