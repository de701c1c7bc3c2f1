// What a page may say of a session: the band of time, the seats, whose turn a question is.

import assert from "node:assert/strict";
import test from "node:test";
import { actsBetween, actsNow, bandOf, pulseOf, questionGroups, seatsOf } from "../../../gateway/web/static/lib/show_rules.js";

const PLAN = { pitching: 480_000, qa: 420_000, commenting: 300_000, interest_call: 60_000 };
const near = (found, wanted) => assert.ok(Math.abs(found - wanted) < 0.002, `${found} is not ${wanted}`);

test("the band has a place for each period, and one is where the clock says", () => {
  const states = ({ parts }) => parts.map((part) => part.state).join();
  assert.equal(states(bandOf({ phase: "on_deck" }, PLAN, 0)), "ahead,ahead,ahead,ahead");
  const half = bandOf({ phase: "qa", ends_at_ms: 210_000 }, PLAN, 0);
  assert.equal(states(half), "done,here,ahead,ahead");
  near(half.parts.reduce((sum, part) => sum + part.share, 0), 1);
  near(half.at, half.parts[0].share + half.parts[1].share / 2);
  assert.ok(half.parts[3].share > 0.08); // a minute of twenty is still read
  const up = bandOf({ phase: "pitching", time_up: true, ends_at_ms: null }, PLAN, 0);
  near(up.at, up.parts[0].share);
  assert.equal(states(bandOf({ phase: "bidding" }, PLAN, 0)), "done,done,done,done");
  near(bandOf({ phase: "qa", ends_at_ms: 1 }, undefined, 0).at, 0.25); // an older gateway tells no lengths
});

test("a stroke stands where its question was asked, and is as tall as its support", () => {
  const item = { pitched_at_ms: 1_000 };
  const strokes = pulseOf([{ question_id: "a", at_ms: 500, upvotes: 0 }, { question_id: "b", at_ms: 2_000, upvotes: 9 }], item, 0.4, 3_000);
  assert.deepEqual(strokes, [{ id: "a", x: 0, height: 0.2 }, { id: "b", x: 0.2, height: 1 }]);
  assert.deepEqual(pulseOf([{ question_id: "a", at_ms: 1, upvotes: 0 }], { pitched_at_ms: null }, 0, 3_000), []);
});

test("a dot is as many people as must be, and nobody is left out", () => {
  assert.deepEqual(seatsOf({ count: 3, experts: 0, investors: 1, guests: 2 }, 180), { per: 1, count: 3, dots: ["investors", "guests", "guests"] });
  assert.deepEqual([seatsOf({ count: 312, experts: 7, investors: 128, guests: 177 }, 182)].map(({ per, dots }) => [per, dots.length]), [[2, 157]]);
  assert.equal(seatsOf({ count: 40 }, 180).dots.every((kind) => kind === "guests"), true); // where kinds are not told
  for (const count of [0, 1, 181, 100_000, 5_000_000]) assert.ok(seatsOf({ count, experts: 1, investors: 1 }, 182).dots.length <= 182);
});

test("the item's own questions come first, the one on air at the top, the settled ones apart", () => {
  const row = (id, phase, upvotes, item_id = "i") => ({ question_id: id, phase, upvotes, item_id, at_ms: 0 });
  const all = [row("few", "queued", 1), row("many", "queued", 5), row("air", "on_air", 0), row("done", "answered", 9), row("later", "deferred_offline", 0), row("new", "asked", 0), row("bad", "hidden", 3), row("other", "queued", 7, "j")];
  const names = (rows) => rows.map((each) => each.question_id).join();
  const groups = questionGroups(all, { "upvotes:few": { upvotes: 8 } }, "i");
  assert.equal(names(groups.open), "air,few,many");
  assert.equal(names(groups.closed), "done,later");
  assert.equal(names(groups.others), "other");
  assert.equal(names(questionGroups(all, {}, null).open), "air,other,many,few");
});

test("what people did between two moments is told once", () => {
  const before = actsNow(null, [{ question_id: "a", phase: "queued", upvotes: 1, asker: "A1" }]);
  const after = actsNow(4, [{ question_id: "a", phase: "on_air", upvotes: 1, asker: "A1" }, { question_id: "b", phase: "queued", upvotes: 0, asker: "A2" }]);
  assert.deepEqual(actsBetween(before, after), [{ kind: "want", count: 4 }, { kind: "air", asker: "A1" }, { kind: "asked", asker: "A2" }]);
  assert.deepEqual(actsBetween(after, after), []);
});
