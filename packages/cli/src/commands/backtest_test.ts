import assert from "node:assert/strict";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type Ran, runHere, withFolder } from "../run_cli_test_support.ts";
import { START_MS, TapeWriter } from "../tape_test_support.ts";
import { contentBelow, filesBelow } from "../tree_test_support.ts";

/** JSON of a shape that the test knows; a wrong guess fails the test. */
type Json = ReturnType<typeof JSON.parse>;

const CLOSE_MS = 600_000;
const TICKERS = ["KXA-26JAN05-T1", "KXA-26JAN05-T2", "KXB-26JAN05-T1"] as const;

const iso = (ms: number): string => new Date(START_MS + ms).toISOString();

/** A market object as REST gives it after the settlement. */
function market(ticker: string, result: string, more: object = {}): Json {
  return {
    ticker,
    event_ticker: ticker.slice(0, ticker.lastIndexOf("-")),
    title: "A market",
    open_time: iso(0),
    close_time: iso(CLOSE_MS),
    updated_time: iso(CLOSE_MS + 10_000),
    settlement_ts: iso(CLOSE_MS + 5000),
    status: "finalized",
    result,
    ...more,
  };
}

function series(ticker: string, more: object = {}): Json {
  const about = { ticker, title: "A series", frequency: "daily", category: "Test" };
  return { ...about, fee_type: "quadratic", fee_multiplier: 1, ...more };
}

function event(ticker: string): Json {
  return { event_ticker: ticker, series_ticker: ticker.split("-")[0], title: "An event" };
}

/** Three markets whose favourites are YES at 0.80, NO at 0.70 and YES at 0.60. */
function tape(): TapeWriter {
  const writer = new TapeWriter();
  const [a, b, c] = TICKERS;
  writer.snapshot(0, a, [["0.7900", "100.00"]], [["0.2000", "100.00"]]);
  writer.snapshot(0, b, [["0.3000", "6.00"], ["0.2900", "100.00"]], [["0.6900", "100.00"]]);
  writer.snapshot(0, c, [["0.5900", "100.00"]], [["0.4000", "100.00"]]);
  writer.delta(CLOSE_MS - 1000, a, "yes", "0.0100", "1.00");
  return writer;
}

interface Bench {
  readonly folder: string;
  /** Writes a file of REST objects and gives its path. */
  objects(name: string, ...values: unknown[]): Promise<string>;
  /** Runs a backtest with its results in `results`. */
  run(markets: readonly string[], ...more: string[]): Promise<Ran>;
  /** Runs a backtest that must succeed and gives the summary. */
  summary(markets: readonly string[], ...more: string[]): Promise<Json>;
}

async function withBench(body: (bench: Bench) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const archive = join(folder, "arch");
    await writeFile(join(folder, "tape"), tape().text);
    const where = ["--feed", "kalshi", "--stream", "s", "--out", archive];
    assert.equal((await runHere(["archive", "import", join(folder, "tape"), ...where])).code, 0);
    const run = (markets: readonly string[], ...more: string[]) =>
      runHere([
        ...["backtest", "--archive", archive, "--strategy", "favourite", "--json"],
        ...["--out", join(folder, "results"), "--markets", ...markets, ...more],
      ]);
    await body({
      folder,
      run,
      objects: async (name, ...values) => {
        const path = join(folder, name);
        await writeFile(path, values.map((value) => JSON.stringify(value)).join("\n"));
        return path;
      },
      summary: async (markets, ...more) => {
        const { code, out, err } = await run(markets, ...more);
        assert.equal(code, 0, err);
        return JSON.parse(out);
      },
    });
  });
}

const SETTLED = [
  market(TICKERS[0], "yes"),
  market(TICKERS[1], "yes"),
  market(TICKERS[2], "yes"),
];
const KNOWN_FEES = [
  ...SETTLED,
  event("KXA-26JAN05"),
  event("KXB-26JAN05"),
  series("KXA"),
  series("KXB"),
];

