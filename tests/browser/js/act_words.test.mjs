// Each act answers in its own words, in both languages.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import test from "node:test";

globalThis.document = { documentElement: {} };
globalThis.fetch = async (path) => ({ json: async () => JSON.parse(readFileSync(`infra/i18n/${path.split("/").at(-1)}`, "utf8")) });
const { useLanguage, known } = await import("../../../gateway/web/static/lib/texts.js");
const { doneText, refusalText } = await import("../../../gateway/web/static/lib/act_words.js");
const { trackOf } = await import("../../../gateway/web/static/components/track.js");

const STATIC = "gateway/web/static";
const sources = ["pages", "components"].flatMap((folder) => readdirSync(`${STATIC}/${folder}`).map((name) => readFileSync(`${STATIC}/${folder}/${name}`, "utf8")));
const BY_PHASE = ["session.rehearse", "session.go_live", "session.pause", "session.resume", "session.end", "item.on_deck", "item.pitch", "item.qa", "item.comments", "item.call_interest", "item.call_bidding", "item.complete"];
const NAMED = /(?:method: |submit\(|ask\()"((?!bid\.)[a-z]+\.[a-z_]+)"/g;
const ACTS = new Set([...BY_PHASE, ...sources.flatMap((text) => [...text.matchAll(NAMED)].map(([, method]) => method))]);

test("whatever a page asks says what was done, in both languages", async () => {
  assert.ok(ACTS.size > 20);
  for (const lang of ["zh", "en"]) {
    await useLanguage(lang);
    for (const method of ACTS) assert.ok(known(`done.${method}`), `${lang}: ui.done.${method}`);
  }
});

test("a late score, a suspension and a resumption are never told in the words of a bid", async () => {
  await useLanguage("zh");
  assert.equal(refusalText("score.give", "TOO_LATE"), "本项评分已锁定，不能再提交");
  assert.equal(refusalText("bid.place", "TOO_LATE"), "报价到达时竞价已截止");
  for (const method of ["bidding.suspend", "bidding.resume", "bidding.raise_increment"]) {
    const { note, steps } = trackOf({ method, step: "accepted", fields: {} });
    assert.equal(note, doneText(method));
    assert.doesNotMatch(note + steps.at(-1).text, /报价|领先|—/);
    assert.doesNotMatch(trackOf({ method, step: "refused", code: "WRONG_PHASE", params: { phase: "lobby" }, fields: {} }).note, /^—/);
  }
  assert.match(trackOf({ method: "bid.place", step: "accepted", fields: { amount_fen: 860_000_000 } }).note, /¥860 万元 有效/);
});

test("a phase is named from the list it belongs to", async () => {
  await useLanguage("zh");
  assert.match(refusalText("item.qa", "WRONG_ITEM_PHASE", { phase: "queued" }), /待上场/);
  assert.match(refusalText("session.pause", "WRONG_PHASE", { phase: "ended" }), /已结束/);
  assert.match(refusalText("session.pause", "BAD_FIELD", { field: "reason" }), /原因/);
  assert.match(refusalText("item.open_bidding", "GATE_CLOSED", { check: "supervisor_present" }), /监督在场/);
});
