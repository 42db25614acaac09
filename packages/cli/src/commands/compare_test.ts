import assert from "node:assert/strict";
import { test } from "node:test";
import { keptOutput, SAMPLE_TRADE, writeSample } from "../report/run_sample_test_support.ts";
import { withFolder } from "../run_cli_test_support.ts";
import { compare } from "./compare.ts";

const SUMMARY = {
  engine: "0.1.0",
  dataSha256: "d".repeat(64),
  marketsSha256: "e".repeat(64),
  profile: "default",
  models: { fills: "walk-book", makers: "queue", latency: 250_000, gaps: "halt", fees: "direct" },
  fees: { rounding: "direct", source: "series" },
  clock: "receive",
  config: { positions: { takeProfitCents: 5 }, signals: { custom: [] } },
  portfolio: { totalPnl: 0.3, balance: 500.3 },
  trades: { count: 2 },
};
const OTHER_TRADE = { ...SAMPLE_TRADE, ticker: "KXB-26JAN05-T1", pnl: -1.25 };

type Files = Parameters<typeof writeSample>[2];

async function compared(
  a: Files,
  b: Files,
  { columns = 80, json = false } = {},
): Promise<{ readonly out: string; readonly err: string }> {
  const kept = keptOutput(columns);
  await withFolder(async (out) => {
    await writeSample(out, "a", a);
    const folder = await writeSample(out, "b", b);
    assert.equal(await compare("a", folder, { out, json }, kept.context), 0);
  });
  return { out: kept.out(), err: kept.err() };
}

const BASE: Files = { summary: SUMMARY, trades: [SAMPLE_TRADE, OTHER_TRADE] };

test("A run does not differ from itself", async () => {
  const { out, err } = await compared(BASE, BASE);
  assert.match(out, /Settings\nall the same/);
  assert.match(out, /2 the same, 0 changed, 0 only in A, 0 only in B/);
  assert.equal(err, "");
});

test("Settings differ by path, figures by amount, trades by what changed", async () => {
  const summary = {
    ...SUMMARY,
    config: { positions: { takeProfitCents: 8, stopLossCents: 3 }, signals: { custom: [] } },
    portfolio: { totalPnl: 0.1, balance: 500.1 },
  };
  const later = { ...SAMPLE_TRADE, entryTime: "2026-01-05T12:00:00Z" };
  const changed = { ...OTHER_TRADE, pnl: -0.5, exitPrice: 0.6, entryOrder: 99 };
  const { out } = await compared(BASE, { summary, trades: [changed, later] }, { json: true });
  const { settings, figures, trades, warnings } = JSON.parse(out);
  assert.deepEqual(settings, [
    { path: "config.positions.takeProfitCents", a: 5, b: 8 },
    { path: "config.positions.stopLossCents", b: 3 },
  ]);
  assert.deepEqual(figures, [
    { path: "portfolio.totalPnl", a: 0.3, b: 0.1, difference: -0.2 },
    { path: "portfolio.balance", a: 500.3, b: 500.1, difference: -0.2 },
    { path: "trades.count", a: 2, b: 2, difference: 0 },
  ]);
  assert.equal(trades.same, 0);
  assert.deepEqual(trades.changed, [{
    a: { number: 2, trade: OTHER_TRADE },
    b: { number: 1, trade: changed },
    fields: ["exitPrice", "pnl"],
  }]);
  assert.deepEqual(trades.onlyA, [{ number: 1, trade: SAMPLE_TRADE }]);
  assert.deepEqual(trades.onlyB, [{ number: 2, trade: later }]);
  assert.deepEqual(warnings, []);
});

test("What makes figures incomparable is said once each", async () => {
  const summary = {
    ...SUMMARY,
    engine: "0.2.0",
    dataSha256: "f".repeat(64),
    profile: "original",
    models: { ...SUMMARY.models, latency: 0, gaps: "ignore", makers: "touch" },
    fees: { rounding: "cent", source: "assumed" },
    clock: "exchange",
  };
  const { err } = await compared(BASE, { summary, trades: [] });
  const warnings = err.trimEnd().split("\n");
  assert.equal(warnings.length, 8);
  for (
    const part of [
      "the data differ",
      "the code or its version differs",
      "the profiles differ: they fill, charge and settle by other rules (profile: default and original)",
      "the fees differ (fees.rounding: direct and cent)",
      "the gap policies differ: other trades were possible (models.gaps: halt and ignore)",
      "the assumptions about fills differ (models.makers: queue and touch)",
      "the latencies differ (models.latency: 250000 and 0)",
      "the other by the exchange's",
    ]
  ) assert.ok(warnings.some((line) => line.includes(part)), `${part} is not in\n${err}`);
});

test("Lists of named figures are held against each other by name, not by place", async () => {
  const byModel = (...rows: object[]) => ({ summary: { byModel: rows }, trades: [] });
  const a = byModel({ model: "x", pnl: 1 }, { model: "y", pnl: 2 });
  const b = byModel({ model: "w", pnl: 9 }, { model: "x", pnl: 3 });
  const { out } = await compared(a, b, { json: true });
  assert.deepEqual(JSON.parse(out).figures, [
    { path: "byModel.x.pnl", a: 1, b: 3, difference: 2 },
    { path: "byModel.y.pnl", a: 2 },
    { path: "byModel.w.pnl", b: 9 },
  ]);
});

test("A setting that a strategy repeats as its parameter is told once", async () => {
  const run = (size: number) => ({
    summary: { strategy: { name: "m", parameters: { "p.size": size } }, config: { p: { size } } },
    trades: [],
  });
  const { out } = await compared(run(1), run(2), { json: true });
  assert.deepEqual(JSON.parse(out).settings, [{ path: "config.p.size", a: 1, b: 2 }]);
});

test("Several equal positions at one time are held against each other in order", async () => {
  const twice = { summary: SUMMARY, trades: [SAMPLE_TRADE, SAMPLE_TRADE] };
  const { out } = await compared(twice, { summary: SUMMARY, trades: [SAMPLE_TRADE] });
  assert.match(out, /1 the same, 0 changed, 1 only in A, 0 only in B/);
});

test("A comparison fits 80 and 40 columns", async () => {
  const summary = {
    ...SUMMARY,
    config: { a: { veryLongName: { ofSomeSetting: "x".repeat(90) } } },
  };
  const trades = [{ ...OTHER_TRADE, pnl: 1 }, { ...SAMPLE_TRADE, side: "no" }];
  for (const columns of [80, 40]) {
    const { out } = await compared(BASE, { summary, trades }, { columns });
    for (const line of out.split("\n")) {
      assert.ok(line.length <= columns, `${line.length}: ${line}`);
    }
  }
});
