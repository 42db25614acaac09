import { type EpochMicros, type Money, ONE_DOLLAR, type Price } from "@ssmd/core";
import { toneOf } from "./figure_table.ts";
import { escapeHtml, shortText } from "./html_text.ts";
import type { PlotPoint } from "./plot_point.ts";
import type { ReportModel } from "./report_model.ts";
import type { ReportTrade } from "./report_trade.ts";
import { counted, dollars, grouped, roundSigned } from "./report_text.ts";
import { thinned } from "./thinned.ts";
import { type PlotLayer, timePlot } from "./time_plot.ts";
import { figuresBy } from "./trade_figures.ts";
import { largestTrades } from "./trade_table.ts";

// At most 40,000 points in all: 2 × 2000 + 12 × 1500 + 2 × 7000 + 2 × 2000.
const EQUITY_POINTS = 2000;
const MARKETS_PLOTTED = 12;
const PRICE_POINTS = 1500;
const TRADES_PLOTTED = 7000;
/** Trades whose entry and exit are joined by a line. */
const TRADES_JOINED = 2000;
const MARKETS_NAMED = 100;
const DOLLAR: Money = 1_000_000;

/** Equity and drawdown over the run; gaps are shaded. */
export function equityPlots(model: ReportModel): string {
  if (model.equity.length === 0) return '<p class="dim">Nothing was traded.</p>';
  const { first = model.equity[0]!.time, last = 0 } = model;
  const from = Math.min(first, model.equity[0]!.time);
  const to = Math.max(last, model.equity.at(-1)!.time);
  const pointsOf = (value: (index: number) => number): readonly PlotPoint[] =>
    thinned(model.equity.map(({ time }, index) => ({ time, value: value(index) })), EQUITY_POINTS);
  const common = { bands: model.gaps, from, to, text: axisDollars, unit: DOLLAR };
  const equity = timePlot({
    ...common,
    label: "Equity over time",
    layers: [{
      name: "equity",
      look: "equity",
      shape: "line",
      points: pointsOf((index) => model.equity[index]!.equity),
    }],
  });
  const drawdown = timePlot({
    ...common,
    label: "Drawdown over time",
    low: true,
    include: 0,
    layers: [{
      name: "drawdown",
      look: "drawdown",
      shape: "area",
      points: pointsOf((index) => -model.equity[index]!.drawdown),
    }],
  });
  const note = model.equityIsRealised
    ? "Closed positions only: this profile does not mark open ones."
    : "Open positions at what they could be sold for.";
  return `<figure><figcaption>Equity <span class="dim">${note}</span></figcaption>${equity}</figure>` +
    `<figure><figcaption>Drawdown <span class="dim">below the highest equity so far</span>` +
    `</figcaption>${drawdown}</figure>`;
}

/** The markets of the largest |P&L|, each with its price and what was traded in it. */
export function marketPlots(model: ReportModel): string {
  const markets = figuresBy(model.trades, ({ ticker }) => ticker)
    .sort((a, b) => Math.abs(b.pnl) - Math.abs(a.pnl));
  if (markets.length === 0) return '<p class="dim">Nothing was traded.</p>';
  const plotted = markets.slice(0, MARKETS_PLOTTED);
  const numbers = new Map<string, number[]>(plotted.map(({ name }) => [name, []]));
  const inPlots = largestTrades(model.trades, model.trades.length)
    .filter((number) => numbers.has(model.trades[number - 1]!.ticker));
  const joined = new Set(inPlots.slice(0, TRADES_JOINED));
  for (const number of inPlots.slice(0, TRADES_PLOTTED).sort((a, b) => a - b)) {
    numbers.get(model.trades[number - 1]!.ticker)!.push(number);
  }
  const figures = plotted.map(({ name, pnl, trades }) =>
    `<figure><figcaption><b>${escapeHtml(shortText(name, 80))}</b> ` +
    `<span class="${toneOf(pnl)}">${roundSigned(pnl)}</span> ` +
    `<span class="dim">in ${counted(trades, "trade")}</span></figcaption>${
      marketPlot(model, name, numbers.get(name)!, joined)
    }</figure>`
  );
  const hidden = inPlots.length - TRADES_PLOTTED;
  const named = markets.slice(MARKETS_PLOTTED, MARKETS_PLOTTED + MARKETS_NAMED);
  const unnamed = markets.length - MARKETS_PLOTTED - named.length;
  return `<p class="legend"><span class="price">YES price</span> <span class="entry">entry</span> ` +
    `<span class="won">exit with a gain</span> <span class="lost">exit with a loss</span> ` +
    `<span class="gap">gap</span> <span class="dim">NO trades at the price of YES, $1 less theirs.` +
    `${
      hidden > 0 ? ` ${counted(hidden, "trade")} of smaller |P&amp;L| not drawn.` : ""
    }</span></p><div class="markets">${figures.join("")}</div>` +
    (named.length === 0
      ? ""
      : `<p class="dim">Not plotted: ${
        named.map(({ name, pnl }) => `${escapeHtml(shortText(name, 80))} (${roundSigned(pnl)})`)
          .join(", ")
      }${unnamed > 0 ? ` and ${grouped(unnamed)} more` : ""}.</p>`);
}

