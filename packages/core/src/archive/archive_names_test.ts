import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  baseOf,
  checkName,
  compareFileNames,
  freeBase,
  isDateFolder,
  OPEN_SUFFIX,
  placeOf,
  SEALED_SUFFIX,
  streamFolder,
} from "./archive_names.ts";
import { SsmdError } from "../errors.ts";

test("Plain words make a stream's folder", () => {
  assert.equal(streamFolder({ feed: "kalshi", stream: "books.v2" }), "kalshi/books.v2");
  for (const name of ["a", "9", "A-b_c", "a.b.c", "2026-08-1", "a".repeat(64)]) {
    assert.equal(checkName("stream", name), name);
  }
});

test("A name that could leave its folder, hide, or be taken for a day is refused", () => {
  const refused = [
    ..."|.|..|../a|a/b|a\\b|.a|a.|a..b|-a|_a|a b|a\n|a\0|a*|a>|a:b|ä|2026-08-11|~|$HOME".split("|"),
    "a".repeat(65),
  ];
  for (const name of refused) {
    for (const stream of [{ feed: name, stream: "a" }, { feed: "a", stream: name }]) {
      assert.throws(
        () => streamFolder(stream),
        (error) =>
          error instanceof SsmdError && error.code === "invalid_name" &&
          error.message.startsWith(`Cannot use ${JSON.stringify(name)} as a `),
        JSON.stringify(name),
      );
    }
  }
});

test("A name that is accepted is one part of a path, and one token of a subject", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 70 }), (name) => {
    try {
      checkName("session", name);
    } catch (error) {
      assert.ok(error instanceof SsmdError);
      return;
    }
    assert.match(name, /^[\w.-]{1,64}$/);
    assert.ok(!name.includes("..") && !isDateFolder(name));
  }));
});

test("A record's place is its UTC day and minute", () => {
  const time = Date.UTC(2026, 7, 11, 23, 59, 59) * 1000 + 999_999;
  assert.deepEqual(placeOf(time), { date: "2026-08-11", base: "2359" });
  assert.deepEqual(placeOf(time + 1), { date: "2026-08-12", base: "0000" });
});

test("The first base that is free is the minute, then the minute with a number", () => {
  const taken = new Set<string>();
  const given = Array.from({ length: 102 }, () => {
    const base = freeBase("0245", taken);
    taken.add(base);
    return base;
  });
  assert.equal(new Set(given).size, 102);
  assert.deepEqual(given.slice(0, 3), ["0245", "0245-01", "0245-02"]);
  assert.deepEqual(given.slice(-3), ["0245-99", "0245-100", "0245-101"]);
  assert.equal(freeBase("0246", taken), "0246");
});

test("Files are in the order in which they were written, names of another kind behind them", () => {
  const sorted = [
    "0000.jsonl.gz",
    "0015.jsonl.gz",
    "0015-01.jsonl.gz",
    "0015-02.jsonl.open",
    "0015-10.jsonl.gz",
    "0015-99.jsonl.gz",
    "0015-100.jsonl.gz",
    "2359.jsonl.gz",
    "0015-1x.jsonl.gz",
    "manifest.json",
    "part-2.jsonl",
  ];
  fc.assert(fc.property(fc.shuffledSubarray(sorted), (some) => {
    assert.deepEqual(some.sort(compareFileNames), sorted.filter((name) => some.includes(name)));
  }));
});

test("File names have one order", () => {
  const names = ["0015", "0016", "015"].flatMap((minute) =>
    ["", "-1", "-01", "-2", "-10", "-10a", "a"].flatMap((number) =>
      [SEALED_SUFFIX, OPEN_SUFFIX].map((suffix) => minute + number + suffix)
    )
  );
  for (const a of names) {
    for (const b of names) {
      const order = compareFileNames(a, b);
      assert.equal(order === 0, a === b);
      assert.equal(Math.sign(order) + Math.sign(compareFileNames(b, a)), 0);
      for (const c of order < 0 ? names : []) {
        if (compareFileNames(b, c) >= 0) continue;
        assert.ok(compareFileNames(a, c) < 0, `${a} < ${b} < ${c}`);
      }
    }
  }
});

test("A base is what stands before the ending", () => {
  assert.equal(baseOf("0245-01.jsonl.gz"), "0245-01");
  assert.equal(baseOf("0245.jsonl.open"), "0245");
  assert.equal(baseOf("0245.jsonl"), "0245");
  assert.equal(baseOf("manifest.json"), "manifest.json");
});

test("A day's folder is told by its form", () => {
  assert.ok(isDateFolder("2026-08-11"));
  for (const name of ["2026-8-11", "2026-08-11 ", "x2026-08-11", "20260811", ""]) {
    assert.ok(!isDateFolder(name), name);
  }
});
