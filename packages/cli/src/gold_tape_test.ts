import assert from "node:assert/strict";
import { cp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { type Ran, runCli, runHere, withFolder } from "./run_cli_test_support.ts";
import { contentBelow } from "./tree_test_support.ts";

/** What was computed from the tape by other means, see the data's README. */
interface Reference {
  readonly window: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly trade_volume_1e2: number;
  readonly vwap: string;
  readonly book_at: Readonly<Record<string, ReferenceBook>>;
  readonly candles_1m: Readonly<Record<string, readonly number[]>>;
  readonly buy_favourite_10: {
    readonly "close-300s": {
      readonly side: string;
      readonly fills_1e4_1e2: readonly (readonly [price: number, quantity: number])[];
      readonly pnl_0_01: string;
      readonly pnl_0_0001: string;
    };
    readonly "close-60s": null;
  };
}

interface ReferenceBook {
  readonly yes_bid: number | null;
  readonly yes_bid_sz: number | null;
  readonly yes_ask: number | null;
  readonly yes_ask_sz: number | null;
  readonly n_yes: number;
  readonly n_no: number;
  readonly tot_yes: number;
  readonly tot_no: number;
  readonly sha256: string;
}

const data = process.env["SSMD_DATA"];
const skip = data === undefined ? "SSMD_DATA is not set" : false;
const gold = join(data ?? "", "gold");
const tape = join(gold, "KXGOLD15M-26AUG102300-00.ndjson.gz");
const event = join(gold, "KXGOLD15M-26AUG102300.json");
const KALSHI = ["--feed", "kalshi", "--stream", "gold", "--partial"];

async function reference(): Promise<Reference> {
  return JSON.parse(await readFile(join(gold, "reference.json"), "utf8"));
}

/** What a command that must succeed gives. */
async function result(
  run: (args: readonly string[]) => Promise<Ran>,
  ...args: readonly string[]
): Promise<{ readonly json: Json; readonly out: string }> {
  const { code, out, err } = await run([...args, "--json"]);
  assert.equal(code, 0, err);
  return { json: JSON.parse(out), out };
}

/** JSON of a shape that the test knows; a wrong guess fails the test. */
type Json = ReturnType<typeof JSON.parse>;

/** Integers of a unit as the program writes them, for example 5100 at 4 decimals as 0.5100. */
function decimal(value: number, decimals: number): string {
  const digits = String(value).padStart(decimals + 1, "0");
  return `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

function level(price: number | null, size: number | null): string[] | null {
  return price === null || size === null ? null : [decimal(price, 4), decimal(size, 2)];
}

test("A real tape gives the books, candles and profits that were computed independently", {
  skip,
}, async () => {
  const expected = await reference();
  const ticker = expected.window;
  await withFolder(async (folder) => {
    const archive = join(folder, "arch");
    const imported = await result(runCli, "archive", "import", tape, ...KALSHI, "--out", archive);
    assert.deepEqual(imported.json.recordsByType, expected.counts);
    const verified = await result(runCli, "archive", "verify", archive);
    const { ok, recordsByType, gaps } = verified.json;
    assert.deepEqual([ok, recordsByType, gaps], [true, expected.counts, 0]);

    for (const [ms, book] of Object.entries(expected.book_at)) {
      const { json } = await result(
        runCli,
        "book",
        ticker,
        "--at",
        ms,
        "--archive",
        archive,
        "--hash",
      );
      assert.equal(json.hash, book.sha256, ms);
      assert.equal(json.stale, false, ms);
      assert.deepEqual([json.bestYesBid, json.bestYesAsk], [
        level(book.yes_bid, book.yes_bid_sz),
        level(book.yes_ask, book.yes_ask_sz),
      ]);
      assert.deepEqual(json.levels, { yes: book.n_yes, no: book.n_no });
      assert.deepEqual(json.totalSize, {
        yes: decimal(book.tot_yes, 2),
        no: decimal(book.tot_no, 2),
      });
    }

    const { json } = await result(
      runCli,
      "candles",
      ticker,
      "--archive",
      archive,
      "--interval",
      "60s",
    );
    assert.equal(json.volume, decimal(expected.trade_volume_1e2, 2));
    assert.equal(json.trades, expected.counts["trade"]);
    assert.equal(json.vwap, expected.vwap);
    const candles = json.candles.map((candle: Json) => [
      String(candle.startMs),
      [candle.open, candle.high, candle.low, candle.close, candle.volume, candle.trades],
    ]);
    assert.deepEqual(
      Object.fromEntries(candles),
      Object.fromEntries(
        Object.entries(expected.candles_1m).map(([start, [open, high, low, close, size, n]]) => [
          start,
          [...[open, high, low, close].map((price) => decimal(price!, 4)), decimal(size!, 2), n],
        ]),
      ),
    );

    const trade = expected.buy_favourite_10["close-300s"];
    const backtest = (out: string, ...more: string[]) =>
      result(
        more.length === 0 ? runCli : runHere,
        ...["backtest", "--archive", archive, "--strategy", "favourite", "--markets", event],
        ...["--out", join(folder, out), ...more],
      );
    const direct = await backtest("results");
    assert.equal(direct.json.portfolio.totalPnl, Number(trade.pnl_0_0001));
    assert.equal(direct.json.portfolio.balance, 10_000 + Number(trade.pnl_0_0001));
    assert.deepEqual([direct.json.fees.rounding, direct.json.fees.source], ["direct", "assumed"]);
    const cent = await backtest("results", "--fees", "cent");
    assert.equal(cent.json.portfolio.totalPnl, Number(trade.pnl_0_01));
    const late = await backtest("results", "--before-close", "60s");
    assert.equal(late.json.trades.count, 0);
    assert.deepEqual(late.json.skipped, { "one-sided book": 1 });
    assert.equal(late.json.portfolio.totalPnl, 0);

    const runs = (await readdir(join(folder, "results"))).sort();
    assert.deepEqual(runs, [direct, cent, late].map((run) => run.json.runId).sort());
    const files = join(folder, "results", direct.json.runId);
    const lines = (await readFile(join(files, "trades.jsonl"), "utf8")).trimEnd().split("\n");
    const [line] = lines.map((text): Json => JSON.parse(text));
    assert.equal(lines.length, 1);
    assert.equal(line.side, trade.side);
    assert.deepEqual(
      line.fills.filter(({ action }: Json) => action === "buy")
        .map(({ price, contracts }: Json) => [price * 10_000, contracts * 100]),
      trade.fills_1e4_1e2,
    );
    assert.equal(await readFile(join(files, "summary.json"), "utf8"), direct.out);

    // Again, into another folder, from a copy of the archive: not a byte differs.
    const copy = join(folder, "copy");
    await cp(archive, copy, { recursive: true });
    const again = await result(
      runCli,
      ...["backtest", "--archive", copy, "--strategy", "favourite", "--markets", event],
      ...["--out", join(folder, "again")],
    );
    assert.equal(again.json.runId, direct.json.runId);
    assert.deepEqual(
      await contentBelow(join(folder, "again", again.json.runId)),
      await contentBelow(files),
    );
  });
});

test("A real tape that was cut in pieces gives the same books in whatever order they are given", {
  skip,
}, async () => {
  const expected = await reference();
  const lines = gunzipSync(await readFile(tape)).toString().trimEnd().split("\n");
  const inside = longestMillisecond(lines);
  const cuts: readonly (readonly number[])[] = [
    [Math.floor(lines.length / 2)],
    [1, inside.from + (inside.count >> 1), lines.length - 1],
  ];
  for (const cut of cuts) {
    await withFolder(async (folder) => {
      const pieces: string[] = [];
      for (const [i, end] of [...cut, lines.length].entries()) {
        const piece = join(folder, `piece${i}`);
        await writeFile(piece, lines.slice(cut[i - 1] ?? 0, end).join("\n"));
        pieces.push(piece);
      }
      const runs = new Set<string>();
      for (const [i, order] of [pieces, [...pieces].reverse()].entries()) {
        const archive = join(folder, `arch${i}`);
        const imported = await runHere([
          "archive",
          "import",
          ...order,
          ...KALSHI,
          "--out",
          archive,
        ]);
        assert.equal(imported.code, 0, imported.err);
        for (const [ms, { sha256 }] of Object.entries(expected.book_at)) {
          const { out } = await runHere([
            ...["book", expected.window, "--at", ms, "--archive", archive, "--hash", "--json"],
          ]);
          const { hash, stale } = JSON.parse(out);
          assert.deepEqual([hash, stale], [sha256, false], `${cut} at ${ms}`);
        }
        const { out } = await runHere([
          ...["backtest", "--archive", archive, "--strategy", "favourite", "--markets", event],
          ...["--out", join(folder, "results"), "--json"],
        ]);
        assert.equal(
          JSON.parse(out).portfolio.totalPnl,
          Number(expected.buy_favourite_10["close-300s"].pnl_0_0001),
        );
        runs.add(out);
      }
      assert.equal(runs.size, 1, "the results do not tell the order");
    });
  }
});

/** Where the most lines were received within one millisecond. */
function longestMillisecond(lines: readonly string[]): { from: number; count: number } {
  let longest = { from: 0, count: 0 };
  let from = 0;
  const times = lines.map((line): number => JSON.parse(line).recv_ms);
  times.forEach((time, index) => {
    if (time !== times[from]) from = index;
    if (index - from >= longest.count) longest = { from, count: index - from + 1 };
  });
  return longest;
}
