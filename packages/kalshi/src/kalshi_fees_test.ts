import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { type Liquidity, parseMoney, parsePrice, parseQuantity } from "@ssmd/core";
import type { FeeRounding } from "./fee_rounding.ts";
import { FeeSchedule, type FeeType } from "./fee_schedule.ts";
import { kalshiFees } from "./kalshi_fees.ts";

const data = process.env.SSMD_DATA;
const skip = data === undefined ? "SSMD_DATA is not set" : false;

function scheduleOf(type: FeeType, multiplier: number | string, waivedUntil?: number): FeeSchedule {
  return new FeeSchedule({
    markets: [{
      ticker: "KXA-1-YES",
      eventTicker: "KXA-1",
      ...(waivedUntil !== undefined && { feeWaiverExpirationTime: waivedUntil }),
    }],
    events: [{ ticker: "KXA-1", seriesTicker: "KXA", override: {} }],
    series: [{ ticker: "KXA", fee: { type, multiplier } }],
  });
}

function fee(
  type: FeeType,
  multiplier: number | string,
  liquidity: Liquidity,
  rounding: FeeRounding,
  quantity: string,
  price: string,
): number {
  const model = kalshiFees(scheduleOf(type, multiplier), rounding);
  return model.order("KXA-1-YES", liquidity, 0).charge(parsePrice(price), parseQuantity(quantity));
}

test("the model's name says how it rounds", () => {
  const schedule = new FeeSchedule({});
  assert.equal(kalshiFees(schedule, "cent").name, "kalshi-cent");
  assert.equal(kalshiFees(schedule, "cent-per-order").name, "kalshi-cent-per-order");
  assert.equal(kalshiFees(schedule, "direct").name, "kalshi-direct");
});

test("a taker pays 7 % of C·P·(1−P), rounded up to the cent", () => {
  const cases: [string, string, number, string][] = [
    ["1", "0.50", 1, "0.02"],
    ["10", "0.50", 1, "0.18"],
    ["100", "0.50", 1, "1.75"],
    ["100", "0.05", 1, "0.34"],
    ["100", "0.01", 1, "0.07"],
    ["100", "0.99", 1, "0.07"],
    ["100", "0.43", 1, "1.72"],
    ["100", "0.43", 0.5, "0.86"],
    ["3.37", "0.8915", 1, "0.03"],
    ["100", "0.50", 0, "0"],
  ];
  for (const [quantity, price, multiplier, expected] of cases) {
    for (const rounding of ["cent", "cent-per-order"] as const) {
      const charged = fee("quadratic", multiplier, "taker", rounding, quantity, price);
      assert.equal(charged, parseMoney(expected), `${quantity} at ${price} times ${multiplier}`);
    }
  }
});

test("an exact cent is not rounded further, where doubles would say 1.76", () => {
  assert.equal(Math.ceil(0.07 * 100 * 0.5 * 0.5 * 100), 176);
  assert.equal(fee("quadratic", 1, "taker", "cent", "100", "0.50"), 1_750_000);
});

test("a maker pays nothing, a quarter or half of the taker's rate, by fee type", () => {
  const cases: [FeeType, string, string][] = [
    ["quadratic", "100", "0"],
    ["quadratic_with_maker_fees", "100", "0.44"],
    ["quadratic_with_maker_fees", "10", "0.05"],
    ["quadratic_with_combo_maker_fees", "100", "0.88"],
  ];
  for (const [type, quantity, expected] of cases) {
    assert.equal(fee(type, 1, "maker", "cent", quantity, "0.50"), parseMoney(expected), type);
    assert.equal(fee(type, 1, "taker", "cent", "100", "0.50"), 1_750_000);
  }
});

test("direct keeps exact amounts that the grid can hold", () => {
  const cases: [string, string, number, string][] = [
    ["1", "0.50", 1, "0.0175"],
    ["10", "0.50", 1, "0.175"],
    ["100", "0.05", 1, "0.3325"],
    ["100", "0.01", 1, "0.0693"],
    ["100", "0.43", 1, "1.7157"],
    ["100", "0.43", 0.5, "0.8579"],
    // 3.37 × 0.8915 = 3.004355; its fee of 0.022818… is 0.0229; together 3.0273 on the grid.
    ["3.37", "0.8915", 1, "0.022945"],
  ];
  for (const [quantity, price, multiplier, expected] of cases) {
    const charged = fee("quadratic", multiplier, "taker", "direct", quantity, price);
    assert.equal(charged, parseMoney(expected), `${quantity} at ${price} times ${multiplier}`);
  }
});

test("direct gives what Kalshi charged for recorded fills", { skip }, () => {
  const [, ...rows] = readFileSync(`${data}/recorded/fees/fee_fills_dev.csv`, "utf8").trim()
    .split("\n").map((line) => line.split(","));
  assert.equal(rows.length, 10);
  for (const row of rows) {
    const [, , quantity, price, multiplier, charged] = row as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const computed = fee("quadratic", multiplier, "taker", "direct", quantity, price);
    assert.equal(computed, parseMoney(charged), row.join());
  }
});

test("a running fee waiver makes the fee zero, until it expires", () => {
  const model = kalshiFees(scheduleOf("quadratic_with_maker_fees", 1, 1_000), "cent");
  assert.equal(model.order("KXA-1-YES", "taker", 999).charge(5_000, 10_000), 0);
  assert.equal(model.order("KXA-1-YES", "maker", 999).charge(5_000, 10_000), 0);
  assert.equal(model.order("KXA-1-YES", "taker", 1_000).charge(5_000, 10_000), 1_750_000);
});

test("an order keeps the fees of its own time, and orders do not share their cents", () => {
  const schedule = new FeeSchedule({
    markets: [{ ticker: "M", eventTicker: "E" }],
    events: [{ ticker: "E", seriesTicker: "S", override: {} }],
    seriesFeeChanges: [
      { seriesTicker: "S", time: 0, fee: { type: "quadratic", multiplier: 1 } },
      { seriesTicker: "S", time: 100, fee: { type: "quadratic", multiplier: 0 } },
    ],
  });
  const model = kalshiFees(schedule, "cent-per-order");
  const first = model.order("M", "taker", 99);
  const free = model.order("M", "taker", 100);
  const second = model.order("M", "taker", 99);
  assert.deepEqual([1, 2, 3].map(() => first.charge(5_000, 100)), [20_000, 20_000, 20_000]);
  // The fourth contract's 0.07 in total is covered by what the first three overpaid.
  assert.equal(first.charge(5_000, 100), 10_000);
  assert.equal(free.charge(5_000, 100), 0);
  assert.equal(second.charge(5_000, 100), 20_000);
});
