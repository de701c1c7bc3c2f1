// 我的: what I bid for and how it ended, with a receipt for each act; my interests, reminders, notices.
// Rule: a limit is shown as my limit and nowhere as a price; where something stands on the log is told
// where it is given, folded.

import { App, deadEnd } from "../lib/app.js";
import { get } from "../lib/api.js";
import { h, reconcile, setAttribute, setHidden, setText } from "../lib/dom.js";
import { money } from "../lib/money.js";
import { dateText, minuteText, momentText } from "../lib/time.js";
import { codeText, known, lang, t, word } from "../lib/texts.js";
import { shortHash } from "../components/bid_records.js";
import { rowsCard } from "../components/home_rows.js";
import { noticeList } from "../components/notice_list.js";

const LOAD_MS = 15_000;
const LISTS = ["bids", "interests", "reminders"];
const app = new App();
const lists = { bids: null, interests: null, reminders: null };

async function load(name) {
  lists[name] = await get(`/api/my/${name}`).then((answer) => answer[name], () => lists[name] ?? "failed");
  app.changed();
}

/** My acts in one bidding together: {bidding_id, lot, acts, newest}, the newest first. */
export function byBidding(bids) {
  const found = new Map();
  for (const bid of bids) {
    const one = found.get(bid.bidding_id) ?? { bidding_id: bid.bidding_id, newest: bid, acts: [] };
    found.set(bid.bidding_id, one);
    one.acts.push(bid);
  }
  return [...found.values()];
}

const SEALS = ["submit_sealed_bid"];

/** What an act was, with its figure: a bid at a price, a limit, an envelope. */
export function actText(bid) {
  if (bid.limit_fen !== null) return t(bid.amount_fen === null ? "me.limit" : "me.limit_bid", { limit: money(bid.limit_fen, lang()), price: money(bid.amount_fen ?? 0, lang()) });
  if (SEALS.includes(bid.type)) return t("me.sealed");
  const name = known(`me.act.${bid.type}`) ? t(`me.act.${bid.type}`) : t("me.act.place_bid");
  return bid.amount_fen === null ? name : `${name} ${money(bid.amount_fen, lang())}`;
}

const SEALED_PHASES = ["collecting", "opening", "tie_break"];

/** How it stands, in one line; only a confirmed deal has a price of mine. */
function standText({ newest, acts }) {
  const won = acts.find((bid) => bid.has_won);
  if (won) return won.deal_price_fen ? t("me.won_for", { price: money(won.deal_price_fen, lang()) }) : t("me.won");
  if (newest.phase === "closed_sold") return t("me.to_other");
  if (acts.some((bid) => bid.is_leading) && !SEALED_PHASES.includes(newest.phase)) return newest.phase.startsWith("closed") ? word("phase", newest.phase) : t("me.leading");
  return word("phase", newest.phase);
}

const createAct = () => h("li", {}, h("p", { class: "row" }, h("b", {}), h("span", { class: "muted" })), h("details", { class: "fold" }, h("summary", { class: "small" }, t("me.receipt")), h("p", { class: "mono muted" })));
function paintAct(line, bid) {
  const [text, fold] = line.children;
  const { receipt } = bid;
  setText(text.firstChild, actText(bid));
  setText(text.lastChild, [bid.code ? t("act.refused", { reason: codeText(bid.code, bid.params ?? {}) }) : t("receipt.valid"), momentText(receipt.at_ms)].join(" · "));
  const place = receipt.decision_offset === null || receipt.decision_offset === undefined ? "" : t("me.position", { partition: receipt.partition, offset: receipt.decision_offset });
  setText(fold.lastChild, [place, shortHash(receipt.hash)].filter(Boolean).join(" · "));
}

function createBidding() {
  const acts = h("ul", { class: "mine" });
  const title = h("a", { class: "title" });
  const stand = h("b", { class: "figure push" });
  const note = h("p", { class: "small muted" });
  const summary = h("summary", { class: "small" });
  const line = h("li", {}, h("div", { class: "row" }, title, stand), note, h("details", {}, summary, acts));
  line.paint = (one) => {
    setText(title, one.newest.lot || t("lobby.bidding"));
    setAttribute(title, "href", `/bidding/${encodeURIComponent(one.bidding_id)}`);
    setText(stand, standText(one));
    setText(note, [one.newest.number ? t("bidding.number", { number: one.newest.number }) : "", momentText(one.newest.receipt.at_ms).slice(0, 16)].filter(Boolean).join(" · "));
    setText(summary, t("me.acts", { count: one.acts.length }));
    reconcile(acts, one.acts, (bid) => bid.command_id, createAct, paintAct);
  };
  return line;
}

function bidsCard() {
  const list = h("ul", { class: "mine", id: "my-bids" });
  const empty = h("p", { class: "empty" });
  function update() {
    const bids = Array.isArray(lists.bids) ? byBidding(lists.bids) : [];
    setText(empty, t(lists.bids === null ? "state.loading" : lists.bids === "failed" ? "lobby.failed" : "me.no_bids"));
    setHidden(empty, bids.length > 0);
    reconcile(list, bids, (one) => one.bidding_id, createBidding, (line, one) => line.paint(one));
  }
  return { element: h("section", { class: "card tight" }, h("h2", {}, t("me.bids")), list, empty), update };
}

const show = (id) => `/shows/${encodeURIComponent(id)}`;

const interestRow = (one) => ({
  key: one.interest_id, title: one.item_title || one.session_title, href: show(one.session_id), tag: word("interest_state", one.phase),
  notes: [t(`interest.${one.kind}`), one.item_title ? one.session_title : "", momentText(one.registered_at_ms).slice(0, 16), one.reason],
});

const reminderRow = (one) => ({
  key: one.root, title: one.title, href: one.kind === "session" ? show(one.root) : `/bidding/${encodeURIComponent(one.root)}`, tag: t(`lobby.${one.kind}`),
  notes: [`${dateText(one.starts_at_ms)} ${minuteText(one.starts_at_ms)}`],
});

const rowsOf = (name, row) => () => (Array.isArray(lists[name]) ? lists[name].map(row) : lists[name]);

function mount(main) {
  if (!app.me.account_id) {
    main.append(h("section", { class: "card" }, deadEnd(app, t("me.sign_in"))));
    return { update() {}, link: () => null };
  }
  if (!app.loads) {
    for (const name of LISTS) void load(name);
    app.loads = setInterval(() => void load("bids"), LOAD_MS);
  }
  app.inbox.want();
  const cards = [
    bidsCard(),
    rowsCard("my-interests", { title: "me.interests", none: "me.no_interests", rows: rowsOf("interests", interestRow) }),
    rowsCard("my-reminders", { title: "me.reminders", none: "me.no_reminders", rows: rowsOf("reminders", reminderRow) }),
    noticeList(app),
  ];
  const [bids, interests, reminders, notices] = cards.map((card) => card.element);
  const count = Object.keys(app.me.numbers ?? {}).length;
  const numbers = h("p", { class: "muted" }, t(count ? "me.numbers" : "me.no_numbers", { count }));
  main.append(h("div", { class: "stack between" }, h("div", { class: "hello" }, h("h1", {}, app.me.display_name), numbers), h("div", { class: "home-two" }, h("div", { class: "stack" }, bids, interests, reminders), h("aside", { class: "stack" }, notices))));
  return { update: () => cards.forEach((card) => card.update()), link: () => app.linkOf(null) };
}

void app.start(mount, { title: "me.title" });
