import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { SsmdError } from "@ssmd/core";
import { checkTicker, escapeForPath, isTicker, unescapeFromPath } from "./ticker.ts";

const data = process.env.SSMD_DATA;
const skip = data === undefined ? "SSMD_DATA is not set" : false;

const ALLOWED = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i))
  .filter((character) => !"/\\*>".includes(character));
const ticker = fc.array(fc.constantFrom(...ALLOWED), { minLength: 1, maxLength: 200 })
  .map((characters) => characters.join(""))
  .filter((name) => name !== "." && name !== "..");

test("a ticker is 1 to 200 printable characters of a fixed set, and no relative path", () => {
  for (const name of ["A", "KXBTCD-26MAR1213-T69499.99", "KX(AUS)_a'b#?$&]:%", "a".repeat(200)]) {
    assert.equal(isTicker(name), true, name);
    assert.equal(checkTicker(name), name);
  }
  for (
    const name of ["", ".", "..", "a b", "a/b", "a\\b", "a*", "a>", "ä", "a\n", "a".repeat(201)]
  ) {
    assert.equal(isTicker(name), false, name);
    assert.throws(
      () => checkTicker(name),
      (error) =>
        error instanceof SsmdError && error.code === "invalid_name" &&
        error.message.includes(JSON.stringify(name)),
    );
  }
});

test("every single character is accepted or refused as the rule says", () => {
  for (let code = 0; code < 0x250; code++) {
    const character = String.fromCharCode(code);
    const allowed = code > 0x20 && code < 0x7f && !"/\\*>.".includes(character);
    assert.equal(isTicker(character), allowed, `code ${code}`);
  }
});

test("a ticker of capitals, digits and dashes is its own file name", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^KX[A-Z0-9-]{1,60}$/), (name) => escapeForPath(name) === name),
  );
});

test("escaping is undone exactly", () => {
  fc.assert(fc.property(ticker, (name) => unescapeFromPath(escapeForPath(name)) === name));
});

test("an escaped name is safe as a file, in a URL and as a subject token", () => {
  fc.assert(fc.property(ticker, (name) => /^[A-Z0-9_-]+$/.test(escapeForPath(name))));
});

test("two tickers never share a name where case does not count", () => {
  const close = fc.array(fc.constantFrom("a", "A", "_", "4", "1", "6", "."), {
    minLength: 1,
    maxLength: 6,
  }).map((characters) => characters.join("")).filter(isTicker);
  fc.assert(
    fc.property(close, close, (one, other) => {
      const same = escapeForPath(one).toLowerCase() === escapeForPath(other).toLowerCase();
      assert.equal(same, one === other);
    }),
    { numRuns: 2000 },
  );
});

test("device names of Windows are never written", () => {
  const names = {
    CON: "_43ON",
    PRN: "_50RN",
    AUX: "_41UX",
    NUL: "_4EUL",
    COM1: "_43OM1",
    LPT9: "_4CPT9",
  };
  for (const [name, escaped] of Object.entries(names)) {
    assert.equal(escapeForPath(name), escaped);
    assert.equal(unescapeFromPath(escaped), name);
  }
  assert.equal(escapeForPath("con"), "_63_6F_6E");
  assert.equal(escapeForPath("CONX"), "CONX");
});

test("a name that escaping never writes is refused", () => {
  for (const name of ["", "_41", "a", "_2e", "_", "_4", "A_", "CON", "_2F", "_2A", "T1.5", "_00"]) {
    assert.throws(
      () => unescapeFromPath(name),
      (error) => error instanceof SsmdError && error.code === "invalid_name",
      name,
    );
  }
});

test("all recorded tickers are accepted, have distinct names and come back", { skip }, () => {
  const list = gunzipSync(readFileSync(`${data}/recorded/tickers/event_tickers_to_2025-02.txt.gz`))
    .toString().split("\n").filter((line) => line !== "");
  const open = JSON.parse(
    gunzipSync(readFileSync(`${data}/recorded/tickers/events_open_2025-03-13.json.gz`)).toString(),
  ) as { events: { event_ticker: string; series_ticker: string }[] };
  assert.equal(list.length, 34_243);
  const tickers = new Set([
    ...list,
    ...open.events.flatMap((event) => [event.event_ticker, event.series_ticker]),
  ]);
  const names = new Set<string>();
  let longest = 0;
  for (const name of tickers) {
    const escaped = escapeForPath(name);
    assert.equal(unescapeFromPath(escaped), name);
    names.add(escaped.toLowerCase());
    longest = Math.max(longest, escaped.length);
  }
  assert.equal(names.size, tickers.size);
  assert.ok(longest + ".jsonl.gz".length <= 255);
});
