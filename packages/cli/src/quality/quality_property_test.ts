import type {} from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  bookFrame,
  check,
  gapLine,
  type Lines,
  quote,
  stamped,
  trade,
} from "./quality_test_support.ts";

const price = fc.constantFrom<unknown>(0, 1, 40, 60, 99, 100, 150, -1, null, undefined, "", "x");
const second = fc.integer({ min: -100_000, max: 200_000 });
const ticker = fc.constantFrom<unknown>("A", "B", undefined, 7);
const line = fc.oneof(
  fc.record({ market_ticker: ticker, yes_bid: price, yes_ask: price, volume: price, price })
    .chain((change) => second.map((at) => quote(at, change))),
  fc.record({ market_ticker: ticker, yes_price: price, count: price })
    .chain((change) => second.map((at) => stamped(Math.abs(at), trade(at, change)))),
  fc.tuple(fc.nat(9), price, price, second).map(([seq, at, delta, time]) =>
    stamped(Math.abs(time), bookFrame(seq, "delta", { price: at, delta, side: "yes" }), "s", seq)
  ),
  fc.tuple(fc.nat(9), price).map(([seq, at]) =>
    bookFrame(seq, "snapshot", { yes: [[at, 10]], no: [[60, 5]] })
  ),
  fc.tuple(fc.nat(90_000), fc.nat(90_000)).map(([from, more]) => gapLine(from, from + more)),
  fc.string().map((text) => text.replaceAll("\n", " ")),
  fc.json(),
);
const lines: fc.Arbitrary<Lines> = fc.array(line, { maxLength: 12 });
const path = fc.tuple(
  fc.constantFrom("", "kalshi/", "kalshi/one/"),
  fc.constantFrom("2026-01-04", "2026-01-05", "2026-01-07", "2026-02-31"),
  fc.constantFrom("0000", "0015", "extra"),
).map(([folder, date, name]) => `${folder}${date}/${name}.jsonl.gz`);

test("Whatever the lines hold, each is counted once, and times and sums fit", async () => {
  await fc.assert(fc.asyncProperty(fc.dictionary(path, lines, { maxKeys: 4 }), async (files) => {
    const { streams } = await check(files);
    const days = streams.flatMap((stream) => stream.days);
    const written = Object.values(files).flat()
      .filter((line) => typeof line !== "string" || line.trim() !== "");
    assert.equal(days.reduce((sum, { records }) => sum + records, 0), written.length);
    for (const { coverage, markets, files, frames, records, findings } of days) {
      assert.ok(frames <= records);
      assert.equal(files.reduce((sum, file) => sum + file.records, 0), records);
      assert.ok(findings.every(({ count }) => Number.isInteger(count) && count > 0));
      for (
        const { tradingTime, staleTime, crossedTime } of [
          ...markets,
          { ...coverage, crossedTime: 0 },
        ]
      ) {
        assert.ok(staleTime >= 0 && staleTime <= tradingTime && crossedTime >= 0);
      }
      const stale = Object.values(coverage.staleBy).reduce((sum, time) => sum + time, 0);
      assert.equal(stale, coverage.staleTime);
    }
  }));
});
