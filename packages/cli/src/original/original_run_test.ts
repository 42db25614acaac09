import { fileArchive } from "@ssmd/core/fs";
import { selectDays } from "@ssmd/core";
import { originalTradesJsonl } from "@ssmd/backtest";
import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { constants, gunzipSync, gzipSync } from "node:zlib";
import { Dice } from "./dice_test_support.ts";
import { nastyArchive } from "./nasty_archive_test_support.ts";
import { nastyConfig } from "./nasty_config_test_support.ts";
import { OriginalOracle } from "./original_oracle_test_support.ts";
import type { OriginalProgress } from "./original_reading.ts";
import { originalSummary } from "./original_result_files.ts";
import { type OriginalRunOptions, runOriginalSource } from "./original_run.ts";

// A feed and a configuration that trade often.
const dice = new Dice(110);
const LINES = nastyArchive(dice, 900).cents;
const CONFIG = nastyConfig(dice);

/** Runs `body` in a folder that holds `files`, which is removed afterwards. */
async function withFolder(
  files: Readonly<Record<string, Uint8Array | string>>,
  body: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ssmd-original-"));
  try {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), content);
    }
    await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(folder: string, options?: OriginalRunOptions, stream?: string) {
  const data = fileArchive(folder);
  const streams = (one: { stream: string }) => stream === undefined || one.stream === stream;
  return runOriginalSource({ data, streams }, [CONFIG], options);
}

function tradesOf(lines: readonly string[]): string {
  const oracle = new OriginalOracle(CONFIG);
  for (const line of lines) oracle.line(line);
  return oracle.tradesJsonl;
}

function zipped(lines: readonly string[]): Uint8Array {
  return gzipSync(lines.map((line) => `${line}\n`).join(""));
}

/** The lines in as many parts. */
function parts(count: number): string[][] {
  const size = Math.ceil(LINES.length / count);
  return Array.from({ length: count }, (_, k) => LINES.slice(k * size, (k + 1) * size));
}

test("Files are read by date, then by the plain order of their names", async () => {
  const [a, b, c, d, e] = parts(5) as [string[], string[], string[], string[], string[]];
  const files = {
    "2026-01-22/0000.jsonl.gz": zipped(e),
    "2026-01-21/0900.jsonl.gz": zipped(c),
    "2026-01-21/1000.jsonl.gz": zipped(d),
    // "-" comes before "." in the order of names.
    "2026-01-21/0900-01.jsonl.gz": zipped(b),
    "2026-01-21/0015.jsonl.gz": zipped(a),
  };
  await withFolder(files, async (folder) => {
    const { results, coverage } = await run(folder);
    assert.equal(originalTradesJsonl(results[0]!.trades), tradesOf(LINES));
    assert.ok(results[0]!.trades.length > 60);
    assert.deepEqual(coverage.days, ["2026-01-21", "2026-01-22"]);
    assert.equal(coverage.files, 5);
    assert.equal(coverage.stream, ".");
  });
});

test("A last line without a newline ends with its file", async () => {
  const halves = parts(2);
  await withFolder({
    "2026-01-21/0000.jsonl.gz": gzipSync(halves[0]!.join("\n")),
    "2026-01-21/0015.jsonl.gz": gzipSync(halves[1]!.join("\n")),
  }, async (folder) => {
    const { results } = await run(folder);
    assert.equal(originalTradesJsonl(results[0]!.trades), tradesOf(LINES));
  });
});

test("Several gzip members in a file are one text", async () => {
  const text = LINES.join("\n");
  const cuts = [0, 1000, 5001, text.length];
  const members = cuts.slice(1).map((end, k) => gzipSync(text.slice(cuts[k], end)));
  await withFolder({ "2026-01-21/0000.jsonl.gz": Buffer.concat(members) }, async (folder) => {
    const { results, coverage } = await run(folder);
    assert.equal(originalTradesJsonl(results[0]!.trades), tradesOf(LINES));
    assert.deepEqual(coverage.damaged, []);
  });
});

test("Of a file that is cut in the middle what can be read is used, and the loss is named", async () => {
  const [a, b, c] = parts(3) as [string[], string[], string[]];
  const whole = zipped(b);
  const cut = whole.subarray(0, whole.length / 2);
  await withFolder({
    "2026-01-21/0000.jsonl.gz": zipped(a),
    "2026-01-21/0015.jsonl.gz": cut,
    "2026-01-21/0030.jsonl.gz": zipped(c),
  }, async (folder) => {
    const { results, coverage } = await run(folder);
    const [damage, ...others] = coverage.damaged;
    assert.deepEqual(others, []);
    assert.equal(damage!.path, "2026-01-21/0015.jsonl.gz");
    assert.match(damage!.reason, /ends early/);
    assert.equal(coverage.files, 3);
    const text = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    const read = text.split("\n");
    assert.equal(damage!.lines, read.filter((line) => line.trim() !== "").length);
    assert.ok(damage!.lines > 50 && damage!.lines < b.length);
    // The torn last line is no JSON.
    assert.equal(originalTradesJsonl(results[0]!.trades), tradesOf([...a, ...read, ...c]));
  });
});

test("A file that is no gzip costs only itself", async () => {
  const halves = parts(2);
  await withFolder({
    "2026-01-21/0000.jsonl.gz": zipped(halves[0]!),
    "2026-01-21/0007.jsonl.gz": "nothing of this kind",
    "2026-01-21/0008.jsonl.gz": "",
    "2026-01-21/0015.jsonl.gz": zipped(halves[1]!),
  }, async (folder) => {
    const { results, coverage } = await run(folder);
    assert.equal(originalTradesJsonl(results[0]!.trades), tradesOf(LINES));
    assert.deepEqual(coverage.damaged.map(({ path, lines }) => [path, lines]), [
      ["2026-01-21/0007.jsonl.gz", 0],
      ["2026-01-21/0008.jsonl.gz", 0],
    ]);
  });
});

