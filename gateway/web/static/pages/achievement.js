// 成果: what an achievement is, and where it is shown and bid for, with the state of each.

import { App, deadEnd } from "../lib/app.js";
import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { money } from "../lib/money.js";
import { dateText, minuteText } from "../lib/time.js";
import { lang, t, word } from "../lib/texts.js";
import { rowsCard } from "../components/home_rows.js";
import { SESSIONS_LIVE, isLive } from "../components/live_stage.js";
import { premiumOf } from "../components/lobby_lists.js";
import { poster } from "../components/poster.js";
import { Wishes, remindButton } from "../components/remind_button.js";
import { offerText, priceText, ripeness, tagsOf } from "../components/showcase_card.js";

const LOAD_MS = 15_000;
const AHEAD = ["published", "registration_open", "rehearsed", "postponed"];
const app = new App();
const market = new Map();
let found = null;
let failure = null;
let room = null;
let wishes = null;

const id = App.pathId();

async function load() {
  try {
    const first = found === null;
    found = await get(`/api/showcase/${encodeURIComponent(id)}`);
    failure = null;
    if (first) app.remount();
  } catch (fault) {
    if (found) return;
    const first = failure?.status !== fault.status;
    failure = fault;
    if (first) app.remount();
  }
  app.changed();
}

function biddingRow(shown) {
  const live = market.get(shown.bidding_id);
  const path = `/bidding/${encodeURIComponent(shown.bidding_id)}`;
  const { result } = shown;
  const share = result ? premiumOf(result) : null;
  const sold = result?.outcome === "sold";
  return {
    key: shown.bidding_id, title: shown.title, href: path, figure: sold ? money(result.price_fen, lang()) : live?.price_fen ? money(live.price_fen, lang()) : "",
    tag: result ? t(sold ? "outcome.sold" : "lobby.unsold") : live ? word("phase", live.phase) : t("lobby.bidding"), tone: sold ? "good" : live && isLive(live) ? "live" : "",
    notes: [t("lobby.bidding"), shown.start_price_fen ? t("lobby.start_price", { price: money(shown.start_price_fen, lang()) }) : "", share === null ? "" : t("lobby.premium", { share })],
    acts: [{ href: path, text: t(result ? "achievement.replay" : "home.to_room") }],
  };
}

function showRow(shown) {
  const path = `/shows/${encodeURIComponent(shown.session_id)}`;
  const live = SESSIONS_LIVE.includes(shown.phase);
  return {
    key: `${shown.session_id}.${shown.item_id}`, title: shown.session_title, href: path, tag: word("session", shown.phase), tone: live ? "live" : "",
    notes: [t("lobby.session"), `${dateText(shown.starts_at_ms)} ${minuteText(shown.starts_at_ms)}`, shown.place, shown.interests_count ? t("home.interests", { count: shown.interests_count }) : ""],
    acts: [{ href: path, text: t(live ? "achievement.enter" : "home.to_show") }],
  };
}

const rows = () => (found?.appearances ?? []).flatMap((shown) => [...(shown.bidding_id ? [biddingRow(shown)] : []), showRow(shown)]);

const fact = (name, value) => (value ? [h("dt", {}, t(name)), h("dd", {}, value)] : []);

function leadCard({ card }) {
  const facts = h("dl", { class: "facts" }, fact("showcase.field", card.field), fact("achievement.principle", card.principle), fact("achievement.ip", card.ip.join(t("list.and"))), fact("achievement.offer", offerText(card)), fact("achievement.valid", card.valid_until_ms ? dateText(card.valid_until_ms) : ""));
  const ripe = h("p", { class: "row small muted" }, ripeness(card.trl), h("span", {}, t("achievement.trl", { level: card.trl })));
  return h("section", { class: "card lead-card" }, poster(card), h("div", {}, h("p", { class: "row tags" }, tagsOf(card).map((text) => h("span", { class: "tag" }, text))), h("h1", {}, card.title), h("p", {}, card.problem), ripe, facts));
}

/** The next thing that one can do: enter what is live, be reminded of what comes, or nothing yet. */
function nextCard({ card, appearances }) {
  const live = appearances.find((shown) => SESSIONS_LIVE.includes(shown.phase));
  const coming = [...appearances].reverse().find((shown) => AHEAD.includes(shown.phase));
  const remind = coming && !live ? remindButton(app, wishes) : null;
  remind?.show(coming.session_id, coming.session_title);
  const note = live ? t("achievement.live") : coming ? t("achievement.coming", { day: dateText(coming.starts_at_ms), time: minuteText(coming.starts_at_ms) }) : t("achievement.idle");
  const enter = live ? h("a", { class: "button main", href: `/shows/${encodeURIComponent(live.session_id)}` }, t("achievement.enter")) : null;
  const element = h("section", { class: "card tight" }, h("p", { class: "worth" }, priceText(card)), h("p", { class: "muted small" }, note), enter, remind?.element);
  return { element, update: () => remind?.show(coming.session_id, coming.session_title) };
}

function mount(main) {
  if (!room) {
    wishes = new Wishes(app);
    room = app.room({ channel: "market", fold: (state) => state, poll: null, onChange: takeMarket });
    void load();
    setInterval(load, LOAD_MS);
  }
  const link = () => app.linkOf(room);
  if (!found) {
    const text = failure === null ? t("state.loading") : failure.status === 404 || failure.status === 422 ? t("achievement.missing") : t("lobby.failed");
    main.append(h("section", { class: "card" }, failure === null ? h("p", { class: "empty" }, text) : deadEnd(app, text)));
    return { update() {}, link };
  }
  const places = rowsCard("appearances", { title: "achievement.places", none: "achievement.nowhere", rows });
  const next = nextCard(found);
  document.title = `${found.card.title} · ${t("brand")}`;
  main.append(h("div", { class: "split narrow" }, h("div", { class: "stack between" }, leadCard(found), places.element), h("aside", { class: "stack" }, next.element)));
  const update = () => {
    places.update();
    next.update();
  };
  return { update, link };
}

function takeMarket() {
  for (const row of [...(room.state?.rows ?? []), ...Object.values(room.latest)]) if (row.root) market.set(row.root, row);
}

void app.start(mount, { title: "achievement.title" });
