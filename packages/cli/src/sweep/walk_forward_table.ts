import { type SplitOutcome, totalOfTests, trialRow } from "@ssmd/backtest";
import { grouped } from "../ui/numbers.ts";
import { type Column, table } from "../ui/table.ts";

const COLUMNS: readonly Column[] = [
  { head: "TRAIN", droppable: 3 },
  { head: "TEST" },
  { head: "CHOSEN" },
  { head: "TRAIN P&L", align: "right", droppable: 1 },
  { head: "DSR", align: "right", droppable: 2 },
  { head: "TRADES", align: "right" },
  { head: "TEST P&L", align: "right" },
];

/** The splits and their sum within `width` columns; DSR is the deflated Sharpe ratio of the choice. */
export function walkForwardTable(outcomes: readonly SplitOutcome[], width: number): string {
  const rows = outcomes.map(({ split, choice, tested, skipped }) => {
    const days = [range(split.train), range(split.test)];
    if (choice === undefined || tested === undefined) return [...days, skipped ?? ""];
    const { probability } = choice.selection;
    const [trained, result] = [trialRow(choice.trial.figures), trialRow(tested.figures)];
    return [
      ...days,
      Object.values(choice.trial.parameters).join(" "),
      trained.pnl.toFixed(2),
      probability === undefined ? "–" : probability.toFixed(2),
      grouped(result.trades),
      result.pnl.toFixed(2),
    ];
  });
  const total = totalOfTests(outcomes);
  const sum = ["", "", "", "", "", grouped(total.trades), total.pnl.toFixed(2)];
  return table(COLUMNS, [...rows, sum], width);
}

function range({ from, to }: { readonly from: string; readonly to: string }): string {
  return from === to ? from : `${from} … ${to}`;
}
