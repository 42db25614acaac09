import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { type Ran, runCli, runHere, withFolder } from "../run_cli_test_support.ts";
import { BASE_YAML, GRID_YAML, writeDays } from "../sweep/swept_days_test_support.ts";

interface Bench {
  readonly folder: string;
  /** Writes a file and gives its path. */
  file(name: string, text: string): Promise<string>;
  /** The words of a command over a day of data. */
  words(command: "backtest" | "sweep", config: string, ...more: string[]): string[];
}

function withBench(body: (bench: Bench) => Promise<void>): Promise<void> {
  return withFolder(async (folder) => {
    await writeDays(join(folder, "days"), ["2026-01-20"]);
    await body({
      folder,
      file: async (name, text) => {
        await writeFile(join(folder, name), text);
        return join(folder, name);
      },
      words: (command, config, ...more) => [
        ...[command, "--archive", join(folder, "days"), "--no-cache", "--config", config],
        ...["--out", join(folder, "results"), ...more],
      ],
    });
  });
}

const withBalance = (balance: string) =>
  BASE_YAML.replace("startingBalance: 1000", `startingBalance: ${balance}`);

test("A run without cash says so in every result, and nothing is not a number", () =>
  withBench(async ({ folder, file, words }) => {
    const config = await file("base.yaml", withBalance("0"));
    const found: Record<string, [Ran, string, string]> = {};
    for (const profile of ["original", "default"]) {
      const ran = await runHere(
        words("backtest", config, "--profile", profile, "--run-id", profile),
      );
      assert.equal(ran.code, 0, ran.err);
      const read = (name: string) => readFile(join(folder, "results", profile, name), "utf8");
      found[profile] = [ran, await read("summary.json"), await read("report.html")];
      assert.match(ran.out, /^trades +0 \(0 won\)\n/);
      assert.doesNotMatch(ran.out + ran.err, /NaN|Infinity|null/);
      assert.doesNotMatch(found[profile].slice(1).join(""), />[^<]*(?:NaN|Infinity)/);
      assert.match(found[profile][2], /equity fell by up to \$0\.00 \(0\.0 %\)/);
    }
    const [original, summary] = found["original"]!;
    assert.match(original.out, /\ndrawdown +none, for there was no cash at the start\n/);
    assert.match(original.err, /startingBalance is 0: nothing can be entered/);
    // As the original's JSON.stringify has it.
    assert.deepEqual(JSON.parse(summary).portfolio, {
      startingBalance: 0,
      balance: 0,
      totalPnl: 0,
      drawdownPercent: null,
      halted: true,
    });
    assert.equal(JSON.parse(found["default"]![1]).portfolio.drawdownPercent, 0);
  }));

test("A number that no run can take is refused with file, place and range, in either profile", () =>
  withBench(async ({ folder, file, words }) => {
    const cases = [
      [withBalance("1e15"), /base\.yaml:3:31: portfolio\.startingBalance is 1000000000000000, exp/],
      [
        `${BASE_YAML}execution: {latencyMs: 1e15}\n`,
        /:9:24: execution\.latencyMs is 1000000000000/,
      ],
    ] as const;
    for (const [text, message] of cases) {
      const config = await file("base.yaml", text);
      for (const profile of ["original", "default"]) {
        const { code, err } = await runHere(words("backtest", config, "--profile", profile));
        assert.equal(code, 2);
        assert.match(err, message);
        assert.match(err, /expected a number from 0 to \d+, without a unit\n$/);
      }
    }
    assert.deepEqual((await readdir(folder)).sort(), ["base.yaml", "days"]);
  }));

test("The greatest balance and latency run to results", () =>
  withBench(async ({ file, words }) => {
    const text = `${withBalance("1000000000")}execution: {latencyMs: 86400000}\n`;
    const config = await file("base.yaml", text);
    for (const profile of ["original", "default"]) {
      const { code, err } = await runHere(
        words("backtest", config, "--profile", profile, "--run-id", profile),
      );
      assert.equal(code, 0, err);
    }
  }));

const isBun = process.versions["bun"] !== undefined;
const isNode = !isBun && process.versions["deno"] === undefined;

const ENDING = [
  ["when it is loaded", "process.exit();\nexport default () => ({ score: 0, confidence: 0 });\n"],
  ["in the middle of a run", "export default () => process.exit(0);\n"],
  ["with a code of its own", "export default () => process.exit(1);\n"],
] as const;

/** The configuration with a signal alone whose source is `source`. */
async function withSignal({ file }: Bench, source: string): Promise<string> {
  await file("ends.mjs", source);
  const [before] = BASE_YAML.split("signals:");
  const off = "spreadTightening: {enabled: false}, volumeOnset: {enabled: false}";
  return file("ends.yaml", `${before}signals: {${off}, custom: [{name: ends, file: ends.mjs}]}\n`);
}

for (const [when, source] of ENDING) {
  test(`A signal that ends the program ${when} is no success`, () =>
    withBench(async (bench) => {
      const config = await withSignal(bench, source);
      const grid = await bench.file("grid.yaml", GRID_YAML);
      const { words, folder } = bench;
      for (
        const args of [
          words("backtest", config, "--run-id", "run"),
          words("sweep", config, "--grid", grid, "--jobs", "1"),
        ]
      ) {
        const { code, out, err } = await runCli(args);
        assert.deepEqual([code, out], [2, ""], err);
        assert.match(
          err,
          /(?:^|\n)ssmd: The program ended before its command was done; a signal's file must not call process\.exit\n$/,
        );
      }
      const results = await readdir(join(folder, "results")).catch((): string[] => []);
      assert.ok(!results.includes("run"));
    }));
}

test("A signal's error that nobody catches is told as what it is, with the runtime's code", {
  skip: isBun ? "Bun goes on after it" : false,
}, () =>
  withBench(async (bench) => {
    const source = "setTimeout(() => { throw new Error('thrown late'); });\n" +
      "await new Promise((resolve) => setTimeout(resolve, 60_000));\n";
    const { code, out, err } = await runCli(
      bench.words("backtest", await withSignal(bench, source)),
    );
    assert.deepEqual([code, out], [1, ""], err);
    assert.match(err, /thrown late/);
    assert.doesNotMatch(err, /process\.exit/);
  }));

test("A signal that waits for ever is no success, and does not call process.exit", {
  skip: isNode ? false : "only Node ends what has nothing left to do",
}, () =>
  withBench(async (bench) => {
    const config = await withSignal(bench, "await new Promise(() => {});\n");
    const { code, out, err } = await runCli(bench.words("backtest", config));
    assert.deepEqual([code, out], [2, ""], err);
    assert.match(err, /ssmd: The program ended [^\n]*; it waits for something that cannot come\n/);
  }));

test("A signal that ends a thread of a sweep is no success", () =>
  withBench(async (bench) => {
    const config = await withSignal(bench, ENDING[1][1]);
    const grid = await bench.file("grid.yaml", GRID_YAML);
    const { code, err } = await runCli(bench.words("sweep", config, "--grid", grid, "--jobs", "2"));
    assert.equal(code, 2, err);
    assert.match(err, /ssmd: Cannot go on with the sweep: a thread of it ended/);
  }));
