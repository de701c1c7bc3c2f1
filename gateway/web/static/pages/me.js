// 我的: own bids with their receipts, own interests, notices with read marks.

import { App, deadEnd } from "../lib/app.js";
import { get, post } from "../lib/api.js";
import { h, reconcile, setAttribute, setHidden, setText } from "../lib/dom.js";
import { money } from "../lib/money.js";
import { momentText } from "../lib/time.js";
import { codeText, known, lang, t, word } from "../lib/texts.js";
import { foldNotices } from "../push/fold.js";
import { shortHash } from "../components/bid_records.js";

const app = new App();
const lists = { bids: null, interests: null, notices: null };
const failed = new Set();
let inbox = null;

const rowsOf = (answer, name) => (Array.isArray(answer) ? answer : answer[name] ?? answer.items ?? []);

async function load(name) {
  try {
    lists[name] = rowsOf(await get(`/api/my/${name}`), name);
    failed.delete(name);
  } catch {
    failed.add(name);
  }
  app.changed();
}

function listCard(name, { create, paint, keyOf }) {
  const count = h("span", { class: "push muted small" });
  const list = h("ul", { class: "mine", id: `my-${name}` });
  const empty = h("p", { class: "empty" });
  function update() {
    const rows = name === "notices" ? notices() : lists[name] ?? [];
    setText(count, name === "notices" ? t("me.unread", { count: rows.filter((row) => !isRead(row)).length }) : rows.length ? String(rows.length) : "");
    setText(empty, t(failed.has(name) ? "lobby.failed" : lists[name] === null ? "state.loading" : `me.no_${name}`));
    setHidden(empty, rows.length > 0);
    reconcile(list, rows, keyOf, create, paint);
  }
  return { element: h("section", { class: "card tight" }, h("div", { class: "row" }, h("h2", {}, t(`me.${name}`)), count), list, empty), update };
}

// ---- notices: what was stored, and what came since ----

const read = new Set();
const isRead = (notice) => read.has(notice.notice_id) || Boolean(notice.read_at_ms ?? notice.read);

function notices() {
  const stored = lists.notices ?? [];
  const seen = new Set(stored.map((notice) => notice.notice_id));
  const fresh = (inbox?.state?.notices ?? []).filter((notice) => !seen.has(notice.notice_id));
  return [...fresh, ...stored].sort((a, b) => b.at_ms - a.at_ms);
}

async function markRead(notice) {
  read.add(notice.notice_id);
  app.changed();
  await post("/api/my/notices/read", { notice_ids: [notice.notice_id] }).catch(() => {
    read.delete(notice.notice_id);
    app.changed();
  });
}

/** Where a notice is about; only pages that are there. */
const placeOf = (root) => (!root ? null : root.startsWith("s-") && !root.includes(".") ? `/shows/${encodeURIComponent(root)}` : /^(c|i|a|o)-/.test(root) ? null : `/bidding/${encodeURIComponent(root)}`);

const noticeText = (notice) => (known(`notice.${notice.code}`) ? t(`notice.${notice.code}`, notice.params ?? {}) : codeText(notice.code, notice.params ?? {}));

function createNotice(notice) {
  const mark = h("button", { type: "button", class: "quiet small", on: { click: () => void markRead(notice) } }, t("me.mark_read"));
  return h("li", { class: "notice" }, h("span", { class: "tag" }), h("div", {}, h("p", {}), h("small", { class: "muted" })), mark);
}

function paintNotice(row, notice) {
  const [tag, body, mark] = row.children;
  setAttribute(tag, "class", `tag ${notice.priority === "P1" ? "alarm" : ""}`);
  setText(tag, t(`priority.${notice.priority ?? "P3"}`));
  setText(body.firstChild, noticeText(notice));
  setText(body.children[1], momentText(notice.at_ms));
  const place = placeOf(notice.root);
  if (place && !body.querySelector("a")) body.append(" ", h("a", { class: "small", href: place }, t("me.look")));
  setHidden(mark, isRead(notice));
  row.classList.toggle("unread", !isRead(notice));
}

// ---- bids and interests ----