test("Favourites are bought from the book, charged, and settled", async () => {
  await withBench(async ({ objects, summary, folder }) => {
    const file = await objects("objects.json", KNOWN_FEES);
    const { portfolio, trades, fees, runId, skipped } = await summary([file]);
    // YES at 0.80 wins 2.00; NO at 0.70 (6 contracts) and 0.71 (4) loses 7.04; YES at 0.60 wins 4.00.
    // Fees: 0.07·10·0.8·0.2 = 0.112; 0.0882 and 0.07·4·0.71·0.29 = 0.057652 -> 0.0577; 0.168.
    assert.deepEqual(portfolio, {
      startingBalance: 10_000,
      balance: 9998.5341,
      equity: 9998.5341,
      openCost: 0,
      realised: -1.04,
      fees: 0.4259,
      totalPnl: -1.4659,
      drawdownPercent: 0.069,
      halted: false,
    });
    assert.deepEqual([trades.count, trades.wins, trades.losses], [3, 2, 1]);
    assert.deepEqual(fees, { rounding: "direct", source: "series", assumedMarkets: 0 });
    assert.deepEqual(skipped, {});
    const run = join(folder, "results", runId);
    assert.deepEqual(await filesBelow(join(folder, "results")), [
      `${runId}/summary.json`,
      `${runId}/trades.jsonl`,
    ]);
    const lines = (await readFile(join(run, "trades.jsonl"), "utf8")).trimEnd().split("\n");
    assert.deepEqual(lines.map((line) => JSON.parse(line).ticker).sort(), [...TICKERS]);
    const no = lines.map((line): Json => JSON.parse(line)).find(({ side }) => side === "no");
    assert.deepEqual([no.ticker, no.entryPrice, no.pnl], [TICKERS[1], 0.704, -7.1859]);
  });
});

test("Each way of rounding fees gives its own exact result", async () => {
  await withBench(async ({ objects, summary }) => {
    const file = await objects("objects.json", KNOWN_FEES);
    const fees: Record<string, number> = {};
    for (const rounding of ["direct", "cent", "cent-per-order"]) {
      const result = await summary([file], "--fees", rounding);
      assert.equal(result.fees.rounding, rounding);
      fees[rounding] = result.portfolio.fees;
    }
    // Per fill 0.12 + 0.09 + 0.06 + 0.17; per order 0.12 + 0.15 + 0.17.
    assert.deepEqual(fees, { direct: 0.4259, cent: 0.44, "cent-per-order": 0.44 });
  });
});

test("Without a series object the fee type is assumed, and everything says so", async () => {
  await withBench(async ({ objects, run, summary }) => {
    const file = await objects("markets.json", SETTLED);
    const { code, out, err } = await run([file]);
    assert.equal(code, 0);
    const { fees, portfolio } = JSON.parse(out);
    assert.deepEqual(fees, { rounding: "direct", source: "assumed", assumedMarkets: 3 });
    assert.equal(portfolio.fees, 0.4259);
    assert.match(err, /warning: no series object gives a fee type for 3 markets: quadratic with/);
    const half = await objects("half.json", [...SETTLED, event("KXA-26JAN05"), series("KXA")]);
    assert.deepEqual((await summary([half])).fees, {
      ...{ rounding: "direct", source: "assumed", assumedMarkets: 1 },
    });
  });
});

test("A series' multiplier counts", async () => {
  await withBench(async ({ objects, summary }) => {
    const known = KNOWN_FEES.filter(({ ticker }) => ticker !== "KXB");
    const file = await objects("double.json", [...known, series("KXB", { fee_multiplier: 2 })]);
    assert.equal((await summary([file])).portfolio.fees, 0.5939);
    const free = await objects("free.json", [...known, series("KXB", { fee_multiplier: 0 })]);
    assert.equal((await summary([free])).portfolio.fees, 0.2579);
  });
});

test("A fee type that is given and unknown is an error and no result", async () => {
  await withBench(async ({ objects, run, folder }) => {
    const known = KNOWN_FEES.filter(({ ticker }) => ticker !== "KXB");
    for (const fee_type of ["cubic", "flat", 7]) {
      const file = await objects("odd.json", [...known, series("KXB", { fee_type })]);
      const { code, out, err } = await run([file]);
      assert.deepEqual([code, out], [2, ""]);
      assert.match(
        err,
        new RegExp(`^ssmd: Cannot compute the fees of KXB-[^\n]*${fee_type}[^\n]*\n$`),
      );
      assert.deepEqual((await readdir(folder)).sort(), ["arch", "odd.json", "tape"]);
    }
  });
});

