import {
  type ParameterValue,
  rankTrials,
  type SweepGrid,
  type SweepMetric,
  type Trial,
  type TrialRow,
  trialRow,
} from "@ssmd/backtest";
import { grouped } from "../ui/numbers.ts";
import { type Column, table } from "../ui/table.ts";

const SHOWN = 10;

const FIGURES: readonly (Column & { readonly text: (row: TrialRow) => string })[] = [
  { head: "TRADES", align: "right", text: ({ trades }) => grouped(trades) },
  { head: "WON", align: "right", droppable: 3, text: ({ wins }) => grouped(wins) },
  { head: "OPEN", align: "right", droppable: 5, text: ({ open }) => grouped(open) },
  { head: "P&L", align: "right", text: ({ pnl }) => pnl.toFixed(2) },
  { head: "FEES", align: "right", droppable: 4, text: ({ fees }) => fees.toFixed(2) },
  {
    head: "DRAWDOWN",
    align: "right",
    droppable: 2,
    text: ({ maxDrawdown }) => maxDrawdown.toFixed(2),
  },
  {
    head: "SHARPE",
    align: "right",
    droppable: 1,
    text: ({ sharpe }) => sharpe === undefined ? "–" : sharpe.toFixed(3),
  },
];

/** The ten best trials within `width` columns, and a line about the others. */
export function bestTrialsTable(
  { axes }: SweepGrid,
  trials: readonly Trial[],
  metric: SweepMetric,
  width: number,
): string {
  const varied = axes.filter(({ values }) => values.length > 1);
  const best = rankTrials(trials, metric).slice(0, SHOWN);
  const columns: Column[] = [
    { head: "#", align: "right" },
    ...varied.map(({ path }): Column => ({ head: lastStep(path), align: "right" })),
    ...FIGURES,
  ];
  const rows = best.map(({ parameters, figures }, index) => {
    const row = trialRow(figures);
    return [
      String(index + 1),
      ...varied.map(({ path }) => shown(parameters[path])),
      ...FIGURES.map(({ text }) => text(row)),
    ];
  });
  const rest = trials.length - best.length;
  return table(columns, rows, width) +
    (rest > 0 ? `… and ${grouped(rest)} more in trials.csv\n` : "");
}

function lastStep(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1);
}

function shown(value: ParameterValue | undefined): string {
  return value === undefined ? "" : String(value);
}
