import { type MomentumConfig, momentumRuns, type PaperCheckpoint, PaperRun } from "@ssmd/backtest";
import { parseMomentumConfig } from "@ssmd/backtest/config";
import { SsmdError, SymbolTable } from "@ssmd/core";
import { kalshiFees, MarketCatalog } from "@ssmd/kalshi";
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { withFolder } from "../run_cli_test_support.ts";
import {
  type PaperOrigin,
  readCheckpoint,
  type SavedPaper,
  writeCheckpoint,
} from "./checkpoint_file.ts";
import { LiveMarkets } from "./live_markets.ts";

const ORIGIN: PaperOrigin = { engine: "1.2.3", feed: "kalshi", signalsSha256: null };
const CONFIG: MomentumConfig = parseMomentumConfig("{}", "test");

/** A run as it was, or as it goes on from `checkpoint`. */
function paperRun(checkpoint?: PaperCheckpoint): PaperRun {
  const runs = momentumRuns([CONFIG], kalshiFees(new MarketCatalog().feeSchedule(), "direct"));
  const world = { settlements: new LiveMarkets() };
  return checkpoint === undefined
    ? new PaperRun(world, runs)
    : new PaperRun(world, runs, { checkpoint, symbols: new SymbolTable() });
}

function sample(): SavedPaper {
  const run = paperRun();
  run.missed("kalshi", 5_000_000, new SymbolTable());
  run.advanceTo(7_000_000);
  const markets = { "KXÄ-1": { yesValue: 0 }, "7": { yesValue: 10_000, settledTime: 950 } };
  return { origin: ORIGIN, run: run.checkpoint(), markets };
}

async function refused(file: string, origin = ORIGIN): Promise<string> {
  try {
    await readCheckpoint(file, origin);
  } catch (error) {
    assert.ok(error instanceof SsmdError, String(error));
    assert.equal(error.code, "invalid_input");
    const start = `Cannot go on from ${JSON.stringify(file)}: `;
    assert.ok(error.message.startsWith(start), error.message);
    return error.message.slice(start.length);
  }
  return assert.fail("It was read");
}

test("what was written is read again and goes on; nothing else is left in the folder", () =>
  withFolder(async (folder) => {
    const file = join(folder, "paper.json");
    assert.equal(await readCheckpoint(file, ORIGIN), undefined);
    const saved = sample();
    await writeCheckpoint(file, { ...saved, markets: {} });
    await writeCheckpoint(file, saved);
    const again = await readCheckpoint(file, ORIGIN);
    assert.deepEqual(again, JSON.parse(JSON.stringify(saved)));
    assert.equal(paperRun(again!.run).now, 7_000_000);
    assert.deepEqual(await readdir(folder), ["paper.json"]);
    assert.deepEqual(JSON.parse(await readFile(file, "utf8")).origin, ORIGIN);
  }));

test("a checkpoint that ends anywhere in the middle is refused, with what to do", () =>
  withFolder(async (folder) => {
    const file = join(folder, "paper.json");
    await writeCheckpoint(file, sample());
    const bytes = await readFile(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 2), async (length) => {
        await writeFile(file, bytes.subarray(0, length));
        assert.match(
          await refused(file),
          /^it is cut, damaged or no checkpoint \(.*\); remove it to start anew, or name another/s,
        );
      }),
      { numRuns: 50 },
    );
  }));

test("one changed character is enough to be refused", () =>
  withFolder(async (folder) => {
    const file = join(folder, "paper.json");
    await writeCheckpoint(file, sample());
    const text = (await readFile(file, "utf8")).trimEnd();
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length - 1),
        fc.constantFrom("0", "1", "9", "x", '"', "}"),
        async (at, character) => {
          fc.pre(text[at] !== character);
          await writeFile(file, text.slice(0, at) + character + text.slice(at + 1));
          await refused(file);
        },
      ),
      { numRuns: 100 },
    );
    await writeFile(file, text.replace('"now":7000000', '"now":9000000'));
    assert.match(await refused(file), /^it was changed or damaged since it was written; remove/);
  }));

test("another program's file is refused, and nobody is told to remove it", () =>
  withFolder(async (folder) => {
    const file = join(folder, "notes.json");
    const { origin: _, ...before } = sample();
    for (
      const value of [{}, [], 5, null, "text", { format: "x" }, { run: {}, markets: {} }, before]
    ) {
      await writeFile(file, JSON.stringify(value));
      assert.equal(
        await refused(file),
        "it is no checkpoint of this ssmd paper; name another file",
      );
    }
    await mkdir(join(folder, "sub"));
    assert.match(await refused(join(folder, "sub")), /^it cannot be read \(/);
  }));

test("a run of another version, feed or signal does not go on", () =>
  withFolder(async (folder) => {
    const file = join(folder, "paper.json");
    await writeCheckpoint(file, sample());
    assert.equal(
      await refused(file, { ...ORIGIN, engine: "1.3.0" }),
      "ssmd 1.2.3 wrote it and this is 1.3.0; go on with that version, or remove it to start anew, or name another file",
    );
    assert.equal(
      await refused(file, { ...ORIGIN, feed: "demo" }),
      "its feed is kalshi, now it is demo; name another file",
    );
    assert.match(
      await refused(file, { ...ORIGIN, signalsSha256: "a".repeat(64) }),
      /^the files of signals\.custom have changed since; go on with those of then, or remove it/,
    );
  }));
