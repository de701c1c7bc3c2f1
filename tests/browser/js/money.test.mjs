import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { capitals, money, parse, read, short, typed, words } from "../../../gateway/web/static/lib/money.js";

test("an amount is shown in wan from one wan on, whole and exact", () => {
  assert.equal(money(1_280_000_000), "¥1,280 万元");
  assert.equal(money(100_000), "¥1,000 元");
  assert.equal(money(1_200_050), "¥1.20005 万元");
  assert.equal(money(1_280_000_000, "en"), "¥12,800,000");
  assert.equal(money(null), "—");
  assert.equal(short(20_000_000), "20 万");
});

test("capitals are those of a bank form", () => {
  const rows = [
    [1_300_000_000, "人民币壹仟叁佰万元整"], [100, "人民币壹元整"], [1_001, "人民币壹拾元零壹分"],
    [10_300_000_000, "人民币壹亿零叁佰万元整"], [1_000_100, "人民币壹万零壹元整"], [1_000_000_000_000, "人民币壹佰亿元整"],
    [50, "人民币伍角整"], [0, "人民币零元整"], [100_500_000, "人民币壹佰万伍仟元整"], [2_000_000_300, "人民币贰仟万零叁元整"],
  ];
  for (const [fen, text] of rows) assert.equal(capitals(fen), text);
});

test("what is typed is read by one grammar: the same rows drive the command line's reader", () => {
  const rows = JSON.parse(readFileSync(new URL("../../support/amounts.json", import.meta.url)));
  for (const { text, unit, fen, error, ...place } of rows) {
    const told = read(text, unit);
    if (error) {
      const { kind, fen: _fen, ...where } = told.fault ?? { kind: told.fen };
      assert.deepEqual({ kind, ...where }, { kind: error, ...place }, `${unit} ${text}`);
    } else assert.deepEqual(told, { fen }, `${unit} ${text}`);
  }
  assert.equal(parse("120万", "en"), 120_000_000);
});

test("what is typed is shown again as the same amount", () => {
  for (let fen = 100; fen < 1_000_000_000_000; fen = fen * 3 + 1_700) {
    assert.equal(parse(typed(fen)), fen);
    assert.equal(parse(typed(fen, "en"), "en"), fen);
  }
});

test("English words", () => {
  assert.equal(words(1_300_000_000, "en"), "thirteen million yuan");
  assert.equal(words(2_150_100, "en"), "twenty-one thousand five hundred one yuan");
});
