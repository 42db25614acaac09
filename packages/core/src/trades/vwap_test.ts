import assert from "node:assert/strict";
import { test } from "node:test";
import { EventBatch } from "../events/event_batch.ts";
import { EventKind, SIDE_YES } from "../events/event_kind.ts";
import { SymbolTable } from "../events/symbol_table.ts";
import { vwap, VwapBuilder } from "./vwap.ts";

function built(trades: readonly (readonly [price: number, size: number])[]): VwapBuilder {
  const symbols = new SymbolTable();
  const batch = new EventBatch(symbols);
  for (const [price, size] of trades) {
    batch.push(EventKind.trade, symbols.intern("A"), 1, 1, SIDE_YES, price, size);
    batch.push(EventKind.trade, symbols.intern("B"), 1, 1, SIDE_YES, 1, 1_000_000);
  }
  const builder = new VwapBuilder({ market: "A" });
  builder.add(batch);
  return builder;
}

test("The average is weighted by size and in dollars per contract", () => {
  // (1 × $0.40 + 3 × $0.60) / 4 = $0.55
  assert.equal(built([[4000, 100], [6000, 300]]).value(), 550_000);
});

test("It is rounded once to a millionth of a dollar, half to even", () => {
  // ($0.0001 × 199 + $0.0002 × 1) / 200 = $0.0001005; the tie goes to 100.
  assert.equal(built([[1, 199], [2, 1]]).value(), 100);
  // ($0.0001 × 197 + $0.0002 × 3) / 200 = $0.0001015; the tie goes to 102.
  assert.equal(built([[1, 197], [2, 3]]).value(), 102);
  assert.equal(built([[1, 2], [2, 1]]).value(), 133);
});

test("Without trades there is no average", async () => {
  assert.equal(built([]).value(), undefined);
  const skipping = built([[-1, 100], [5000, NaN]]);
  assert.equal(skipping.value(), undefined);
  assert.equal(skipping.skipped, 2);
  async function* none(): AsyncGenerator<EventBatch> {}
  assert.equal(await vwap(none(), { market: "A" }), undefined);
});

test("It stays exact where price × size is beyond 2^53", () => {
  const most = Number.MAX_SAFE_INTEGER;
  assert.equal(built([[9999, most], [9999, most], [9999, most]]).value(), 999_900);
});
