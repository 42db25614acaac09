import assert from "node:assert/strict";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { runHere, withFolder } from "../run_cli_test_support.ts";
import { withSweepBench } from "../sweep/sweep_bench_test_support.ts";
import { BASE_YAML } from "../sweep/swept_days_test_support.ts";
import { contentBelow } from "../tree_test_support.ts";

const DAY = ["2026-01-20"];
const PROFILES = ["original", "default"] as const;

const json = async (folder: string, name = "trials.json") =>
  JSON.parse(await readFile(join(folder, name), "utf8"));

for (const profile of PROFILES) {
  test(`every trial of profile ${profile} equals the backtest of its configuration, byte for byte`, () =>
    withSweepBench(DAY, async ({ folder, file, swept }) => {
      const sweep = await swept("--profile", profile, "--jobs", "2", "--keep-runs");
      const { trials } = await json(sweep);
      assert.equal(trials.length, 6);
      for (const { id, parameters, trades } of trials) {
        assert.ok(trades > 3, `only ${trades} trades`);
        const [profit, stop] = Object.values(parameters);
        const text = BASE_YAML.replace("takeProfitCents: 5", `takeProfitCents: ${profit}`)
          .replace("timeStopMinutes: 5", `timeStopMinutes: ${stop}`);
        const { code, err } = await runHere([
          ...["backtest", "--archive", join(folder, "days"), "--profile", profile, "--no-cache"],
          ...["--config", await file("base.yaml", text), "--out", join(folder, "results")],
        ]);
        assert.equal(code, 0, err);
        for (const name of ["summary.json", "trades.jsonl", "equity.csv"]) {
          assert.equal(
            await readFile(join(sweep, "runs", id, name), "utf8"),
            await readFile(join(folder, "results", id, name), "utf8"),
          );
        }
      }
    }));

  test(`the best run of profile ${profile} is kept whole, as a backtest leaves it`, () =>
    withSweepBench(DAY, async ({ swept }) => {
      const sweep = await swept("--profile", profile, "--jobs", "1");
      const { best } = await json(sweep);
      assert.deepEqual(await readdir(join(sweep, "best")), [best]);
      assert.deepEqual((await readdir(join(sweep, "best", best))).sort(), [
        "decisions.jsonl",
        "equity.csv",
        "report.html",
        "summary.json",
        "trades.jsonl",
      ]);
    }));

  test(`threads and the size of passes change no byte of profile ${profile}`, () =>
    withSweepBench(DAY, async ({ folder, swept }) => {
      const results: Record<string, string>[] = [];
      for (const more of [["1", "50"], ["3", "1"], ["2", "2"]] as const) {
        const sweep = await swept("--profile", profile, "--jobs", more[0], "--per-pass", more[1]);
        // The log is in the order in which trials were finished.
        await rm(join(sweep, "trials.jsonl"));
        results.push(await contentBelow(sweep));
        await rm(join(folder, "sweeps"), { recursive: true });
      }
      assert.deepEqual(results[1], results[0]);
      assert.deepEqual(results[2], results[0]);
    }));
}

