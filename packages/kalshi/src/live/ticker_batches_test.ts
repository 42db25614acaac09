import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isTicker } from "../ticker.ts";
import { tickerBatches } from "./ticker_batches.ts";

const ticker = fc.string({ unit: "binary-ascii", minLength: 1, maxLength: 200 }).filter(isTicker);

test("every ticker is in exactly one list or alone, and each list fits into an address", () => {
  fc.assert(
    fc.property(fc.array(ticker, { maxLength: 300 }), (tickers) => {
      const { lists, single } = tickerBatches(tickers);
      assert.deepEqual(lists.flat(), tickers.filter((name) => !name.includes(",")));
      assert.deepEqual(single, tickers.filter((name) => name.includes(",")));
      for (const list of lists) {
        assert.ok(list.length >= 1 && list.length <= 100);
        assert.ok(encodeURIComponent(list.join(",")).length <= 4000);
      }
    }),
    { numRuns: 50 },
  );
  assert.equal(tickerBatches(Array.from({ length: 250 }, (_, i) => `A-${i}`)).lists.length, 3);
});
