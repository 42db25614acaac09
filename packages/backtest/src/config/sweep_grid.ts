import { SsmdError, tryParseDecimal } from "@ssmd/core";
import { kind, mapOf, parseConfig, section, YamlDocument } from "@ssmd/core/config";
import { z } from "zod";
import type { ParameterValue, SweepAxis, SweepGrid } from "../sweep/sweep_grid.ts";
import type { CustomSignalConfig } from "../momentum/momentum_config.ts";
import { CUSTOM_SIGNALS, customSignalPaths, noCustomSignalPath } from "./custom_signal_paths.ts";
import { parseMomentumConfig } from "./parse_momentum_config.ts";

const DECIMALS = 6;
const MILLIONTHS = 1_000_000;
const MOST_VALUES = 10_000;
const VALUES_FORM = "a list of values, or from, to and step";

/** A number in millionths, so that steps add up to what was written. */
const decimal: z.ZodType<number> = kind(
  `a number with at most ${DECIMALS} decimals`,
  (value) => typeof value === "number" ? tryParseDecimal(String(value), DECIMALS) : undefined,
);

const range: z.ZodType<readonly ParameterValue[]> = section({
  from: decimal,
  to: decimal,
  step: decimal,
}).transform(({ from, to, step }, context): readonly ParameterValue[] => {
  const refuse = (key: string, message: string, input: number): [] => {
    context.issues.push({ code: "custom", message, path: [key], input });
    return [];
  };
  if (step <= 0) return refuse("step", "a number above 0", step);
  const steps = (to - from) / step;
  if (steps < 0 || (to - from) % step !== 0) {
    const [first, each] = [from / MILLIONTHS, step / MILLIONTHS];
    return refuse("to", `a number that whole steps of ${each} reach from ${first}`, to);
  }
  if (steps >= MOST_VALUES) {
    return refuse("step", `one that gives at most ${MOST_VALUES} values`, 0);
  }
  // An integer over a power of ten is the double that prints as that decimal.
  return Array.from({ length: steps + 1 }, (_, i) => (from + i * step) / MILLIONTHS);
});

const list: z.ZodType<readonly ParameterValue[]> = z.array(kind("a value", scalarOf))
  .check(({ value, issues }) => {
    const expected = value.length === 0 ? "a list with at least one value" : undefined;
    if (expected !== undefined) issues.push({ code: "custom", message: expected, input: value });
    const seen = new Set<ParameterValue>();
    for (const [index, each] of value.entries()) {
      if (seen.has(each)) {
        issues.push({ code: "custom", message: "each value once", path: [index], input: each });
      }
      seen.add(each);
    }
  });

const values: z.ZodType<readonly ParameterValue[]> = z.unknown()
  .transform((value, context): readonly ParameterValue[] => {
    const isNested = typeof value === "object" && value !== null;
    if (!isNested) {
      context.issues.push({ code: "custom", message: VALUES_FORM, input: value });
      return z.NEVER;
    }
    const read = (Array.isArray(value) ? list : range).safeParse(value);
    if (read.success) return read.data;
    for (const issue of read.error.issues) {
      const { message } = issue;
      const params = issue.code === "custom" ? issue.params ?? {} : {};
      context.issues.push({ code: "custom", message, path: [...issue.path], input: value, params });
    }
    return z.NEVER;
  });

const grid: z.ZodType<ReadonlyMap<string, readonly ParameterValue[]>> = mapOf(values)
  .check(({ value, issues }) => {
    const allowed = sweepablePaths();
    for (const path of value.keys()) {
      if (allowed.includes(path) || path.startsWith(CUSTOM_SIGNALS)) continue;
      const params = { allowed };
      issues.push({ code: "custom", message: "no such key", path: [path], input: value, params });
    }
  });

/**
 * The grid of a sweep: a mapping of configuration paths to the values that are tried, as a list or
 * as a range in exact decimals, both ends included:
 *
 * ```yaml
 * positions.takeProfitCents: [3, 5, 8]
 * composer.entryThreshold: { from: 0.1, to: 0.3, step: 0.05 }
 * signals.custom.my-signal.parameters.windowSec: [10, 30]
 * ```
 *
 * `custom` are the signals of the user in the configuration that is swept: weights and parameters
 * that stand there can be set.
 *
 * Throws `SsmdError` `invalid_input`, naming file, line and path. Whether a parameter takes a value
 * is found out when the trial's configuration is made.
 */
export function parseSweepGrid(
  text: string,
  name: string,
  custom: readonly CustomSignalConfig[] = [],
): SweepGrid {
  const axes = [...parseConfig(grid, text, name)].map(([path, values]): SweepAxis => ({
    path,
    values,
  }));
  const known = customSignalPaths(custom);
  for (const { path } of axes) {
    if (!path.startsWith(CUSTOM_SIGNALS) || known.includes(path)) continue;
    const place = new YamlDocument(text, name).placeOf([path], "key");
    const problem = noCustomSignalPath(path, known);
    throw new SsmdError("invalid_input", `Cannot read ${place}: ${problem}`);
  }
  if (axes.length > 0) return { axes };
  throw new SsmdError("invalid_input", `Cannot read ${name}: it names no parameter`);
}

/** Every single value of any configuration, except where a live run gets its messages. */
function sweepablePaths(): string[] {
  const { nats: _, ...config } = parseMomentumConfig("{}", "the defaults");
  return leavesOf(config, "");
}

function leavesOf(value: object, prefix: string): string[] {
  return Object.entries(value).flatMap(([key, each]: [string, unknown]) => {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    if (Array.isArray(each)) return [];
    return typeof each === "object" && each !== null ? leavesOf(each, path) : [path];
  });
}

function scalarOf(value: unknown): ParameterValue | undefined {
  return typeof value === "string" || typeof value === "boolean" || typeof value === "number"
    ? value
    : undefined;
}
