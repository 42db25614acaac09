import assert from "node:assert/strict";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { Command } from "commander";
import { qualityCommands } from "../command_lines/quality_commands.ts";
import { exitCodeOf } from "../exit_code.ts";
import { DAY, fileOf, type Lines, quote, trade } from "../quality/quality_test_support.ts";
import { type Ran, runHere, withFolder } from "../run_cli_test_support.ts";
import { twoMarkets } from "../tape_test_support.ts";

const DATA = process.env["SSMD_DATA"];
const recorded = DATA === undefined ? { skip: "SSMD_DATA is not set" } : {};

/** Runs `ssmd dq` within the test. */
async function dq(columns: number, ...args: string[]): Promise<Ran> {
  let out = "";
  let err = "";
  let code = 0;
  const terminal = {
    out: (text: string) => void (out += text),
    err: (text: string) => void (err += text),
    columns,
    color: false,
    live: false,
    piped: true,
  };
  const { signal } = new AbortController();
  const context = { terminal, stdin: Readable.from([]), env: process.env, signal };
  const ssmd = new Command("ssmd").exitOverride();
  qualityCommands(ssmd, context, (given) => code = given);
  try {
    await ssmd.parseAsync(["dq", ...args], { from: "user" });
  } catch (error) {
    const failed = exitCodeOf(error);
    return { code: failed.code, out, err: err + failed.message };
  }
  return { code, out, err };
}

async function put(folder: string, files: Readonly<Record<string, Lines>>): Promise<void> {
  for (const [path, lines] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), fileOf(lines));
  }
}

/** Runs `body` with an archive of two days of one stream; `more` deltas make its file longer. */
async function withArchive(body: (archive: string) => Promise<void>, more = 0): Promise<void> {
  await withFolder(async (folder) => {
    const archive = join(folder, "archive");
    const writer = twoMarkets();
    for (let i = 0; i < more; i++) {
      const price = `0.${100 + i * 7919 % 300}0`;
      writer.delta(300 + i, "A", "yes", price, `${1 + i * 104_729 % 997}.25`);
    }
    // The second day begins with a snapshot of its own.
    writer.snapshot(86_400_000, "A", [["0.4000", "100.00"]], [["0.5500", "80.00"]]);
    writer.trade(86_400_500, "A", "0.4100", "1.00");
    await writeFile(join(folder, "tape"), writer.text);
    const where = ["--feed", "kalshi", "--stream", "books", "--out", archive];
    const { code, err } = await runHere(["archive", "import", join(folder, "tape"), ...where]);
    assert.equal(code, 0, err);
    await body(archive);
  });
}

const FIRST = "kalshi/books/2026-01-05/1500.jsonl.gz";
const MANIFEST = "kalshi/books/2026-01-05/manifest.json";

async function days(archive: string, ...args: string[]) {
  const { code, out, err } = await dq(80, archive, "--json", ...args);
  assert.equal(err, "");
  return { code, days: JSON.parse(out).streams[0].days };
}

test("A plain folder is a line a day, then what is behind all that is not clean", async () => {
  await withFolder(async (folder) => {
    await put(folder, {
      [`${DAY}/0000.jsonl.gz`]: [quote(0), trade(1), quote(2)],
      "2026-01-07/0000.jsonl.gz": [
        quote(172_800),
        quote(172_801, { yes_bid: 53 }),
        quote(172_802, { yes_bid: 54 }),
        quote(172_803, { market_ticker: "B", yes_bid: 53 }),
        trade(172_804, { taker_side: undefined }),
      ],
    });
    const { code, out, err } = await dq(80, folder, "--dates", `${DAY},2026-01-06,2026-01-07`);
    assert.deepEqual([code, err], [0, ""]);
    assert.equal(
      out,
      `DAY         VERDICT  RECORDS  MARKETS  COVERED  WORST
2026-01-05  warn           3        1    0.0 %  1 pause between files, …
2026-01-06  no data        0        1    0.0 %  0.0 % of market time covered
2026-01-07  warn           5        2  100.0 %  3 crossed quotes, …

2026-01-05 warn
  1 pause between files: 2026-01-05T00:00:02Z to 2026-01-07T00:00:00Z (48 h),
    2026-01-05/0000.jsonl.gz to 2026-01-07/0000.jsonl.gz
  0.0 % of market time covered: not covered: file gap 24 h; most in A 24 h of
    24 h
  note: no manifest: nothing is proven
  note: 3 lines without receive time

2026-01-06 no data
  0.0 % of market time covered: not covered: file gap 24 h; most in A 24 h of
    24 h

2026-01-07 warn
  3 crossed quotes: A 2, B 1
  1 trade without side: A 1
  note: no manifest: nothing is proven
  note: 5 lines without receive time

days      2 warn, 1 no data
records   8
covered   0.0 % of the time from each market's first row to its last
clock     exchange
sequence  unchecked
result    warn
`,
    );
  });
});

