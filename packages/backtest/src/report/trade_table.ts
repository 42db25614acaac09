import { sortHead, toneOf } from "./figure_table.ts";
import { escapeHtml, shortText } from "./html_text.ts";
import { contractsText, dollars, grouped, plainDollars, timeText } from "./report_text.ts";
import type { ReportTrade } from "./report_trade.ts";

const MOST_ROWS = 2000;
/** What a fill does not need to be told: it was there, or the exchange paid. */
const CERTAIN: ReadonlySet<string> = new Set(["book", "settlement"]);

const HEADS = [
  "Trade",
  "Market",
  "Side",
  "Model",
  "P&amp;L",
  "Fees",
  "Contracts",
  "Paid",
  "Received",
  "Entry (UTC)",
  "Exit (UTC)",
  "Held s",
  "Closed by",
  "Gap",
  "Rests on",
];

/**
 * The trades of the largest |P&L| with their number in `trades.jsonl`, the first line being 1: 2,000,
 * fewer when their rows take more than `room` bytes.
 */
export function tradeTable(trades: readonly ReportTrade[], room: number): string {
  if (trades.length === 0) return '<p class="dim">No trades.</p>';
  const rows: string[] = [];
  let bytes = 0;
  for (const number of largestTrades(trades, MOST_ROWS)) {
    const row = tradeRow(trades[number - 1]!, number);
    bytes += byteLength(row);
    if (bytes > room) break;
    rows.push(row);
  }
  const rest = trades.length - rows.length;
  const note = rest === 0
    ? `All ${grouped(rows.length)} trades, the largest |P&amp;L| first.`
    : `The ${grouped(rows.length)} trades of the largest |P&amp;L|; ${
      grouped(rest)
    } more stand only in <code>trades.jsonl</code>.`;
  return `<p>${note} A trade's number is its line in <code>trades.jsonl</code>, for ` +
    `<code>ssmd explain</code>. <span class="paper">On paper: the first 60.</span></p>` +
    `<div class="wide"><table class="sortable trades"><thead><tr>${HEADS.map(sortHead).join("")}` +
    `<tbody>${rows.join("")}</table></div>`;
}

/** The numbers, from 1, of at most `limit` trades of the largest |P&L|; the earlier of two equal ones first. */
export function largestTrades(trades: readonly ReportTrade[], limit: number): number[] {
  return trades.map((_, index) => index + 1)
    .sort((a, b) => Math.abs(trades[b - 1]!.pnl) - Math.abs(trades[a - 1]!.pnl) || a - b)
    .slice(0, limit);
}

function tradeRow(trade: ReportTrade, number: number): string {
  const name = (text: string, length: number): string => escapeHtml(shortText(text, length));
  const cells = [
    name(trade.ticker, 80),
    trade.side,
    trade.group === "" ? "–" : name(trade.group, 120),
    `${toneOf(trade.pnl) === "" ? "" : ` class=${toneOf(trade.pnl)}`}>${signed(trade.pnl)}`,
    plainDollars(trade.fees),
    contractsText(trade.contracts),
    dollars(trade.entryPrice),
    dollars(trade.exitPrice),
    timeText(trade.entryTime),
    timeText(trade.exitTime),
    String(Math.round((trade.exitTime - trade.entryTime) / 1e6)),
    name(trade.reason, 40),
    trade.touchedGap ? "gap" : "",
    name(trade.assumptions.filter((each) => !CERTAIN.has(each)).join(", "), 80),
  ];
  return `<tr><td>${number}` +
    cells.map((cell, index) => index === 3 ? `<td${cell}` : `<td>${cell}`).join("");
}

const ENCODER = new TextEncoder();

/** The length of `text` in UTF-8. */
export function byteLength(text: string): number {
  return ENCODER.encode(text).length;
}

function signed(pnl: number): string {
  return pnl < 0 ? `−${plainDollars(-pnl)}` : plainDollars(pnl);
}
