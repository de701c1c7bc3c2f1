// Interest as one clear act: the button with how many so far, and its sheet. On a phone the button is
// under the thumb.
// Rule: an amount is echoed in figures and in words before it can be sent.

import { h, setHidden, setText } from "../lib/dom.js";
import { keepDraft, recall, remember } from "../lib/storage.js";
import { codeText, lang, t } from "../lib/texts.js";
import { actButton, actLine } from "./acts.js";
import { moneyField } from "./money_field.js";

const KINDS = ["buy", "license", "co_develop", "invest", "pilot_test", "order_development", "loan", "other"];
const INTERESTED = ["investor", "finance_partner", "demand_owner"]; // as the table of rights has it
const OPEN_IN = ["live", "paused", "wrapping_up", "ended"];
const field = (label, control) => h("label", { class: "field" }, h("span", {}, label), control);

/** A field of money for this form. */
function amountField(key) {
  const amount = moneyField({ id: `interest-${key}`, label: t(lang() === "zh" ? `interest.${key}_wan` : `interest.${key}`) });
  amount.input.addEventListener("input", () => amount.paint());
  return amount;
}

/** The kinds as buttons of which one is pressed. */
function kindChoice() {
  const boxes = KINDS.map((kind, index) => h("input", { type: "radio", name: "interest-kind", value: kind, checked: index === 0 }));
  const element = h("div", { class: "kinds", role: "radiogroup", "aria-label": t("interest.kind") }, boxes.map((box, index) => h("label", {}, box, h("span", {}, t(`interest.${KINDS[index]}`)))));
  return { element, chosen: () => boxes.find((box) => box.checked).value };
}

function interestSheet(room, targets, sent) {
  const line = actLine();
  const which = h("select", {});
  const whichField = field(t("interest.item"), which);
  const kind = kindChoice();
  const [from, to] = [amountField("from"), amountField("to")];
  const wish = h("input", { maxlength: 200 });
  const message = h("textarea", { maxlength: 1000 });
  const typed = [from.input, to.input, wish, message];
  const forgets = typed.map((control, index) => keepDraft(control, `interest.${room.id}.${index}`));
  for (const amount of [from, to]) amount.paint();
  const desk = h("input", { type: "checkbox" });
  const nda = h("input", { type: "checkbox" });
  const fields = () => {
    const amounts = [from, to].map((amount) => amount.value());
    if (amounts.some((amount) => amount?.fault)) return (setText(line.element, codeText("BAD_AMOUNT")), null);
    const optional = Object.entries({ amount_from_fen: amounts[0]?.fen, amount_to_fen: amounts[1]?.fen, wish: wish.value.trim() || undefined, message: message.value.trim() || undefined }).filter(([, value]) => value !== undefined);
    return { item_id: which.value, kind: kind.chosen(), contact: desk.checked ? "desk_only" : "holder_and_desk", nda_wished: nda.checked, ...Object.fromEntries(optional) };
  };
  const send = actButton(room.acts, line, { label: "", method: "interest.register", kind: "main wide-button", fields, then: () => {
    remember(`interest.${room.id}.${which.value}`, kind.chosen());
    for (const forgetIt of forgets) forgetIt();
    dialog.close();
    sent();
  } });
  const title = h("h2", { id: "h-interest" });
  const close = h("button", { type: "button", class: "quiet push", "aria-label": t("interest.close"), on: { click: () => dialog.close() } }, "✕");
  const more = h("details", { class: "fold" }, h("summary", { class: "small" }, t("interest.more")), h("div", { class: "tight" },
    h("div", { class: "row fixed amounts" }, from.element, to.element), field(t("interest.wish"), wish), field(t("interest.message"), message), h("label", { class: "check small" }, nda, t("interest.nda"))));
  const dialog = h("dialog", { class: "card stack sheet", "aria-labelledby": "h-interest" }, h("div", { class: "row fixed" }, title, close), h("p", { class: "small muted" }, t("interest.law")), whichField, kind.element, more, h("label", { class: "check small" }, desk, t("interest.desk_only")), line.element, send);
  const label = () => setText(send, t("interest.send", { kind: t(`interest.${kind.chosen()}`) }));
  kind.element.addEventListener("change", label);

  /** Open it for the item on stage, or for one of those that were shown. */
  function open() {
    const items = targets();
    which.replaceChildren(...items.map((item) => h("option", { value: item.item_id }, item.title)));
    which.value = items.at(-1)?.item_id ?? "";
    setHidden(whichField, items.length < 2);
    setText(title, items.length === 1 ? items[0].title : t("interest.title"));
    label();
    dialog.showModal();
  }
  return { dialog, open };
}

/** `element` stands beside the stage; `sheet` is the dialog, for a place on paper. */
export function interestCard(room, app) {
  const targets = () => (room.active ? [room.active] : (room.state?.items ?? []).filter((item) => item.phase === "done"));
  const sheet = interestSheet(room, targets, () => app.changed());
  const words = h("span", {});
  const small = h("small", {});
  const button = h("button", { type: "button", class: "main wide-button", id: "interest", on: { click: () => sheet.open() } }, words, small);
  const signIn = h("a", { class: "button main wide-button", href: `/login?next=${encodeURIComponent(location.pathname)}` }, t("interest.sign_in"));
  const ask = h("a", { class: "button to-ask", href: "#question" }, t("qa.ask"));
  const head = h("h2", {});
  const count = h("b", { class: "n" });
  const many = h("span", {});
  const told = h("p", { class: "small", role: "status" }, count, many, " ", h("span", { class: "muted" }, t("interest.note")));
  const mine = h("p", { class: "small fine" });
  const element = h("section", { class: "want interest", id: "interest-card" }, head, h("div", { class: "acts" }, ask, button, signIn), told, mine);

  function update() {
    const item = targets().at(-1);
    const mayAsk = !app.me.account_id || app.has(...INTERESTED);
    setHidden(element, !item || !mayAsk || !OPEN_IN.includes(room.state?.phase) || room.active?.phase === "bidding");
    document.body.classList.toggle("with-interest", !element.hidden);
    if (element.hidden) return;
    const done = recall(`interest.${room.id}.${item.item_id}`);
    const calling = item.phase === "interest_call";
    const known = room.active ? room.interestsOf(item) : null;
    element.classList.toggle("calling", calling);
    setText(head, t(calling ? "interest.calling" : room.active ? "interest.ask" : "interest.ask_any"));
    setText(words, t(done ? "interest.again" : "interest.button"));
    setText(small, known === null ? "" : t("interest.count_short", { count: known }));
    setHidden(button, !app.me.account_id);
    setHidden(signIn, Boolean(app.me.account_id));
    setText(count, known ?? "");
    setText(many, t(known === null ? "interest.few" : "interest.count"));
    setHidden(told, room.active === null);
    setText(mine, typeof done === "string" ? t("interest.mine", { kind: t(`interest.${done}`) }) : "");
    setHidden(mine, typeof done !== "string");
  }
  return { element, sheet: sheet.dialog, update };
}
