import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBatch, EventKind, NO_MARKET, SIDE_YES, SymbolTable } from "@ssmd/core";
import fc from "fast-check";
import { MarketDisplay } from "./market_display.ts";
import { ObservedData } from "./observed_data.ts";
import { PositionMarks } from "./position_marks.ts";
import type { Position } from "./portfolio.ts";

const row = fc.record({
  kind: fc.constantFrom("snapshot", "delta", "ticker", "gap", "trade"),
  market: fc.constantFrom(0, 1, NO_MARKET),
  price: fc.integer({ min: 1, max: 99 }).map((cents) => cents * 100),
  size: fc.constantFrom(-300, 0, 100, 500),
});
const step = fc.record({
  rows: fc.array(row, { maxLength: 4 }),
  /** What is closed and opened before the marks are looked at. */
  closed: fc.nat(20),
  opened: fc.array(fc.constantFrom("A yes", "A no", "B yes"), { maxLength: 2 }),
  remembers: fc.boolean(),
});

type Row = typeof row extends fc.Arbitrary<infer T> ? T : never;

function batchOf(rows: readonly Row[], symbols: SymbolTable): EventBatch {
  const batch = new EventBatch(symbols);
  for (const { kind, market, price, size } of rows) {
    const at = batch.push(EventKind[kind], market, NaN, 1, SIDE_YES, price, size);
    if (kind === "snapshot" && market !== NO_MARKET) {
      batch.push(EventKind.level, market, NaN, 1, SIDE_YES, price, 900);
    } else if (kind === "ticker") {
      batch.ref[at] = batch.quotes.push();
      batch.quotes.set(batch.ref[at]!, 0, price);
    } else if (kind === "gap") {
      const gap = {
        feed: "f",
        session: "",
        reason: "overflow",
        from: 1,
        to: 1,
        tsRecv: 1,
      } as const;
      batch.ref[at] = batch.details.push(gap) - 1;
    }
    batch.markLast();
  }
  return batch;
}

function positionOf(name: string): Position {
  const [ticker = "", side] = name.split(" ");
  return {
    ticker,
    side: side === "no" ? "no" : "yes",
    group: "",
    quantity: 100,
    cost: 1,
    fills: [],
  };
}

test("Marks are those of marks that look everything up anew each time", () => {
  fc.assert(fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
    const symbols = new SymbolTable();
    for (const ticker of ["A", "B"]) symbols.intern(ticker);
    const data = new ObservedData(undefined);
    data.open(symbols);
    const displayOf = (ticker: string) => {
      const market = data.find(ticker);
      return market && new MarketDisplay(market, 1000, false);
    };
    const marks = new PositionMarks(displayOf);
    let positions: readonly Position[] = [];
    let remembered: readonly (number | null)[] = [];
    for (const { rows, closed, opened, remembers } of steps) {
      const batch = batchOf(rows, symbols);
      for (let at = 0; at < batch.length; at++) data.apply(batch, at, 1);
      remembered = remembered.filter((_, index) => index !== closed);
      positions = positions.filter((_, index) => index !== closed);
      positions = [...positions, ...opened.map(positionOf)];
      const anew = new PositionMarks(displayOf);
      anew.restore(positions, remembered);
      assert.deepEqual(marks.prices(positions), anew.prices(positions));
      assert.equal(marks.worth(positions), anew.worth(positions));
      if (remembers) {
        assert.equal(marks.remember(positions), anew.worth(positions));
        assert.equal(anew.remember(positions), anew.worth(positions));
      }
      remembered = anew.save(positions);
      assert.deepEqual(marks.save(positions), remembered);
    }
  }));
});
