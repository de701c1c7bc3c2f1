// The interest button and its form. On a phone the button is in the bar under the thumb.

import { h, setHidden, setText } from "../lib/dom.js";
import { parse } from "../lib/money.js";
import { recall, remember } from "../lib/storage.js";
import { codeText, lang, t } from "../lib/texts.js";
import { actButton, actLine } from "./acts.js";

const KINDS = ["invest", "buy", "license", "co_develop", "pilot_test", "order_development", "loan", "other"];
const INTERESTED = ["investor", "finance_partner", "demand_owner"]; // as the table of rights has it
const field = (label, control) => h("label", { class: "field" }, h("span", {}, label), control);

function amountOf(input) {
  return input.value.trim() === "" ? undefined : parse(input.value, lang());
}

export function interestForm(room, targets, closed) {
  const line = actLine();
  const which = h("select", {});
  const whichField = field(t("interest.item"), which);
  const kind = h("select", {}, KINDS.map((each) => h("option", { value: each }, t(`interest.${each}`))));
  const from = h("input", { inputmode: "decimal" });
  const to = h("input", { inputmode: "decimal" });
  const wish = h("input", { maxlength: 200 });
  const message = h("textarea", { maxlength: 1000 });
  const desk = h("input", { type: "checkbox" });
  const nda = h("input", { type: "checkbox" });
  const fields = () => {
    const amounts = [amountOf(from), amountOf(to)];
    if (amounts.includes(null)) {
      setText(line.element, codeText("BAD_AMOUNT"));
      return null;
    }
    const optional = Object.entries({ amount_from_fen: amounts[0], amount_to_fen: amounts[1], wish: wish.value.trim() || undefined, message: message.value.trim() || undefined }).filter(([, value]) => value !== undefined);
    return { item_id: which.value, kind: kind.value, contact: desk.checked ? "desk_only" : "holder_and_desk", nda_wished: nda.checked, ...Object.fromEntries(optional) };
  };
  const send = actButton(room.acts, line, { label: t("interest.send"), method: "interest.register", kind: "main wide-button", fields, then: () => {
    remember(`interest.${room.id}.${which.value}`, true);
    closed();
  } });
  const title = h("h2", {});
  const back = h("button", { type: "button", class: "wide-button", on: { click: closed } }, t("interest.close"));
  const dialog = h("dialog", { class: "card stack sheet", "aria-label": t("interest.title") }, title, h("p", { class: "small muted" }, t("interest.law")), whichField, field(t("interest.kind"), kind),
    h("div", { class: "row fixed" }, field(t(lang() === "zh" ? "interest.from_wan" : "interest.from"), from), field(t(lang() === "zh" ? "interest.to_wan" : "interest.to"), to)),
    field(t("interest.wish"), wish), field(t("interest.message"), message), h("label", { class: "check small" }, desk, t("interest.desk_only")), h("label", { class: "check small" }, nda, t("interest.nda")), send, back, line.element);
  /** Open it for the item on stage, or for one of those that were shown. */
  function open() {
    const items = targets();
    which.replaceChildren(...items.map((item) => h("option", { value: item.item_id }, item.title)));
    which.value = items.at(-1)?.item_id ?? "";
    setHidden(whichField, items.length < 2);
    setText(title, items.length === 1 ? items[0].title : t("interest.title"));
    dialog.showModal();
  }
  return { dialog, open };
}

export function interestCard(room, app) {
  const button = h("button", { type: "button", class: "main wide-button", id: "interest" });
  const count = h("p", { class: "muted small" });
  const head = h("h2", {});
  const signIn = h("a", { class: "button wide-button", href: `/login?next=${encodeURIComponent(location.pathname)}` }, t("interest.sign_in"));
  const targets = () => (room.active ? [room.active] : (room.state?.items ?? []).filter((item) => item.phase === "done"));
  const form = interestForm(room, targets, () => form.dialog.close());
  const element = h("section", { class: "card stack interest", id: "interest-card" }, head, h("p", { class: "muted small note" }, t("interest.note")), button, signIn, count, form.dialog);
  button.addEventListener("click", () => form.open());

  function update() {
    const item = targets().at(-1);
    const mayAsk = !app.me.account_id || app.has(...INTERESTED);
    setHidden(element, !item || !mayAsk || !["live", "paused", "wrapping_up", "ended"].includes(room.state?.phase) || room.active?.phase === "bidding");
    document.body.classList.toggle("with-interest", !element.hidden);
    if (!item) return;
    const done = recall(`interest.${room.id}.${item.item_id}`);
    const calling = item.phase === "interest_call";
    element.classList.toggle("calling", calling);
    setText(head, calling ? t("interest.calling") : t(room.active ? "interest.ask" : "interest.ask_any"));
    setText(button, done ? t("interest.again") : t("interest.button"));
    setHidden(button, !app.me.account_id);
    setHidden(signIn, Boolean(app.me.account_id));
    const known = room.latest[`interests:${item.item_id}`]?.count ?? item.interests_count;
    setHidden(count, room.active === null);
    setText(count, known === null || known === undefined ? t("interest.few") : t("interest.count", { count: known }));
  }
  return { element, update };
}
