import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Ran, runHere, withFolder } from "../run_cli_test_support.ts";
import { BASE_YAML, GRID_YAML, writeDays } from "./swept_days_test_support.ts";

/** A folder with some days of data, a configuration and a grid. */
export interface SweepBench {
  /** Where everything is. */
  readonly folder: string;
  /** Words that name data, configuration, grid and `sweeps` as the output. */
  readonly words: readonly string[];
  /** Writes a file and gives its path. */
  file(name: string, text: string): Promise<string>;
  /** Runs `ssmd sweep` within the test. */
  sweep(...more: readonly string[]): Promise<Ran>;
  /** Runs a sweep that must succeed and gives its folder. */
  swept(...more: readonly string[]): Promise<string>;
}

/** Gives `body` a bench over `days`. */
export async function withSweepBench(
  days: readonly string[],
  body: (bench: SweepBench) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const file = async (name: string, text: string) => {
      const path = join(folder, name);
      await writeFile(path, text);
      return path;
    };
    await writeDays(join(folder, "days"), days);
    const sweeps = join(folder, "sweeps");
    const words = [
      ...["--archive", join(folder, "days"), "--out", sweeps, "--no-cache", "--jobs", "1"],
      ...["--config", await file("base.yaml", BASE_YAML)],
      ...["--grid", await file("grid.yaml", GRID_YAML)],
    ];
    const sweep = (...more: readonly string[]) => runHere(["sweep", ...words, ...more]);
    await body({
      folder,
      words,
      file,
      sweep,
      swept: async (...more) => {
        const { code, err } = await sweep(...more);
        assert.equal(code, 0, err);
        const [name, ...others] = await readdir(sweeps);
        assert.deepEqual(others, []);
        return join(sweeps, name!);
      },
    });
  });
}

/** The finished trials in a sweep's log; none before there is one. */
export async function loggedTrials(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, "trials.jsonl"), "utf8").catch(() => "");
  return text.split("\n").slice(0, -1);
}
