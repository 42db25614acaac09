import type { Money } from "@ssmd/core";
import { rankTrials, type SweepMetric } from "./best_trial.ts";
import { type ParameterMap, parameterMapOf } from "./parameter_map.ts";
import { judgeSelection, type Selection, selectionSentence } from "./selection.ts";
import type { ParameterValue, SweepGrid } from "./sweep_grid.ts";
import type { Trial, TrialFigures } from "./trial.ts";

/** The figures of a trial as they stand in files: money in dollars, ratios to 6 decimals. */
export interface TrialRow {
  /** Closed positions. */
  readonly trades: number;
  /** Closed positions with a gain. */
  readonly wins: number;
  /** Positions that nothing closed. */
  readonly open: number;
  /** Dollars. */
  readonly pnl: number;
  /** Dollars. */
  readonly fees: number;
  /** Dollars. */
  readonly maxDrawdown: number;
  /** A trade; absent without {@link TrialFigures.returns}. */
  readonly sharpe?: number;
  /** Absent as `sharpe` is. */
  readonly skewness?: number;
  /** Absent as `sharpe` is. */
  readonly kurtosis?: number;
  /** Trades whose market was stale in between. */
  readonly touchedGap: number;
}

const FIGURES = [
  "trades",
  "wins",
  "open",
  "pnl",
  "fees",
  "maxDrawdown",
  "sharpe",
  "skewness",
  "kurtosis",
  "touchedGap",
] as const satisfies readonly (keyof TrialRow)[];

/** The figures of a trial in the units of files. */
export function trialRow(figures: TrialFigures): TrialRow {
  const { returns } = figures;
  return {
    trades: figures.trades,
    wins: figures.wins,
    open: figures.open,
    pnl: dollars(figures.pnl),
    fees: dollars(figures.fees),
    maxDrawdown: dollars(figures.maxDrawdown),
    ...(returns === undefined ? {} : {
      sharpe: rounded(returns.sharpe),
      skewness: rounded(returns.skewness),
      kurtosis: rounded(returns.kurtosis),
    }),
    touchedGap: figures.touchedGap,
  };
}

/**
 * The trials as CSV in the order of the grid: number, id, a column for each parameter, the figures of
 * {@link TrialRow}; what is absent is empty. RFC 4180 with `\n`.
 */
export function trialsCsv({ axes }: SweepGrid, trials: readonly Trial[]): string {
  const head = ["trial", "id", ...axes.map(({ path }) => path), ...FIGURES];
  const rows = trials.map(({ id, parameters, figures }, index) => {
    const row = trialRow(figures);
    return [
      index + 1,
      id,
      ...axes.map(({ path }) => parameters[path] ?? ""),
      ...FIGURES.map((figure) => row[figure] ?? ""),
    ];
  });
  return [head, ...rows].map((cells) => `${cells.map(csvCell).join(",")}\n`).join("");
}

/** What is written of a sweep's trials beside the trials themselves. */
export interface TrialsSummary {
  /** By what the best was chosen. */
  readonly metric: SweepMetric;
  /** The id of the best trial. */
  readonly best: string;
  /** What it is worth to be the best of so many. */
  readonly selection: Selection;
  /** The same in one sentence. */
  readonly verdict: string;
  /** The metric over the two parameters that move it most; absent when no parameter has two values. */
  readonly map?: ParameterMap;
}

/** What `trials`, all of the grid and in its order, say together. Throws `RangeError` without any. */
export function summarizeTrials(
  grid: SweepGrid,
  trials: readonly Trial[],
  metric: SweepMetric,
): TrialsSummary {
  const best = rankTrials(trials, metric)[0];
  if (best === undefined) throw new RangeError("Cannot choose the best of no trials");
  const selection = judgeSelection(best, trials);
  const map = parameterMapOf(grid, trials, metric);
  return {
    metric,
    best: best.id,
    selection: roundedSelection(selection),
    verdict: selectionSentence(selection),
    ...(map === undefined ? {} : { map }),
  };
}

/**
 * The trials as JSON in the order of the grid, with {@link TrialsSummary}; the members of `about`,
 * what the caller knows of the sweep, go first. Equal trials give equal bytes.
 */
export function trialsJson(
  grid: SweepGrid,
  trials: readonly Trial[],
  metric: SweepMetric,
  about: Readonly<Record<string, unknown>> = {},
): string {
  const rows = trials.map(({ id, parameters, figures }) => ({
    id,
    parameters,
    ...trialRow(figures),
  }));
  const value = {
    ...about,
    grid: Object.fromEntries(grid.axes.map(({ path, values }) => [path, values])),
    ...summarizeTrials(grid, trials, metric),
    trials: rows,
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Ratios and odds to 6 decimals, as files have them. */
export function roundedSelection(selection: Selection): Selection {
  const { expectedSharpe, sharpe, probability } = selection;
  return {
    ...selection,
    ...(expectedSharpe === undefined ? {} : { expectedSharpe: rounded(expectedSharpe) }),
    ...(sharpe === undefined ? {} : { sharpe: rounded(sharpe) }),
    ...(probability === undefined ? {} : { probability: rounded(probability) }),
  };
}

// Dividing an integer by a power of ten gives the double that prints as that decimal again.
function dollars(money: Money): number {
  return money / 1_000_000;
}

function rounded(ratio: number): number {
  return Math.round(ratio * 1e6) / 1e6;
}

function csvCell(value: ParameterValue): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
