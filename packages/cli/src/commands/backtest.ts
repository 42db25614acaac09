import {
  type BacktestResult,
  favourite,
  runBacktest,
  summaryJson,
  tradesJsonl,
} from "@ssmd/backtest";
import {
  archiveFingerprint,
  type Coverage,
  formatMoney,
  formatQuantity,
  type MarketInfo,
  type Money,
  parseMoney,
  Replay,
  SsmdError,
} from "@ssmd/core";
import { sha256 } from "@ssmd/core/fs";
import { type FeeRounding, type FeeSchedule, KalshiDecoder, kalshiFees } from "@ssmd/kalshi";
import { existingArchive, streamFilter } from "../archive_folder.ts";
import { parseContracts, parseDuration } from "../arguments.ts";
import {
  type CommandContext,
  type CommonOptions,
  EXIT_BAD_DATA,
  EXIT_DONE,
  warn,
} from "../command_context.ts";
import { reportCoverage } from "../coverage_report.ts";
import { archivedMarkets, loadMarkets, MARKET_LOG } from "../market_files.ts";
import { checkRunId, writeRun } from "../run_folder.ts";
import { counted, grouped, trimmed } from "../ui/numbers.ts";
import { Progress } from "../ui/progress.ts";
import { type Column, facts, table } from "../ui/table.ts";
import { styled, type Terminal } from "../ui/terminal.ts";
import { VERSION } from "../version.ts";

/** Options of `ssmd backtest`. */
export interface BacktestCommandOptions extends CommonOptions {
  /** The archive's folder. */
  readonly archive: string;
  /** The strategy's name. */
  readonly strategy: "favourite";
  /** Files with REST objects; without, what captures recorded beside the streams. */
  readonly markets?: readonly string[];
  /** When the favourite is bought. */
  readonly beforeClose: string;
  /** How many contracts are bought. */
  readonly contracts: string;
  /** How fees are rounded. */
  readonly fees: FeeRounding;
  /** Dollars at the start. */
  readonly balance: string;
  /** Name of the result's folder. */
  readonly runId?: string;
  /** Only this stream. */
  readonly stream?: string;
  /** Where the result's folder is made. */
  readonly out: string;
}

const TRADE_COLUMNS: readonly Column[] = [
  { head: "MARKET" },
  { head: "SIDE" },
  { head: "CONTRACTS", align: "right", droppable: 2 },
  { head: "PRICE", align: "right" },
  { head: "PAID", align: "right", droppable: 1 },
  { head: "FEES", align: "right", droppable: 3 },
  { head: "P&L", align: "right" },
];
const TRADES_SHOWN = 20;

/** `ssmd backtest`: runs a strategy over an archive and writes its result. */
export async function backtest(
  options: BacktestCommandOptions,
  { terminal, signal }: CommandContext,
): Promise<number> {
  const beforeClose = parseDuration(options.beforeClose);
  const quantity = parseContracts(options.contracts);
  const startingBalance = parseMoney(options.balance);
  const io = await existingArchive(options.archive);
  const streams = streamFilter(options.stream);
  const files = options.markets ?? await archivedMarkets(options.archive, io, streams);
  const source = options.markets === undefined ? MARKET_LOG : "--markets";
  const { catalog, fingerprint: markets, unfinished } = await loadMarkets(files);
  if (unfinished > 0) {
    warn(terminal, `the unfinished last line of ${counted(unfinished, "file")} was left out`);
  }
  const schedule = catalog.feeSchedule();
  const config = {
    strategy: { name: options.strategy, beforeClose, quantity },
    fees: options.fees,
    startingBalance,
  };
  const data = await archiveFingerprint(io, streams);
  const runId = checkRunId(options.runId ?? runIdOf({ data, markets, config, engine: VERSION }));

  const decoder = new KalshiDecoder();
  const progress = new Progress(terminal, "Replaying");
  const replay = new Replay(io, decoder, { streams, onProgress: progress.update, signal });
  let result: BacktestResult;
  try {
    result = await runBacktest({
      batches: replay,
      strategy: favourite({ beforeClose, quantity }),
      markets: catalog.markets(),
      settlements: catalog,
      fees: kalshiFees(schedule, options.fees),
      startingBalance,
      signal,
    });
  } finally {
    progress.done();
  }
  if (replay.coverage.files === 0) {
    const stream = options.stream === undefined ? "" : ` in a stream ${options.stream}`;
    throw new SsmdError(
      "not_found",
      `Cannot backtest ${options.archive}: it holds no data${stream}`,
    );
  }
  const assumed = assumedFees(result, catalog.markets(), schedule);
  const summary = summaryJson({ ...result, clock: replay.coverage.clock }, {
    runId,
    engine: VERSION,
    dataSha256: data,
    marketsSha256: markets,
    fees: {
      rounding: options.fees,
      source: assumed.length > 0 ? "assumed" : "series",
      assumedMarkets: assumed.length,
    },
    replay: replaySummary(replay.coverage),
  });
  const folder = await writeRun(options.out, runId, {
    "summary.json": summary,
    "trades.jsonl": tradesJsonl(result),
  });
  if (options.json === true) terminal.out(summary);
  else describe(result, folder, terminal);
  reportDoubts(terminal, result, { source, problems: catalog.problems }, assumed);
  reportCoverage(terminal, replay.coverage, decoder.counts);
  return replay.coverage.damaged.length > 0 ? EXIT_BAD_DATA : EXIT_DONE;
}

