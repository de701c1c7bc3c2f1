// 通知: everything that one was told, by thing and kind.

import { App, deadEnd } from "../lib/app.js";
import { h } from "../lib/dom.js";
import { t } from "../lib/texts.js";
import { noticeList } from "../components/notice_list.js";

const app = new App();

function mount(main) {
  if (!app.me.account_id) {
    main.append(h("section", { class: "card" }, deadEnd(app, t("me.sign_in"))));
    return { update() {}, link: () => null };
  }
  const list = noticeList(app);
  app.inbox.want();
  main.append(h("div", { class: "stack narrow-page" }, h("h1", {}, t("me.notices")), list.element));
  return { update: list.update, link: () => app.linkOf(null) };
}

void app.start(mount, { title: "me.notices" });
