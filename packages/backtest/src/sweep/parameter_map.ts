import type { HeatCell, HeatMap } from "../report/heat_map.ts";
import type { SweepMetric } from "./best_trial.ts";
import type { ParameterValue, SweepAxis, SweepGrid } from "./sweep_grid.ts";
import type { Trial } from "./trial.ts";

/** A metric over two parameters. */
export interface ParameterMap {
  /** The path of the parameter from left to right. */
  readonly xLabel: string;
  /** The path of the parameter from top to bottom; absent with one parameter. */
  readonly yLabel?: string;
  /** The values from left to right. */
  readonly x: readonly ParameterValue[];
  /** The values from top to bottom; one, the empty text, with one parameter. */
  readonly y: readonly ParameterValue[];
  /**
   * For each of `y` one for each of `x`: dollars of P&L or the Sharpe ratio a trade, the mean over
   * `averaged`; `null` where no trial has one.
   */
  readonly cells: readonly (readonly (number | null)[])[];
  /** What a cell is. */
  readonly metric: SweepMetric;
  /** The paths of the parameters over which a cell is the mean. */
  readonly averaged: readonly string[];
}

/**
 * The metric over the two parameters that move it most, `undefined` when no parameter has two
 * values. A parameter's influence is the variance of the metric's mean at each of its values; among
 * equals the first in the grid counts. `trials` are in the order of the grid, all of them.
 */
export function parameterMapOf(
  grid: SweepGrid,
  trials: readonly Trial[],
  metric: SweepMetric,
): ParameterMap | undefined {
  const varied = grid.axes.filter(({ values }) => values.length > 1);
  const byInfluence = varied.map((axis) => ({ axis, influence: influenceOf(axis, trials, metric) }))
    .sort((a, b) => b.influence - a.influence);
  const chosen = varied.filter((axis) =>
    byInfluence.slice(0, 2).some((each) => each.axis === axis)
  );
  const [x, y] = chosen;
  if (x === undefined) return undefined;
  const rows = y === undefined ? [undefined] : y.values;
  return {
    xLabel: x.path,
    ...(y === undefined ? {} : { yLabel: y.path }),
    x: x.values,
    y: y?.values ?? [""],
    cells: rows.map((row) =>
      x.values.map((value) =>
        meanOf(
          trials.filter(({ parameters }) =>
            parameters[x.path] === value && (y === undefined || parameters[y.path] === row)
          ),
          metric,
        )
      )
    ),
    metric,
    averaged: varied.filter((axis) => !chosen.includes(axis)).map(({ path }) => path),
  };
}

/** The map as a report shows it, with `note` below. */
export function shownMap(map: ParameterMap, note: string): HeatMap {
  const { xLabel, yLabel, x, y, cells, metric, averaged } = map;
  const mean = averaged.length === 0 ? "" : `, mean over ${averaged.join(", ")}`;
  return {
    label: `${metric === "pnl" ? "P&L in dollars" : "Sharpe ratio a trade"}${mean}`,
    xLabel,
    yLabel: yLabel ?? "nothing else",
    xs: x.map(String),
    ys: y.map(String),
    cells: cells.map((row) => row.map((value) => shownCell(value, metric))),
    note,
  };
}

function shownCell(value: number | null, metric: SweepMetric): HeatCell | undefined {
  if (value === null) return undefined;
  return { value, text: value.toFixed(metric === "pnl" ? 2 : 3) };
}

function influenceOf(
  { path, values }: SweepAxis,
  trials: readonly Trial[],
  metric: SweepMetric,
): number {
  const means = values.flatMap((value) =>
    meanOf(trials.filter(({ parameters }) => parameters[path] === value), metric) ?? []
  );
  const mean = means.reduce((sum, each) => sum + each, 0) / Math.max(1, means.length);
  return means.reduce((sum, each) => sum + (each - mean) * (each - mean), 0) /
    Math.max(1, means.length);
}

function meanOf(trials: readonly Trial[], metric: SweepMetric): number | null {
  const values = trials.flatMap(({ figures }) =>
    metric === "pnl" ? figures.pnl : figures.returns?.sharpe ?? []
  );
  if (values.length === 0) return null;
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length;
  return rounded(metric === "pnl" ? mean / 1_000_000 : mean);
}

/** To 6 decimals: a colour needs no more, and no sum's last digit reaches a file. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
