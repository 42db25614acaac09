import assert from "node:assert/strict";
import { test } from "node:test";
import { MarketState } from "../market_state.ts";
import { CENT_UNITS } from "../market_units.ts";
import { type SignalResult, SILENT } from "../signal.ts";
import { spreadTightening } from "./spread_tightening.ts";

/** What is said after quotes given as bid and ask, a second apart. */
function said(quotes: readonly (readonly [number, number])[]): SignalResult {
  const config = { enabled: true, weight: 1, spreadWindowMinutes: 5, narrowingThreshold: 0.5 };
  const market = new MarketState("KXA-1", CENT_UNITS, 1800);
  quotes.forEach(([bid, ask], index) => market.onTicker(index, 50, bid, ask, NaN, NaN, 0, 0));
  return spreadTightening(config, CENT_UNITS).evaluate(market);
}

const WIDE = [[45, 55], [45, 55], [45, 55], [45, 55]] as const;

test("Half the usual spread is narrow enough, and a risen midpoint makes it a YES", () => {
  assert.deepEqual(said([...WIDE, [48, 53]]), { score: 0.5, confidence: 0.25 });
  assert.deepEqual(said([...WIDE, [47, 52]]), { score: -0.5, confidence: 0.25 });
  assert.deepEqual(said([...WIDE, [47, 53]]), SILENT);
});

test("Nothing is said of fewer than five quotes, nor where the midpoint has not moved", () => {
  assert.deepEqual(said([...WIDE.slice(1), [48, 53]]), SILENT);
  assert.deepEqual(said([...WIDE, [48, 52]]), SILENT);
});

test("A crossed quote counts as fully narrowed, not as more", () => {
  assert.equal(said([...WIDE, [60, 55]]).score, 1);
  assert.equal(said([...WIDE, [45, 40]]).score, -1);
});

test("Nothing is said where the usual spread is none", () => {
  assert.deepEqual(said([[50, 50], [50, 50], [50, 50], [50, 50], [52, 51]]), SILENT);
});
