import assert from "node:assert/strict";
import { test } from "node:test";
import { plays, safeAddress, streamOf } from "../../../gateway/web/static/lib/stream.js";

const here = "https://exchange.example/shows/s";
const origins = ["https://stream.example", "http://localhost:8080"];
const kindOf = (text) => streamOf(text, { origins, here })?.kind ?? null;

test("an address is https, or http on this machine, and names nobody", () => {
  for (const good of ["https://a.example/x", "http://localhost/x", "http://127.0.0.1:8/x", "http://[::1]/x", "/stream/1"]) assert.ok(safeAddress(good, here), good);
  const bad = ["", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,x", "blob:https://a/x", "http://a.example/x", "https://u:p@a.example/x", "https://u@a.example/x", "ftp://a/x", "https://", "http://localhost.evil.example/x"];
  for (const text of bad) assert.equal(safeAddress(text, here), null, text);
});

test("what the policy allows is shown by its kind, all else is a link or nothing", () => {
  const rows = [
    ["https://stream.example/live.mp4", "video"], ["https://stream.example/live.WEBM?token=1", "video"], ["https://stream.example/a/live.m3u8", "hls"],
    ["https://stream.example/room/1", "frame"], ["http://localhost:8080/embed", "frame"], ["https://other.example/live.mp4", "link"],
    ["https://stream.example.evil.example/live.mp4", "link"], ["https://stream.example:444/live.mp4", "link"], ["//other.example/live.mp4", "link"],
    ["/media/live.mp4", "video"], ["/shows/s", "link"], ["https://exchange.example/login", "link"], ["javascript:alert(1)//live.mp4", null], ["", null],
  ];
  for (const [text, kind] of rows) assert.equal(kindOf(text), kind, text);
});

test("HLS is played only where the browser says that it can", () => {
  assert.equal(plays({ kind: "hls" }, () => "maybe"), true);
  assert.equal(plays({ kind: "hls" }, () => ""), false);
  assert.equal(plays({ kind: "link" }, () => "maybe"), false);
  assert.equal(plays({ kind: "video" }, () => ""), true);
});