function runIdOf(inputs: unknown): string {
  const hash = sha256();
  hash.update(new TextEncoder().encode(JSON.stringify(inputs)));
  return hash.digest().slice(0, 16);
}

/**
 * Which of the markets in the data have no fee type but the assumed one. Throws `SsmdError`
 * `unknown_fee` for a type that is given and unknown: a trade left out could hide a loss.
 */
function assumedFees(
  result: BacktestResult,
  markets: readonly MarketInfo[],
  schedule: FeeSchedule,
): string[] {
  const withData = new Set(result.coverage.markets.map(({ ticker }) => ticker));
  return markets.filter(({ ticker, closeTime }) =>
    withData.has(ticker) && schedule.feesOf(ticker, closeTime ?? 0).source === "assumed"
  ).map(({ ticker }) => ticker);
}

function replaySummary(coverage: Coverage): unknown {
  return {
    files: coverage.files,
    records: coverage.records,
    sequence: coverage.sequence,
    clock: coverage.clock,
    gaps: coverage.gaps,
    damagedFiles: coverage.damaged.length,
    tooLongLines: coverage.tooLongLines,
    overlappingMarkets: coverage.overlappingMarkets.size,
  };
}

function describe(result: BacktestResult, folder: string, terminal: Terminal): void {
  const { trades, portfolio } = result;
  if (trades.length > 0) {
    const rows = trades.slice(0, TRADES_SHOWN).map((trade) => [
      trade.ticker,
      trade.side,
      trimmed(formatQuantity(trade.contracts)),
      trimmed(formatMoney(trade.entryPrice)),
      trimmed(formatMoney(trade.exitPrice)),
      trimmed(formatMoney(trade.fees)),
      trimmed(formatMoney(trade.pnl)),
    ]);
    terminal.out(table(TRADE_COLUMNS, rows, terminal.columns));
    if (trades.length > TRADES_SHOWN) {
      terminal.out(`… and ${grouped(trades.length - TRADES_SHOWN)} more in trades.jsonl\n`);
    }
    terminal.out("\n");
  }
  const wins = trades.filter(({ pnl }) => pnl > 0).length;
  const rows: [string, string][] = [
    ["trades", `${grouped(trades.length)} (${grouped(wins)} won)`],
    [
      "P&L",
      `${
        styled(terminal, portfolio.totalPnl < 0 ? "red" : "green", dollars(portfolio.totalPnl))
      } net of ${dollars(portfolio.fees)} fees`,
    ],
    ["balance", dollars(portfolio.balance)],
    ["result", folder],
  ];
  if (result.open.length > 0) {
    rows.splice(1, 0, [
      "open",
      `${counted(result.open.length, "position")} without a result, unpriced`,
    ]);
  }
  terminal.out(facts(rows, terminal.columns));
}

function dollars(money: Money): string {
  return `${money < 0 ? "-" : ""}$${trimmed(formatMoney(Math.abs(money)))}`;
}

/** What a reader should know before believing the figures. */
function reportDoubts(
  terminal: Terminal,
  result: BacktestResult,
  { source, problems }: { readonly source: string; readonly problems: readonly string[] },
  assumed: readonly string[],
): void {
  const { markets, trades, skipped, coverage, orders } = result;
  if (assumed.length > 0) {
    warn(
      terminal,
      `no series object gives a fee type for ${
        counted(assumed.length, "market")
      }: quadratic with multiplier 1 is assumed`,
    );
  }
  if (markets.notGiven > 0) {
    warn(
      terminal,
      `${
        counted(markets.notGiven, "market")
      } of the archive without an object in ${source}, not traded`,
    );
  }
  if (markets.withoutData > 0) {
    warn(
      terminal,
      `${counted(markets.withoutData, "market")} of ${source} without data in the archive`,
    );
  }
  const reasons = new Map<string, number>();
  for (const { reason } of skipped) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  for (const [reason, n] of reasons) {
    warn(terminal, `${counted(n, "market")} not traded: ${reason}`);
  }
  if (orders.partial > 0) {
    warn(terminal, `${counted(orders.partial, "order")} filled in part: the book was thin`);
  }
  const touched = trades.filter(({ touchedGap }) => touchedGap).length;
  if (touched > 0) {
    warn(terminal, `${counted(touched, "trade")} touched a stretch in which the book was stale`);
  }
  const trading = coverage.markets.reduce((sum, { tradingTime }) => sum + tradingTime, 0);
  const stale = coverage.markets.reduce((sum, { staleTime }) => sum + staleTime, 0);
  if (stale > 0) {
    const share = ((1 - stale / trading) * 100).toFixed(1);
    warn(terminal, `books could be trusted for ${share} % of the recorded market time`);
  }
  for (const problem of problems.slice(0, 5)) warn(terminal, problem);
  if (problems.length > 5) warn(terminal, `… and ${problems.length - 5} more about ${source}`);
}
