// Times people read: always UTC+8 (北京时间), whatever zone the device is in.

const ZONE = "Asia/Shanghai";
const format = (options) => new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hourCycle: "h23", ...options });
const CLOCK = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const MINUTE = format({ hour: "2-digit", minute: "2-digit" });
const DATE = format({ year: "numeric", month: "2-digit", day: "2-digit" });

export const clockText = (ms) => CLOCK.format(ms);
export const minuteText = (ms) => MINUTE.format(ms);
export const dateText = (ms) => DATE.format(ms).replaceAll("/", "-");
export const momentText = (ms) => `${dateText(ms)} ${clockText(ms)}`;
export const exactText = (ms) => `${clockText(ms)}.${String(((ms % 1000) + 1000) % 1000).padStart(3, "0")}`;

/** "01:47", "1:02:03"; rounded up, so that 00:00 is said only when nothing is left. */
export function remainingText(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (value) => String(value).padStart(2, "0");
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  return seconds >= 3600 ? `${Math.floor(seconds / 3600)}:${rest}` : rest;
}

/** {count, unit} of a length that stands in a rule: 120000 → 2 minutes. */
export function length(ms) {
  if (ms % 3_600_000 === 0) return { count: ms / 3_600_000, unit: "hours" };
  if (ms % 60_000 === 0) return { count: ms / 60_000, unit: "minutes" };
  return { count: ms / 1000, unit: "seconds" };
}