test("No line is wider than a terminal of 80 or of 40 columns, unless a path is", async () => {
  await withFolder(async (folder) => {
    await put(folder, {
      "2026-01-05/0.jsonl.gz": [
        quote(0),
        quote(2, { yes_bid: 53 }),
        "{",
        trade(1, { count: null }),
      ],
      "2026-01-20/0.jsonl.gz": [quote(1_296_000), trade(1_296_001)],
    });
    for (const columns of [80, 40]) {
      const { out } = await dq(columns, folder);
      for (const line of out.split("\n")) assert.ok(line.length <= columns, `${columns}: ${line}`);
      assert.match(out, /2026-01-05 +corrupt/);
    }
  });
});

test("A run of days without data is one line", async () => {
  await withFolder(async (folder) => {
    await put(folder, { [`${DAY}/0.jsonl.gz`]: [quote(0)] });
    const { out } = await dq(80, folder, "--from", DAY, "--to", "2026-12-31");
    assert.match(out, /\n2026-01-06 {2}no data +0 +0 +to 2026-12-31\n\n/);
    assert.match(out, /\ndays +1 clean, 360 no data\n/);
  });
});

test("A whole archive is clean, and what its day misses is told from the range", async () => {
  await withArchive(async (archive) => {
    const { code, days: found } = await days(archive);
    assert.equal(code, 0);
    assert.deepEqual(
      found.map(({ date, verdict, records }: Record<string, unknown>) => [date, verdict, records]),
      [["2026-01-05", "clean", 40], ["2026-01-06", "clean", 2]],
    );
    assert.deepEqual(found[0].first, "2026-01-05T15:00:00Z");
    assert.equal(found[0].files[0].listed, true);
  });
});

test("Of a cut file the manifest tells how many lines are lost", async () => {
  await withArchive(async (archive) => {
    const bytes = await readFile(join(archive, FIRST));
    const claimed = gunzipSync(bytes).toString().split("\n").length - 1;
    await writeFile(join(archive, FIRST), bytes.subarray(0, Math.floor(bytes.length * 0.97)));
    const slight = await days(archive);
    const [{ files, lostRecords, verdict, records }] = slight.days;
    assert.deepEqual([slight.code, verdict], [1, "warn"]);
    assert.equal(records + lostRecords, claimed);
    assert.equal(files[0].lostRecords, lostRecords);
    assert.match(files[0].damage, /1500\.jsonl\.gz|gz/);
    await writeFile(join(archive, FIRST), bytes.subarray(0, Math.floor(bytes.length * 0.5)));
    const half = await days(archive);
    assert.deepEqual([half.code, half.days[0].verdict], [1, "corrupt"]);
    // Until the snapshot at 15:00 of the next day nobody knows what was lost.
    assert.deepEqual(half.days[1].coverage.staleBy, { damage: 15 * 3_600_000_000 });
    const { out } = await dq(80, archive);
    assert.match(out, /lines lost/);
    assert.match(out, /1 damaged file: kalshi\/books\/2026-01-05\/1500\.jsonl\.gz: /);
    // Salvaged, the rest of it is read elsewhere and what is lost stays known.
    assert.equal((await runHere(["archive", "repair", archive])).code, 0);
    const salvaged = await days(archive);
    const state = salvaged.days[0].files.map((file: { state: string }) => file.state);
    assert.deepEqual(state, ["sealed", "salvaged"]);
    assert.equal(salvaged.code, 1);
    assert.equal(salvaged.days[0].records + salvaged.days[0].lostRecords, claimed + 1);
  }, 3000);
});

