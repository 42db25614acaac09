import type { GapBand } from "./gap_recorder.ts";
import { escapeHtml, shortText } from "./html_text.ts";
import { ratioOf } from "./ratio.ts";
import { toneOf } from "./figure_table.ts";
import type { NamedText, ReportModel, SensitivityRow } from "./report_model.ts";
import {
  contractsText,
  counted,
  dollars,
  durationText,
  grouped,
  percent,
  roundDollars,
  roundSigned,
  signedDollars,
  timeText,
} from "./report_text.ts";

const MOST_LISTED = 100;
const MOST_CONFIG = 20_000;

/** The result in one sentence. */
export function verdictText({ money, breakdown, open }: ReportModel): string {
  const { trades, wins } = breakdown.total;
  const { totalPnl, startingBalance, fees, drawdown, drawdownPpm } = money;
  const word = totalPnl > 0 ? "Won" : totalPnl < 0 ? "Lost" : "Neither won nor lost:";
  const share = ratioOf(Math.abs(totalPnl), startingBalance);
  return `${word} ${roundDollars(Math.abs(totalPnl))}` +
    (share === undefined ? "" : ` (${percent(share)} of ${roundDollars(startingBalance)})`) +
    ` net of ${roundDollars(fees)} fees in ${counted(trades, "trade")}` +
    (trades === 0 ? "" : `, ${percent(wins / trades)} of them won`) +
    `; equity fell by up to ${roundDollars(drawdown)} (${percent(drawdownPpm / 1e6)})` +
    (open.length === 0 ? "." : `; ${counted(open.length, "position")} still open.`);
}

/** The most important figures. */
export function figureTiles({ money, breakdown }: ReportModel): string {
  const { total, exposure, calibration, touchedGap } = breakdown;
  const invested = ratioOf(exposure.timeInvested, exposure.span);
  const won = ratioOf(total.wins, total.trades);
  const tiles: (readonly [string, string, string, string?])[] = [
    ["P&L", roundSigned(money.totalPnl), "net of fees", toneOf(money.totalPnl)],
    ["Fees paid", roundDollars(money.fees), "those of open positions included"],
    [
      money.equity === undefined ? "Cash at the end" : "Equity at the end",
      roundDollars(money.equity ?? money.balance),
      `of ${roundDollars(money.startingBalance)}`,
    ],
    ["Trades", grouped(total.trades), won === undefined ? "none closed" : `${percent(won)} won`],
    [
      "Largest drawdown",
      roundDollars(money.drawdown),
      `${percent(money.drawdownPpm / 1e6)} of its peak`,
    ],
    [
      "Exposure",
      roundDollars(exposure.max),
      `at most; ${roundDollars(exposure.mean)} on average` +
      (invested === undefined ? "" : `; ${percent(invested)} of the time`),
    ],
    [
      "Brier score",
      calibration.brier === undefined ? "–" : calibration.brier.toFixed(4),
      `${grouped(calibration.entries)} entries with a result`,
    ],
    [
      "Touched a gap",
      counted(touchedGap.trades, "trade"),
      `P&L ${roundSigned(touchedGap.pnl)}`,
      touchedGap.trades > 0 ? "bad" : "",
    ],
  ];
  return `<dl class="tiles">${
    tiles.map(([name, value, note, tone = ""]) =>
      `<div><dt>${escapeHtml(name)}<dd class="${tone}">${escapeHtml(value)}<small>${
        escapeHtml(note)
      }</small></div>`
    ).join("")
  }</dl>`;
}

/** Names and values, side by side. */
export function factList(facts: readonly NamedText[]): string {
  return `<dl class="facts">${
    facts.map(([name, text]) =>
      `<dt>${escapeHtml(shortText(name, 80))}<dd>${escapeHtml(shortText(text, 400))}`
    ).join("")
  }</dl>`;
}

/** P&L under other assumptions, beside the run's own. */
export function sensitivityTable(rows: readonly SensitivityRow[]): string {
  if (rows.length === 0) return '<p class="dim">Not computed for this run.</p>';
  const base = rows.find(({ isBase }) => isBase === true);
  const body = rows.slice(0, MOST_LISTED).map(({ label, pnl, trades, isBase }) => {
    const name = escapeHtml(shortText(label, 100));
    const difference = base === undefined || isBase === true ? "" : signedDollars(pnl - base.pnl);
    return `<tr><td class="l">${isBase === true ? `<b>${name}</b> (this run)` : name}<td class="${
      toneOf(pnl)
    }">${signedDollars(pnl)}<td>${difference}<td>${grouped(trades)}`;
  });
  return `<div class="wide"><table><thead><tr><th>Under<th>P&amp;L<th>Difference<th>Trades<tbody>${
    body.join("")
  }</table></div>`;
}

/** What the data lack, the longest first. */
export function gapTable(gaps: readonly GapBand[]): string {
  if (gaps.length === 0) return '<p class="dim">The recording knows of no gap.</p>';
  const longest = [...gaps].sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from);
  const rows = longest.slice(0, MOST_LISTED).map(({ from, to, reason, markets }) =>
    `<tr><td class="l">${timeText(from)}<td>${to === from ? "–" : durationText(to - from)}<td>${
      escapeHtml(reason)
    }<td class="l">${
      markets === undefined
        ? "every market"
        : escapeHtml(shortText(markets.slice(0, 5).join(", "), 200)) +
          (markets.length > 5 ? ` and ${grouped(markets.length - 5)} more` : "")
    }`
  );
  const rest = gaps.length - rows.length;
  return `<div class="wide"><table><thead><tr><th>From (UTC)<th>Length<th>Reason<th>Markets<tbody>${
    rows.join("")
  }</table></div>${rest > 0 ? `<p class="dim">… and ${grouped(rest)} shorter ones</p>` : ""}`;
}

/** Positions that nothing closed. */
export function openTable(open: ReportModel["open"]): string {
  const rows = open.slice(0, MOST_LISTED).map(({ ticker, side, contracts, cost, entryTime }) =>
    `<tr><td class="l">${escapeHtml(shortText(ticker, 80))}<td>${side}<td>${
      contractsText(contracts)
    }<td>${dollars(cost)}<td>${timeText(entryTime)}`
  );
  const rest = open.length - rows.length;
  return `<div class="wide"><table><thead><tr><th>Market<th>Side<th>Contracts<th>Cost<th>Entry (UTC)<tbody>${
    rows.join("")
  }</table></div>${rest > 0 ? `<p class="dim">… and ${grouped(rest)} more</p>` : ""}`;
}

/** The configuration as it was read. */
export function configText(config: unknown): string {
  const text = JSON.stringify(config, null, 2) ?? "none";
  const shown = text.split("\n").map(escapeHtml).join("\n");
  const cut = shown.length > MOST_CONFIG;
  return `<pre>${cut ? shown.slice(0, MOST_CONFIG).replace(/&[^;]*$/, "") : shown}</pre>` +
    (cut ? '<p class="dim">… the rest stands in <code>summary.json</code></p>' : "");
}
