// The bar on top: where one is, the state of the line, the time in Beijing, who one is, the language.

import { h, setAttribute, setHidden, setText, svg } from "../lib/dom.js";
import { KINDS, setSwitch, switches } from "../lib/alerts.js";
import { leave } from "../lib/api.js";
import { signInAddress } from "./sign_in_band.js";
import { clockText } from "../lib/time.js";
import { lang, t } from "../lib/texts.js";

const TONES = { connected: "good", connecting: "wait", reconnecting: "alarm", behind: "wait", degraded: "wait", stalled: "wait", offline: "alarm", refused: "alarm" };
const MARKS = { connected: "●", connecting: "…", reconnecting: "↻", behind: "⇣", degraded: "▲", stalled: "▲", offline: "✕", refused: "✕" };

function alertSwitches() {
  const on = switches();
  const line = (kind) => {
    const box = h("input", { type: "checkbox", "data-switch": kind, checked: on[kind], on: { change: async () => { box.checked = await setSwitch(kind, box.checked); } } });
    return h("label", { class: "check small" }, box, t(kind === "title" ? "alerts.badge" : `alerts.${kind}`));
  };
  const bell = svg("svg", { viewBox: "0 0 24 24", class: "bell", "aria-hidden": "true" }, svg("path", { d: "M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21h4" }));
  return h("details", { class: "menu", id: "alerts" }, h("summary", { "aria-label": t("alerts.title") }, bell, h("span", { class: "wide" }, t("alerts.title"))), h("div", {}, KINDS.map(line)));
}

async function signOut() {
  await leave();
  location.assign("/");
}

function account(app) {
  if (!app.me.account_id) return [h("a", { href: signInAddress() }, t("nav.login"))];
  const menu = h("div", { class: "tight" }, h("p", { class: "small muted" }, app.me.display_name), h("a", { href: "/me" }, t("nav.me")),
    h("div", {}, h("button", { type: "button", class: "quiet", on: { click: signOut } }, t("nav.logout"))));
  return [h("details", { class: "menu" }, h("summary", { "data-account": app.me.account_id, "aria-label": app.me.display_name || t("nav.me") },
    h("span", { class: "avatar", "aria-hidden": "true" }, (app.me.display_name || "·").slice(0, 1)), h("span", { class: "wide" }, app.me.display_name || t("nav.me"))), menu)];
}

/** Behind by messages, or by seconds: the key of its text, and its parameters. */
export const linkKey = (list, { name, behind }) => `${list}.${name === "behind" && !behind ? "late" : name}`;
export const linkParams = ({ behind, lateMs }) => ({ count: behind, seconds: Math.round(lateMs / 1000) });

export function siteBar(app) {
  const where = h("span", { class: "muted where wide" });
  const mark = h("span", { "aria-hidden": "true" });
  const text = h("span", {});
  const time = h("span", { class: "wide" });
  const link = h("span", { class: "tag link-state", hidden: true, id: "link" }, mark, text, time);
  const own = h("span", { class: "nowrap", id: "own-number" }, h("span", { class: "wide" }), h("span", { class: "brief" }));
  const language = h("button", { type: "button", class: "quiet", id: "language", on: { click: () => app.switchLanguage() } }, lang() === "zh" ? "EN" : "中文");
  const element = h("header", { class: "bar" }, h("a", { class: "brand", href: "/" }, t("brand")), where,
    h("span", { class: "push" }), link, own, alertSwitches(), h("nav", { "aria-label": t("nav.label") }, account(app), language));

  function update() {
    const state = app.page?.link?.() ?? null;
    setHidden(link, state === null);
    setText(where, app.page?.where?.() ?? "");
    setText(own.firstChild, app.page?.own?.() ?? "");
    setText(own.lastChild, app.page?.ownShort?.() ?? "");
    if (!state) return;
    setAttribute(document.documentElement, "data-link", state.name);
    setAttribute(link, "class", `tag link-state ${TONES[state.name]}`);
    setText(mark, MARKS[state.name]);
    setText(text, t(linkKey("link", state), linkParams(state)));
    const trip = app.clock.trip === null ? "" : ` · ${t("link.trip", { ms: Math.round(app.clock.trip) })}`;
    setText(time, app.clock.ready ? `${trip} · ${t("link.time", { time: clockText(app.clock.now()) })}` : "");
  }
  return { element, update };
}
