import { isObject, type JsonObject, leavesOf, numberOf, textOf } from "./json_fields.ts";
import type { RunFiles } from "./run_files.ts";

/** What shows when two runs are held against each other. */
export interface RunDifference {
  /** The two runs. */
  readonly runs: readonly [string, string];
  /** Why their figures must not simply be compared, one sentence each. */
  readonly warnings: readonly string[];
  /** Hashes and versions of what went in. */
  readonly inputs: readonly DifferentValue[];
  /** Settings that differ, by their path in the configuration or the assumptions. */
  readonly settings: readonly DifferentValue[];
  /** Figures of both summaries. */
  readonly figures: readonly DifferentFigure[];
  /** The trades held against each other. */
  readonly trades: TradeDifference;
}

/** A value of both runs; absent where one has none. */
export interface DifferentValue {
  /** Its path in `summary.json`. */
  readonly path: string;
  /** In the first run. */
  readonly a?: unknown;
  /** In the second. */
  readonly b?: unknown;
}

/** A number of both runs. */
export interface DifferentFigure extends DifferentValue {
  /** The second less the first, when both are numbers; rounded to 6 decimals. */
  readonly difference?: number;
}

/** Trades are the same position when model, market, side and entry time are. */
export interface TradeDifference {
  /** Trades that are equal in everything. */
  readonly same: number;
  /** Trades of both runs that differ, with the fields in which they do. */
  readonly changed: readonly ChangedTrade[];
  /** Trades of the first run only. */
  readonly onlyA: readonly NumberedTrade[];
  /** Trades of the second run only. */
  readonly onlyB: readonly NumberedTrade[];
}

/** A trade with its line in `trades.jsonl`, from 1. */
export interface NumberedTrade {
  /** The line. */
  readonly number: number;
  /** What stands there. */
  readonly trade: JsonObject;
}

/** A trade that both runs made, not with the same outcome. */
export interface ChangedTrade {
  /** In the first run. */
  readonly a: NumberedTrade;
  /** In the second. */
  readonly b: NumberedTrade;
  /** The fields that differ. */
  readonly fields: readonly string[];
}

/** Parts of a summary that say what was assumed, beside `config`. */
const ASSUMED = ["profile", "strategy", "models", "fees", "clock"];
/** Parts of a summary that are no figures. */
const NO_FIGURES: ReadonlySet<string> = new Set([...ASSUMED, "config", "runId", "open"]);
const INPUT = /(sha256|fingerprint|hash|engine|version)$/i;

/** Holds `b` against `a`. */
export function runDifference(a: RunFiles, b: RunFiles): RunDifference {
  const inputs = inputsOf(a.summary, b.summary);
  const config = differing(a.summary["config"], b.summary["config"], "config");
  const assumed = ASSUMED.flatMap((part) => differing(a.summary[part], b.summary[part], part));
  // A strategy repeats its configuration as its parameters.
  const isRepeated = (path: string) =>
    isObject(a.summary["config"]) && isObject(b.summary["config"]) &&
    path.startsWith("strategy.parameters.");
  const settings = [...assumed.filter(({ path }) => !isRepeated(path)), ...config];
  return {
    runs: [a.runId, b.runId],
    warnings: warningsOf(a, b, inputs, settings),
    inputs,
    settings,
    figures: figuresOf(a.summary, b.summary),
    trades: tradeDifference(a.trades, b.trades),
  };
}

function inputsOf(a: JsonObject, b: JsonObject): DifferentValue[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  const simple = (value: unknown): boolean => !isObject(value) && !Array.isArray(value);
  const own = [...names].filter((name) => INPUT.test(name) && simple(a[name]) && simple(b[name]))
    .map((path) => valueOf(path, a[path], b[path]));
  const nested = bothLeaves(a["fingerprints"], b["fingerprints"], "fingerprints");
  return [...own, ...nested];
}

function differing(a: unknown, b: unknown, root: string): DifferentValue[] {
  return bothLeaves(a, b, root).filter((value) => !isSame(value));
}

function isSame({ a, b }: DifferentValue): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function bothLeaves(a: unknown, b: unknown, root: string): DifferentValue[] {
  const [ofA, ofB] = [leavesOf(a), leavesOf(b)];
  return [...new Set([...ofA.keys(), ...ofB.keys()])].map((path) =>
    valueOf(path === "" ? root : `${root}.${path}`, ofA.get(path), ofB.get(path))
  );
}

