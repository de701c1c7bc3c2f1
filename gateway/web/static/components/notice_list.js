// Notices as people read them: one line for each thing and kind ("极地海域自主航行系统：12 项新意向"),
// unfolding into what came, with a filter, and marks for one or all.

import { h, reconcile, setAttribute, setHidden, setText } from "../lib/dom.js";
import { grouped } from "../lib/inbox.js";
import { momentText } from "../lib/time.js";
import { codeText, known, t, word } from "../lib/texts.js";

const TOPICS = ["bidding", "interest", "question", "session", "account"];
const ROWS = 6;

export const noticeText = (notice) => (known(`notice.${notice.code}`) ? t(`notice.${notice.code}`, notice.params ?? {}) : codeText(notice.code, notice.params ?? {}));

/** One sentence for a group: what it is about, and what came. */
export function groupText({ newest, notices, unread }) {
  const many = `notice_group.${newest.code}`;
  const count = unread.length || notices.length;
  const text = known(many) ? t(unread.length ? many : `${many}.read`, { count }) : noticeText(newest) + (notices.length > 1 ? t("notices.times", { count: notices.length }) : "");
  return !newest.about || text.includes(newest.about) ? text : t("notices.about", { about: newest.about, text });
}

/** Who came, with what: "14:31 青岛远望航运，想谈许可". */
function rowText(notice) {
  if (notice.code !== "NOTICE_INTEREST_REGISTERED") return noticeText(notice);
  return t("notices.interest", { who: notice.who || t("notices.by_desk"), kind: word("interest", notice.params.kind) });
}

const createRow = () => h("li", {}, h("small", { class: "muted nowrap" }), h("span", {}));
function paintRow(line, notice) {
  setText(line.firstChild, momentText(notice.at_ms).slice(5, 16));
  setText(line.lastChild, rowText(notice));
}

function groupLine(inbox) {
  const title = h("b", {});
  const note = h("small", { class: "muted" });
  const act = h("span", { class: "tag wait" }, t("notices.to_do"));
  const rows = h("ul", { class: "told" });
  const more = h("p", { class: "small muted" });
  const fold = h("details", {}, h("summary", {}, t("notices.unfold")), rows, more);
  const look = h("a", { class: "button" }, t("me.look"));
  const read = h("button", { type: "button", class: "quiet" }, t("me.mark_read"));
  const element = h("li", { class: "notice" }, h("span", { class: "fresh", "aria-hidden": "true" }), h("div", { class: "notice-text" }, h("p", {}, title), h("p", { class: "row" }, note, act)), h("p", { class: "row notice-acts" }, look, read), fold);
  element.paint = (group) => {
    const { newest, notices, unread } = group;
    element.classList.toggle("unread", unread.length > 0);
    setText(title, groupText(group));
    setText(note, momentText(newest.at_ms).slice(0, 16) + (unread.length ? ` · ${t("notices.unread")}` : ""));
    setHidden(act, !newest.to_do || !unread.length);
    setAttribute(look, "href", newest.link);
    setHidden(look, !newest.link);
    setHidden(read, !unread.length);
    setHidden(fold, notices.length < 2 && newest.code !== "NOTICE_INTEREST_REGISTERED");
    reconcile(rows, notices.slice(0, ROWS), (one) => one.notice_id, createRow, paintRow);
    setText(more, notices.length > ROWS ? t("notices.others", { count: notices.length - ROWS }) : "");
    read.onclick = () => void inbox.mark(unread);
  };
  return element;
}

const FILTERS = ["unread", "all", ...TOPICS];
const fits = (filter) => (group) => filter === "all" || (filter === "unread" ? group.unread.length > 0 : group.newest.topic === filter);

/** The whole list; `max`: a short one without a filter, for a glance. */
export function noticeList(app, { max = null } = {}) {
  const { inbox } = app;
  let filter = max === null ? "all" : "unread";
  const list = h("ul", { class: "notices", id: max === null ? "my-notices" : null });
  const empty = h("p", { class: "empty" });
  const count = h("span", { class: "muted small", role: "status" });
  const all = h("button", { type: "button", class: "quiet push", on: { click: () => void inbox.mark(inbox.notices ?? []) } }, t("notices.mark_all"));
  const chips = h("div", { class: "chips", role: "group", "aria-label": t("notices.filter") }, FILTERS.map((name) => h("button", { type: "button", class: "chip", "data-filter": name, on: { click: () => {
    filter = name;
    update();
  } } }, t(`notices.topic.${name}`))));

  function update() {
    const groups = grouped(inbox.notices ?? []);
    const unread = groups.filter((group) => group.unread.length);
    const shown = max === null ? groups.filter(fits(filter)) : [...unread, ...groups.filter((group) => !group.unread.length)].slice(0, max);
    for (const chip of chips.children) {
      const name = chip.dataset.filter;
      setAttribute(chip, "aria-pressed", String(name === filter));
      setHidden(chip, TOPICS.includes(name) && !groups.some(fits(name)));
    }
    setText(chips.firstChild, unread.length ? t("notices.topic.unread_count", { count: unread.length }) : t("notices.topic.unread"));
    setText(count, inbox.notices ? t("notices.groups", { count: unread.length }) : "");
    setHidden(all, !unread.length);
    setText(empty, t(inbox.notices === null ? (inbox.failed ? "lobby.failed" : "state.loading") : groups.length ? "notices.none_here" : "me.no_notices"));
    setHidden(empty, shown.length > 0);
    setAttribute(list, "aria-busy", inbox.notices === null && !inbox.failed);
    reconcile(list, shown, (group) => group.key, () => groupLine(inbox), (line, group) => line.paint(group));
  }
  const head = h("div", { class: "row" }, h("h2", {}, t("me.notices")), count, all);
  const element = h("section", { class: max === null ? "card tight notice-card" : "tight", "aria-label": t("me.notices") }, head, max === null ? chips : null, list, empty);
  return { element, update };
}
