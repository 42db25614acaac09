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

test("closes are known from the announcement on, and follow it when it changes", () => {
  const markets = new LiveMarkets();
  assert.equal(markets.closeTimeOf("A"), undefined);
  announced(markets, "A", { event: "created", closeTime: 500 });
  announced(markets, "A", { event: "deactivated" });
  assert.equal(markets.closeTimeOf("A"), 500);
  announced(markets, "A", { event: "close_date_updated", closeTime: 400 });
  assert.equal(markets.closeTimeOf("A"), 400);
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
  announced(before, "A", { closeTime: 500, settlementValue: 0, settledTime: 600 });
  const after = new LiveMarkets(JSON.parse(JSON.stringify(before.save())));
  assert.deepEqual([after.closeTimeOf("A"), after.settlementOf("A")?.yesValue], [500, 0]);
  assert.deepEqual(after.takeSettled(), []);
  const batch = new EventBatch(new SymbolTable());
  batch.pushDetail(EventKind.detail, batch.symbols.intern("A"), NaN, 1, { closeTime: 1 });
  after.apply(batch, 0);
  assert.equal(after.closeTimeOf("A"), 500);
});
