// 大厅: what is live now on the dark stage, what comes next, how the last ones ended, the showcase.

import { App } from "../lib/app.js";
import { get } from "../lib/api.js";
import { h } from "../lib/dom.js";
import { t } from "../lib/texts.js";
import { liveStage } from "../components/live_stage.js";
import { comingCard, resultsCard } from "../components/lobby_lists.js";
import { Wishes } from "../components/remind_button.js";
import { showcaseCard } from "../components/showcase_card.js";

const LOAD_MS = 15_000;
const app = new App();
const rows = new Map(); // the market, by root
let lobby = null;
let problem = null;
let market = null;
let wishes = null;

async function load() {
  try {
    lobby = await get("/api/lobby");
    problem = null;
    for (const row of lobby.live ?? []) if (!rows.has(row.root)) rows.set(row.root, row);
  } catch (fault) {
    problem = fault.code;
  }
  app.changed();
}

function takeMarket() {
  for (const row of [...(market.state?.rows ?? []), ...Object.values(market.latest)]) if (row.root) rows.set(row.root, { ...rows.get(row.root), ...row });
}

const stateOf = () => (lobby !== null ? "known" : problem === null ? "loading" : "failed");

function mount(main) {
  if (!market) {
    wishes = new Wishes(app);
    market = app.room({ channel: "market", fold: (state) => state, poll: null, onChange: takeMarket });
    void load();
    setInterval(load, LOAD_MS);
  }
  const known = { lobby: () => lobby, rows, state: stateOf, wishes };
  const cards = [liveStage(app, rows, stateOf), comingCard(app, known), resultsCard(app, known), showcaseCard(app)];
  const [live, coming, results, showcase] = cards.map((card) => card.element);
  main.append(h("h1", { class: "unseen" }, t("lobby.headline")), live, h("div", { class: "lobby" }, coming, results, showcase));
  return { update: () => cards.forEach((card) => card.update()), link: () => app.linkOf(market) };
}

void app.start(mount, { title: "lobby.title" });
