// What is told where an address leads nowhere.

import { App, deadEnd } from "../lib/app.js";
import { h } from "../lib/dom.js";
import { t } from "../lib/texts.js";

const app = new App();

function mount(main) {
  main.append(h("section", { class: "card" }, h("h1", { class: "empty" }, t("missing.title")), deadEnd(app, t("missing.note"))));
  return { update() {}, link: () => null };
}

void app.start(mount, { title: "missing.title" });
