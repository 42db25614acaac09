import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type EventBatch, type Settlement, SIDE_NO, SIDE_YES, SymbolTable } from "@ssmd/core";
import { runBacktest, runBacktests } from "./backtest.ts";
import {
  batchOf,
  type Frame,
  frames,
  markets,
  rowsOf,
  sequence,
  START,
  Wanderer,
} from "./random_tape_test_support.ts";
import {
  closes,
  dataOf,
  numRuns,
  PLAIN_VARIANT,
  variant,
  variantOf,
  yesValues,
} from "./random_variant_test_support.ts";
import { buying, centFees, centFeesPerOrder, noFees, sending } from "./scenario_test_support.ts";
import { settlementsOf } from "./settlement.ts";
import { Simulation } from "./simulation.ts";

test("Several runs over one pass give what each gives alone", async () => {
  const variants = fc.array(variant, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(frames, variants, yesValues, closes, async (tape, variants, values, known) => {
      const symbols = new SymbolTable();
      const batch = batchOf(tape, symbols);
      const data = () => ({ ...dataOf(values, known), batches: sequence([batch]) });
      const all = variants.map(variantOf);
      const together = await runBacktests(data(), all);
      for (const [index, each] of variants.entries()) {
        const one = variantOf(each);
        const alone = await runBacktest({ ...data(), ...one });
        assert.deepEqual(together[index], alone);
        assert.deepEqual(all[index]!.decisions, one.decisions);
      }
    }),
    { numRuns },
  );
});

test("The ledger adds up after every row, and no order is lost", () => {
  fc.assert(
    fc.property(frames, variant, yesValues, (tape, each, values) => {
      const batch = batchOf(tape, new SymbolTable());
      const { decisions, ...variant } = variantOf(each);
      const simulation = new Simulation(dataOf(values), [variant]);
      for (let row = 0; row < batch.length; row++) {
        simulation.onBatch(rowsOf(batch, row, row + 1));
        check();
      }
      const [result] = simulation.finish();
      check();
      const { submitted, filled, partial, cancelled, pending, refused } = result!.orders;
      const refusals = Object.values(refused).reduce((sum, count) => sum + count, 0);
      assert.equal(submitted, filled + partial + cancelled + pending + refusals);
      const told = decisions.map(({ order }) => order).sort((a, b) => a - b);
      assert.deepEqual(told, Array.from({ length: submitted }, (_, index) => index + 1));

      function check() {
        const { portfolio, open, trades, equity } = simulation.results()[0]!;
        const { startingBalance, balance, openCost, realised, fees, totalPnl } = portfolio;
        assert.equal(balance + openCost, startingBalance + realised - fees);
        assert.ok(balance >= 0);
        assert.ok(simulation.contexts[0]!.cash >= 0 && simulation.contexts[0]!.cash <= balance);
        if (portfolio.equity !== undefined) {
          const marks = open.reduce((sum, { mark, contracts }) => sum + mark! * contracts, 0);
          assert.equal(portfolio.equity, balance + marks);
        }
        // What is closed and what is open together are all the money that ever moved.
        const closed = trades.reduce((sum, { pnl }) => sum + pnl, 0);
        const flows = simulation.contexts[0]!.positions.flatMap(({ fills }) => fills)
          .reduce(
            (sum, { action, price, quantity, fee }) =>
              sum - fee + (action === "buy" ? -1 : 1) * price * quantity,
            0,
          );
        assert.equal(balance, startingBalance + closed + flows);
        assert.equal(totalPnl, realised - fees);
        let peak = startingBalance;
        for (const point of equity) {
          peak = Math.max(peak, point.equity);
          assert.equal(point.drawdown, peak - point.equity);
        }
      }
    }),
    { numRuns },
  );
});

