/** What the original engine itself computed, against the whole way from a folder to result files. */
import { fileArchive } from "@ssmd/core/fs";
import { type MomentumConfig, originalTradesJsonl } from "@ssmd/backtest";
import assert from "node:assert/strict";
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { OriginalOracle } from "./original_oracle_test_support.ts";
import { runOriginalSource } from "./original_run.ts";

const data = process.env["SSMD_DATA"];
const skip = data === undefined && "SSMD_DATA is not set";

const OWN = { portfolio: { sizing: "random", seed: 1 }, signals: { custom: [] } } as const;

function golden(name: string): Promise<string> {
  return readFile(join(data!, "momentum", name), "utf8");
}

async function goldenConfig(): Promise<MomentumConfig> {
  const { portfolio, signals, ...rest } = JSON.parse(await golden("config.json")) as MomentumConfig;
  // What the original's configuration does not have.
  return {
    ...rest,
    portfolio: { ...portfolio, ...OWN.portfolio },
    signals: { ...signals, ...OWN.signals },
  };
}

async function goldenLines(): Promise<string[]> {
  const file = await readFile(join(data!, "momentum", "records.jsonl.gz"));
  return gunzipSync(file).toString().trimEnd().split("\n");
}

interface Scenario {
  readonly override: Partial<MomentumConfig>;
  readonly summary: Readonly<Record<string, unknown>>;
  readonly firstTrades: readonly unknown[];
}

/** Runs configurations over the golden records, in one file or spread over days. */
async function runGolden(configs: readonly MomentumConfig[], files = 1) {
  const folder = await mkdtemp(join(tmpdir(), "ssmd-golden-"));
  try {
    if (files === 1) {
      await mkdir(join(folder, "2026-01-21"));
      const name = join(folder, "2026-01-21", "0000.jsonl.gz");
      await copyFile(join(data!, "momentum", "records.jsonl.gz"), name);
    } else {
      const lines = await goldenLines();
      const size = Math.ceil(lines.length / files);
      for (let k = 0; k < files; k++) {
        const day = join(folder, `2026-01-${21 + k}`);
        await mkdir(day);
        const text = lines.slice(k * size, (k + 1) * size).join("\n");
        await writeFile(join(day, "0000.jsonl.gz"), gzipSync(text));
      }
    }
    const source = { data: fileArchive(folder), streams: () => true };
    return await runOriginalSource(source, configs);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

test("Entries, trades and figures are the original's to the byte", { skip }, async () => {
  const config = await goldenConfig();
  const summary = JSON.parse(await golden("summary.json")) as Record<string, unknown>;
  for (const files of [1, 4]) {
    const { results: [result], coverage } = await runGolden([config], files);
    const { trades, entries, open, activated, portfolio } = result!;
    assert.equal(originalTradesJsonl(result!.trades), await golden("trades.jsonl"));
    const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
    assert.equal(text, await golden("entries.jsonl"));
    assert.deepEqual({
      balance: portfolio.balance,
      totalTrades: trades.length,
      wins: trades.filter(({ pnl }) => pnl > 0).length,
      losses: trades.filter(({ pnl }) => pnl <= 0).length,
      totalPnl: portfolio.totalPnl,
      drawdownPercent: portfolio.drawdownPercent,
      records: coverage.records,
      open: open.length,
      halted: portfolio.halted,
      activated,
      signalFireCounts: summary["signalFireCounts"],
    }, summary);
  }
});

test("Every scenario of the original agrees, all of them in one pass", { skip }, async () => {
  const config = await goldenConfig();
  const scenarios = JSON.parse(await golden("scenarios.json")) as Record<string, Scenario>;
  const list = Object.values(scenarios);
  const { results } = await runGolden(list.map(({ override }) => {
    const { portfolio } = { ...config, ...override };
    return { ...config, ...override, portfolio: { ...portfolio, ...OWN.portfolio } };
  }));
  for (const [k, { summary, firstTrades }] of list.entries()) {
    const { trades, open, portfolio } = results[k]!;
    const byReason: Record<string, number> = {};
    for (const { reason } of trades) byReason[reason] = (byReason[reason] ?? 0) + 1;
    const wins = trades.filter(({ pnl }) => pnl > 0).length;
    assert.deepEqual({
      balance: portfolio.balance,
      totalTrades: trades.length,
      wins,
      losses: trades.length - wins,
      totalPnl: portfolio.totalPnl,
      drawdownPercent: portfolio.drawdownPercent,
      open: open.length,
      halted: portfolio.halted,
      byReason,
    }, summary);
    // The scenarios leave two keys of a trade out.
    const first = trades.slice(0, firstTrades.length)
      .map(({ contracts: _contracts, entryCost: _entryCost, ...trade }) => trade);
    assert.deepEqual(first, firstTrades);
  }
  assert.ok(list.length >= 4);
});

test("The oracle itself gives what the original gave, its signals included", { skip }, async () => {
  const config = await goldenConfig();
  const lines = await goldenLines();
  const oracle = new OriginalOracle(config);
  for (const line of lines) oracle.line(line);
  assert.equal(oracle.tradesJsonl, await golden("trades.jsonl"));
  const text = oracle.entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
  assert.equal(text, await golden("entries.jsonl"));
  const expected = new Map(
    (await golden("signals.jsonl")).trimEnd().split("\n").map((line) => {
      const { i, name, score, confidence } = JSON.parse(line) as Record<string, number>;
      return [`${i} ${name}`, { score: score!, confidence: confidence! }];
    }),
  );
  const shadow = new OriginalOracle(config);
  let compared = 0;
  for (const [i, line] of lines.entries()) {
    shadow.observe(line);
    for (const { name, score, confidence } of shadow.signals(line)) {
      const want = expected.get(`${i} ${name}`);
      if (want === undefined) continue;
      assert.ok(Math.abs(score - want.score) < 1e-12, `${i} ${name}`);
      assert.ok(Math.abs(confidence - want.confidence) < 1e-12, `${i} ${name}`);
      compared++;
    }
  }
  assert.equal(compared, expected.size);
});
