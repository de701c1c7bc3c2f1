import assert from "node:assert/strict";
import { test } from "node:test";
import { capitals, money, parse, short, typed, words } from "../../../gateway/web/static/lib/money.js";

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

test("what is typed is read digit by digit or not at all", () => {
  const rows = [
    ["1,300", 1_300_000_000], ["１３００．５", 1_300_500_000], ["1300万元", 1_300_000_000], ["0.01", 10_000], [" 7 ", 7_000_000],
    ["1e3", null], ["-5", null], ["0", null], ["", null], ["1.2.3", null], ["0.0000001", null], ["NaN", null], ["99999999999999", null], ["１０，０００，０００", null],
  ];
  for (const [text, fen] of rows) assert.equal(parse(text), fen, text);
  assert.equal(parse("12,800,000.50", "en"), 1_280_000_050);
  assert.equal(parse("1.005", "en"), null);
});

test("what is typed is shown again as the same amount", () => {
  for (let fen = 1; fen < 1_000_000_000_000; fen = fen * 3 + 17) {
    assert.equal(parse(typed(fen)), fen);
    assert.equal(parse(typed(fen, "en"), "en"), fen);
  }
});

test("English words", () => {
  assert.equal(words(1_300_000_000, "en"), "thirteen million yuan");
  assert.equal(words(2_150_100, "en"), "twenty-one thousand five hundred one yuan");
});
