// The band under the bar that says that a sign-in is over, with the way back in: to this very page.
// Meanwhile the page shows what a guest sees. Every page has it from the common frame (lib/app.js).

import { signIn } from "../lib/api.js";
import { h, setHidden, setText } from "../lib/dom.js";
import { t } from "../lib/texts.js";

/** Where one signs in, and comes back to here. */
export const signInAddress = () => `/login?next=${encodeURIComponent(location.pathname + location.search)}`;

export function signInBand(app) {
  const text = h("p", {});
  const again = h("a", { class: "button main", href: signInAddress(), id: "sign-in-again" }, t("sign_in.again"));
  const away = h("button", { type: "button", class: "quiet", "aria-label": t("sign_in.away"), on: { click: () => signIn.putAway() } }, "✕");
  const element = h("div", { class: "band alarm sign-in-band", id: "sign-in-band", role: "alert", hidden: true }, h("span", { class: "icon", "aria-hidden": "true" }, "!"), text, again, away);

  function update() {
    const { over } = signIn.state;
    const here = document.documentElement.dataset.page;
    setHidden(element, app.me.account_id !== null || here === "login" || here === "screen" || over === null);
    if (element.hidden) return;
    setText(text, t(over === "over" ? "sign_in.over" : "sign_in.out"));
    again.href = signInAddress();
  }
  update();
  return { element, update };
}