test("A file that only the manifest knows is missing with all its lines", async () => {
  await withArchive(async (archive) => {
    await rm(join(archive, FIRST));
    const { code, days: [day] } = await days(archive);
    assert.deepEqual([code, day.verdict, day.lostRecords], [1, "corrupt", 40]);
    assert.deepEqual(day.files.map(({ path, state }: Record<string, unknown>) => [path, state]), [
      [FIRST, "absent"],
    ]);
  });
});

test("A file that the manifest does not know warns, and so does a manifest that cannot be read", async () => {
  await withArchive(async (archive) => {
    await put(archive, { "kalshi/books/2026-01-05/2300.jsonl.gz": [quote(82_800)] });
    const facts = (day: { findings: { fact: string; severity: string }[] }) =>
      day.findings.filter(({ severity }) => severity !== "note").map(({ fact }) => fact);
    assert.ok(facts((await days(archive)).days[0]).includes("unlistedFiles"));
    await writeFile(join(archive, MANIFEST), "{");
    const { code, days: found } = await days(archive);
    assert.equal(code, 0);
    assert.ok(facts(found[0]).includes("damagedManifest"));
    assert.deepEqual(found.map(({ records }: { records: number }) => records), [41, 2]);
  });
});

test("An open file is read and said to be open", async () => {
  await withArchive(async (archive) => {
    const open = "kalshi/books/2026-01-05/2300.jsonl.open";
    await writeFile(join(archive, open), `${JSON.stringify(quote(82_800))}\n{"type":"tic`);
    const { days: [day] } = await days(archive);
    assert.equal(day.records, 41);
    assert.ok(day.findings.some(({ fact }: { fact: string }) => fact === "openFiles"));
  });
});

test("Market objects beside the stream say when markets traded", async () => {
  await withArchive(async (archive) => {
    const market = (ticker: string, open: string, close: string) =>
      JSON.stringify({
        market: { ticker, event_ticker: "E", open_time: open, close_time: close, status: "active" },
      });
    const log = [
      market("A", "2026-01-05T14:00:00Z", "2026-01-05T15:00:00.1Z"),
      market("QUIET", "2026-01-05T14:00:00Z", "2026-02-05T15:00:00Z"),
    ];
    const file = join(archive, "kalshi/books/markets.jsonl");
    await writeFile(file, `${log.join("\n")}\n`);
    const { out } = await dq(80, archive, "--json", "--dates", "2026-01-05");
    const [stream] = JSON.parse(out).streams;
    assert.deepEqual([stream.hours, stream.silentMarkets], ["objects", ["QUIET"]]);
    // From the day's begin, which was asked for, to the close; the first snapshot came at 15:00.
    const [{ ticker, tradingTime, staleTime }] = stream.days[0].markets;
    assert.deepEqual([ticker, tradingTime, staleTime], ["A", 3_600_100_000, 3_600_000_000]);
    await writeFile(file, "no JSON\n{}\n");
    const unusable = await dq(80, archive);
    assert.match(unusable.err, /^warning: .*markets\.jsonl.*taken from their rows/);
  });
});

test("Streams are told apart, and one can be chosen", async () => {
  await withArchive(async (archive) => {
    await put(archive, { [`kalshi/quotes/${DAY}/0.jsonl.gz`]: [quote(0)] });
    const { out } = await dq(80, archive);
    assert.match(out, /^kalshi\/books\nDAY .*\n(.*\n){2}\nkalshi\/quotes\nDAY /);
    assert.match(out, /\nshared +1 market in more than one stream, choose with --stream: A\n/);
    const chosen = JSON.parse((await dq(80, archive, "--json", "--stream", "quotes")).out);
    assert.deepEqual(chosen.streams.map(({ stream }: { stream: string }) => stream), [
      "kalshi/quotes",
    ]);
    const wrong = await dq(80, archive, "--stream", "none");
    assert.deepEqual(wrong.code, 2);
    assert.match(wrong.err, /has no stream none/);
  });
});

