import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MICROS_PER_SECOND } from "@ssmd/core";
import { EquityCurve } from "./equity_curve.ts";
import { equityCsv } from "./result_text.ts";
import { buying, market, replay, Scenario, selling, sending } from "./scenario_test_support.ts";

test("Drawdown is measured from the highest equity so far, from peak to trough", () => {
  const curve = new EquityCurve(1000);
  for (const [time, equity] of [900, 1200, 1100, 1300, 1000, 1250].entries()) {
    curve.add(time, equity, equity, 0);
  }
  assert.deepEqual(curve.points.map(({ drawdown }) => drawdown), [100, 0, 100, 0, 300, 50]);
  assert.deepEqual(curve.drawdown, { money: 300, sharePpm: 230_769 });
  assert.deepEqual(new EquityCurve(0).drawdown, { money: 0, sharePpm: 0 });
});

test("A full curve stays bounded, keeps its extremes and its newest, and its drawdown is exact", () => {
  const equities = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 300 });
  fc.assert(fc.property(equities, fc.integer({ min: 10, max: 20 }), (equities, maxPoints) => {
    const curve = new EquityCurve(500, maxPoints);
    const whole = new EquityCurve(500, 1000);
    for (const [time, equity] of equities.entries()) {
      for (const each of [curve, whole]) each.add(time, equity, equity, 0);
    }
    assert.ok(curve.points.length <= maxPoints);
    assert.deepEqual(curve.drawdown, whole.drawdown);
    const kept = curve.points.map(({ equity }) => equity);
    assert.equal(Math.max(...kept), Math.max(...equities));
    assert.equal(Math.min(...kept), Math.min(...equities));
    assert.equal(kept.at(-1), equities.at(-1));
    const deepest = Math.max(...whole.points.map(({ drawdown }) => drawdown));
    assert.ok(curve.points.some(({ drawdown }) => drawdown === deepest));
    for (const point of curve.points) assert.deepEqual(point, whole.points[point.time]);
  }));
});

test("Fewer than 10 points are no curve", () => {
  for (const points of [0, 9, NaN]) assert.throws(() => new EquityCurve(1, points), RangeError);
});

test("Equity is recorded at each change and at the interval, at what could be had, while something is held", async () => {
  const tape = new Scenario()
    .snapshot(10, "A", [[40, 9]], [[55, 9]])
    .delta(50, "A", "yes", 42, 5)
    .gap(55, "sequence", ["A"])
    .delta(56, "A", "yes", 43, 5)
    .snapshot(85, "A", [[30, 9]], [[60, 9]])
    .other(200);
  const { strategy } = sending([[20, buying("A", "yes", 2)], [95, selling("A", "yes", 2)]]);
  const result = await replay(tape, strategy, [market("A", 300)], {
    startingBalance: 2_000_000,
    equityInterval: 30 * MICROS_PER_SECOND,
  });
  const dollars = 1_000_000;
  assert.deepEqual(
    result.equity.map(({ time, cash, equity, drawdown, exposure }) => [
      time / MICROS_PER_SECOND,
      ...[cash, equity, drawdown, exposure].map((amount) => amount / dollars),
    ]),
    [
      // 2 contracts for 45¢ that could be sold for 40¢.
      [20, 1.1, 1.9, 0.1, 0.9],
      [30, 1.1, 1.9, 0.1, 0.9],
      // Nobody knows what the stale book is worth: it is still at the 40¢ of 30 s.
      [60, 1.1, 1.9, 0.1, 0.9],
      [90, 1.1, 1.7, 0.3, 0.9],
      [95, 1.7, 1.7, 0.3, 0],
    ],
  );
  assert.deepEqual(result.drawdown, { money: 300_000, sharePpm: 150_000 });
  assert.equal(
    equityCsv(result).split("\n").slice(0, 2).join("\n"),
    "time,cash,equity,drawdown,exposure\n1970-01-01T00:00:20Z,1.1,1.9,0.1,0.9",
  );
});

test("After the data equity is recorded only where the ledger changes", async () => {
  const tape = new Scenario().snapshot(10, "A", [[40, 9]], [[55, 9]])
    .snapshot(10, "B", [[40, 9]], [[55, 9]]).other(30);
  const { strategy } = sending([[20, buying("A", "yes", 2)], [20, buying("B", "yes", 2)]]);
  const markets = [market("A", 60, 3600, 1), market("B", 60, 86_400, 1)];
  const result = await replay(tape, strategy, markets);
  const times = result.equity.map(({ time }) => time / MICROS_PER_SECOND);
  assert.deepEqual(times, [20, 20, 30, 3600, 86_400]);
});