test("One stream of an archive is read; files that are not sealed are left out and named", async () => {
  await withFolder({
    "kalshi/books/2026-01-21/0000.jsonl.gz": zipped(LINES),
    "kalshi/books/2026-01-21/0015.jsonl.open": "{}\n",
    "kalshi/books/2026-01-21/notes.jsonl": "{}\n",
  }, async (folder) => {
    const { results, coverage } = await run(folder);
    assert.equal(originalTradesJsonl(results[0]!.trades), tradesOf(LINES));
    assert.equal(coverage.stream, "kalshi/books");
    assert.deepEqual([...coverage.leftOut].sort(), [
      "kalshi/books/2026-01-21/0015.jsonl.open",
      "kalshi/books/2026-01-21/notes.jsonl",
    ]);
  });
});

test("Of several streams one has to be chosen", async () => {
  await withFolder({
    "kalshi/books/2026-01-21/0000.jsonl.gz": zipped(LINES),
    "kalshi/trades/2026-01-21/0000.jsonl.gz": zipped([]),
  }, async (folder) => {
    await assert.rejects(run(folder), {
      code: "invalid_input",
      message: /choose one of kalshi\/books, kalshi\/trades with --stream/,
    });
    const { results } = await run(folder, {}, "books");
    assert.equal(originalTradesJsonl(results[0]!.trades), tradesOf(LINES));
    await assert.rejects(run(folder, {}, "other"), { code: "not_found" });
  });
});

test("Only the chosen days are read", async () => {
  const [a, b, c] = parts(3) as [string[], string[], string[]];
  await withFolder({
    "2026-01-21/0000.jsonl.gz": zipped(a),
    "2026-01-22/0000.jsonl.gz": zipped(b),
    "2026-01-24/0000.jsonl.gz": zipped(c),
  }, async (folder) => {
    const { gzip, storage } = fileArchive(folder);
    const days = await selectDays(storage, { from: "2026-01-22", to: "2026-01-25" });
    assert.deepEqual(days.missing, ["2026-01-23", "2026-01-25"]);
    const source = { data: { gzip, storage: days.storage }, streams: () => true };
    const { results, coverage } = await runOriginalSource(source, [CONFIG]);
    assert.deepEqual(coverage.days, ["2026-01-22", "2026-01-24"]);
    assert.equal(originalTradesJsonl(results[0]!.trades), tradesOf([...b, ...c]));
  });
});

test("Progress ends with every byte and record, and an abort ends the reading", async () => {
  const halves = parts(2);
  await withFolder({
    "2026-01-21/0000.jsonl.gz": zipped(halves[0]!),
    "2026-01-21/0015.jsonl.gz": zipped(halves[1]!),
  }, async (folder) => {
    const seen: OriginalProgress[] = [];
    const { coverage } = await run(folder, { onProgress: (progress) => seen.push(progress) });
    assert.equal(seen.at(-1)!.bytes, coverage.bytes);
    assert.equal(seen.at(-1)!.totalBytes, coverage.bytes);
    assert.equal(seen.at(-1)!.file, "2026-01-21/0015.jsonl.gz");
    const controller = new AbortController();
    const reason = new Error("enough");
    const aborted = run(folder, {
      signal: controller.signal,
      onProgress: () => controller.abort(reason),
    });
    await assert.rejects(aborted, reason);
  });
});

test("The summary has the original's fields, and a day without a record has no time", async () => {
  await withFolder({
    "2026-01-21/0000.jsonl.gz": zipped([...LINES, LAST]),
  }, async (folder) => {
    const { results, coverage } = await run(folder);
    const context = { runId: "run-1", dates: ["2026-01-21", "2026-01-22"] };
    const summary = originalSummary(results[0]!, coverage, CONFIG, context);
    assert.deepEqual(Object.keys(summary), [
      "runId",
      "timestamp",
      "config",
      "dates",
      "source",
      "records",
      "files",
      "parseErrors",
      "results",
      "portfolio",
    ]);
    const oracle = new OriginalOracle(CONFIG);
    for (const line of [...LINES, LAST]) oracle.line(line);
    assert.equal(summary.timestamp, "2026-01-21T14:13:20.500Z");
    assert.deepEqual(summary.dates, { from: "2026-01-21", to: "2026-01-22", count: 2 });
    assert.equal(summary.records, oracle.records);
    assert.equal(summary.parseErrors, oracle.parseErrors);
    assert.equal(summary.portfolio.balance, oracle.cash);
    for (const { model, trades, wins, losses, winRate, netPnl } of summary.results) {
      const own = oracle.trades.filter((trade) => trade.model === model);
      assert.equal(trades, own.length);
      assert.equal(wins, own.filter(({ pnl }) => pnl > 0).length);
      assert.equal(losses, trades - wins);
      assert.equal(winRate, wins / trades);
      assert.equal(netPnl, own.reduce((sum, { pnl }) => sum + pnl, 0));
    }
    assert.deepEqual(
      summary.results.map(({ model }) => model),
      [...new Set(oracle.trades.map(({ model }) => model))],
    );
  });
  await withFolder({ "2026-01-21/0000.jsonl.gz": zipped([]) }, async (folder) => {
    const { results, coverage } = await run(folder);
    const summary = originalSummary(results[0]!, coverage, CONFIG, { runId: "r", dates: [] });
    assert.equal(summary.timestamp, null);
    assert.equal(summary.records, 0);
  });
});

const LAST =
  '{"type":"ticker","msg":{"market_ticker":"KXMARKET-0","ts":1769000000},"_received_at":1769004800500000}';
