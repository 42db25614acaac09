import assert from "node:assert/strict";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { type Running, startCli } from "../run_cli_test_support.ts";
import { loggedTrials, type SweepBench, withSweepBench } from "./sweep_bench_test_support.ts";

const DAY = ["2026-01-20"];
/** 24 trials in passes of one, so that there is time to stop it. */
const MANY = "positions.takeProfitCents: { from: 1, to: 12, step: 1 }\nportfolio.seed: [1, 2]\n";

async function manyWords({ words, file }: SweepBench): Promise<string[]> {
  const grid = await file("many.yaml", MANY);
  return [...words, "--grid", grid, "--profile", "original", "--per-pass", "1", "--jobs", "2"];
}

/** Waits until the log has some trials, and gives the sweep's folder. */
async function firstTrials(folder: string, running: Running): Promise<string> {
  let hasEnded = false;
  void running.ended.then(() => hasEnded = true);
  while (!hasEnded) {
    const [name] = await readdir(join(folder, "sweeps")).catch(() => []);
    if (name !== undefined) {
      const sweep = join(folder, "sweeps", name);
      if ((await loggedTrials(sweep)).length >= 3) return sweep;
    }
    await wait(5);
  }
  throw new Error(`It ended too early: ${JSON.stringify(await running.ended)}`);
}

async function tables(sweep: string): Promise<string[]> {
  const names = ["trials.csv", "trials.json"];
  return await Promise.all(names.map((name) => readFile(join(sweep, name), "utf8")));
}

test("a sweep that was killed goes on to the same table", () =>
  withSweepBench(DAY, async (bench) => {
    const words = await manyWords(bench);
    const { folder } = bench;
    assert.equal((await startCli(["sweep", ...words]).ended).code, 0);
    const sweeps = join(folder, "sweeps");
    const sweep = join(sweeps, (await readdir(sweeps))[0]!);
    const expected = await tables(sweep);
    await rm(sweeps, { recursive: true });

    const killed = startCli(["sweep", ...words]);
    assert.equal(await firstTrials(folder, killed), sweep);
    killed.kill("SIGKILL");
    await killed.ended;
    const kept = await loggedTrials(sweep);
    assert.ok(kept.length < 24, "it was done before it was killed");

    const { code, err } = await startCli(["sweep", ...words]).ended;
    assert.equal(code, 0, err);
    assert.match(err, new RegExp(`; ${kept.length} runs of it finished before`));
    assert.deepEqual((await loggedTrials(sweep)).slice(0, kept.length), kept);
    assert.equal((await loggedTrials(sweep)).length, 24);
    assert.deepEqual(await tables(sweep), expected);
  }));

test("a sweep that is told to stop keeps what is done and says how to go on", {
  skip: process.platform === "win32" ? "there are no signals" : false,
}, () =>
  withSweepBench(DAY, async (bench) => {
    const words = await manyWords(bench);
    const running = startCli(["sweep", ...words]);
    const sweep = await firstTrials(bench.folder, running);
    running.kill("SIGINT");
    const { code, err } = await running.ended;
    assert.ok(code === 130 || code === "SIGINT", `${code}: ${err}`);
    const kept = await loggedTrials(sweep);
    assert.ok(kept.length >= 3 && kept.length < 24);
    assert.match(err, new RegExp(`ssmd: stopped; ${kept.length} finished trials kept in `));
    const command = /ssmd: to go on: ssmd (sweep .*)\n/.exec(err)?.[1];
    assert.ok(command !== undefined, err);
    // No path of the bench needs quotes.
    const again = await startCli(command.split(" ")).ended;
    assert.equal(again.code, 0, again.err);
    assert.equal((await loggedTrials(sweep)).length, 24);
  }));
