import type { Money } from "@ssmd/core";
import { escapeHtml, shortText } from "./html_text.ts";
import { ratioOf } from "./ratio.ts";
import { grouped, percent, roundDollars, roundSigned } from "./report_text.ts";
import type { NamedFigures } from "./trade_figures.ts";

const MOST_ROWS = 60;

/** Figures as a sortable table with a bar for each P&L, those of the largest |P&L| when there are many. */
export function figureTable(
  head: string,
  rows: readonly NamedFigures[],
  inOrder: "by name" | "by P&L",
): string {
  if (rows.length === 0) return '<p class="dim">No trades.</p>';
  const most = Math.max(...rows.map(({ pnl }) => Math.abs(pnl)));
  const largest = [...rows].sort((a, b) => Math.abs(b.pnl) - Math.abs(a.pnl)).slice(0, MOST_ROWS);
  const shown = inOrder === "by name"
    ? largest.sort((a, b) => a.name < b.name ? -1 : 1)
    : largest.sort((a, b) => b.pnl - a.pnl);
  const rest = rows.length - shown.length;
  return `<div class="wide"><table class="sortable"><thead><tr>` +
    [head, "Trades", "Won", "P&amp;L", ""].map((each) => each === "" ? "<th>" : sortHead(each))
      .join("") +
    sortHead("Fees") +
    `<tbody>${shown.map((row) => figureRow(row, most)).join("")}</table></div>` +
    (rest > 0 ? `<p class="dim">… and ${grouped(rest)} more with a smaller |P&amp;L|</p>` : "");
}

/** A heading that sorts its table by its column; `name` is HTML. */
export function sortHead(name: string): string {
  return `<th scope="col"><button type="button">${name}</button>`;
}

function figureRow(
  { name, trades, wins, pnl, fees }: NamedFigures,
  most: Money,
): string {
  const won = ratioOf(wins, trades);
  return `<tr><td class="l">${name === "" ? "–" : escapeHtml(shortText(name, 120))}` +
    `<td>${grouped(trades)}<td>${won === undefined ? "–" : percent(won)}` +
    `<td class="${toneOf(pnl)}">${roundSigned(pnl)}<td class="bar">${bar(pnl, most)}` +
    `<td>${roundDollars(fees)}`;
}

/** `good` above 0, `bad` below. */
export function toneOf(money: Money): string {
  return money > 0 ? "good" : money < 0 ? "bad" : "";
}

/** From the middle to the right for a gain, to the left for a loss. */
function bar(pnl: Money, most: Money): string {
  if (pnl === 0) return "";
  const share = (Math.abs(pnl) / most * 50).toFixed(1);
  return `<i class="${toneOf(pnl)}" style="width:${share}%;${pnl > 0 ? "left" : "right"}:50%"></i>`;
}
