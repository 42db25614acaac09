import { type BookLevel, type BookView, OrderBook, SIDE_NO, SIDE_YES } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { configOf } from "./engine_test_support.ts";
import { type EntryPlan, type EntryRefusal, planEntry } from "./entry_rules.ts";
import { exactSettings } from "./exact_settings.ts";
import { fixedSizing } from "./sizing.ts";
import type { Sections } from "./engine_test_support.ts";

const CASH = 1_000_000_000;

function bookOf(yes: readonly BookLevel[], no: readonly BookLevel[]): BookView {
  const book = new OrderBook();
  book.snapshot();
  for (const { price, size } of yes) book.setLevel(SIDE_YES, price, size);
  for (const { price, size } of no) book.setLevel(SIDE_NO, price, size);
  return book;
}

/** 48 / 52 with 20 contracts on each side, and more behind. */
const BOOK = bookOf([{ price: 4800, size: 2000 }, { price: 4000, size: 9000 }], [
  { price: 4800, size: 2000 },
  { price: 4500, size: 9000 },
]);

function plan(
  side: "yes" | "no",
  sections: Sections = {},
  book: BookView | undefined = BOOK,
  cash = CASH,
): EntryPlan | EntryRefusal {
  const config = configOf(sections);
  const settings = exactSettings(config);
  const sizing = fixedSizing({ minQuantity: 100, maxQuantity: 10_000 });
  return planEntry({ settings, execution: config.execution, sizing }, side, 5000, book, cash);
}

test("a taker pays the best ask, up to a limit that keeps every rule", () => {
  assert.deepEqual(plan("yes"), { price: 5200, limit: 6000, quantity: 10_000 });
  assert.deepEqual(plan("no"), { price: 5200, limit: 6000, quantity: 10_000 });
  const slippage = { composer: { maxSlippageCents: 4 } };
  assert.deepEqual(plan("yes", slippage), { price: 5200, limit: 5400, quantity: 2000 });
  const band = { positions: { maxPriceCents: 53 } };
  assert.deepEqual(plan("yes", band), { price: 5200, limit: 5300, quantity: 2000 });
  const gain = { positions: { takeProfitCents: 47 } };
  assert.deepEqual(plan("yes", gain), { price: 5200, limit: 5300, quantity: 2000 });
});

test("a maker bids the best bid, whatever is displayed", () => {
  const execution = { entry: "maker", maxParticipationPercent: 1 };
  assert.deepEqual(plan("no", { execution }), { price: 4800, limit: 4800, quantity: 10_000 });
});

test("a share of what is displayed is taken in whole contracts, or nothing", () => {
  const share = (maxParticipationPercent: number) =>
    plan("yes", { composer: { maxSlippageCents: 4 }, execution: { maxParticipationPercent } });
  assert.deepEqual(share(19), { price: 5200, limit: 5400, quantity: 300 });
  assert.equal(share(4), "size");
});

test("without a quote on the side that is needed there is no entry", () => {
  const noBids = bookOf([], [{ price: 4800, size: 100 }]);
  assert.equal(plan("yes", {}, new OrderBook()), "no quote");
  assert.equal(plan("no", {}, noBids), "no quote");
  assert.equal(plan("yes", { execution: { entry: "maker" } }, noBids), "no quote");
  assert.notEqual(plan("yes", {}, noBids), "no quote");
});

test("the cash has to buy the first price, fees aside", () => {
  assert.equal(plan("yes", {}, BOOK, 52_000_000 - 1), "cash");
  assert.notEqual(plan("yes", {}, BOOK, 52_000_000), "cash");
});
