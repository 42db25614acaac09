import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseMoney, parsePrice, parseQuantity } from "@ssmd/core";
import type { FeeRounding } from "./fee_rounding.ts";
import { FeeSchedule } from "./fee_schedule.ts";
import { kalshiFees } from "./kalshi_fees.ts";

function orderFees(rounding: FeeRounding, multiplier = 1, waivedUntil?: number) {
  const schedule = new FeeSchedule({
    markets: [{
      ticker: "KXA-1-YES",
      eventTicker: "KXA-1",
      ...(waivedUntil !== undefined && { feeWaiverExpirationTime: waivedUntil }),
    }],
    events: [{ ticker: "KXA-1", seriesTicker: "KXA", override: {} }],
    series: [{ ticker: "KXA", fee: { type: "quadratic", multiplier } }],
  });
  return kalshiFees(schedule, rounding).order("KXA-1-YES", "taker", 0);
}

function text(rounding: FeeRounding, quantity: string, price: string, multiplier?: number) {
  const order = orderFees(rounding, multiplier);
  return order.describe?.(parsePrice(price), parseQuantity(quantity));
}

test("A fee is told with its formula, its exact value and its rounding", () => {
  assert.equal(
    text("direct", "10", "0.48"),
    "0.07 × 1 × 10 × 0.48 × 0.52 = $0.174720 → $0.1748 (rounded up to $0.0001)",
  );
  assert.equal(
    text("cent", "3.5", "0.891", 0.5),
    "0.07 × 0.5 × 3.5 × 0.891 × 0.109 = $0.0118970775 → $0.02 (rounded up to $0.01)",
  );
});

test("Where the cost is off the grid, the text says that it was rounded with the fee", () => {
  // 0.27 × $0.57 = $0.1539 needs no more than the fee's own rounding; 0.01 × $0.0033 does.
  assert.match(text("direct", "0.27", "0.57")!, /\(rounded up to \$0\.0001\)$/);
  assert.match(
    text("direct", "0.01", "0.0033")!,
    /\(rounded up to \$0\.0001, and again together with the cost\)$/,
  );
});

test("The second fill of an order that is rounded as a whole says so", () => {
  const order = orderFees("cent-per-order");
  assert.match(order.describe!(5000, 100), /= \$0\.017500 → \$0\.02 \(rounded up to \$0\.01\)$/);
  assert.equal(order.charge(5000, 100), 20_000);
  assert.match(order.describe!(5000, 100), /→ \$0\.02 \(what the order's sum, .* has grown by\)$/);
  assert.equal(order.charge(5000, 100), 20_000);
  assert.match(order.describe!(5000, 20), /→ \$0\.00 \(what the order's sum/);
});

test("A waived fee is told as waived", () => {
  assert.match(orderFees("direct", 1, 10).describe!(5000, 100), /^waived → \$0\.00 /);
});

test("The text names the fee that is charged next, and changes nothing", () => {
  const rounding = fc.constantFrom<FeeRounding>("cent", "cent-per-order", "direct");
  const fill = fc.tuple(fc.integer({ min: 0, max: 10_000 }), fc.integer({ min: 1, max: 100_000 }));
  fc.assert(fc.property(rounding, fc.array(fill), (rounding, fills) => {
    const [told, silent] = [orderFees(rounding), orderFees(rounding)];
    for (const [price, quantity] of fills) {
      const said = /→ \$(\S+) /.exec(told.describe!(price, quantity))?.[1];
      const fee = told.charge(price, quantity);
      assert.equal(parseMoney(said ?? ""), fee);
      assert.equal(silent.charge(price, quantity), fee);
    }
  }));
});
