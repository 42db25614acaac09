import assert from "node:assert/strict";
import { readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { runHere } from "../run_cli_test_support.ts";
import { withSweepBench } from "./sweep_bench_test_support.ts";
import { BASE_YAML } from "./swept_days_test_support.ts";

const DAYS = ["2026-01-20", "2026-01-21", "2026-01-22", "2026-01-24"];

for (const profile of ["original", "default"] as const) {
  test(`each test of profile ${profile} is a run of its own: the backtest of that day`, () =>
    withSweepBench(DAYS, async ({ folder, file, swept }) => {
      const sweep = await swept("--profile", profile, "--walk-forward", "train=2d,test=1d");
      const { splits, total, unusedDays } = JSON.parse(
        await readFile(join(sweep, "walk_forward.json"), "utf8"),
      );
      assert.deepEqual(unusedDays, []);
      assert.deepEqual(
        splits.map(({ test, skipped }: { test: { from: string }; skipped?: string }) => [
          test.from,
          skipped,
        ]),
        [
          ["2026-01-22", undefined],
          ["2026-01-23", "no data to test on"],
          ["2026-01-24", undefined],
        ],
      );
      assert.deepEqual(splits[2].train, {
        from: "2026-01-22",
        to: "2026-01-23",
        missingDays: ["2026-01-23"],
      });
      let pnl = 0;
      for (const { chosen, test, tested } of splits) {
        if (tested === undefined) continue;
        const [profit, stop] = Object.values(chosen);
        const text = BASE_YAML.replace("takeProfitCents: 5", `takeProfitCents: ${profit}`)
          .replace("timeStopMinutes: 5", `timeStopMinutes: ${stop}`);
        const { code, err } = await runHere([
          ...["backtest", "--archive", join(folder, "days"), "--profile", profile, "--no-cache"],
          ...["--config", await file("chosen.yaml", text), "--out", join(folder, "results")],
          ...["--from", test.from, "--to", test.to],
        ]);
        assert.equal(code, 0, err);
        const lines = await readFile(join(folder, "results", tested.id, "trades.jsonl"), "utf8");
        const trades = lines.trimEnd().split("\n").map((line) => JSON.parse(line));
        assert.equal(trades.length, tested.trades);
        pnl += tested.pnl;
      }
      assert.equal(total.pnl, Math.round(pnl * 1e6) / 1e6);
      const tables = (await readdir(sweep)).filter((name) => name.startsWith("train_"));
      assert.deepEqual(tables.sort(), ["train_1.csv", "train_2.csv", "train_3.csv"]);
    }));
}

test("what the days after the training hold changes nothing of the choice", () =>
  withSweepBench(DAYS, async ({ folder, swept }) => {
    const read = async (name: string) => await readFile(join(await swept(...words), name), "utf8");
    const words = ["--profile", "original", "--walk-forward", "train=2d,test=1d"];
    const before = JSON.parse(await read("walk_forward.json")).splits[0];
    // A single day, that of the first test, is exchanged for another.
    const days = join(folder, "days");
    await rename(join(days, "2026-01-22"), join(days, "2026-01-26"));
    await rm(join(folder, "sweeps"), { recursive: true });
    await rename(join(days, "2026-01-24"), join(days, "2026-01-22"));
    const after = JSON.parse(await read("walk_forward.json")).splits[0];
    assert.deepEqual(after.chosen, before.chosen);
    assert.deepEqual(after.trained, before.trained);
    assert.notDeepEqual(after.tested, before.tested);
  }));

test("missing days, splits without a test and days left over are told", () =>
  withSweepBench(DAYS, async ({ sweep }) => {
    const words = ["--profile", "original", "--walk-forward", "train=1d,test=1d,step=3d"];
    const { out, err } = await sweep(...words);
    assert.match(err, /6 trials \(2 × 3\) in each of 2 splits over 4 days/);
    assert.match(err, /warning: no data of 2026-01-23\n/);
    assert.match(out, /^TRAIN +TEST +CHOSEN/);
    assert.match(out, /no data to train on/);
    assert.match(out, /out\s+of\s+sample/);
  }));
