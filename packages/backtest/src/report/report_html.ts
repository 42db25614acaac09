import { calibrationHtml } from "./calibration_plot.ts";
import { coverageSentence } from "./data_coverage.ts";
import { figureTable } from "./figure_table.ts";
import { heatMapHtml } from "./heat_map.ts";
import { escapeHtml, shortText } from "./html_text.ts";
import type { ReportModel } from "./report_model.ts";
import { REPORT_SCRIPT } from "./report_script.ts";
import {
  configText,
  factList,
  figureTiles,
  gapTable,
  openTable,
  sensitivityTable,
  verdictText,
} from "./report_sections.ts";
import { REPORT_STYLE } from "./report_style.ts";
import { counted, durationText, timeText } from "./report_text.ts";
import { equityPlots, marketPlots } from "./run_plots.ts";
import { byteLength, tradeTable } from "./trade_table.ts";

const MOST_WARNINGS = 40;
const MOST_BYTES = 990_000;
/** Stands for the trades until it is known how much room the rest leaves. */
const TRADES = "\0";

/**
 * The report as one HTML page that needs nothing else and asks no network: under 1 MB whatever the
 * run, at most 40,000 plotted points. Equal models give equal bytes.
 */
export function reportHtml(model: ReportModel): string {
  const page = pageWithoutTrades(model);
  // A function, since "$" has a meaning in a replacement text.
  return page.replace(TRADES, () => tradeTable(model.trades, MOST_BYTES - byteLength(page)));
}

function pageWithoutTrades(model: ReportModel): string {
  const sections = sectionsOf(model).filter(([, , body]) => body !== "");
  const links = sections.map(([id, title]) => `<a href="#${id}">${title}</a>`).join("");
  const title = escapeHtml(shortText(`${model.strategy} · ${model.runId}`, 160));
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none';style-src 'unsafe-inline';script-src 'unsafe-inline'">
<title>${title}</title>
<style>${REPORT_STYLE}</style>
<header><h1>${title}</h1>
<p class="verdict">${escapeHtml(verdictText(model))}</p>
<p>${escapeHtml(dataText(model))}</p>
${warningList(model.warnings)}</header>
${figureTiles(model)}
<nav>${links}</nav>
${
    sections.map(([id, name, body]) => `<section id="${id}"><h2>${name}</h2>\n${body}\n</section>`)
      .join("\n")
  }
<script>${REPORT_SCRIPT}</script>
</html>
`;
}

function sectionsOf(model: ReportModel): (readonly [id: string, title: string, body: string])[] {
  const { breakdown } = model;
  return [
    ["equity", "Equity and drawdown", equityPlots(model)],
    ["sweep", "Sweep", model.heatMap === undefined ? "" : heatMapHtml(model.heatMap)],
    ["markets", "Trades on the price of each market", marketPlots(model)],
    ["models", "P&amp;L by model", figureTable("Model", breakdown.byModel, "by P&L")],
    ["reasons", "P&amp;L by exit reason", figureTable("Closed by", breakdown.byReason, "by P&L")],
    ["hours", "P&amp;L by hour of entry, UTC", figureTable("Hour", breakdown.byHour, "by name")],
    [
      "assumptions",
      "P&amp;L by what fills rest on",
      figureTable("Rests on", breakdown.byAssumption, "by P&L") +
      `<p class="dim">A trade counts under each of its assumptions.</p>`,
    ],
    ["sensitivity", "Sensitivity to latency and fees", sensitivityTable(model.sensitivity)],
    ["calibration", "Calibration of the entries", calibrationHtml(breakdown.calibration)],
    ["gaps", "Gaps", gapTable(model.gaps)],
    ["trades", "Trades", TRADES],
    ["open", "Open positions", model.open.length === 0 ? "" : openTable(model.open)],
    ["assumed", "What was assumed", factList(model.assumptions)],
    [
      "inputs",
      "Configuration and fingerprints",
      factList(model.fingerprints) +
      `<details><summary>Configuration</summary>${configText(model.config)}</details>`,
    ],
  ];
}

function dataText({ profile, clock, first, last, breakdown }: ReportModel): string {
  const span = first === undefined || last === undefined
    ? "no data"
    : `data ${timeText(first)} to ${timeText(last)} UTC (${durationText(last - first)})`;
  const time = clock === "receive" ? "" : ", by the exchange's clock";
  const covered = breakdown.coverage === undefined
    ? counted(breakdown.total.touchedGap, "trade") + " touched a gap"
    : coverageSentence(breakdown.coverage, breakdown.total.touchedGap);
  return `Profile ${profile}; ${span}${time}; ${covered}.`;
}

function warningList(warnings: readonly string[]): string {
  if (warnings.length === 0) return "";
  const rest = warnings.length - MOST_WARNINGS;
  const shown = warnings.slice(0, MOST_WARNINGS).map((text) => escapeHtml(shortText(text, 400)));
  if (rest > 0) shown.push(`… and ${rest} more`);
  return `<ul class="warnings">${shown.map((text) => `<li>${text}`).join("")}</ul>`;
}
