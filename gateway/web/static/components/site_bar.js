// The bar on top of every page: where one is, the state of the line, what waits (bell), one's home as
// a pill with what there is to do, and a menu with one's other places, switches and the language.

import { h, setAttribute, setHidden, setText, svg } from "../lib/dom.js";
import { KINDS, setSwitch, switches } from "../lib/alerts.js";
import { leave } from "../lib/api.js";
import { homeOf, homesOf } from "../lib/homes.js";
import { Inbox } from "../lib/inbox.js";
import { clockText } from "../lib/time.js";
import { lang, t } from "../lib/texts.js";
import { noticeList, noticeText } from "./notice_list.js";
import { signInAddress } from "./sign_in_band.js";

const TONES = { connected: "good", connecting: "wait", reconnecting: "alarm", behind: "wait", degraded: "wait", stalled: "wait", offline: "alarm", refused: "alarm" };
const MARKS = { connected: "●", connecting: "…", reconnecting: "↻", behind: "⇣", degraded: "▲", stalled: "▲", offline: "✕", refused: "✕" };
const GLANCE = 4;

const drawn = (path) => svg("svg", { viewBox: "0 0 24 24", class: "sign", "aria-hidden": "true" }, svg("path", { d: path }));
const here = (path) => location.pathname === path;

function alertSwitches() {
  const on = switches();
  return KINDS.map((kind) => {
    const box = h("input", { type: "checkbox", "data-switch": kind, checked: on[kind], on: { change: async () => { box.checked = await setSwitch(kind, box.checked); } } });
    return h("label", { class: "check small" }, box, t(kind === "title" ? "alerts.badge" : `alerts.${kind}`));
  });
}

async function signOut() {
  await leave();
  location.assign("/");
}

/** A menu that closes by Escape and by a press elsewhere. */
function menu(id, summary, ...content) {
  const element = h("details", { class: "menu", id }, summary, h("div", { class: "pop" }, ...content));
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !element.open) return;
    element.open = false;
    summary.focus();
  });
  element.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !element.contains(event.relatedTarget)) element.open = false;
  });
  return element;
}
addEventListener("pointerdown", (event) => {
  for (const open of document.querySelectorAll("details.menu[open]")) if (!open.contains(event.target)) open.open = false;
});

function accountMenu(app) {
  const { me } = app;
  const isIn = Boolean(me.account_id);
  const name = me.display_name || t("nav.me");
  const face = isIn ? h("span", { class: "avatar", "aria-hidden": "true" }, (me.display_name || "·").slice(0, 1)) : drawn("M4 7h16M4 12h16M4 17h16");
  const summary = h("summary", { "data-account": me.account_id, "aria-label": isIn ? name : t("nav.more") }, face, isIn ? h("span", { class: "wide name" }, name) : null);
  const places = isIn ? homesOf(me).map((home) => h("a", { href: home.path, "aria-current": here(home.path) ? "page" : null }, t(`home.${home.key}`))) : [];
  const notices = isIn ? [h("a", { href: "/notices" }, t("me.notices"))] : [];
  const out = isIn ? h("button", { type: "button", class: "quiet", on: { click: signOut } }, t("nav.logout")) : h("a", { href: signInAddress() }, t("nav.login"));
  return menu("account", summary, isIn ? h("p", { class: "small muted" }, name) : null, h("nav", { class: "places-list", "aria-label": t("nav.label") }, h("a", { href: "/" }, t("lobby.title")), places, notices),
    h("fieldset", { id: "alerts" }, h("legend", { class: "small muted" }, t("alerts.title")), alertSwitches()),
    h("div", { class: "row" }, h("button", { type: "button", class: "quiet brief", on: { click: () => app.switchLanguage() } }, lang() === "zh" ? "English" : "中文"), out));
}