const createBid = () => h("li", {}, h("div", { class: "row" }, h("a", {}), h("b", { class: "push" })), h("p", { class: "small muted" }), h("p", { class: "mono muted" }));

function paintBid(row, bid) {
  const [top, note, proof] = row.children;
  setAttribute(top.firstChild, "href", `/bidding/${encodeURIComponent(bid.bidding_id)}`);
  setText(top.firstChild, bid.lot ?? bid.bidding_id);
  const sealed = bid.type === "submit_sealed_bid";
  const won = bid.has_won && !bid.code && (sealed || bid.limit_fen !== null || bid.amount_fen === bid.deal_price_fen);
  const figure = won ? bid.deal_price_fen : bid.amount_fen; // a limit is no price
  setText(top.lastChild, sealed && !won ? t("bids.sealed") : figure === null || figure === undefined ? "" : money(figure, lang()));
  const limit = bid.limit_fen ? t("me.limit", { limit: money(bid.limit_fen, lang()) }) : "";
  const verdict = bid.code ? codeText(bid.code, bid.params ?? {}) : won ? t("me.won") : bid.is_leading ? t("me.leading") : t(sealed ? "receipt.sealed" : "receipt.valid");
  setText(note, [verdict, limit, bid.number ? t("bidding.number", { number: bid.number }) : "", bid.receipt?.at_ms ? momentText(bid.receipt.at_ms) : "", bid.phase ? word("phase", bid.phase) : ""].filter(Boolean).join(" · "));
  const receipt = bid.receipt ?? bid;
  const offset = receipt.decision_offset ?? receipt.offset;
  setText(proof, offset === undefined || offset === null ? "" : `${t("me.position", { partition: receipt.partition, offset })} · ${shortHash(receipt.hash)}`);
}

const createInterest = () => h("li", {}, h("div", { class: "row" }, h("a", {}), h("span", { class: "push tag" })), h("p", { class: "small muted" }));

function paintInterest(row, interest) {
  setAttribute(row.firstChild.firstChild, "href", `/shows/${encodeURIComponent(interest.session_id)}`);
  setText(row.firstChild.firstChild, interest.title ?? interest.item_title ?? interest.item_id);
  setText(row.firstChild.lastChild, word("interest_state", interest.state ?? interest.phase ?? "registered"));
  setText(row.lastChild, [t(`interest.${interest.kind}`), interest.at_ms ?? interest.registered_at_ms ? momentText(interest.at_ms ?? interest.registered_at_ms) : ""].filter(Boolean).join(" · "));
}

function mount(main) {
  if (!app.me.account_id) {
    main.append(h("section", { class: "card" }, deadEnd(app, t("me.sign_in"))));
    return { update() {}, link: () => null };
  }
  if (!inbox) {
    inbox = app.room({ channel: `user:${app.me.account_id}`, fold: foldNotices, keyedIsState: true });
    for (const name of Object.keys(lists)) void load(name);
  }
  const cards = [
    listCard("bids", { create: createBid, paint: paintBid, keyOf: (bid) => bid.command_id ?? `${bid.bidding_id}.${bid.seq}` }),
    listCard("interests", { create: createInterest, paint: paintInterest, keyOf: (interest) => interest.interest_id ?? `${interest.session_id}.${interest.item_id}.${interest.kind}` }),
    listCard("notices", { create: createNotice, paint: paintNotice, keyOf: (notice) => notice.notice_id }),
  ];
  const [bids, interests, inboxCard] = cards.map((card) => card.element);
  const numbers = h("p", { class: "muted" }, Object.entries(app.me.numbers ?? {}).length ? t("me.numbers", { count: Object.keys(app.me.numbers).length }) : t("me.no_numbers"));
  main.append(h("div", { class: "stack" }, h("h1", {}, app.me.display_name), numbers, h("div", { class: "split" }, h("div", { class: "stack" }, bids, interests), h("aside", { class: "stack" }, inboxCard))));
  return { update: () => cards.forEach((card) => card.update()), link: () => app.linkOf(inbox) };
}

void app.start(mount, { title: "me.title" });