test("A simulation that was saved as JSON at any row goes on as it would have", () => {
  fc.assert(
    fc.property(
      frames,
      fc.array(variant, { minLength: 1, maxLength: 2 }),
      yesValues,
      fc.tuple(fc.nat(1000), fc.boolean(), closes),
      (tape, each, values, [cut, given, known]) => {
        const batch = batchOf(tape, new SymbolTable());
        const at = cut % (batch.length + 1);
        const data = given
          ? dataOf(values, known)
          : { settlements: settlementsOf(markets(values)) };
        const whole = each.map(variantOf);
        const uninterrupted = new Simulation(data, whole);
        uninterrupted.onBatch(batch);

        const first = each.map(variantOf);
        const before = new Simulation(data, first);
        before.onBatch(rowsOf(batch, 0, at));
        const states = first.map(({ strategy }) => structuredClone(strategy.state));
        const saved = JSON.parse(JSON.stringify(before.save()));

        // Another process meets the symbols in another order.
        const symbols = new SymbolTable();
        for (const name of ["Z", "C", "B", "A"]) symbols.intern(name);
        const again = batchOf(tape, symbols);
        const second = each.map(variantOf);
        for (const [index, { strategy }] of second.entries()) strategy.state = states[index]!;
        const after = new Simulation(data, second, { saved, symbols });
        assert.deepEqual(JSON.parse(JSON.stringify(after.save())), saved);
        after.onBatch(rowsOf(again, at, again.length));
        assert.deepEqual(after.finish(), uninterrupted.finish());
        for (const [index, { strategy }] of whole.entries()) {
          const log = [...first[index]!.strategy.log, ...second[index]!.strategy.log];
          assert.deepEqual(log, strategy.log);
          const decisions = [...first[index]!.decisions, ...second[index]!.decisions];
          assert.deepEqual(decisions, whole[index]!.decisions);
        }
      },
    ),
    { numRuns },
  );
});

test("Moving the clock in silence changes nothing but when things are told", () => {
  fc.assert(
    fc.property(
      frames,
      variant,
      yesValues,
      fc.tuple(fc.array(fc.nat(1000)), closes),
      (tape, each, values, [shares, known]) => {
        const batch = batchOf(tape, new SymbolTable());
        const [quiet, nudged] = [variantOf(each), variantOf(each)];
        const plain = new Simulation(dataOf(values, known), [quiet]);
        plain.onBatch(batch);
        const silent = new Simulation(dataOf(values, known), [nudged]);
        for (let row = 0; row < batch.length; row++) {
          const [from, to] = [silent.now, batch.tsRecv[row]!];
          if (from > 0) {
            for (const share of shares) {
              silent.advanceTo(
                from + Math.floor((to - from) * share / 1000),
              );
            }
          }
          silent.onBatch(rowsOf(batch, row, row + 1));
        }
        assert.deepEqual(silent.finish(), plain.finish());
        assert.deepEqual(nudged.strategy.log, quiet.strategy.log);
      },
    ),
    { numRuns },
  );
});

test("A batch that is reused for the next rows gives the same result", async () => {
  await fc.assert(
    fc.asyncProperty(frames, variant, yesValues, async (tape, each, values) => {
      const batch = batchOf(tape, new SymbolTable());
      async function* reused(): AsyncGenerator<EventBatch> {
        for (let row = 0; row < batch.length; row++) {
          const one = rowsOf(batch, row, row + 1);
          yield one;
          one.price.fill(9999);
          one.quotes.set(0, 0, 1);
          one.clear();
        }
      }
      const [a, b] = [variantOf(each), variantOf(each)];
      const result = await runBacktest({ ...dataOf(values), batches: reused(), ...a });
      const whole = await runBacktest({ ...dataOf(values), batches: sequence([batch]), ...b });
      assert.deepEqual(result, whole);
    }),
    { numRuns: Math.min(numRuns, 30) },
  );
});

test("What was saved by another version or for other variants is refused", () => {
  const simulation = new Simulation(dataOf([]), []);
  const saved = simulation.save();
  const symbols = new SymbolTable();
  const other = { ...saved, version: 2 } as unknown as typeof saved;
  assert.throws(() => new Simulation(dataOf([]), [], { saved: other, symbols }), /version 2/);
  const one = [variantOf(PLAIN_VARIANT)];
  assert.throws(() => new Simulation(dataOf([]), one, { saved, symbols }), /with 1 variants: 0/);
});