function bell(app) {
  const count = h("span", { class: "count", hidden: true });
  const label = h("span", { class: "unseen" });
  const glance = noticeList(app, { max: GLANCE });
  const element = menu("bell", h("summary", {}, drawn("M6 17V11a6 6 0 0 1 12 0v6l1.5 2h-15zM10 21h4"), count, label), glance.element, h("p", {}, h("a", { class: "button", href: "/notices" }, t("notices.all"))));
  element.addEventListener("toggle", () => element.open && app.inbox.want());
  function update() {
    const { unread } = app.inbox;
    setText(count, unread > 99 ? "99+" : String(unread));
    setHidden(count, unread === 0);
    setText(label, t("notices.bell", { count: unread }));
    if (element.open) glance.update();
  }
  return { element, update };
}

function homePill(app) {
  if (!app.me.account_id) return { element: h("a", { class: "home", href: signInAddress(), hidden: here("/login") }, t("nav.login")), update() {} };
  const home = homeOf(app.me);
  const note = h("small", {});
  const element = h("a", { class: "home", id: "home", href: home.path, "aria-current": here(home.path) ? "page" : null }, t(`home.${home.key}`), note);
  function update() {
    const { toDo, unread } = app.inbox;
    setText(note, toDo ? t("home.to_do", { count: toDo }) : unread ? t("home.unread", { count: unread }) : "");
    setHidden(note, !toDo && !unread);
  }
  return { element, update };
}

/** What one wanted to be reminded of is about to begin: a band under the bar, until one has seen it. */
function reminderBand(app) {
  const text = h("b", {});
  const look = h("a", { class: "button" }, t("me.look"));
  const close = h("button", { type: "button", on: { click: () => {
    const due = app.inbox.due;
    app.inbox.due = null;
    void app.inbox.mark([due]);
  } } }, t("remind.seen"));
  const element = h("div", { class: "band reminder", id: "reminder", role: "status", hidden: true }, h("div", {}, text), h("span", { class: "row push" }, look, close));
  function update() {
    const { due } = app.inbox;
    setHidden(element, !due);
    if (!due) return;
    setText(text, t("notices.about", { about: due.about, text: noticeText(due) }));
    setAttribute(look, "href", due.link);
  }
  return { element, update };
}

/** Behind by messages, or by seconds: the key of its text, and its parameters. */
export const linkKey = (list, { name, behind }) => `${list}.${name === "behind" && !behind ? "late" : name}`;
export const linkParams = ({ behind, lateMs }) => ({ count: behind, seconds: Math.round(lateMs / 1000) });

export function siteBar(app) {
  const isIn = Boolean(app.me.account_id);
  if (!app.inbox) {
    app.inbox = new Inbox(app);
    if (isIn && document.documentElement.dataset.page !== "screen") void app.inbox.refresh();
  }
  const where = h("span", { class: "muted where wide" });
  const mark = h("span", { "aria-hidden": "true" });
  const text = h("span", {});
  const time = h("span", { class: "wide" });
  const link = h("span", { class: "tag link-state", hidden: true, id: "link" }, mark, text, time);
  const own = h("span", { class: "nowrap", id: "own-number" }, h("span", { class: "wide" }), h("span", { class: "brief" }));
  const language = h("button", { type: "button", class: "quiet wide", id: "language", on: { click: () => app.switchLanguage() } }, lang() === "zh" ? "EN" : "中文");
  const parts = isIn ? [bell(app), homePill(app)] : [homePill(app)];
  const reminder = reminderBand(app);
  const lobby = h("a", { class: "place wide", href: "/", "aria-current": here("/") ? "page" : null }, t("lobby.title"));
  const bar = h("header", { class: "bar" }, h("a", { class: "brand", href: "/", "aria-label": `${t("brand")} · ${t("lobby.title")}` }, t("brand")), lobby, where,
    h("span", { class: "push" }), link, own, parts.map((part) => part.element), accountMenu(app), language);
  const element = h("div", {}, bar, reminder.element);

  function update() {
    for (const part of parts) part.update();
    reminder.update();
    const state = app.page?.link?.() ?? null;
    setHidden(link, state === null);
    setText(where, app.page?.where?.() ?? "");
    setText(own.firstChild, app.page?.own?.() ?? "");
    setText(own.lastChild, app.page?.ownShort?.() ?? "");
    setHidden(own, !own.textContent);
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
