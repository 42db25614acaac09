import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { contentBelow } from "../tree_test_support.ts";
import { loggedTrials, type SweepBench, withSweepBench } from "./sweep_bench_test_support.ts";
import { BASE_YAML, writeDays } from "./swept_days_test_support.ts";

const DAY = ["2026-01-20"];

/** A finished sweep, what it said, and every byte that it left. */
async function finished({ sweep, folder }: SweepBench) {
  const { code, out, err } = await sweep();
  assert.equal(code, 0, err);
  const [name] = await readdir(join(folder, "sweeps"));
  const path = join(folder, "sweeps", name!);
  return { path, log: join(path, "trials.jsonl"), out, content: await contentBelow(path) };
}

test("a finished sweep that is run again runs nothing, and says and leaves the same", () =>
  withSweepBench(DAY, async (bench) => {
    const { path, out, content } = await finished(bench);
    const again = await bench.sweep();
    assert.deepEqual([again.code, again.out], [0, out]);
    assert.match(again.err, /^6 trials \(2 × 3\) over 1 day; 6 runs of it finished before\n/);
    assert.deepEqual(await contentBelow(path), content);
    // In how many threads and passes they ran is not part of a sweep.
    const other = await bench.sweep("--jobs", "3", "--per-pass", "1");
    assert.deepEqual([other.code, other.out], [0, out]);
    assert.deepEqual(await contentBelow(path), content);
  }));

test("a log that ends in the middle of a line costs that trial, and the table is the same", () =>
  withSweepBench(DAY, async (bench) => {
    const { path, log, out, content } = await finished(bench);
    const bytes = await readFile(log);
    const lines = bytes.toString().split("\n");
    // The last line whole but for its end, a middle one, the first, and nothing at all.
    const third = lines.slice(0, 3).join("\n").length + 1;
    const cuts = [[bytes.length - 1, 5], [third - 20, 2], [10, 0], [0, 0]] as const;
    for (const [length, kept] of cuts) {
      await writeFile(log, bytes.subarray(0, length));
      const again = await bench.sweep();
      assert.deepEqual([again.code, again.out], [0, out]);
      assert.match(
        again.err,
        kept === 0 ? /^6 trials .* over 1 day\n/ : new RegExp(`; ${kept} runs of it finished`),
      );
      assert.doesNotMatch(again.err, /damaged/);
      // Passes of other trials finish in another order than one pass of all.
      const sorted = (text: string) => text.split("\n").sort().join("\n");
      const now = await contentBelow(path);
      assert.equal(sorted(await readFile(log, "utf8")), sorted(bytes.toString()));
      assert.deepEqual({ ...now, "trials.jsonl": "" }, { ...content, "trials.jsonl": "" });
    }
  }));

test("lines of a log that are damaged are counted and run again", () =>
  withSweepBench(DAY, async (bench) => {
    const { path, log, out, content } = await finished(bench);
    const lines = await loggedTrials(path);
    const broken = [...lines];
    broken[1] = lines[1]!.slice(0, 40);
    broken[4] = "\u0000".repeat(lines[4]!.length);
    await writeFile(log, `${broken.join("\n")}\n`);
    const again = await bench.sweep();
    assert.deepEqual([again.code, again.out], [0, out]);
    assert.match(again.err, /warning: 2 damaged lines of the log left out/);
    assert.match(again.err, /; 4 runs of it finished before/);
    const now = await contentBelow(path);
    assert.deepEqual({ ...now, "trials.jsonl": "" }, { ...content, "trials.jsonl": "" });
    assert.deepEqual((await loggedTrials(path)).slice(-2).sort(), [lines[1], lines[4]].sort());
  }));

test("a log of something else gives no trial, and none of its figures", () =>
  withSweepBench(DAY, async (bench) => {
    const { path, log, out } = await finished(bench);
    const own = await loggedTrials(path);
    const foreign = own.map((line) => {
      const trial = JSON.parse(line);
      const figures = { ...trial.figures, pnl: 999e6 };
      return JSON.stringify({ ...trial, id: `${trial.id.slice(1)}0`, figures });
    });
    await writeFile(log, `${foreign.join("\n")}\n`);
    const other = await bench.sweep();
    assert.deepEqual([other.code, other.out], [0, out]);
    assert.deepEqual((await loggedTrials(path)).slice(foreign.length).sort(), own.sort());

    await writeFile(log, "id,pnl\n1,5\n");
    const table = await bench.sweep();
    assert.deepEqual([table.code, table.out], [0, out]);
    assert.match(table.err, /2 damaged lines of the log left out/);

    await rm(log);
    await mkdir(log);
    const { code, err } = await bench.sweep();
    assert.equal(code, 2);
    assert.match(err, /ssmd: Cannot open trials\.jsonl: a folder is where a file is expected/);
  }));

test("another grid, configuration, profile or data is another sweep beside the first, which stays as it was", () =>
  withSweepBench(DAY, async (bench) => {
    const { path, content } = await finished(bench);
    const { folder, file, sweep } = bench;
    const sweeps = join(folder, "sweeps");
    let count = 1;
    const isAnother = async (...more: string[]) => {
      const { code, err } = await sweep(...more);
      assert.equal(code, 0, err);
      assert.doesNotMatch(err, /finished before/);
      assert.equal((await readdir(sweeps)).length, ++count);
      assert.deepEqual(await contentBelow(path), content);
    };
    // Its trials are some of those that are finished, under the same ids.
    await isAnother("--grid", await file("fewer.yaml", "positions.takeProfitCents: [3, 6]\n"));
    await isAnother(
      "--config",
      await file("wider.yaml", BASE_YAML.replace("Cents: 5,", "Cents: 9,")),
    );
    await isAnother("--profile", "original");
    await isAnother("--fees", "cent");
    await writeDays(join(folder, "days"), ["2026-01-21"]);
    await isAnother();
    // The first again, by naming its day.
    assert.match((await sweep("--dates", DAY[0]!)).err, /; 6 runs of it finished before/);
    assert.deepEqual(await contentBelow(path), content);
  }));
