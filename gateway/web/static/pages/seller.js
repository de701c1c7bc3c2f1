// 卖方中心: what waits, the projects of one's organisation with their next date, and the notices by
// thing and count, which stand first on a phone.

import { App, deadEnd } from "../lib/app.js";
import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { homesOf } from "../lib/homes.js";
import { money } from "../lib/money.js";
import { dateText, minuteText } from "../lib/time.js";
import { lang, t, word } from "../lib/texts.js";
import { rowsCard } from "../components/home_rows.js";
import { premiumOf } from "../components/lobby_lists.js";
import { SESSIONS_LIVE } from "../components/live_stage.js";
import { ACTIVE } from "../lib/show_rules.js";
import { noticeList } from "../components/notice_list.js";

const LOAD_MS = 30_000;
const app = new App();
let items = null;

const load = async () => {
  items = await get("/api/my/items").then((answer) => answer.items, () => items ?? "failed");
  app.changed();
};

function resultText(result) {
  if (!result) return "";
  if (result.outcome !== "sold") return t("lobby.unsold");
  const share = premiumOf(result);
  return share === null ? t("lobby.sold", { price: money(result.price_fen, lang()) }) : t("home.sold", { price: money(result.price_fen, lang()), share });
}

function row(item) {
  const show = `/shows/${encodeURIComponent(item.session_id)}`;
  const room = item.bidding_id ? `/bidding/${encodeURIComponent(item.bidding_id)}` : null;
  const card = item.card_id ? `/achievements/${encodeURIComponent(item.card_id)}` : null;
  const live = SESSIONS_LIVE.includes(item.phase);
  return {
    key: `${item.session_id}.${item.item_id}`, title: item.title, href: card ?? show, tag: live ? word("item", item.item_phase) : word("session", item.phase), tone: live && ACTIVE.includes(item.item_phase) ? "live" : "",
    notes: [item.session_title, `${dateText(item.starts_at_ms)} ${minuteText(item.starts_at_ms)}`, item.start_price_fen ? t("lobby.start_price", { price: money(item.start_price_fen, lang()) }) : "", item.interests_count ? t("home.interests", { count: item.interests_count }) : "", resultText(item.result)],
    acts: [{ href: show, text: t("home.to_show") }, room ? { href: room, text: t("home.to_room") } : null].filter(Boolean),
  };
}

const rows = () => (Array.isArray(items) ? items.map(row) : items);

function headline() {
  const { toDo, unread } = app.inbox;
  return toDo ? t("home.things", { count: toDo }) : unread ? t("home.news", { count: unread }) : t("home.nothing");
}

function mount(main) {
  if (!homesOf(app.me).some((home) => home.path === "/seller")) {
    main.append(h("section", { class: "card" }, deadEnd(app, t(app.me.account_id ? "home.not_yours" : "home.sign_in"))));
    return { update() {}, link: () => null };
  }
  if (items === null) {
    void load();
    setInterval(load, LOAD_MS);
  }
  app.inbox.want();
  const projects = rowsCard("projects", { title: "home.projects_title", none: "home.no_projects", rows });
  const inbox = noticeList(app);
  const title = h("h1", {});
  main.append(h("div", { class: "stack between" }, h("div", { class: "hello" }, title, h("p", { class: "muted" }, app.me.display_name)), h("div", { class: "home-two" }, h("div", { class: "stack" }, projects.element), h("aside", { class: "stack" }, inbox.element))));
  const update = () => {
    title.textContent = headline();
    projects.update();
    inbox.update();
  };
  return { update, link: () => app.linkOf(null) };
}

void app.start(mount, { title: "home.seller" });
