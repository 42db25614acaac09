import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "node:test";
import { parseMomentumConfig } from "../config/parse_momentum_config.ts";
import { exactSettings } from "./exact_settings.ts";
import { exitReason, offerPrice, takeProfitPrice } from "./exit_rules.ts";

const SETTINGS = exactSettings(parseMomentumConfig("{}", "defaults"));
const SECOND = 1_000_000;
const MINUTE = 60 * SECOND;
/** 10 contracts at 50 cents, since second 100. */
const HELD = { cost: 5_000_000, quantity: 1000, entered: 100 * SECOND };
const NOW = 101 * SECOND;

test("gains and losses close from their bounds on", () => {
  const reasons = [5500, 5499, 4501, 4500].map((bid) =>
    exitReason(SETTINGS, HELD, Infinity, bid, NOW)
  );
  assert.deepEqual(reasons, ["take-profit", undefined, undefined, "stop-loss"]);
});

test("time closes from its bound on, and without any bid", () => {
  const at = (now: number) => exitReason(SETTINGS, HELD, Infinity, 0, now);
  assert.deepEqual([at(HELD.entered + 15 * MINUTE - 1), at(HELD.entered + 15 * MINUTE)], [
    undefined,
    "time-stop",
  ]);
});

test("the market's close comes before every other reason", () => {
  const close = NOW + 2 * MINUTE;
  assert.equal(exitReason(SETTINGS, HELD, close, 5500, NOW), "force-close");
  assert.equal(exitReason(SETTINGS, HELD, close + 1, 5500, NOW), "take-profit");
});

test("a gain counts from the average price paid, to the last fraction", () => {
  // 10.01 contracts for $5.00.
  const held = { ...HELD, quantity: 1001 };
  const price = takeProfitPrice(SETTINGS, held.cost, held.quantity);
  assert.equal(price, 5496);
  assert.equal(exitReason(SETTINGS, held, Infinity, price, NOW), "take-profit");
  assert.equal(exitReason(SETTINGS, held, Infinity, price - 1, NOW), undefined);
  assert.equal(offerPrice(SETTINGS, held.cost, held.quantity), 5500);
});

test("the take-profit price is the lowest bid that takes the gain", () => {
  const size = fc.integer({ min: 1, max: 100_000 });
  fc.assert(
    fc.property(size, fc.integer({ min: 1, max: 9400 }), fc.nat(99), (quantity, price, extra) => {
      const held = { ...HELD, quantity, cost: price * quantity + extra };
      const target = takeProfitPrice(SETTINGS, held.cost, quantity);
      assert.equal(exitReason(SETTINGS, held, Infinity, target, NOW), "take-profit");
      assert.notEqual(exitReason(SETTINGS, held, Infinity, target - 1, NOW), "take-profit");
    }),
  );
});

test("nothing is offered at $1 or more", () => {
  assert.equal(offerPrice(SETTINGS, 9400 * 1000, 1000), 9900);
  assert.equal(offerPrice(SETTINGS, 9401 * 1000, 1000), undefined);
});
