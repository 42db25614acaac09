import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MICROS_PER_DAY } from "../clock.ts";
import { utcDate } from "../time_text.ts";
import { CoverageLedger } from "./coverage_ledger.ts";
import { MarketWatch } from "./market_watch.ts";
import { StreamDay } from "./stream_day.ts";

/** An hour is the unit of the property below. */
const HOUR = MICROS_PER_DAY / 24;
const DAYS = 4;

const moments = fc.array(
  fc.record({ hour: fc.nat(DAYS * 24), trusted: fc.boolean(), on: fc.boolean() }),
  { maxLength: 20 },
).map((list) => list.sort((a, b) => a.hour - b.hour));

test("Trading, stale and unwatched time of each day are what an hour by hour count gives", () => {
  fc.assert(fc.property(
    moments,
    fc.nat(DAYS * 24),
    fc.nat(DAYS * 24),
    fc.nat(DAYS * 24),
    fc.nat(DAYS * 24),
    (changes, opens, closes, start, end) => {
      const dates = Array.from({ length: DAYS }, (_, day) => utcDate(day * MICROS_PER_DAY));
      const days = new Map(dates.map((date) => [date, new StreamDay(date)]));
      const info = { ticker: "A", openTime: opens * HOUR, closeTime: closes * HOUR };
      const watch = new MarketWatch(1, "A", 0, info);
      const ledger = new CoverageLedger(days, start * HOUR);
      const done = changes.filter(({ hour }) => hour <= end);
      for (const { hour, trusted, on } of done) {
        ledger.observe(watch, trusted, hour * HOUR, on ? "sequence" : "unsubscribed");
      }
      ledger.close(watch, end * HOUR);

      const expected = dates.map(() => ({ open: 0, stale: 0, unwatched: 0 }));
      let state: "trusted" | "stale" | "unwatched" = "stale";
      for (let hour = 0; hour < end; hour++) {
        for (const change of done.filter((change) => change.hour === hour)) {
          if (change.trusted) state = "trusted";
          else if (state === "trusted") state = change.on ? "stale" : "unwatched";
        }
        const day = expected[Math.floor(hour / 24)];
        if (day === undefined || hour < Math.max(opens, start) || hour >= closes) continue;
        day.open++;
        if (state !== "trusted") day[state]++;
      }
      const found = [...days.values()].map((day) => {
        const { openTime, staleTime, unwatchedTime } = day.market(1);
        return {
          open: openTime / HOUR,
          stale: staleTime / HOUR,
          unwatched: unwatchedTime / HOUR,
        };
      });
      assert.deepEqual(found, expected);
    },
  ));
});