test("Objects are understood in every form in which Kalshi answers them", async () => {
  await withBench(async ({ objects, summary }) => {
    const [a, b, c] = SETTLED;
    const about = [event("KXA-26JAN05"), event("KXB-26JAN05"), series("KXA"), series("KXB")];
    const [eventA, eventB, seriesA, seriesB] = about;
    const expected = (await summary([await objects("list.json", KNOWN_FEES)])).portfolio;
    const forms: Readonly<Record<string, unknown>> = {
      markets: [{ markets: [a, b, c], cursor: "" }, ...about],
      market: [{ market: a }, { market: b }, { market: c }, ...about],
      event: [{ event: eventA, markets: [a, b] }, { event: eventB, markets: [c] }, ...about],
      nested: [{ event: { ...eventA, markets: [a, b] } }, { ...eventB, markets: [c] }, ...about],
      series: [...SETTLED, eventA, eventB, { series: [seriesA, seriesB] }],
      recorded: [{ _metadata: { at: 1 }, response: { markets: SETTLED } }, ...about],
      fetched: [{ fetched_at_ms: 1, status: 200, url: "u", response: KNOWN_FEES }],
    };
    for (const [form, value] of Object.entries(forms)) {
      const { portfolio, fees } = await summary([await objects(`${form}.json`, value)]);
      assert.deepEqual([form, portfolio, fees.source], [form, expected, "series"]);
    }
    const files = [
      await objects("one.json", a),
      await objects("two.json", { markets: [b, c] }),
      await objects("about.json", about),
    ];
    assert.deepEqual((await summary(files)).portfolio, expected);
  });
});

test("Of several objects of one market the newest counts, in whatever order they come", async () => {
  await withBench(async ({ objects, summary }) => {
    const old = market(TICKERS[0], "no", { updated_time: iso(CLOSE_MS + 1) });
    const open = market(TICKERS[1], "", { updated_time: iso(1), settlement_ts: null });
    const newer = await objects("newer.json", KNOWN_FEES);
    const older = await objects("older.json", { markets: [old, open] });
    const expected = (await summary([newer])).portfolio;
    for (const files of [[newer, older], [older, newer], [older, newer, older]]) {
      assert.deepEqual((await summary(files)).portfolio, expected);
    }
  });
});

test("A market without a result stays open: listed, at what it could be sold for", async () => {
  await withBench(async ({ objects, summary }) => {
    const [a, b] = KNOWN_FEES;
    const unsettled = market(TICKERS[2], "", { settlement_ts: null, status: "closed" });
    const file = await objects("open.json", [a, b, unsettled, ...KNOWN_FEES.slice(3)]);
    const { portfolio, open, trades } = await summary([file]);
    assert.deepEqual(open, [{
      ...{ ticker: TICKERS[2], side: "yes", group: "", contracts: 10, cost: 6 },
      ...{ entryTime: "2026-01-05T15:05:00Z", mark: 0.59 },
    }]);
    assert.equal(trades.count, 2);
    assert.equal(portfolio.equity, 10_000 - 5.4659 - 6 + 5.9);
    assert.deepEqual([portfolio.openCost, portfolio.totalPnl], [6, -5.4659]);
    assert.equal(portfolio.balance, 10_000 - 5.4659 - 6);
  });
});

test("A market of the archive without an object is counted and not traded", async () => {
  await withBench(async ({ objects, run }) => {
    const file = await objects("one.json", [SETTLED[0], market("KXOTHER-1-T1", "no")]);
    const { code, out, err } = await run([file]);
    assert.equal(code, 0);
    const { markets, trades } = JSON.parse(out);
    assert.deepEqual(markets, {
      ...{ given: 2, withData: 1, withoutData: 1, settled: 2, notGiven: 2 },
    });
    assert.equal(trades.count, 1);
    assert.match(
      err,
      /warning: 2 markets of the archive without an object in --markets, not traded/,
    );
    assert.match(err, /warning: 1 market of --markets without data in the archive\n/);
  });
});

test("A run's folder is its name, and one with other content is refused", async () => {
  await withBench(async ({ objects, run, summary, folder }) => {
    const file = await objects("objects.json", KNOWN_FEES);
    const results = join(folder, "results");
    assert.equal((await summary([file], "--run-id", "mine")).runId, "mine");
    const first = await contentBelow(results);
    assert.deepEqual(Object.keys(first), ["mine/summary.json", "mine/trades.jsonl"]);
    assert.equal((await run([file], "--run-id", "mine")).code, 0);
    assert.deepEqual(await contentBelow(results), first);

    const other = await run([file], "--run-id", "mine", "--contracts", "5");
    assert.deepEqual([other.code, other.out], [2, ""]);
    assert.match(other.err, /^ssmd: [^\n]*mine[^\n]*choose another --run-id or --out\n$/);
    assert.deepEqual(await contentBelow(results), first);

    await mkdir(join(results, "notes"));
    await writeFile(join(results, "notes", "todo.txt"), "mine");
    assert.equal((await run([file], "--run-id", "notes")).code, 2);
    await writeFile(join(results, "file"), "");
    assert.equal((await run([file], "--run-id", "file")).code, 2);
    assert.deepEqual(await filesBelow(results), [
      ...["file", "mine/summary.json", "mine/trades.jsonl", "notes/todo.txt"],
    ]);
  });
});

