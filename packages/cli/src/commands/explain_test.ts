import assert from "node:assert/strict";
import { test } from "node:test";
import {
  keptOutput,
  SAMPLE_DECISIONS,
  SAMPLE_TRADE,
  writeSample,
} from "../report/run_sample_test_support.ts";
import { withFolder } from "../run_cli_test_support.ts";
import { explain } from "./explain.ts";

const RUN = {
  summary: { profile: "default" },
  trades: [SAMPLE_TRADE],
  decisions: [...SAMPLE_DECISIONS].reverse(),
};

async function explained(
  files: Parameters<typeof writeSample>[2],
  { trade = "1", columns = 80, json = false } = {},
): Promise<string> {
  let text = "";
  await withFolder(async (out) => {
    await writeSample(out, "run-1", files);
    const kept = keptOutput(columns);
    assert.equal(await explain("run-1", trade, { out, json }, kept.context), 0);
    text = kept.out();
  });
  return text;
}

test("A trade is explained by its signals, window values, book, fees and exit", async () => {
  const text = await explained(RUN);
  for (
    const part of [
      "Trade 1 of 1 in run-1",
      "10 yes at $0.45",
      "spread-tightening    0.6         0.9       1    0.54  yes",
      "samples 18, usualSpreadCents 4.5, recentSpreadCents 1.8",
      "recentDollars $1234.50",
      "recentYesContracts 120.5",
      "2026-01-05 10:00:00.250Z, 250 ms later",
      "On arrival, the recorded book",
      "$0.42       15.5",
      "0.07 × 10 × 0.45 × 0.55 = $0.173250, charged $0.18",
      "$5.00 - $4.50 - $0.355 = $0.145",
      "Why it was closed",
      "the last ticker's quotes, stale: it may have been wrong",
      "heldMicros         600 s",
      "book, quote-size",
    ]
  ) assert.ok(text.includes(part), `${part} is not in\n${text}`);
  assert.doesNotMatch(text, /KXB|Not known|but the trade says/);
});

test("An explanation fits 80 and 40 columns", async () => {
  for (const columns of [80, 40]) {
    for (const line of (await explained(RUN, { columns })).split("\n")) {
      assert.ok(line.length <= columns, `${line.length}: ${line}`);
    }
  }
});

test("An explanation as JSON has the trade and the decisions of its orders alone", async () => {
  const value = JSON.parse(await explained(RUN, { json: true }));
  assert.deepEqual(value.trade, SAMPLE_TRADE);
  assert.deepEqual(value.decisions.map(({ order }: { order: number }) => order), [7, 9]);
  assert.deepEqual([value.number, value.of, value.missing], [1, 1, []]);
});

test("A run without decisions says what is missing and how to get it", async () => {
  const text = await explained({ summary: {}, trades: [SAMPLE_TRADE] });
  assert.match(text, /run "ssmd\s+backtest"\s+with\s+this\s+configuration\s+alone/);
  assert.match(text, /\$5\.00 - \$4\.50/);
});

test("A trade of profile original is explained in its own units", async () => {
  const key = { model: "volume-onset", ticker: "A", side: "no", entryTime: 1_767_607_200 };
  const trade = {
    ...key,
    entryPrice: 62,
    exitPrice: 57,
    contracts: 10,
    exitTime: 1_767_607_260,
    reason: "take-profit",
    pnl: -0.30000000000000004,
    fees: 0.2,
    entryCost: 3.8,
  };
  const signal = { name: "volume-onset", weight: 1, score: -0.5, confidence: 1, inputs: { a: 2 } };
  const decision = { ...key, strength: 0.5, prices: { last: 62, noBid: 37 }, signals: [signal] };
  const other = { ...decision, entryTime: 1, strength: 99 };
  const text = await explained({
    summary: { profile: "original" },
    trades: [trade],
    decisions: [other, decision],
  });
  for (
    const part of [
      "10 no at 62 cents of YES",
      "2026-01-05 10:00:00Z",
      "60 s",
      "-$0.30 without the fee of the entry",
      "last 62, noBid 37",
      "fills at the last price",
    ]
  ) assert.ok(text.includes(part), `${part} is not in\n${text}`);
  assert.doesNotMatch(text, /99/);
});

test("A trade that a run does not have, and a run that is not there, are named", async () => {
  await assert.rejects(
    explained(RUN, { trade: "2" }),
    /Cannot explain trade 2 of run-1: .* 1 lines/,
  );
  await assert.rejects(explained(RUN, { trade: "0" }), /as a count/);
  const { context } = keptOutput();
  await withFolder(async (out) => {
    await assert.rejects(explain("nothing", "1", { out }, context), {
      code: "not_found",
      message: /neither nothing nor .* holds a summary.json/,
    });
  });
});

test("A damaged line of a run is named with its number", async () => {
  await withFolder(async (out) => {
    const folder = await writeSample(out, "r", { summary: {}, trades: [SAMPLE_TRADE] });
    const { appendFile } = await import("node:fs/promises");
    await appendFile(`${folder}/trades.jsonl`, "[1]\n");
    const { context } = keptOutput();
    await assert.rejects(explain(folder, "1", { out: "." }, context), {
      code: "invalid_input",
      message: /trades.jsonl:2: it is cut or damaged \(expected a JSON object\); remove the folder/,
    });
  });
});
