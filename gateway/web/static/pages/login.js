// 登录. Nothing typed here is kept by the page; a refusal says the same whichever half was wrong.

import { App } from "../lib/app.js";
import { enter, Problem } from "../lib/api.js";
import { homeOf } from "../lib/homes.js";
import { h, setHidden, setText } from "../lib/dom.js";
import { codeText, t } from "../lib/texts.js";

const app = new App();
const TURNS = 10;

/** Where one was before signing in, if that is a page of our own; from the lobby one goes home. */
export function nextPath(search, me) {
  const next = new URLSearchParams(search).get("next") ?? "/";
  return next !== "/" && /^\/(?![/\\])/.test(next) ? next : homeOf(me).path;
}

function mount(main) {
  const login = h("input", { name: "login", autocomplete: "username", required: true, autocapitalize: "none", id: "login" });
  const password = h("input", { name: "password", type: "password", autocomplete: "current-password", required: true, id: "password" });
  const problem = h("p", { class: "band alarm small", role: "alert", hidden: true, id: "login-problem" });
  const button = h("button", { class: "main wide-button", type: "submit" }, t("login.send"));
  const form = h("form", { class: "stack", on: { submit: (event) => void signIn(event) } }, h("label", { class: "field" }, h("span", {}, t("login.login")), login), h("label", { class: "field" }, h("span", {}, t("login.password")), password), problem, button);

  /** A hall that signs in at once waits its turn, without a word of it. */
  async function enterSoon() {
    for (let turn = 1; ; turn += 1) {
      try {
        return await enter(login.value, password.value);
      } catch (fault) {
        if (fault.status !== 503 || turn === TURNS) throw fault;
        await new Promise((done) => setTimeout(done, 1_000 * (0.5 + Math.random())));
      }
    }
  }

  async function signIn(event) {
    event.preventDefault();
    button.disabled = true;
    setHidden(problem, true);
    try {
      const me = await enterSoon();
      location.assign(nextPath(location.search, me));
    } catch (fault) {
      const params = fault instanceof Problem ? fault.params : {};
      setText(problem, fault.status === 401 ? t("login.refused") : fault.status === 429 ? t("login.too_often", { seconds: params.seconds ?? "" }) : codeText(fault.code, params));
      setHidden(problem, false);
      password.value = "";
      password.focus();
    }
    button.disabled = false;
  }
  main.append(h("section", { class: "card stack login" }, h("h1", {}, t("login.title")), h("p", { class: "muted small" }, t("login.note")), form));
  return { update() {}, link: () => null };
}

void app.start(mount, { title: "login.title" });
