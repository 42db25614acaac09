/**
 * Whole momentum backtests, from the command line to the written result, against `zcat | wc -l` of
 * the same files: both profiles, without the compiled cache and from it; the cost a record on busy
 * days, the memory of long ranges, and a sweep against single runs. Rounds are interleaved.
 *
 *     npm run build && npm run bench -- momentum
 *
 * SSMD_BENCH_QUICK=1 does it with a tenth of the records and without the long range.
 * @module
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { generate } from "./archives/generate.ts";
import { type Cost, measuredCommand, median, spread } from "./archives/measured_command.ts";

const ROUNDS = 5;
const QUICK = process.env["SSMD_BENCH_QUICK"] === "1";
const SCALE = QUICK ? 10 : 1;
const root = fileURLToPath(new URL("..", import.meta.url));
const ssmd = `${process.execPath} ${join(root, "packages/cli/bin/ssmd.js")}`;
const usual = join(root, "bench/archives/momentum.yaml");
const busyTrading = join(root, "bench/archives/momentum_busy.yaml");

type Contenders = Readonly<Record<string, (round: number) => string>>;

async function main(folder: string): Promise<void> {
  console.log(`Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}`);
  console.log(`${ROUNDS} interleaved rounds, medians; start-up of the processes included`);
  const days = {
    busy: await archive(folder, "cents", 2_000_000 / SCALE, 1),
    fixed: await archive(folder, "fixed", 1_000_000 / SCALE, 1),
    quiet: await archive(folder, "cents", 200_000 / SCALE, 1),
    three: await archive(folder, "cents", 200_000 / SCALE, 3),
    ten: await archive(folder, "cents", 200_000 / SCALE, 10),
  };
  const title = (records: number, what: string) =>
    `one day of ${(records / SCALE).toLocaleString("en")} records, ${what}`;
  compare(folder, title(2_000_000, "cents"), days.busy, usual);
  compare(folder, title(2_000_000, "cents, busy trading"), days.busy, busyTrading);
  compare(folder, title(1_000_000, "fixed-point"), days.fixed, usual);
  perRecord(days.quiet, days.busy);
  memory(days.quiet, days.three, days.ten);
  sweep(folder, days.quiet);
}

async function archive(
  folder: string,
  format: "cents" | "fixed",
  records: number,
  days: number,
): Promise<string> {
  const out = join(folder, `${format}-${records}-${days}`);
  await generate({ out, records, days, format, markets: 120, seed: 1 });
  return out;
}

function backtest(archive: string, config: string, ...options: readonly string[]): string {
  const out = mkdtempSync(join(folder, "out-"));
  return `${ssmd} backtest --archive ${archive} --config ${config} --out ${out} ${
    options.join(" ")
  } > /dev/null`;
}

/** Rows 1 and 4. */
function compare(folder: string, title: string, path: string, config: string): void {
  const cache = `--cache ${join(folder, "cache")} --cache-size 8GiB`;
  // The first runs fill the cache.
  measuredCommand(backtest(path, config, cache));
  measuredCommand(backtest(path, config, "--profile original", cache));
  report(
    title,
    rounds({
      "zcat | wc -l": () => `zcat ${path}/*/*.gz | wc -l`,
      "profile original, no cache": () =>
        backtest(path, config, "--profile original", "--no-cache"),
      "profile default, no cache": () => backtest(path, config, "--no-cache"),
      "profile original, cached": () => backtest(path, config, "--profile original", cache),
      "profile default, cached": () => backtest(path, config, cache),
    }),
  );
}

/** Row 2. */
function perRecord(quiet: string, busy: string): void {
  for (const profile of ["original", "default"]) {
    const costs = rounds({
      quiet: () => backtest(quiet, usual, "--no-cache --profile", profile),
      busy: () => backtest(busy, usual, "--no-cache --profile", profile),
    });
    const cost = (name: string, records: number) =>
      median(costs[name]!.map(({ cpuSeconds }) => cpuSeconds)) / records * 1e6;
    const [few, many] = [cost("quiet", 200_000 / SCALE), cost("busy", 2_000_000 / SCALE)];
    console.log(
      `\nprofile ${profile}: ${few.toFixed(2)} µs CPU a record at 200,000 a day, ${
        many.toFixed(2)
      } at 2,000,000: ${(many / few).toFixed(2)} ×`,
    );
  }
}