function valueOf(path: string, a: unknown, b: unknown): DifferentValue {
  return { path, ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) };
}

function figuresOf(a: JsonObject, b: JsonObject): DifferentFigure[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].filter((name) => !NO_FIGURES.has(name) && !INPUT.test(name))
    .flatMap((name) => bothLeaves(a[name], b[name], name))
    .filter((value) => numberOf(value.a) !== undefined || numberOf(value.b) !== undefined)
    .map((value) => {
      const [first, second] = [numberOf(value.a), numberOf(value.b)];
      if (first === undefined || second === undefined) return value;
      return { ...value, difference: Number((second - first).toFixed(6)) + 0 };
    });
}

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/^profile$/, "the profiles differ: they fill, charge and settle by other rules"],
  [/^fees\.|^models\.fees$|^config\.fees\./, "the source or the rules of the fees differ"],
  [/^models\.gaps$|\.gapPolicy$/, "the gap policies differ: other trades were possible"],
  [
    /^models\.(fills|makers)$|^config\.execution\.(entry|takeProfit|makerModel|maxParticipationPercent|unknownQuoteSizeContracts)$/,
    "the assumptions about fills differ",
  ],
  [/^models\.latency$|\.latencyMs$/, "the latencies differ"],
  [/^models\.settlements$/, "the sources of the settlements differ"],
  [/^clock$/, "one run is ordered by our clock, the other by the exchange's"],
];

function warningsOf(
  a: RunFiles,
  b: RunFiles,
  inputs: readonly DifferentValue[],
  settings: readonly DifferentValue[],
): string[] {
  const warnings: string[] = [];
  const changed = inputs.filter((value) => !isSame(value)).map(({ path }) => path);
  if (changed.some((path) => /data/i.test(path))) {
    warnings.push("the data differ: figures of one say nothing about the other");
  }
  if (changed.some((path) => /market/i.test(path))) {
    warnings.push("what is known of the markets differs: settlements and closes may");
  }
  if (changed.some((path) => !/data|market/i.test(path))) {
    warnings.push("the code or its version differs");
  }
  const assumed = a.profile === b.profile ? settings : [
    { path: "profile", a: a.profile, b: b.profile },
    ...settings.filter(({ path }) => path !== "profile"),
  ];
  for (const [pattern, sentence] of REASONS) {
    const found = assumed.filter(({ path }) => pattern.test(path));
    if (found.length === 0) continue;
    const first = found[0]!;
    warnings.push(`${sentence} (${first.path}: ${shown(first.a)} and ${shown(first.b)})`);
  }
  return warnings;
}

/** A value of a summary on one line. */
export function shown(value: unknown): string {
  return value === undefined ? "–" : textOf(value) ?? JSON.stringify(value);
}

function tradeDifference(a: readonly JsonObject[], b: readonly JsonObject[]): TradeDifference {
  const left = new Map<string, NumberedTrade>();
  for (const [key, trade] of keyed(b)) left.set(key, trade);
  const changed: ChangedTrade[] = [];
  const onlyA: NumberedTrade[] = [];
  let same = 0;
  for (const [key, mine] of keyed(a)) {
    const other = left.get(key);
    left.delete(key);
    if (other === undefined) {
      onlyA.push(mine);
      continue;
    }
    const fields = fieldsThatDiffer(mine.trade, other.trade);
    if (fields.length === 0) same++;
    else changed.push({ a: mine, b: other, fields });
  }
  return { same, changed, onlyA, onlyB: [...left.values()] };
}

function* keyed(trades: readonly JsonObject[]): Generator<[string, NumberedTrade]> {
  const seen = new Map<string, number>();
  for (const [index, trade] of trades.entries()) {
    const { ticker, side, entryTime } = trade;
    const key = JSON.stringify([trade["model"] ?? trade["group"], ticker, side, entryTime]);
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    yield [`${key} ${before}`, { number: index + 1, trade }];
  }
}

/** An order's number says only how many came before it. */
const IGNORED: ReadonlySet<string> = new Set(["entryOrder"]);

function fieldsThatDiffer(a: JsonObject, b: JsonObject): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].filter((name) => !IGNORED.has(name) && textIn(a[name]) !== textIn(b[name]));
}

function textIn(value: unknown): string | undefined {
  return JSON.stringify(value, (key, each: unknown) => key === "order" ? undefined : each);
}
