import { counted, grouped } from "../ui/numbers.ts";
import { type Column, facts, paragraph, table } from "../ui/table.ts";
import { styled, type Terminal } from "../ui/terminal.ts";
import { dollarText, plainNumber, timeTextOf } from "./explained_values.ts";
import {
  type DifferentFigure,
  type NumberedTrade,
  type RunDifference,
  shown,
} from "./run_difference.ts";

const SHOWN = 20;
const SETTINGS: readonly Column[] = [{ head: "SETTING" }, { head: "A" }, { head: "B" }];
const FIGURES: readonly Column[] = [
  { head: "FIGURE" },
  { head: "A", align: "right" },
  { head: "B", align: "right" },
  { head: "B - A", align: "right", droppable: 1 },
];
const CHANGED: readonly Column[] = [
  { head: "A", align: "right", droppable: 2 },
  { head: "B", align: "right", droppable: 2 },
  { head: "MARKET" },
  { head: "P&L A", align: "right" },
  { head: "P&L B", align: "right" },
  { head: "DIFFER IN", droppable: 1 },
];
const ONLY: readonly Column[] = [
  { head: "TRADE", align: "right", droppable: 2 },
  { head: "MARKET" },
  { head: "SIDE", droppable: 2 },
  { head: "ENTERED", droppable: 1 },
  { head: "P&L", align: "right" },
];
/** The figures that stand first, when the summaries have them. */
const FIRST = [
  /^portfolio\.totalPnl$/,
  /^portfolio\.balance$/,
  /^portfolio\.(equity|fees)$/,
  /^trades\.(count|wins|losses|touchedGap)$/,
  /^(drawdown|portfolio\.drawdownPercent)/,
];

/** The difference for people, at most `terminal.columns` wide. */
export function runDifferenceText(difference: RunDifference, terminal: Terminal): string {
  const { runs, inputs, settings, trades } = difference;
  const width = terminal.columns;
  const heading = (text: string): string => `\n${styled(terminal, "bold", text)}\n`;
  const parts = [facts([["A", runs[0]], ["B", runs[1]]], width), heading("What went in")];
  if (inputs.length === 0) parts.push("nothing is known of it\n");
  else {
    parts.push(facts(
      inputs.map(({ path, a, b }) => [
        path,
        shown(a) === shown(b) ? `same, ${brief(a)}` : `${brief(a)} and ${brief(b)}`,
      ]),
      width,
    ));
  }
  parts.push(heading("Settings"));
  if (settings.length === 0) parts.push("all the same\n");
  else {
    const room = Math.floor((width - 4) / 4);
    const rows = settings.map(({ path, a, b }) => [path, cut(brief(a), room), cut(brief(b), room)]);
    parts.push(table(SETTINGS, rows, width));
  }
  parts.push(heading("Figures"), figuresText(difference.figures, width));
  const { same, changed, onlyA, onlyB } = trades;
  parts.push(
    heading("Trades"),
    paragraph(
      `${grouped(same)} the same, ${grouped(changed.length)} changed, ${
        grouped(onlyA.length)
      } only in A, ${grouped(onlyB.length)} only in B`,
      width - 2,
    ),
  );
  if (changed.length > 0) {
    const rows = changed.slice(0, SHOWN).map(({ a, b, fields }) => [
      String(a.number),
      String(b.number),
      String(a.trade["ticker"]),
      dollarText(a.trade["pnl"]),
      dollarText(b.trade["pnl"]),
      fields.slice(0, 2).join(", ") + (fields.length > 2 ? ` +${fields.length - 2}` : ""),
    ]);
    parts.push(heading("Changed"), table(CHANGED, rows, width), more(changed.length));
  }
  for (const [name, list] of [["A", onlyA], ["B", onlyB]] as const) {
    if (list.length === 0) continue;
    parts.push(heading(`Only in ${name}`), table(ONLY, list.slice(0, SHOWN).map(onlyRow), width));
    parts.push(more(list.length));
  }
  return parts.join("");
}

function figuresText(figures: readonly DifferentFigure[], width: number): string {
  const rank = ({ path }: DifferentFigure): number => {
    const at = FIRST.findIndex((pattern) => pattern.test(path));
    return at < 0 ? FIRST.length : at;
  };
  const first = figures.filter((figure) => rank(figure) < FIRST.length)
    .sort((x, y) => rank(x) - rank(y));
  const others = figures.filter((figure) =>
    rank(figure) === FIRST.length && figure.difference !== 0
  );
  const rows = [...first, ...others.slice(0, SHOWN)].map(({ path, a, b, difference }) => [
    path,
    figure(a),
    figure(b),
    difference === undefined ? "" : difference > 0 ? `+${figure(difference)}` : figure(difference),
  ]);
  const rest = others.length - SHOWN;
  return table(FIGURES, rows, width) +
    (rest > 0 ? `… and ${counted(rest, "other figure")} that differ, in --json\n` : "");
}

function figure(value: unknown): string {
  return typeof value === "number" ? plainNumber(value) : shown(value);
}

function onlyRow({ number, trade }: NumberedTrade): string[] {
  return [
    String(number),
    String(trade["ticker"]),
    String(trade["side"]),
    timeTextOf(trade["entryTime"]),
    dollarText(trade["pnl"]),
  ];
}

function more(count: number): string {
  return count > SHOWN ? `… and ${grouped(count - SHOWN)} more, in --json\n` : "";
}

/** At most `room` characters; what is left out stands in the JSON. */
function cut(text: string, room: number): string {
  return text.length <= room ? text : `${text.slice(0, room - 1)}…`;
}

/** A hash by its beginning, other values as they are. */
function brief(value: unknown): string {
  const text = shown(value);
  return /^[0-9a-f]{24,}$/.test(text) ? `${text.slice(0, 12)}…` : text;
}