test("the table shows the best first, what that is worth, and where the files are", () =>
  withSweepBench(DAY, async ({ sweep }) => {
    const { code, out, err } = await sweep("--profile", "original");
    assert.equal(code, 0);
    assert.match(err, /^6 trials \(2 × 3\) over 1 day\n/);
    assert.match(out, /^# {2}takeProfitCents {2}timeStopMinutes {2}TRADES/);
    const gains = [...out.matchAll(/^\d .*/gm)].map(([line]) => Number(line.split(/ +/)[5]));
    assert.equal(gains.length, 6);
    assert.deepEqual(gains, [...gains].sort((a, b) => b - a));
    assert.match(out, /\nThe best of 6 trials shows a Sharpe ratio/);
    assert.match(out, /\nbest run {2}.*\nresult {4}/);
  }));

test("with --json the result is the file, and nothing else is on the output", () =>
  withSweepBench(DAY, async ({ folder, sweep }) => {
    const { out } = await sweep("--json");
    const [name] = await readdir(join(folder, "sweeps"));
    assert.equal(out, await readFile(join(folder, "sweeps", name!, "trials.json"), "utf8"));
    const { sweepId, days, missingDays, profile, config } = JSON.parse(out);
    assert.deepEqual([sweepId, days, missingDays, profile], [name, DAY, [], "default"]);
    assert.equal(config.positions.takeProfitCents, 5);
  }));

test("the best can be chosen by Sharpe ratio, without running anything again", () =>
  withSweepBench(DAY, async ({ swept, sweep }) => {
    const folder = await swept("--profile", "original");
    const log = await readFile(join(folder, "trials.jsonl"), "utf8");
    const { err } = await sweep("--profile", "original", "--metric", "sharpe");
    assert.match(err, /; 6 runs of it finished before\n/);
    assert.equal(await readFile(join(folder, "trials.jsonl"), "utf8"), log);
    const { metric, best, trials } = await json(folder);
    assert.equal(metric, "sharpe");
    const most = Math.max(...trials.map(({ sharpe }: { sharpe: number }) => sharpe));
    assert.equal(trials.find(({ id }: { id: string }) => id === best).sharpe, most);
  }));

test("runs that were not kept are made when they are asked for later", () =>
  withSweepBench(DAY, async ({ swept }) => {
    await swept("--profile", "original");
    const folder = await swept("--profile", "original", "--keep-runs");
    assert.equal((await readdir(join(folder, "runs"))).length, 6);
  }));

test("a sweep that cannot be meant is refused before anything is read or written", () =>
  withSweepBench(DAY, async ({ folder, file, sweep }) => {
    const refused = async (message: RegExp, ...more: string[]) => {
      const { code, err } = await sweep(...more);
      assert.equal(code, 2);
      assert.match(err, message);
    };
    await refused(
      /^ssmd: Cannot begin a sweep of 6 trials \(2 × 3\): more than --max-trials 5/,
      ...[
        "--max-trials",
        "5",
      ],
    );
    await refused(/Cannot walk forward over --dates/, ...[
      ...["--dates", DAY[0]!, "--walk-forward", "train=1d,test=1d"],
    ]);
    await refused(/Cannot walk forward over 1 day: train=3d and test=1d need 4/, ...[
      ...["--walk-forward", "train=3d,test=1d"],
    ]);
    await refused(/unknown key "positions.takeProfit", did you mean/, ...[
      ...["--grid", await file("typo.yaml", "positions.takeProfit: [1]")],
    ]);
    await refused(/Cannot set positions.minPriceCents = 90 in base.yaml: expected .* at most/, ...[
      ...["--grid", await file("apart.yaml", "positions.minPriceCents: [30, 90]")],
    ]);
    await refused(/Cannot read the grid file .*: there is no such file/, "--grid", "nowhere.yaml");
    await refused(/"0" as a count/, "--jobs", "0");
    assert.ok(!(await readdir(folder)).includes("sweeps"));
  }));

test("a damaged file in the middle is told, and the exit code says so", () =>
  withSweepBench([...DAY, "2026-01-21"], async ({ folder, sweep }) => {
    const file = join(folder, "days", "2026-01-20", "1200.jsonl.gz");
    const bytes = await readFile(file);
    await writeFile(file, bytes.subarray(0, bytes.length - 100));
    for (const profile of PROFILES) {
      const { code, err } = await sweep("--profile", profile);
      assert.equal(code, 1, err);
      assert.match(err, /warning: .*2026-01-20\/1200\.jsonl\.gz/);
      // All from the log: the damage is remembered.
      assert.equal((await sweep("--profile", profile)).code, 1);
    }
  }));

const DATA = process.env["SSMD_DATA"];

test("a trial of the original's configuration gives the original's trades", {
  skip: DATA === undefined ? "SSMD_DATA is not set" : false,
}, () =>
  withFolder(async (folder) => {
    const golden = join(DATA!, "momentum");
    await mkdir(join(folder, "days", "2026-01-21"), { recursive: true });
    await cp(
      join(golden, "records.jsonl.gz"),
      join(folder, "days", "2026-01-21", "0000.jsonl.gz"),
    );
    const { takeProfitCents } = JSON.parse(await readFile(join(golden, "config.json"), "utf8"))
      .positions;
    const grid = join(folder, "grid.yaml");
    await writeFile(grid, `positions.takeProfitCents: [2, ${takeProfitCents}, 20]\n`);
    const { code, out, err } = await runHere([
      ...["sweep", "--archive", join(folder, "days"), "--profile", "original", "--no-cache"],
      ...["--config", join(golden, "config.json"), "--grid", grid, "--keep-runs", "--json"],
      ...["--out", join(folder, "sweeps")],
    ]);
    assert.equal(code, 0, err);
    const { sweepId, trials } = JSON.parse(out);
    const run = join(folder, "sweeps", sweepId, "runs", trials[1].id);
    assert.equal(
      await readFile(join(run, "trades.jsonl"), "utf8"),
      await readFile(join(golden, "trades.jsonl"), "utf8"),
    );
  }));