test("Batches of two symbol tables are refused", () => {
  const simulation = new Simulation(dataOf([]), []);
  simulation.onBatch(batchOf([], new SymbolTable()));
  assert.throws(() => simulation.onBatch(batchOf([], new SymbolTable())), TypeError);
});

test("A latency and an interval that are none are refused", () => {
  const sample = { strategy: new Wanderer(1), fees: centFees };
  for (const latency of [-1, 0.5, NaN]) {
    assert.throws(() => new Simulation(dataOf([]), [{ ...sample, latency }]), RangeError);
  }
  for (const equityInterval of [0, -1, NaN]) {
    assert.throws(() => new Simulation(dataOf([]), [{ ...sample, equityInterval }]), RangeError);
  }
});

test("A settlement that becomes known late is paid when it is known, and not before", () => {
  const paid = new Map<string, Settlement>();
  const settlements = { name: "live", settlementOf: (ticker: string) => paid.get(ticker) };
  const settle = (ticker: string, seconds: number) => {
    const time = START + seconds * 1_000_000;
    paid.set(ticker, { yesValue: 10_000, time, timeSource: "settlement_ts" });
    simulation.learnSettlement(ticker);
  };
  const levels = [[SIDE_YES, 4000, 500], [SIDE_NO, 5000, 500]] as const;
  const batch = batchOf([
    { kind: "snapshot", after: 0, ticker: "A", levels },
    { kind: "snapshot", after: 0, ticker: "C", levels },
  ], new SymbolTable());
  const second = START / 1_000_000 + 1;
  const { strategy } = sending([[second, buying("A", "yes", 1)], [second, buying("C", "yes", 1)]]);
  const simulation = new Simulation({ settlements }, [{ strategy, fees: noFees }]);
  simulation.onBatch(batch);
  simulation.learnSettlement("A");
  simulation.advanceTo(START + 10_000_000);
  settle("C", 18);
  simulation.advanceTo(START + 20_000_000);
  settle("A", 15);
  simulation.learnSettlement("A");
  assert.deepEqual(simulation.results()[0]?.open.map(({ ticker }) => ticker), ["A"]);
  simulation.advanceTo(START + 20_000_001);
  assert.deepEqual(
    simulation.results()[0]?.trades.map(({ ticker, exitTime }) => [ticker, exitTime - START]),
    [["C", 18_000_000], ["A", 20_000_000]],
  );
});

test("A resting order that was restored goes on with its own fees", () => {
  const levels = [[SIDE_NO, 5000, 500]] as const;
  const fill = {
    kind: "trade",
    after: 1_000_000,
    ticker: "A",
    side: SIDE_NO,
    price: 4000,
  } as const;
  const trade: Frame = { ...fill, size: 30, block: false };
  const tape: Frame[] = [{ kind: "snapshot", after: 0, ticker: "A", levels }, trade, trade, trade];
  const symbols = new SymbolTable();
  const batch = batchOf(tape, symbols);
  const data = { settlements: settlementsOf([]) };
  const order = { ...buying("A", "yes", 1, 40), liquidity: "maker" } as const;
  const { strategy } = sending([[START / 1_000_000 + 0.5, order]]);
  const variants = [{ strategy, fees: centFeesPerOrder }];
  let simulation = new Simulation(data, variants);
  for (let row = 0; row < batch.length; row++) {
    simulation.onBatch(rowsOf(batch, row, row + 1));
    const saved = JSON.parse(JSON.stringify(simulation.save()));
    simulation = new Simulation(data, variants, { saved, symbols });
  }
  // 0.504¢ a fill: 1¢, then 1.008¢ in all are 2¢, then 1.512¢ in all are 2¢ still.
  const fees = simulation.contexts[0]?.positions[0]?.fills.map((each) => each.fee);
  assert.deepEqual(fees, [10_000, 10_000, 0]);
});
