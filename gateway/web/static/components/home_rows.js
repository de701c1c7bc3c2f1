// Rows of a home: a title that leads somewhere, what there is to say, and what can be done next.

import { h, reconcile, setAttribute, setHidden, setText } from "../lib/dom.js";
import { t } from "../lib/texts.js";

/** One row of `rowsCard`: {key, title, href, tag, tone, notes, figure, acts: [{href, text}]}. */
function createRow() {
  const line = h("li", {}, h("div", {}, h("p", { class: "row" }, h("span", { class: "tag" }), h("b", { class: "figure" })), h("a", { class: "title" }), h("p", { class: "small muted" })), h("p", { class: "row-acts" }));
  line.paint = (row) => {
    const [top, title, notes] = line.firstChild.children;
    setAttribute(top.firstChild, "class", `tag ${row.tone ?? ""}`);
    setText(top.firstChild, row.tag);
    setText(top.lastChild, row.figure ?? "");
    setHidden(top.lastChild, !row.figure);
    setText(title, row.title);
    setAttribute(title, "href", row.href);
    setText(notes, row.notes.filter(Boolean).join(" · "));
    reconcile(line.lastChild, row.acts ?? [], (act) => act.href, () => h("a", { class: "button" }), (link, act) => {
      setAttribute(link, "href", act.href);
      setAttribute(link, "aria-label", `${act.text} · ${row.title}`);
      setText(link, act.text);
    });
  };
  return line;
}

/** A card with rows; `rows()` gives null while they are not known, "failed" where they could not be had. */
export function rowsCard(id, { title, none, rows }) {
  const list = h("ul", { class: "rows", id });
  const empty = h("p", { class: "empty" });
  const count = h("span", { class: "muted small" });
  function update() {
    const found = rows();
    const known = Array.isArray(found) ? found : [];
    setText(count, known.length ? t("home.count", { count: known.length }) : "");
    setText(empty, t(found === null ? "state.loading" : found === "failed" ? "lobby.failed" : none));
    setHidden(empty, known.length > 0);
    reconcile(list, known, (row) => row.key, createRow, (line, row) => line.paint(row));
  }
  return { element: h("section", { class: "card tight" }, h("div", { class: "row" }, h("h2", {}, t(title)), count), list, empty), update };
}