/** Row 5. */
function memory(one: string, three: string, ten: string): void {
  for (const profile of ["original", "default"]) {
    const costs = rounds({
      one: () => backtest(one, usual, "--no-cache --profile", profile),
      three: () => backtest(three, usual, "--no-cache --profile", profile),
      ten: () => backtest(ten, usual, "--no-cache --profile", profile),
    }, 3);
    const peak = (name: string) => median(costs[name]!.map(({ peakMiB }) => peakMiB));
    console.log(
      `\nprofile ${profile}: peak ${peak("one").toFixed(0)} MiB for 1 day, ${
        peak("three").toFixed(0)
      } for 3, ${peak("ten").toFixed(0)} for 10: ${(peak("ten") / peak("one")).toFixed(2)} ×`,
    );
  }
}

/** A sweep of 100 configurations against single runs without cache. */
function sweep(folder: string, path: string): void {
  const grid = join(folder, "grid.yaml");
  writeFileSync(
    grid,
    "positions.takeProfitCents: [2, 3, 4, 5, 6, 7, 8, 9, 10, 12]\npositions.stopLossCents: [2, 3, 4, 5, 6, 7, 8, 9, 10, 12]\n",
  );
  for (const profile of ["original", "default"]) {
    const costs = rounds({
      single: () => backtest(path, busyTrading, "--no-cache --profile", profile),
      sweep: () => {
        const out = mkdtempSync(join(folder, "sweep-"));
        return `${ssmd} sweep --archive ${path} --config ${busyTrading} --grid ${grid} --profile ${profile} --no-cache --out ${out} > /dev/null`;
      },
    }, 3);
    const cpu = (name: string) => median(costs[name]!.map(({ cpuSeconds }) => cpuSeconds));
    console.log(
      `\nsweep of 100, profile ${profile}: ${cpu("sweep").toFixed(2)} CPU s, 1/${
        (100 * cpu("single") / cpu("sweep")).toFixed(1)
      } of 100 single runs (${cpu("single").toFixed(2)} CPU s each)`,
    );
  }
}

function rounds(contenders: Contenders, times = ROUNDS): Readonly<Record<string, readonly Cost[]>> {
  const costs: Record<string, Cost[]> = {};
  for (let round = 0; round < times; round++) {
    for (const [name, command] of Object.entries(contenders)) {
      (costs[name] ??= []).push(measuredCommand(command(round)));
    }
  }
  return costs;
}

function report(title: string, costs: Readonly<Record<string, readonly Cost[]>>): void {
  const cpuOf = (all: readonly Cost[]) => all.map(({ cpuSeconds }) => cpuSeconds);
  const wallOf = (all: readonly Cost[]) => all.map(({ wallSeconds }) => wallSeconds);
  const [base] = Object.values(costs) as [readonly Cost[]];
  console.log(`\n${title}`);
  for (const [name, all] of Object.entries(costs)) {
    const cpu = median(cpuOf(all));
    const wall = median(wallOf(all));
    console.log(
      `  ${name.padEnd(28)} ${cpu.toFixed(2).padStart(6)} CPU s ${
        (cpu / median(cpuOf(base))).toFixed(2).padStart(5)
      } × ±${Math.round(spread(cpuOf(all)) * 50)} %   wall ${wall.toFixed(2).padStart(5)} s ${
        (wall / median(wallOf(base))).toFixed(2).padStart(5)
      } ×`,
    );
  }
}

if (!existsSync(join(root, "packages/cli/dist/mod.js"))) {
  throw new Error("Cannot measure what is not built: run npm run build first");
}
const folder = mkdtempSync(join(tmpdir(), "ssmd-momentum-"));
try {
  await main(folder);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