function marketPlot(
  model: ReportModel,
  ticker: string,
  numbers: readonly number[],
  joined: ReadonlySet<number>,
): string {
  const trades = numbers.map((number) => model.trades[number - 1]!);
  const price = thinned(model.prices(ticker), PRICE_POINTS);
  const times = [
    ...price.map(({ time }) => time),
    ...trades.flatMap(({ entryTime, exitTime }) => [entryTime, exitTime]),
  ];
  const from = times.reduce((a, b) => Math.min(a, b), Infinity);
  const to = times.reduce((a, b) => Math.max(a, b), -Infinity);
  const isWon = (number: number): boolean => model.trades[number - 1]!.pnl > 0;
  const pairs = (won: boolean): PlotPoint[] =>
    numbers.filter((number) => joined.has(number) && isWon(number) === won)
      .flatMap((number) => [entryOf(model.trades[number - 1]!), exitOf(model.trades[number - 1]!)]);
  const exits = (look: "won" | "lost"): PlotLayer => {
    const some = numbers.filter((number) => isWon(number) === (look === "won"));
    return {
      name: "exit",
      look,
      shape: "dots",
      points: some.map((number) => exitOf(model.trades[number - 1]!)),
      trades: some,
    };
  };
  const layers: PlotLayer[] = [
    { name: "YES", look: "price", shape: "line", points: price },
    { name: "", look: "held-won", shape: "pairs", points: pairs(true) },
    { name: "", look: "held-lost", shape: "pairs", points: pairs(false) },
    { name: "entry", look: "entry", shape: "dots", points: trades.map(entryOf), trades: numbers },
    exits("won"),
    exits("lost"),
  ];
  return timePlot({
    label: `Price of ${shortText(ticker, 80)} and its trades over time`,
    layers: layers.filter(({ points }) => points.length > 0),
    bands: model.gaps.filter(({ markets }) => markets === undefined || markets.includes(ticker)),
    from,
    to,
    text: axisPrice,
    unit: ONE_DOLLAR,
  });
}

function entryOf({ side, entryTime, entryPrice }: ReportTrade): PlotPoint {
  return yesPoint(side, entryTime, entryPrice);
}

function exitOf({ side, exitTime, exitPrice }: ReportTrade): PlotPoint {
  return yesPoint(side, exitTime, exitPrice);
}

/** `price` is money a contract: 100 units to one of {@link Price}. */
function yesPoint(side: "yes" | "no", time: EpochMicros, price: Money): PlotPoint {
  const value: Price = Math.round(price / 100);
  return { time, value: side === "yes" ? value : ONE_DOLLAR - value };
}

function axisDollars(value: number): string {
  return value % DOLLAR === 0 ? dollars(value).replace(/\.00$/, "") : dollars(value);
}

function axisPrice(value: number): string {
  return dollars(value * 100);
}