test("A folder without data is refused, and days without data exit with 1", async () => {
  await withFolder(async (folder) => {
    assert.equal((await dq(80, join(folder, "none"))).code, 2);
    await put(folder, { [`${DAY}/0.jsonl.gz`]: [quote(0)] });
    assert.equal((await dq(80, folder, "--dates", "2020-01-01")).code, 1);
    const wrong = await dq(80, folder, "--from", "yesterday");
    assert.deepEqual([wrong.code, wrong.out], [2, ""]);
    assert.match(wrong.err, /"yesterday" as a day/);
  });
});

test("The recorded tape is what its lines say", recorded, async () => {
  await withFolder(async (folder) => {
    const tape = `${DATA}/gold/KXGOLD15M-26AUG102300-00.ndjson.gz`;
    const lines = gunzipSync(await readFile(tape)).toString().trimEnd().split("\n");
    const frames = lines.map((line) => JSON.parse(line));
    const ages = frames.flatMap(({ recv_ms, event: { msg } }) =>
      msg.ts_ms === undefined ? [] : [recv_ms - msg.ts_ms]
    );
    const where = ["--feed", "kalshi", "--stream", "gold", "--partial", "--out", folder];
    assert.equal((await runHere(["archive", "import", tape, ...where])).code, 0);
    const { code, days: [day, ...more] } = await days(folder);
    assert.deepEqual([code, more], [0, []]);
    const [market] = day.markets;
    const count = (type: string) => frames.filter(({ event }) => event.type === type).length;
    assert.deepEqual(
      [market.snapshots, market.deltas, market.trades, market.tickers],
      [count("orderbook_snapshot"), count("orderbook_delta"), count("trade"), 0],
    );
    assert.deepEqual([day.records, day.facts], [46_243, {}]);
    assert.equal(market.tradingTime, (frames.at(-1).recv_ms - frames[0].recv_ms) * 1000);
    assert.equal(market.staleTime, 0);
    assert.equal(day.messageAge.frames, ages.length);
    const negative = ages.filter((age) => age < 0).length;
    // The decoder reads microseconds from `ts` nowhere: both times are whole milliseconds.
    assert.equal(day.messageAge.negative, negative);
    const median = ages.sort((a, b) => a - b)[Math.ceil(ages.length / 2) - 1]! * 1000;
    assert.ok(Math.abs(day.messageAge.p50 - median) <= Math.abs(median) / 32);
    const facts = day.findings.map(({ fact }: { fact: string }) => fact);
    assert.deepEqual([day.verdict, facts], ["warn", ["clockBehind"]]);
  });
});

test("The archive of the momentum data is clean", recorded, async () => {
  await withFolder(async (folder) => {
    const source = `${DATA}/momentum/records.jsonl.gz`;
    const lines = gunzipSync(await readFile(source)).toString().trimEnd().split("\n");
    await mkdir(join(folder, "2026-01-21"));
    await writeFile(join(folder, "2026-01-21/0000.jsonl.gz"), await readFile(source));
    const { code, days: [day] } = await days(folder);
    assert.deepEqual([code, day.verdict, day.facts], [0, "clean", {}]);
    const rows = new Map<string, { tickers: number; trades: number }>();
    for (const line of lines) {
      const { type, msg } = JSON.parse(line);
      const found = rows.get(msg.market_ticker) ?? { tickers: 0, trades: 0 };
      rows.set(msg.market_ticker, found);
      if (type === "ticker") found.tickers++;
      else found.trades++;
    }
    assert.deepEqual(
      day.markets.map((
        { ticker, tickers, trades }: Record<string, unknown>,
      ) => [ticker, { tickers, trades }]),
      [...rows].sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    // A folder of another day holds lines of another day.
    await rename(join(folder, "2026-01-21"), join(folder, "2026-01-22"));
    const other = (await days(folder)).days[0];
    assert.deepEqual([other.verdict, other.findings[0].fact, other.findings[0].count], [
      "warn",
      "otherDay",
      20_000,
    ]);
  });
});
