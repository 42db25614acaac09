import assert from "node:assert/strict";
import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { withFolder } from "../run_cli_test_support.ts";
import { SweepFolder } from "./sweep_folder.ts";

const FIGURES = { trades: 3, wins: 1, open: 0, pnl: -5, fees: 2, maxDrawdown: 5, touchedGap: 0 };
const RETURNS = { observations: 3, sharpe: -0.1, skewness: 0, kurtosis: 1.5 };

const trial = (id: string) => ({ id, parameters: { p: 1 }, figures: FIGURES, isDamaged: false });

test("finished trials are there again, exactly as they were", () =>
  withFolder(async (path) => {
    const first = await SweepFolder.open(path);
    await first.log.append([trial("a"), {
      ...trial("b"),
      figures: { ...FIGURES, returns: RETURNS },
    }]);
    await first.log.append([]);
    await first.log.append([trial("c")]);
    await first.close();
    const again = await SweepFolder.open(path);
    assert.deepEqual([...again.log.finished.keys()], ["a", "b", "c"]);
    assert.deepEqual(again.log.finished.get("b")?.figures, { ...FIGURES, returns: RETURNS });
    assert.equal(again.log.unusable, 0);
    await again.close();
    await again.close();
  }));

test("a torn last line is cut off, and the log goes on behind the whole ones", () =>
  withFolder(async (path) => {
    const first = await SweepFolder.open(path);
    await first.log.append([trial("a")]);
    await first.close();
    const file = join(path, "trials.jsonl");
    await appendFile(file, JSON.stringify(trial("b")).slice(0, -20));
    const again = await SweepFolder.open(path);
    assert.deepEqual([...again.log.finished.keys()], ["a"]);
    await again.log.append([trial("c")]);
    await again.close();
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    assert.deepEqual(lines.map((line) => JSON.parse(line).id), ["a", "c"]);
  }));

test("lines that are no trial are counted, and the others are used", () =>
  withFolder(async (path) => {
    const lines = [
      "garbage",
      "[]",
      JSON.stringify({ ...trial("x"), figures: { ...FIGURES, pnl: "5" } }),
      JSON.stringify({ ...trial("x"), figures: { ...FIGURES, returns: { sharpe: 1 } } }),
      JSON.stringify({ ...trial("x"), id: 5 }),
      JSON.stringify({ ...trial("x"), isDamaged: null }),
      JSON.stringify(trial("a")),
    ];
    await writeFile(join(path, "trials.jsonl"), `${lines.join("\n")}\n`);
    const folder = await SweepFolder.open(path);
    assert.equal(folder.log.unusable, 6);
    assert.deepEqual([...folder.log.finished.keys()], ["a"]);
    await folder.close();
  }));

test("a folder in which a sweep goes on is refused to another", () =>
  withFolder(async (path) => {
    const folder = await SweepFolder.open(path);
    await assert.rejects(SweepFolder.open(path), { code: "stream_locked" });
    await folder.close();
    await (await SweepFolder.open(path)).close();
  }));
