import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { runHere, withFolder } from "../run_cli_test_support.ts";
import { bookDigest, moment, tapeLine, twoMarkets } from "../tape_test_support.ts";
import { filesBelow } from "../tree_test_support.ts";

const KALSHI = ["--feed", "kalshi", "--stream", "books"];

interface Book {
  readonly hash: string;
  readonly stale: boolean;
  readonly staleReason?: string;
}

async function book(archive: string, ticker: string, at: number): Promise<Book> {
  const args = ["book", ticker, "--at", moment(at), "--archive", archive, "--hash", "--json"];
  const { code, out, err } = await runHere(args);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

interface Report {
  readonly records: number;
  readonly recordsByType: Readonly<Record<string, number>>;
  readonly gaps: Readonly<Record<string, number>>;
  readonly missingFrames: number;
  readonly sequence: string;
  readonly sealed: readonly string[];
  readonly tapes: readonly {
    readonly name: string;
    readonly records: number;
    readonly duplicates: number;
    readonly restarts: number;
    readonly unparsed: number;
  }[];
}

/** Imports `text` as a file of its own and gives the report. */
async function importText(
  folder: string,
  text: string | Uint8Array,
  more: readonly string[] = [],
): Promise<Report> {
  const tape = join(folder, "tape");
  await writeFile(tape, text);
  const { code, out, err } = await runHere([
    ...["archive", "import", tape, ...KALSHI, "--out", join(folder, "arch"), "--json"],
    ...more,
  ]);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

async function verify(folder: string): Promise<void> {
  const { code, out } = await runHere(["archive", "verify", join(folder, "arch")]);
  assert.equal(code, 0, out);
}

test("Markets that share a subscription show no false gap", async () => {
  await withFolder(async (folder) => {
    const { lines, text } = twoMarkets();
    const report = await importText(folder, text);
    assert.deepEqual(report.gaps, {});
    assert.deepEqual(report.recordsByType, {
      orderbook_snapshot: 2,
      orderbook_delta: 20,
      trade: 18,
    });
    for (const ticker of ["A", "B"]) {
      const { hash, stale } = await book(join(folder, "arch"), ticker, 200);
      assert.deepEqual({ hash, stale }, { hash: bookDigest(lines, ticker), stale: false });
    }
    await verify(folder);
  });
});

test("One lost frame is exactly one gap, which makes every book of its subscription stale", async () => {
  await withFolder(async (folder) => {
    const { lines, text } = twoMarkets({ at: 7, sid: 1 });
    const report = await importText(folder, text);
    assert.deepEqual(report.gaps, { sequence: 1 });
    assert.equal(report.missingFrames, 1);
    const arch = join(folder, "arch");
    const { out } = await runHere(["archive", "cat", arch, "--type", "gap"]);
    const { reason, sid, from, to, missing, markets } = JSON.parse(out);
    assert.deepEqual({ reason, sid, from, to, missing, markets }, {
      ...{ reason: "sequence", sid: 1, from: 9, to: 9, missing: 1, markets: ["A", "B"] },
    });
    for (const ticker of ["A", "B"]) {
      assert.equal((await book(arch, ticker, 69)).stale, false);
      const { hash, stale, staleReason } = await book(arch, ticker, 200);
      assert.deepEqual({ hash, stale, staleReason }, {
        ...{ hash: bookDigest(lines, ticker), stale: true, staleReason: "sequence" },
      });
    }
    await verify(folder);
  });
});

test("A lost trade is a gap that leaves the books good", async () => {
  await withFolder(async (folder) => {
    const report = await importText(folder, twoMarkets({ at: 7, sid: 2 }).text);
    assert.deepEqual(report.gaps, { sequence: 1 });
    for (const ticker of ["A", "B"]) {
      assert.equal((await book(join(folder, "arch"), ticker, 200)).stale, false);
    }
    await verify(folder);
  });
});

test("A partial tape has no gap, and every later result says that it is partial", async () => {
  await withFolder(async (folder) => {
    const { text } = twoMarkets({ at: 7, sid: 1 });
    const report = await importText(folder, text, ["--partial"]);
    assert.deepEqual([report.gaps, report.missingFrames, report.sequence], [{}, 0, "partial"]);
    const arch = join(folder, "arch");
    const markets = join(folder, "markets.json");
    await writeFile(markets, JSON.stringify({ ticker: "A", event_ticker: "E" }));
    const at = ["--at", moment(200), "--archive", arch];
    const results = join(folder, "results");
    const backtest = ["--strategy", "favourite", "--markets", markets, "--out", results];
    for (
      const [args, where] of [
        [["book", "A", ...at], "sequence"],
        [["candles", "A", "--archive", arch], "sequence"],
        [["backtest", "--archive", arch, ...backtest], "replay.sequence"],
      ] as const
    ) {
      const { out, err } = await runHere([...args, "--json"]);
      const found = where.split(".").reduce((value, key) => value[key], JSON.parse(out));
      assert.equal(found, "partial", args[0]);
      assert.match(err, /warning: sequence is partial: /, args[0]);
    }
    const verified = await runHere(["archive", "verify", arch, "--json"]);
    assert.deepEqual(JSON.parse(verified.out).sequence, { checked: 0, partial: 1, unchecked: 0 });
    const listed = await runHere(["archive", "ls", arch, "--json"]);
    assert.equal(JSON.parse(listed.out).files[0].sequence, "partial");
  });
});

test("An equal number is a duplicate: kept, counted, and not applied to the book", async () => {
  await withFolder(async (folder) => {
    const { lines } = twoMarkets();
    const twice = lines.flatMap((line, i) => i === 12 || i === 30 ? [line, line] : [line]);
    const report = await importText(folder, `${twice.join("\n")}\n`);
    assert.equal(report.records, lines.length + 2);
    assert.equal(report.tapes[0]?.duplicates, 2);
    assert.deepEqual(report.gaps, {});
    for (const ticker of ["A", "B"]) {
      const { hash, stale } = await book(join(folder, "arch"), ticker, 200);
      assert.deepEqual({ hash, stale }, { hash: bookDigest(lines, ticker), stale: false });
    }
    await verify(folder);
  });
});

test("A lower number is a restart: its books are stale until their snapshots", async () => {
  await withFolder(async (folder) => {
    const tape = twoMarkets();
    tape.reconnect();
    tape.snapshot(300, "A", [["0.3000", "5.00"]], [["0.6000", "6.00"]]);
    tape.delta(310, "A", "yes", "0.3000", "1.00");
    tape.snapshot(320, "B", [], [["0.9000", "6.00"]]);
    const report = await importText(folder, tape.text);
    assert.equal(report.tapes[0]?.restarts, 1);
    assert.deepEqual(report.gaps, { restart: 1 });
    const arch = join(folder, "arch");
    assert.equal((await book(arch, "A", 300)).stale, false);
    const { stale, staleReason } = await book(arch, "B", 310);
    assert.deepEqual({ stale, staleReason }, { stale: true, staleReason: "restart" });
    for (const ticker of ["A", "B"]) {
      const { hash, stale } = await book(arch, ticker, 320);
      assert.deepEqual({ hash, stale }, { hash: bookDigest(tape.lines, ticker), stale: false });
    }
    const { out } = await runHere(["archive", "cat", arch, "--ticker", "A"]);
    const sessions = new Set(out.trimEnd().split("\n").map((line) => JSON.parse(line)._session));
    assert.equal(sessions.size, 2);
    await verify(folder);
  });
});

test("Plain, gzip, stdin and bare frames give the same books", async () => {
  const { lines, text } = twoMarkets();
  const bare = lines.map((line) => `${JSON.stringify(JSON.parse(line).event)}\n`).join("");
  const gzip = gzipSync(text);
  const cut = Math.floor(text.length / 2);
  const members = Buffer.concat([gzipSync(text.slice(0, cut)), gzipSync(text.slice(cut))]);
  for (const content of [text, text.trimEnd(), gzip, members, bare, `\n\n${text}\n`]) {
    await withFolder(async (folder) => {
      await importText(folder, content);
      const { hash } = await book(join(folder, "arch"), "A", 10_000);
      assert.equal(hash, bookDigest(lines, "A"));
    });
  }
  await withFolder(async (folder) => {
    const arch = join(folder, "arch");
    const piped = await runHere(["archive", "import", "-", ...KALSHI, "--out", arch], {
      input: gzip,
    });
    assert.equal(piped.code, 0, piped.err);
    const { hash } = await book(arch, "A", 200);
    assert.equal(hash, bookDigest(lines, "A"));
  });
});

test("An archive can be imported into another and stays what it was", async () => {
  await withFolder(async (folder) => {
    const tape = twoMarkets({ at: 7, sid: 1 });
    tape.reconnect();
    tape.snapshot(300, "A", [["0.3000", "5.00"]], []);
    const first = await importText(folder, tape.text);
    const arch = join(folder, "arch");
    const copy = join(folder, "copy");
    const { code, out } = await runHere([
      ...["archive", "import", join(arch, first.sealed[0] ?? ""), ...KALSHI, "--out", copy],
      "--json",
    ]);
    assert.equal(code, 0);
    const second: Report = JSON.parse(out);
    assert.deepEqual(second.recordsByType, first.recordsByType);
    assert.deepEqual(second.gaps, first.gaps);
    for (const at of [69, 200, 300]) {
      assert.deepEqual(await book(copy, "A", at), await book(arch, "A", at));
    }
    assert.equal((await runHere(["archive", "verify", copy])).code, 0);
  });
});

test("A dry run tells what an import would do and writes nothing", async () => {
  await withFolder(async (folder) => {
    const { text } = twoMarkets({ at: 7, sid: 1 });
    const dry = await importText(folder, text, ["--dry-run"]);
    assert.deepEqual(await filesBelow(folder), ["tape"]);
    const real = await importText(folder, text);
    assert.deepEqual({ ...dry, dryRun: false, sealed: real.sealed }, real);
    const words = await runHere([
      ...["archive", "import", join(folder, "tape"), ...KALSHI],
      ...["--out", join(folder, "other"), "--dry-run"],
    ]);
    assert.match(words.out, /^would import +41 records from 1 tape/);
  });
});

test("A recording is imported once, whatever its name is", async () => {
  await withFolder(async (folder) => {
    const { text } = twoMarkets();
    await importText(folder, text);
    const arch = join(folder, "arch");
    const before = await filesBelow(arch);
    const other = join(folder, "other");
    await writeFile(other, text);
    for (const dry of [[], ["--dry-run"]]) {
      const args = ["archive", "import", other, ...KALSHI, "--out", arch, ...dry];
      const { code, out, err } = await runHere(args);
      assert.deepEqual([code, out], [2, ""]);
      assert.match(
        err,
        /^ssmd: Cannot import other: .* was imported into kalshi\/books as tape\n$/,
      );
    }
    const twice = ["archive", "import", other, join(folder, "tape"), ...KALSHI];
    const { code, err } = await runHere([...twice, "--out", join(folder, "new")]);
    assert.equal(code, 2);
    assert.match(err, /^ssmd: Cannot import tape: it is the same recording as other\n$/);
    assert.deepEqual(await filesBelow(arch), before);
    const stream = ["--feed", "kalshi", "--stream", "again", "--out", arch];
    assert.equal((await runHere(["archive", "import", other, ...stream])).code, 0);
  });
});

test("Lines that are no frames are kept byte by byte and counted", async () => {
  await withFolder(async (folder) => {
    const { lines } = twoMarkets();
    const odd = [
      "not json",
      "{}",
      "[1,2]",
      '{"type":"gap"}',
      '{"recv_ms":1}',
      tapeLine(50, { type: "news", sid: 9, seq: 4, msg: { text: "é" } }),
      tapeLine(50, { hello: 1 }),
    ];
    const mixed = [...lines.slice(0, 10), ...odd, ...lines.slice(10)];
    const report = await importText(folder, `${mixed.join("\n")}\n`);
    assert.equal(report.records, mixed.length);
    assert.equal(report.tapes[0]?.records, mixed.length);
    const arch = join(folder, "arch");
    const { out } = await runHere(["archive", "cat", arch, "--frames"]);
    const frames = new Set(out.trimEnd().split("\n"));
    for (const line of odd.slice(0, 5)) assert.ok(frames.has(line), `${line} in ${out}`);
    const { hash, stale } = await book(arch, "A", 200);
    assert.deepEqual({ hash, stale }, { hash: bookDigest(lines, "A"), stale: false });
    await verify(folder);
  });
});

test("A cut tape is imported as far as it goes, with exit code 1 and a gap", async () => {
  await withFolder(async (folder) => {
    const whole = gzipSync(twoMarkets().text);
    const tape = join(folder, "cut.gz");
    await writeFile(tape, whole.subarray(0, whole.length - 200));
    const arch = join(folder, "arch");
    const args = ["archive", "import", tape, ...KALSHI, "--out", arch];
    const { code, out, err } = await runHere(args);
    assert.equal(code, 1, err);
    assert.match(out, /gaps +damage 1\n/);
    assert.match(err, /warning: cut\.gz: .*; what could be read was imported\n/);
    await verify(folder);
    const { stale, staleReason } = await book(arch, "A", 10_000);
    assert.deepEqual({ stale, staleReason }, { stale: true, staleReason: "damage" });
  });
});

test("With --json stdout is the result alone, and the warnings are on stderr", async () => {
  await withFolder(async (folder) => {
    const tape = join(folder, "tape");
    await writeFile(tape, twoMarkets({ at: 3, sid: 1 }).text);
    const args = ["archive", "import", tape, ...KALSHI, "--out", join(folder, "a"), "--json"];
    const { code, out, err } = await runHere(args);
    assert.equal(code, 0);
    assert.equal(JSON.parse(out).gaps.sequence, 1);
    assert.match(err, /^warning: 1 hole in the sequence, 1 frame missing; .*--partial[^\n]*\n$/);
  });
});

test("An import writes only what the archive format describes", async () => {
  await withFolder(async (folder) => {
    await importText(folder, twoMarkets().text);
    const day = "kalshi/books/2026-01-05";
    assert.deepEqual(await filesBelow(join(folder, "arch")), [
      `${day}/1500.jsonl.gz`,
      `${day}/manifest.json`,
      "kalshi/books/imports.json",
    ]);
    const text = await readFile(join(folder, "arch/kalshi/books/imports.json"), "utf8");
    assert.equal(JSON.parse(text).imports[0].files[0].name, "tape");
    assert.ok(!text.includes(folder), text);
  });
});
