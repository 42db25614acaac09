import assert from "node:assert/strict";
import fc from "fast-check";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { runHere, withFolder } from "./run_cli_test_support.ts";
import { bookDigest, START_MS, tapeLine, TapeWriter } from "./tape_test_support.ts";

/** The latest moment that there is: garbage may claim to have been received then. */
const END_OF_TIME = "9007199254740";

const NEWLINE = Buffer.from("\n");

const GOOD = goodTape();

/** Sixty frames of the market GOOD. */
function goodTape(): TapeWriter {
  const tape = new TapeWriter();
  tape.snapshot(0, "GOOD", [["0.4000", "100.00"], ["0.3900", "5.50"]], [["0.5500", "80.00"]]);
  for (let i = 1; i < 40; i++) {
    tape.delta(i * 3000, "GOOD", i % 2 === 0 ? "yes" : "no", `0.${100 + i * 7}0`, `${i}.25`);
    if (i % 2 === 0) tape.trade(i * 3000, "GOOD", `0.${100 + i * 7}0`, `${i}.50`);
  }
  return tape;
}

/** Values that could stand in any field. */
const odd = fc.oneof(
  fc.constantFrom(null, true, -1, 1e300, 0.1, "", "-5.00", "1e3", "GOOD2", [], {}, [[]], "\u0000é"),
  fc.jsonValue({ maxDepth: 2 }),
);

/** A frame of another market, of any subscription but the good ones, with odd fields. */
const oddFrame = fc.record({
  type: fc.oneof(
    fc.constantFrom("orderbook_snapshot", "orderbook_delta", "trade", "ticker", "ok", "error"),
    fc.string(),
  ),
  sid: fc.constantFrom(7, 8),
  seq: fc.nat(5),
  msg: fc.oneof(
    odd,
    fc.record({
      market_ticker: fc.constantFrom("BAD", "WORSE"),
      price_dollars: odd,
      delta_fp: odd,
      yes_dollars_fp: odd,
      side: odd,
      ts_ms: odd,
    }, { requiredKeys: ["market_ticker"] }),
  ),
}, { requiredKeys: [] });

/** Anything that may stand in a file, without a newline: each is one line. */
const garbage = fc.oneof(
  fc.string({ unit: "binary" }).map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((text) => Buffer.from(text)),
  fc.record({ ms: fc.nat(120_000), frame: oddFrame })
    .map(({ ms, frame }) => Buffer.from(tapeLine(ms, frame))),
  fc.record({ recv_ms: odd, event: oddFrame }).map((line) => Buffer.from(JSON.stringify(line))),
  fc.record({ line: fc.nat(GOOD.lines.length - 1), share: fc.double({ min: 0.05, max: 0.95 }) })
    .map(({ line, share }) => {
      const text = GOOD.lines[line]!;
      return Buffer.from(text.slice(0, Math.floor(text.length * share)));
    }),
).filter((bytes) => !bytes.includes(0x0a) && bytes.some((byte) => !isBlank(byte)));

/** White space of JSON; a line of nothing else is passed over. */
function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0d;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

async function candles(archive: string): Promise<unknown> {
  const { code, out, err } = await runHere(["candles", "GOOD", "--archive", archive, "--json"]);
  assert.equal(code, 0, err);
  return JSON.parse(out);
}

test("Garbage in a tape changes neither book nor candles of a good market, and all is kept", async () => {
  const digest = bookDigest(GOOD.lines, "GOOD");
  const places = fc.array(fc.tuple(fc.nat(GOOD.lines.length), garbage), { maxLength: 30 });
  let clean: unknown;
  const property = fc.asyncProperty(places, async (inserted) => {
    await withFolder(async (folder) => {
      const lines = GOOD.lines.flatMap((line, index) => [
        ...inserted.filter(([place]) => place === index).map(([, bytes]) => bytes),
        Buffer.from(line),
      ]);
      lines.push(...inserted.filter(([place]) => place === GOOD.lines.length).map(([, b]) => b));
      const tape = join(folder, "tape");
      await writeFile(tape, Buffer.concat(lines.map((line) => Buffer.concat([line, NEWLINE]))));
      const archive = join(folder, "arch");
      const where = ["--feed", "kalshi", "--stream", "s", "--out", archive, "--json"];
      const imported = await runHere(["archive", "import", tape, ...where]);
      assert.equal(imported.code, 0, imported.err);
      const report = JSON.parse(imported.out);
      assert.equal(report.tapes[0].records, lines.length);
      assert.equal(report.records, lines.length + sum(report.gaps));

      const verified = await runHere(["archive", "verify", archive, "--json"]);
      assert.equal(verified.code, 0, verified.out);
      assert.equal(JSON.parse(verified.out).records, report.records);
      for (const { recordsByType } of [report, JSON.parse(verified.out)]) {
        assert.equal(sum(recordsByType), report.records);
      }

      const at = ["--at", END_OF_TIME, "--archive", archive];
      const book = await runHere(["book", "GOOD", ...at, "--hash", "--json"]);
      assert.equal(book.code, 0, book.err);
      assert.equal(JSON.parse(book.out).hash, digest);
      clean ??= await candles(archive);
      assert.deepEqual(await candles(archive), clean);
    });
  });
  await fc.assert(property, {
    numRuns: Number(process.env["SSMD_RUNS"] ?? 30),
    examples: [[[]], [[[0, Buffer.from(tapeLine(START_MS, { type: "trade" }))]]]],
  });
});
