import assert from "node:assert/strict";
import { test } from "node:test";
import { SignIn } from "../../../gateway/web/static/lib/sign_in.js";

const LIFE = 900_000;

/** A browser of several tabs: one store, one clock, one server that rotates what it gives. */
class Browser {
  constructor({ locks = true } = {}) {
    this.kept = new Map();
    this.at = 1_000_000;
    this.asked = 0;
    this.answer = () => ({ account_id: "a-1", lives_ms: LIFE });
    this.queue = Promise.resolve();
    this.locks = locks ? { request: (_name, act) => (this.queue = this.queue.then(act, act)) } : undefined;
  }

  tab() {
    return new SignIn({
      store: { recall: (name) => this.kept.get(name) ?? null, remember: (name, value) => (value === null ? this.kept.delete(name) : this.kept.set(name, value)) },
      locks: this.locks, now: () => this.at, random: () => 0.5,
      pause: async (ms) => { this.at += ms; await new Promise((done) => setTimeout(done, 1)); },
      renew: async () => {
        this.asked += 1;
        await new Promise((done) => setTimeout(done, 5));
        return this.answer();
      },
    });
  }
}

const signedIn = { account_id: "a-1", lives_ms: LIFE };
const refused = (status) => () => { throw Object.assign(new Error(), { status }); };

for (const locks of [true, false]) {
  test(`of many tabs that look at once one renews (${locks ? "Web Locks" : "a lease"})`, async () => {
    const browser = new Browser({ locks });
    const tabs = Array.from({ length: 6 }, () => browser.tab());
    tabs[0].heard(signedIn);
    browser.at += (LIFE * 2) / 3;
    tabs.forEach((tab) => tab.look());
    await Promise.all(tabs.map((tab) => tab.renewing));
    assert.equal(browser.asked, 1);
    assert.equal(tabs[5].state.until, browser.kept.get("sign_in").until);
  });

  test(`two tabs reloaded after it ran out ask once (${locks ? "Web Locks" : "a lease"})`, async () => {
    const browser = new Browser({ locks });
    browser.tab().heard(signedIn);
    browser.at += LIFE * 3; // a laptop that slept
    await Promise.all([browser.tab().fresh(), browser.tab().fresh()]);
    assert.equal(browser.asked, 1);
  });
}

test("nothing is asked while the session lives, and well before its end it is renewed", async () => {
  const browser = new Browser();
  const tab = browser.tab();
  tab.heard(signedIn);
  browser.at += LIFE / 2;
  tab.look();
  await tab.fresh();
  assert.equal(browser.asked, 0);
  browser.at += LIFE / 6;
  tab.look();
  await tab.renewing;
  assert.equal(browser.asked, 1);
  assert.ok(tab.state.until > browser.at + LIFE / 2);
});

test("a server that is away ends nothing, and is asked again", async () => {
  const browser = new Browser();
  const tab = browser.tab();
  tab.heard(signedIn);
  browser.at += LIFE;
  browser.answer = refused(0);
  await assert.rejects(tab.fresh());
  assert.equal(tab.state.account, "a-1");
  tab.look();
  assert.equal(browser.asked, 1, "not at once");
  browser.at += 5_000;
  browser.answer = () => signedIn;
  tab.look();
  await tab.renewing;
  assert.equal(browser.asked, 2);
});

test("where it is over every page is told once, and nothing is asked any more", async () => {
  const browser = new Browser();
  const tab = browser.tab();
  const told = [];
  tab.heard(signedIn);
  tab.listen(({ account, over }) => told.push([account, over]));
  browser.at += LIFE;
  browser.answer = refused(401);
  assert.equal(await tab.renew(), false);
  tab.look();
  await tab.fresh();
  assert.deepEqual(told, [[null, "over"]]);
  assert.equal(browser.asked, 1);
  tab.heard(signedIn);
  assert.deepEqual(told.at(-1), ["a-1", null]);
});

test("a renewal tells nobody; a session that nobody renewed is not taken for one that another tab did", async () => {
  const browser = new Browser();
  const tab = browser.tab();
  tab.heard(signedIn);
  const told = [];
  tab.listen(() => told.push(1));
  browser.at += LIFE;
  await tab.renew();
  await tab.renew(); // the server had said SESSION_OVER: it is asked, whatever we believed
  assert.deepEqual([told.length, browser.asked], [0, 2]);
});

test("a browser that keeps nothing renews for itself", async () => {
  const browser = new Browser();
  const tab = browser.tab();
  tab.store = { recall: () => null, remember: () => {} };
  tab.heard(signedIn);
  browser.at += LIFE;
  await tab.fresh();
  assert.deepEqual([browser.asked, tab.state.account], [1, "a-1"]);
});

test("who holds the lease and is gone keeps nobody waiting for ever", async () => {
  const browser = new Browser({ locks: false });
  const tab = browser.tab();
  tab.heard(signedIn);
  browser.kept.set("sign_in.lease", { id: "gone", until: browser.at + 12_000 });
  browser.at += LIFE;
  await tab.fresh();
  assert.equal(browser.asked, 1);
});
