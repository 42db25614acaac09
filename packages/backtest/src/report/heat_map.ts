import { escapeHtml, shortText } from "./html_text.ts";

/** One figure over two parameters. */
export interface HeatMap {
  /** What the cells say, such as `P&L in dollars`. */
  readonly label: string;
  /** The parameter that goes to the right. */
  readonly xLabel: string;
  /** The parameter that goes down. */
  readonly yLabel: string;
  /** The values of the parameter that goes to the right. */
  readonly xs: readonly string[];
  /** The values of the parameter that goes down. */
  readonly ys: readonly string[];
  /** A row for each of {@link ys}, a cell for each of {@link xs}; `undefined` where nothing ran. */
  readonly cells: readonly (readonly (HeatCell | undefined)[])[];
  /** What the reader should know, such as what N trials are worth. */
  readonly note?: string;
}

/** A cell of a {@link HeatMap}. */
export interface HeatCell {
  /** Decides the colour: above 0 is good, below bad. */
  readonly value: number;
  /** What is written. */
  readonly text: string;
}

/** The map as an HTML table, each cell coloured by its share of the largest magnitude. */
export function heatMapHtml(map: HeatMap): string {
  const most = Math.max(
    0,
    ...map.cells.map((row) => Math.max(0, ...row.map((cell) => Math.abs(cell?.value ?? 0)))),
  );
  const heads = map.xs.map((x) => `<th scope="col">${escapeHtml(shortText(x, 40))}`).join("");
  const rows = map.cells.map((row, index) =>
    `<tr><th scope="row">${escapeHtml(shortText(map.ys[index] ?? "", 40))}` +
    row.map((cell) => heatCell(cell, most)).join("")
  );
  const note = map.note === undefined ? "" : `<p>${escapeHtml(map.note)}`;
  return `<p class="dim">${escapeHtml(map.label)}; to the right ${escapeHtml(map.xLabel)}, down ${
    escapeHtml(map.yLabel)
  }</p><div class="wide"><table class="heat"><thead><tr><td>${heads}<tbody>${
    rows.join("")
  }</table></div>${note}`;
}

function heatCell(cell: HeatCell | undefined, most: number): string {
  if (cell === undefined) return '<td class="dim">–';
  const share = most === 0 ? 0 : Math.round(Math.abs(cell.value) / most * 60);
  const tone = cell.value < 0 ? "bad" : "good";
  return `<td style="background:color-mix(in srgb,var(--${tone}) ${share}%,transparent)">${
    escapeHtml(cell.text)
  }`;
}
