import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { marketEvents } from "../momentum/market_events_test_support.ts";
import { MarketState } from "../momentum/market_state.ts";
import { apply } from "../momentum/market_state_test_support.ts";
import { CENT_UNITS } from "../momentum/market_units.ts";
import { Activation, Activity } from "./activation.ts";

test("A market is active as of every event whose window holds the dollars, and remembered since", () => {
  const seen = new Set<Activity>();
  fc.assert(fc.property(marketEvents({ wild: true }, 100), (events) => {
    const state = new MarketState("KXPLAIN-1", CENT_UNITS, 1800);
    const activation = new Activation(400, 60);
    activation.meet();
    let before: Activity = Activity.never;
    for (const event of events) {
      apply(state, event);
      const isActive = state.dollarVolume(60) >= 400;
      const activity = activation.follow(0, state);
      assert.equal(activity, isActive ? Activity.now : before);
      if (isActive) before = Activity.before;
      seen.add(activity);
    }
    assert.deepEqual(activation.tickers, before === Activity.never ? [] : ["KXPLAIN-1"]);
  }));
  assert.equal(seen.size, 3);
});

test("A threshold of nothing makes every market active at its first event", () => {
  const activation = new Activation(0, 60);
  activation.meet();
  assert.equal(activation.follow(0, new MarketState("KXA-1", CENT_UNITS, 1800)), Activity.now);
});
