import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { parseMomentumConfig } from "@ssmd/backtest/config";
import { MICROS_PER_DAY } from "@ssmd/core";
import { runHere, withFolder } from "../run_cli_test_support.ts";
import { BASE_YAML, writeDays } from "../sweep/swept_days_test_support.ts";
import { openSource, type SourceOptions, unreadGaps } from "./backtest_source.ts";
import { MomentumRuns } from "./momentum_runs.ts";

/** JSON of a shape that the test knows; a wrong guess fails the test. */
type Json = ReturnType<typeof JSON.parse>;

const FIRST = "2026-01-20";
const SECOND = "2026-01-21";
const THIRD = "2026-01-22";
const FOURTH = "2026-01-23";

/** The days on which gaps begin; each lasts to the end of its day. */
async function gapDays(options: SourceOptions): Promise<readonly string[]> {
  return unreadGaps(await openSource(options)).map(({ from, to, tsRecv }) => {
    assert.deepEqual([to - from, tsRecv], [MICROS_PER_DAY - 1, from]);
    return new Date(from / 1000).toISOString().slice(0, 10);
  });
}

test("Days that are not read are gaps, whether they have no data or were not chosen", async () => {
  await withFolder(async (folder) => {
    await writeDays(folder, [FIRST, SECOND, THIRD]);
    const between = { archive: folder, dates: `${FIRST},${THIRD}` };
    assert.deepEqual(await gapDays(between), [SECOND]);
    const after = { archive: folder, from: THIRD, to: FOURTH };
    assert.deepEqual(await gapDays(after), [FOURTH]);
    const both = { archive: folder, dates: `${FIRST},${FOURTH}` };
    assert.deepEqual(await gapDays(both), [SECOND, THIRD, FOURTH]);
    assert.deepEqual(await gapDays({ archive: folder, from: FIRST, to: THIRD }), []);
  });
});

test("Runs over the same data with other days missing have ids of their own", async () => {
  await withFolder(async (folder) => {
    await writeDays(folder, [FIRST]);
    const config = parseMomentumConfig("{}", "defaults");
    const idOf = async (to: string) => {
      const options = { archive: folder, from: FIRST, to, configFile: "c.yaml", signals: [] };
      return (await MomentumRuns.open({ ...options, profile: "default" })).runIdOf(config);
    };
    assert.notEqual(await idOf(THIRD), await idOf(FIRST));
    assert.equal(await idOf(THIRD), await idOf(THIRD));
  });
});

test("A position is not closed at prices of before a day that is not read", async () => {
  await withFolder(async (folder) => {
    const archive = join(folder, "days");
    await writeDays(archive, [FIRST, SECOND, THIRD]);
    // A time-stop of 15 hours falls on the day that is left out.
    const config = join(folder, "patient.yaml");
    const exits = "{ takeProfitCents: 40, stopLossCents: 40, timeStopMinutes: 900 }";
    await writeFile(config, BASE_YAML.replace(/^positions: .*$/m, `positions: ${exits}`));
    const { code, err } = await runHere([
      ...["backtest", "--archive", archive, "--dates", `${FIRST},${THIRD}`, "--config", config],
      ...["--out", folder, "--run-id", "run", "--no-cache"],
    ]);
    assert.equal(code, 0, err);
    const lines = (await readFile(join(folder, "run", "trades.jsonl"), "utf8")).trim().split("\n");
    const timedOut = lines.map((line): Json => JSON.parse(line))
      .filter(({ entryTime, reason }) => entryTime.startsWith(FIRST) && reason === "time-stop");
    assert.ok(timedOut.length > 0);
    for (const { exitTime, touchedGap } of timedOut) {
      assert.deepEqual([exitTime.slice(0, 10), touchedGap], [THIRD, true]);
    }
  });
});
