import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { runHere } from "../run_cli_test_support.ts";
import { withSweepBench } from "./sweep_bench_test_support.ts";
import { BASE_YAML } from "./swept_days_test_support.ts";

const DAY = ["2026-01-20"];
/** Goes with or against the price over a window whose length is a parameter. */
const SIGNAL = `export default (market, { windowMin, least, fade }) => {
  const change = market.priceChange(windowMin * 60 * market.units.second) / market.units.cent;
  if (Math.abs(change) < least) return { score: 0, confidence: 0 };
  return { score: (change > 0) === fade ? -0.5 : 0.5, confidence: 1 };
};
`;

/** The base configuration with that signal. */
function configText(windowMin: number, fade: boolean, weight: number): string {
  const parameters = `{ windowMin: ${windowMin}, least: 3, fade: ${fade} }`;
  const signal = `{ name: follow, file: follow.mjs, weight: ${weight}, parameters: ${parameters} }`;
  return BASE_YAML.replace("composer:", `  custom: [${signal}]\ncomposer:`);
}

const GRID = `
signals.custom.follow.parameters.windowMin: [1, 45]
signals.custom.follow.parameters.fade: [true, false]
signals.custom.follow.weight: [0, 0.7]
`;

test("every trial over a signal's parameters equals the backtest of its configuration, byte for byte", () =>
  withSweepBench(DAY, async ({ folder, file, swept }) => {
    await file("follow.mjs", SIGNAL);
    const config = await file("base.yaml", configText(5, false, 1));
    const grid = await file("signals.yaml", GRID);
    // Several of other windows in one reading, and several threads.
    const sweep = await swept(
      ...["--config", config, "--grid", grid, "--keep-runs", "--jobs", "2", "--per-pass", "4"],
    );
    const { trials } = JSON.parse(await readFile(join(sweep, "trials.json"), "utf8"));
    assert.equal(trials.length, 8);
    const results = new Set<string>();
    for (const { id, parameters } of trials) {
      const [windowMin, fade, weight] = Object.values(parameters) as [number, boolean, number];
      await file("base.yaml", configText(windowMin, fade, weight));
      const { code, err } = await runHere([
        ...["backtest", "--archive", join(folder, "days"), "--no-cache", "--config", config],
        ...["--out", join(folder, "results")],
      ]);
      assert.equal(code, 0, err);
      for (const name of ["summary.json", "trades.jsonl", "equity.csv"]) {
        const text = await readFile(join(sweep, "runs", id, name), "utf8");
        assert.equal(text, await readFile(join(folder, "results", id, name), "utf8"));
        if (name === "trades.jsonl") results.add(text);
      }
    }
    // Without weight the signal says nothing, whatever its parameters are.
    assert.ok(results.size >= 4, `only ${results.size} different results`);
  }));

test("a parameter that the configuration does not name is refused before anything is read or written", () =>
  withSweepBench(DAY, async ({ file, sweep }) => {
    await file("follow.mjs", SIGNAL);
    const config = await file("base.yaml", configText(5, false, 1));
    const refused = async (path: string, value: string, message: RegExp) => {
      const grid = await file("signals.yaml", `${path}: [${value}]\n`);
      const { code, out, err } = await sweep("--config", config, "--grid", grid);
      assert.deepEqual([code, out], [2, ""]);
      assert.match(err, message);
    };
    await refused(
      "signals.custom.follow.parameters.window",
      "1",
      /^ssmd: Cannot read signals\.yaml:1:1: signals\.custom\.follow\.parameters\.window is no key, expected one of signals\.custom\.follow\.weight, .*\.windowMin, .*\n$/,
    );
    await refused(
      "signals.custom.mine.weight",
      "1",
      /: signals\.custom\.mine\.weight is no key, expected one of /,
    );
    await refused("signals.custom.follow.weight", "heavy", /weight = "heavy" in base\.yaml: expec/);
  }));
