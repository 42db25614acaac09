/**
 * The acceptance of profile `original`: on archives and configurations as nasty as they come, the
 * way from files to trades gives what a naive reading of the original's description gives.
 * `SSMD_ORIGINAL_SEEDS` sets how many archives are tried, `SSMD_ORIGINAL_FIRST` the first of them.
 */
import { type MomentumConfig, type OriginalResult, originalTradesJsonl } from "@ssmd/backtest";
import { MemoryStorage } from "@ssmd/core";
import { nodeGzip } from "@ssmd/core/fs";
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { Dice } from "./dice_test_support.ts";
import { nastyArchive } from "./nasty_archive_test_support.ts";
import { nastyConfig } from "./nasty_config_test_support.ts";
import { OriginalOracle } from "./original_oracle_test_support.ts";
import { runOriginalSource } from "./original_run.ts";

const SEEDS = Number(process.env["SSMD_ORIGINAL_SEEDS"] ?? 25);
const FIRST = Number(process.env["SSMD_ORIGINAL_FIRST"] ?? 1);

/** Spreads lines over days and files, and runs the configurations over them. */
async function run(lines: readonly string[], configs: readonly MomentumConfig[], dice: Dice) {
  const storage = new MemoryStorage();
  const files = dice.between(1, 6);
  const size = Math.ceil(lines.length / files);
  let day = 10;
  for (let file = 0; file < files; file++) {
    if (dice.chance(0.3)) day++;
    const text = lines.slice(file * size, (file + 1) * size).join("\n") + dice.pick(["", "\n"]);
    const cut = dice.below(text.length + 1);
    const parts = dice.chance(0.3) ? [text.slice(0, cut), text.slice(cut)] : [text];
    const bytes = Buffer.concat(parts.map((part) => gzipSync(part)));
    await storage.write(`2026-01-${day}/${String(file).padStart(4, "0")}.jsonl.gz`, bytes);
  }
  const source = { data: { storage, gzip: nodeGzip }, streams: () => true };
  return await runOriginalSource(source, configs);
}

function figuresOf({ trades, entries, open, activated, portfolio }: OriginalResult) {
  const { balance: cash, totalPnl, drawdownPercent, halted } = portfolio;
  const tradesJsonl = originalTradesJsonl(trades);
  return { tradesJsonl, entries, open, activated, cash, totalPnl, drawdownPercent, halted };
}

function figuresOfOracle(oracle: OriginalOracle) {
  const { tradesJsonl, entries, open, activated } = oracle;
  const { cash, totalPnl, drawdownPercent, halted } = oracle;
  return { tradesJsonl, entries, open, activated, cash, totalPnl, drawdownPercent, halted };
}

test("Files give the oracle's trades on nasty archives, for each of several configurations", async () => {
  const met = { trades: 0, halted: 0, open: 0, reasons: new Set(), models: new Set() };
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const dice = new Dice(seed);
    const { cents } = nastyArchive(dice, dice.between(50, 1200));
    const configs = Array.from({ length: dice.between(1, 4) }, () => nastyConfig(dice));
    const { results, coverage } = await run(cents, configs, dice);
    for (const [k, config] of configs.entries()) {
      const oracle = new OriginalOracle(config);
      for (const line of cents) oracle.line(line);
      const where = `archive ${seed}, configuration ${k}`;
      assert.deepEqual(figuresOf(results[k]!), figuresOfOracle(oracle), where);
      assert.equal(coverage.records, oracle.records, where);
      assert.equal(coverage.counts.parseErrors, oracle.parseErrors, where);
      met.trades += oracle.trades.length;
      met.open += oracle.open.length;
      if (oracle.halted) met.halted++;
      for (const { reason, model } of oracle.trades) {
        met.reasons.add(reason);
        met.models.add(model);
      }
    }
  }
  // Otherwise two engines that do nothing would agree.
  assert.ok(met.trades > 10 * SEEDS, `${met.trades} trades`);
  assert.ok(met.halted > 0 && met.open > 0 && met.models.size > 5 && met.reasons.size === 3);
});

test("Fixed-point records give the trades of the same records in cents", async () => {
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const dice = new Dice(seed);
    const { cents, fixed } = nastyArchive(dice, dice.between(50, 1200));
    const config = nastyConfig(dice);
    const [inCents, inFixed] = await Promise.all(
      [cents, fixed].map((lines) => run(lines, [config], new Dice(seed))),
    );
    const [expected, result] = [inCents!, inFixed!].map(({ results }) => figuresOf(results[0]!));
    assert.deepEqual(result, expected, `archive ${seed}`);
  }
});

test("A configuration gives alone what it gives beside others", async () => {
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++) {
    const dice = new Dice(seed);
    const { cents } = nastyArchive(dice, dice.between(50, 600));
    const configs = Array.from({ length: 5 }, () => nastyConfig(dice));
    // Neighbours that share some of their signals, as in a sweep.
    const shared = configs.map((config, k) => ({ ...config, signals: configs[k >> 1]!.signals }));
    const { results } = await run(cents, shared, dice);
    for (const [k, config] of shared.entries()) {
      const alone = await run(cents, [config], dice);
      assert.deepEqual(figuresOf(results[k]!), figuresOf(alone.results[0]!), `archive ${seed}`);
    }
  }
});
