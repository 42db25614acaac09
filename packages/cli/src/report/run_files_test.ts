import assert from "node:assert/strict";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { SsmdError, type SsmdErrorCode } from "@ssmd/core";
import { withFolder } from "../run_cli_test_support.ts";
import { readRun } from "./run_files.ts";
import { SAMPLE_DECISIONS, SAMPLE_TRADE, writeSample } from "./run_sample_test_support.ts";

const RUN = {
  summary: { runId: "r", profile: "original" },
  trades: [SAMPLE_TRADE, { ...SAMPLE_TRADE, ticker: "KXÜ-1" }],
  decisions: SAMPLE_DECISIONS,
};

async function refused(run: string, out: string, code: SsmdErrorCode): Promise<string> {
  try {
    await readRun(run, out);
  } catch (error) {
    assert.ok(error instanceof SsmdError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, /^Cannot (?:find|read) /);
    assert.doesNotMatch(error.message, /ENOENT/);
    return error.message;
  }
  return assert.fail(`${run} was read`);
}

test("a run is found by its folder, and by its name below --out", () =>
  withFolder(async (out) => {
    const folder = await writeSample(out, "r", RUN);
    const run = await readRun(folder, "nowhere");
    assert.deepEqual([run.runId, run.profile, run.folder], ["r", "original", folder]);
    assert.deepEqual([run.trades, run.decisions], [RUN.trades, RUN.decisions]);
    assert.deepEqual(await readRun("r", out), run);
  }));

test("decisions may be missing, which is not the same as none", () =>
  withFolder(async (out) => {
    const folder = await writeSample(out, "r", RUN);
    await writeFile(join(folder, "decisions.jsonl"), "");
    assert.deepEqual((await readRun("r", out)).decisions, []);
    await rm(join(folder, "decisions.jsonl"));
    assert.equal((await readRun("r", out)).decisions, undefined);
  }));

test("a run that is nowhere is refused with where it was looked for and what makes one", () =>
  withFolder(async (out) => {
    await mkdir(join(out, "empty"));
    const next = '; --out tells where runs are, and "ssmd backtest … --out DIR" makes one';
    for (const name of ["empty", "none"]) {
      assert.equal(
        await refused(name, out, "not_found"),
        `Cannot find the run "${name}": neither ${name} nor ${
          join(out, name)
        } holds a summary.json${next}`,
      );
    }
    const empty = join(out, "empty");
    assert.equal(
      await refused(empty, out, "not_found"),
      `Cannot find the run ${JSON.stringify(empty)}: ${empty} holds no summary.json${next}`,
    );
    const folder = await writeSample(out, "r", RUN);
    assert.match(
      await refused(join(folder, "summary.json"), ".", "not_found"),
      /summary\.json is a file, expected a run's folder; --out/,
    );
  }));

test("a run without its trades is refused with what to do", () =>
  withFolder(async (out) => {
    const folder = await writeSample(out, "r", RUN);
    await rm(join(folder, "trades.jsonl"));
    assert.equal(
      await refused("r", out, "not_found"),
      `Cannot read the run ${folder}: its trades.jsonl is missing; remove the folder and run its "ssmd backtest" again`,
    );
  }));

test("a file that ends in the middle is refused wherever it was cut, never read by half", () =>
  withFolder(async (out) => {
    const folder = await writeSample(out, "r", RUN);
    const whole = await readRun("r", out);
    for (const name of ["summary.json", "trades.jsonl", "decisions.jsonl"]) {
      const path = join(folder, name);
      const bytes = await readFile(path);
      const lines = bytes.toString().trimEnd().split("\n");
      for (const share of [0.1, 0.3, 0.5, 0.7, 0.9]) {
        await writeFile(path, bytes.subarray(0, Math.floor(bytes.length * share)));
        const message = await refused("r", out, "invalid_input");
        assert.ok(message.startsWith(`Cannot read ${path}`), message);
        assert.match(message, /: it is cut or damaged \(.+\); remove the folder and run its "ssmd/);
        const line = /\.jsonl:(\d+):/.exec(message)?.[1];
        if (name !== "summary.json") assert.ok(Number(line) <= lines.length, message);
      }
      await writeFile(path, bytes);
    }
    assert.deepEqual(await readRun("r", out), whole);
  }));

test("a file that cannot be read is named", () =>
  withFolder(async (out) => {
    const folder = await writeSample(out, "r", { summary: {}, trades: [] });
    await mkdir(join(folder, "decisions.jsonl"));
    assert.ok(
      (await refused("r", out, "invalid_input")).startsWith(
        `Cannot read ${join(folder, "decisions.jsonl")}: `,
      ),
    );
  }));
