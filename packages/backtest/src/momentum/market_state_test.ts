import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { marketEvents } from "./market_events_test_support.ts";
import { MarketState } from "./market_state.ts";
import { apply, PlainMarket } from "./market_state_test_support.ts";
import { CENT_UNITS, EXACT_UNITS } from "./market_units.ts";
import type { MarketView } from "./market_view.ts";

const WINDOWS = [0, 15, 30, 60, 300, 600, 1800, 3000];

/** Every answer of a market that is a value. */
function answers(market: MarketView): unknown {
  const { lastTime, lastPrice, yesBid, yesAsk, noBid, noAsk } = market;
  const windows = WINDOWS.map((window) => {
    const quotes = market.quotes(window);
    const { length } = quotes;
    const cut = Math.floor(length * 0.7);
    return {
      window,
      change: market.priceChange(window),
      rate: market.priceRatePerMinute(window),
      volume: market.volume(window),
      dollars: market.dollarVolume(window),
      flow: market.tradeFlow(window),
      length,
      spreads: [quotes.meanSpread(0, cut), quotes.meanSpread(cut, length)],
      midpoints: [quotes.meanMidpoint(0, cut), quotes.meanMidpoint(cut, length)],
      deviations: [quotes.deviation(0, cut), quotes.deviation(cut, length)],
    };
  });
  return { lastTime, lastPrice, yesBid, yesAsk, noBid, noAsk, windows };
}

function assertNearDeviations(market: MarketView): void {
  for (const window of WINDOWS) {
    const quotes = market.quotes(window);
    const cut = Math.floor(quotes.length * 0.7);
    for (const [from, to] of [[0, cut], [cut, quotes.length]] as const) {
      const exact = quotes.deviation(from, to);
      const near = quotes.nearDeviation(from, to);
      assert.ok(Math.abs(near - exact) <= exact * 1e-9, `${near} is not near ${exact}`);
    }
  }
}

for (const wild of [false, true]) {
  test(`A ${wild ? "wild" : "tame"} market answers as one that filters plain arrays`, () => {
    fc.assert(fc.property(marketEvents({ wild }, 80), (events) => {
      const state = new MarketState("KXPLAIN-1", CENT_UNITS, 1800);
      const plain = new PlainMarket(1800);
      for (const event of events) {
        apply(state, event);
        plain.apply(event);
        assert.deepEqual(answers(state), answers(plain));
        assertNearDeviations(state);
      }
    }));
  });
}

test("A restored market answers as the saved one would have, whenever it was saved", () => {
  fc.assert(fc.property(marketEvents({ wild: true }, 80), fc.nat(80), (events, cut) => {
    const whole = new MarketState("KXPLAIN-1", CENT_UNITS, 1800);
    let parts = new MarketState("KXPLAIN-1", CENT_UNITS, 1800);
    events.forEach((event, index) => {
      if (index === cut) {
        const saved = JSON.parse(JSON.stringify(parts.save()));
        parts = new MarketState("KXPLAIN-1", CENT_UNITS, 1800);
        parts.restore(saved);
      }
      apply(whole, event);
      apply(parts, event);
    });
    assert.deepEqual(answers(parts), answers(whole));
  }));
});

test("A gap takes the samples, the quotes and the base of the totals, not the last price", () => {
  const state = new MarketState("KXPLAIN-1", CENT_UNITS, 1800);
  state.onTicker(100, 50, 48, 52, NaN, NaN, 10, 5);
  state.onTicker(101, 51, 49, 53, 40, 60, 20, 10);
  state.onTrade(102, 52, 1, 7);
  state.reset();
  assert.deepEqual([state.lastTime, state.lastPrice], [102, 52]);
  assert.deepEqual([state.yesBid, state.yesAsk, state.noBid, state.noAsk], [0, 0, 0, 0]);
  assert.equal(state.quotes(600).length, 0);
  assert.equal(state.tradeFlow(600).trades, 0);
  state.onTicker(103, 55, NaN, 57, NaN, NaN, 900, 400);
  assert.equal(state.volume(600), 0);
  assert.equal(state.quotes(600).length, 0);
});

test("Exact units give rates by the minute of microseconds", () => {
  const state = new MarketState("KXPLAIN-1", EXACT_UNITS, 1_800_000_000);
  state.onTicker(0, 5000, 4900, 5100, NaN, NaN, 0, 0);
  state.onTicker(30_000_000, 5200, 5100, 5300, NaN, NaN, 0, 0);
  assert.equal(state.priceChange(60_000_000), 200);
  assert.equal(state.priceRatePerMinute(60_000_000), 400);
});