test("The name of a run tells data, objects and configuration apart, and nothing else", async () => {
  await withBench(async ({ objects, summary, folder }) => {
    const file = await objects("objects.json", KNOWN_FEES);
    const ids = new Set<string>();
    const configurations = [
      [],
      ["--contracts", "9"],
      ["--before-close", "299s"],
      ["--fees", "cent"],
      ["--balance", "9999"],
    ];
    for (const more of configurations) ids.add((await summary([file], ...more)).runId);
    const fewer = await objects("fewer.json", KNOWN_FEES.slice(1));
    ids.add((await summary([fewer])).runId);
    assert.equal(ids.size, configurations.length + 1);

    const [one, two] = [
      await objects("one.json", SETTLED),
      await objects("two.json", KNOWN_FEES.slice(SETTLED.length)),
    ];
    assert.equal((await summary([one, two])).runId, (await summary([two, one])).runId);

    const { runId } = await summary([file]);
    const copies = join(folder, "copies");
    await cp(join(folder, "arch"), join(copies, "archive"), { recursive: true });
    await cp(file, join(copies, "renamed.json"));
    const { out } = await runHere([
      ...["backtest", "--archive", join(copies, "archive"), "--strategy", "favourite", "--json"],
      ...["--before-close", "5m", "--out", copies, "--markets", join(copies, "renamed.json")],
    ]);
    assert.equal(JSON.parse(out).runId, runId);
    assert.deepEqual(
      await contentBelow(join(copies, runId)),
      await contentBelow(join(folder, "results", runId)),
    );
    assert.ok(!out.includes(folder) && !out.includes("renamed"), out);
  });
});

test("Money in the results are plain numbers with at most six decimals", async () => {
  await withBench(async ({ objects, run, folder }) => {
    const file = await objects("objects.json", KNOWN_FEES);
    const { out } = await run(
      [file],
      "--contracts",
      "3.33",
      "--balance",
      "1000.000001",
      "--run-id",
      "r",
    );
    const text = out + await readFile(join(folder, "results/r/trades.jsonl"), "utf8");
    assert.equal(JSON.parse(out).portfolio.startingBalance, 1000.000001);
    const numbers = text.match(/(?<=[:[, ])-?\d[\d.eE+-]*(?=[,\]}\s])/g) ?? [];
    assert.ok(numbers.length > 50);
    for (const number of numbers) assert.match(number, /^-?\d+(\.\d{1,6})?$/);
  });
});

test("The words for people name the trades, the profit and the folder", async () => {
  await withBench(async ({ objects, folder }) => {
    const file = await objects("objects.json", KNOWN_FEES);
    const { code, out, err } = await runHere([
      ...["backtest", "--archive", join(folder, "arch"), "--strategy", "favourite"],
      ...["--run-id", "r", "--out", join(folder, "results"), "--markets", file],
    ]);
    assert.deepEqual([code, err.split("\n").map((line) => line.split(":").slice(0, 2).join())], [
      0,
      [
        "warning, 3 markets traded whose close is known by hindsight only",
        "warning, fees are rounded to $0.0001 as since August 2026, and the data are older",
        "",
      ],
    ]);
    assert.match(out, /^MARKET +SIDE +/);
    for (const ticker of TICKERS) assert.ok(out.includes(`\n${ticker} `), out);
    assert.match(out, /\ntrades +3 \(2 won\)\nP&L +-\$1\.4659 net of \$0\.4259 fees\n/);
    assert.ok(out.replaceAll(/\s+/g, " ").includes(`result ${join(folder, "results", "r")}`), out);
  });
});

test("Without --markets a backtest takes the market log beside the stream, but for an unfinished line", async () => {
  await withBench(async ({ folder, objects, summary }) => {
    const [ticker] = TICKERS;
    const answers = [{ series: series("KXA") }, { event: event("KXA-26JAN05") }, {
      market: market(ticker, "yes"),
    }];
    const named = await summary([await objects("named.jsonl", ...answers)]);
    const log = join(folder, "arch", "kalshi", "s", "markets.jsonl");
    const lines = answers.map((answer) => `${JSON.stringify(answer)}\n`).join("");
    await writeFile(log, `${lines}{"market":{"tick`);
    const where = ["--archive", join(folder, "arch"), "--out", join(folder, "own")];
    const ran = await runHere(["backtest", "--strategy", "favourite", "--json", ...where]);
    assert.equal(ran.code, 0, ran.err);
    assert.equal(named.trades.count, 1);
    assert.deepEqual(JSON.parse(ran.out).trades, named.trades);
    assert.match(ran.err, /the unfinished last line of 1 file was left out/);
    assert.match(ran.err, /2 markets of the archive without an object in markets\.jsonl/);
  });
});
