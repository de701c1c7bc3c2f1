// 开标凭据: what opens the envelope in the box. It is in this browser alone; he takes a copy, and hands
// it to both who open.
// Rule: what is pasted from another device is taken only if it opens the very envelope in the box.

import { commitmentOf, openingLine, readOpenings } from "../lib/envelope.js";
import { h, setAttribute, setHidden, setText } from "../lib/dom.js";
import { money, words } from "../lib/money.js";
import { clockText, momentText } from "../lib/time.js";
import { lang, t } from "../lib/texts.js";

/** The file he keeps: words for people, and the line that is pasted at the opening. */
export function slipText(room, opening, at) {
  return [t("slip.title"), room.state?.lot ?? "", t("bidding.number", { number: opening.number }), `${money(opening.amount_fen, lang())} · ${words(opening.amount_fen, lang())}`,
    t("slip.made", { time: at ? momentText(at) : "—" }), `${t("slip.commitment")} ${opening.commitment}`, "", t("slip.hand_over"), openingLine(opening), ""].join("\r\n");
}

async function copied(text) {
  if (navigator.clipboard?.writeText) return navigator.clipboard.writeText(text).then(() => true, () => false);
  const area = h("textarea", { class: "unseen", value: text }); // over plain http there is no clipboard
  document.body.append(area);
  area.select();
  const done = document.execCommand("copy");
  area.remove();
  return done;
}

function downloaded(name, text) {
  const url = URL.createObjectURL(new Blob(["\ufeff", text], { type: "text/plain;charset=utf-8" }));
  const link = h("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function openingSlip(room, openings) {
  const state = h("span", { class: "tag push" });
  const warning = h("div", { class: "band wait", role: "status" }, h("span", { class: "icon", "aria-hidden": "true" }, "!"), h("div", {}));
  const amount = h("dd", {});
  const salt = h("dd", { class: "mono" });
  const commitment = h("dd", { class: "mono" });
  const facts = h("dl", { class: "facts" }, h("dt", {}, t("bids.amount")), amount, h("dt", {}, t("slip.salt")), salt, h("dt", {}, t("slip.commitment")), commitment);
  const said = h("p", { class: "small muted", role: "status" });
  const save = h("button", { type: "button", id: "slip-download" }, t("slip.download"));
  const copy = h("button", { type: "button", id: "slip-copy" }, t("slip.copy"));
  const whole = h("div", { class: "tight" }, facts, h("div", { class: "pair even" }, save, copy), said);
  const elsewhere = elsewhereForm(room, openings, () => update());
  const element = h("section", { class: "tight slip", id: "opening-slip", "aria-label": t("slip.title") }, h("div", { class: "row" }, h("h3", {}, t("slip.title")), state), h("p", { class: "small muted" }, t("slip.note")), warning, whole, elsewhere.element);
  const inBox = () => room.own?.state?.envelope ?? null;

  /** What lies in the box; after the opening, or while it is on its way, the newest that was made here. */
  function current() {
    const envelope = inBox();
    if (envelope) return openings.of(envelope.commitment);
    const sent = room.commands.open.find((entry) => entry.method === "bid.seal");
    return sent ? openings.of(sent.fields.commitment) : null;
  }
  const mark = (text) => (done) => {
    setText(said, done ? text : t("slip.copy_failed"));
    if (done) openings.saved(current().commitment);
    update();
  };
  save.addEventListener("click", () => {
    downloaded(`${t("slip.file")}-${room.id}-${room.number}.txt`, slipText(room, current(), inBox()?.at_ms));
    mark(t("slip.downloaded"))(true);
  });
  copy.addEventListener("click", () => void copied(openingLine(current())).then(mark(t("slip.copied"))));

  function update() {
    const envelope = inBox();
    const opening = current();
    setHidden(element, !envelope && !opening);
    if (element.hidden) return;
    setHidden(whole, !opening);
    elsewhere.update(envelope, opening);
    setText(state, envelope ? t("slip.in_box", { time: clockText(envelope.at_ms) }) : t("slip.on_its_way"));
    setAttribute(state, "class", `tag push ${envelope ? "good" : "wait"}`);
    const told = warningOf(room.state.phase, envelope, opening);
    setHidden(warning, told === null);
    setText(warning.lastChild, told ? t(told) : "");
    if (!opening) return;
    setText(amount, `${money(opening.amount_fen, lang())} · ${words(opening.amount_fen, lang())}`);
    setText(salt, opening.salt);
    setText(commitment, opening.commitment);
    setAttribute(element, "data-commitment", opening.commitment);
    setAttribute(element, "data-saved", Boolean(opening.is_saved));
  }
  return { element, update };
}

/** What must be said of it now, or null: a key of texts. */
function warningOf(phase, envelope, opening) {
  if (!opening) return "slip.missing";
  if (phase === "opening") return "slip.now";
  if (opening.is_kept === false && !opening.is_saved) return "slip.not_kept";
  return opening.is_saved ? null : "slip.save_now";
}

/** On another device: paste it, so that this browser has it too. */
function elsewhereForm(room, openings, then) {
  const text = h("textarea", { "aria-label": t("slip.paste"), placeholder: t("slip.paste") });
  const said = h("p", { class: "small alarmed", role: "status" });
  const take = h("button", { type: "button", class: "wide-button" }, t("slip.take"));
  const element = h("div", { class: "tight" }, text, take, said);
  let envelope = null;
  take.addEventListener("click", () => {
    const found = readOpenings(text.value, room.id).find((opening) => opening.number === room.number && commitmentOf(opening) === envelope?.commitment);
    setText(said, found ? "" : t("slip.does_not_fit"));
    if (!found) return;
    openings.add({ ...found, commitment: envelope.commitment, is_saved: true });
    text.value = "";
    then();
  });
  return { element, update: (now, opening) => {
    envelope = now;
    setHidden(element, Boolean(opening) || !now);
  } };
}
