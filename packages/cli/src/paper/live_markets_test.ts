import { EventBatch, EventKind, SymbolTable } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { LiveMarkets } from "./live_markets.ts";

function announced(markets: LiveMarkets, ticker: string, detail: object): void {
  const batch = new EventBatch(new SymbolTable());
  const row = batch.pushDetail(
    EventKind.lifecycle,
    batch.symbols.intern(ticker),
    NaN,
    1,
    detail,
  );
  markets.apply(batch, row);
}

test("announcements of something else are not kept", () => {
  const markets = new LiveMarkets();
  announced(markets, "A", { event: "created", closeTime: 500 });
  announced(markets, "A", { event: "deactivated" });
  assert.deepEqual(markets.save(), {});
});

test("a market is settled once both its value and its settlement were announced", () => {
  const markets = new LiveMarkets();
  announced(markets, "A", { event: "determined", result: "yes", settlementValue: 10_000 });
  assert.deepEqual([markets.settlementOf("A"), markets.takeSettled()], [undefined, []]);
  announced(markets, "A", { event: "settled", settledTime: 900 });
  assert.deepEqual(markets.settlementOf("A"), {
    yesValue: 10_000,
    time: 900,
    timeSource: "settlement_ts",
  });
  announced(markets, "A", { event: "settled", settledTime: 900 });
  assert.deepEqual([markets.takeSettled(), markets.takeSettled()], [["A"], []]);
});

test("what was announced outlives a restart, other rows say nothing", () => {
  const before = new LiveMarkets();
  announced(before, "A", { settlementValue: 0, settledTime: 600 });
  const after = new LiveMarkets(JSON.parse(JSON.stringify(before.save())));
  assert.equal(after.settlementOf("A")?.yesValue, 0);
  assert.deepEqual(after.takeSettled(), []);
  const batch = new EventBatch(new SymbolTable());
  batch.pushDetail(EventKind.detail, batch.symbols.intern("A"), NaN, 1, { settledTime: 1 });
  after.apply(batch, 0);
  assert.equal(after.settlementOf("A")?.time, 600);
});
