import {
  type BacktestResult,
  favourite,
  runBacktest,
  summaryJson,
  tradesJsonl,
} from "@ssmd/backtest";
import { formatMoney, formatQuantity, parseMoney, Replay, type ReplayCache } from "@ssmd/core";
import { KalshiDecoder, kalshiFees } from "@ssmd/kalshi";
import { parseContracts, parseDuration } from "../arguments.ts";
import { type CommandContext, EXIT_BAD_DATA, EXIT_DONE, warn } from "../command_context.ts";
import type { BacktestCommandOptions } from "./backtest_command_options.ts";
import { coverageDoubts } from "../coverage_report.ts";
import { checkRunId, writeRun } from "../run_folder.ts";
import { grouped, trimmed } from "../ui/numbers.ts";
import { Progress } from "../ui/progress.ts";
import { type Column, facts, table } from "../ui/table.ts";
import type { Terminal } from "../ui/terminal.ts";
import { VERSION } from "../version.ts";
import { assumedFees } from "./assumed_fees.ts";
import { fingerprintOf, openSource, unreadGaps } from "./backtest_source.ts";
import { reportCache } from "./cache_report.ts";
import { dayRanges } from "./day_ranges.ts";
import { feeDoubts } from "./fee_doubts.ts";
import { learnMarkets } from "./market_knowledge.ts";
import { replaySummary } from "./replay_summary.ts";
import { resultDoubts } from "./result_doubts.ts";
import { resultFacts } from "./result_facts.ts";
import { hashOf } from "./run_id.ts";

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

/** `ssmd backtest --strategy favourite`. */
export async function runFavourite(
  options: BacktestCommandOptions,
  cache: ReplayCache | undefined,
  { terminal, signal }: CommandContext,
): Promise<number> {
  const beforeClose = parseDuration(options.beforeClose ?? "300s");
  const quantity = parseContracts(options.contracts ?? "10");
  const startingBalance = parseMoney(options.balance ?? "10000");
  const source = await openSource(options);
  const knowledge = await learnMarkets(options.archive, source, options.markets, true);
  const { catalog, fingerprint: markets } = knowledge;
  const schedule = catalog.feeSchedule();
  const config = {
    strategy: { name: "favourite", beforeClose, quantity },
    fees: options.fees,
    startingBalance,
  };
  const data = await fingerprintOf(source);
  const { missingDays } = source;
  const inputs = {
    data,
    ...(missingDays.length === 0 ? {} : { missingDays }),
    markets,
    config,
    engine: VERSION,
  };
  const runId = checkRunId(options.runId ?? hashOf(inputs));

  const decoder = new KalshiDecoder();
  const progress = new Progress(terminal, "Replaying");
  const replay = new Replay(source.data, decoder, {
    streams: source.streams,
    gaps: unreadGaps(source),
    onProgress: progress.update,
    signal,
    ...(cache === undefined ? {} : { cache }),
  });
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
  const { coverage } = replay;
  const assumed = assumedFees(result, catalog, schedule);
  const summary = summaryJson({ ...result, clock: coverage.clock }, {
    runId,
    engine: VERSION,
    dataSha256: data,
    marketsSha256: markets,
    missingDays: source.missingDays,
    fees: {
      rounding: options.fees,
      source: assumed.length > 0 ? "assumed" : "series",
      assumedMarkets: assumed.length,
    },
    replay: replaySummary(coverage),
  });
  const folder = await writeRun(options.out, runId, {
    "summary.json": summary,
    "trades.jsonl": tradesJsonl(result),
  });
  if (options.json === true) terminal.out(summary);
  else describe(result, folder, terminal);
  const doubts = [
    ...resultDoubts(result, knowledge, assumed),
    ...feeDoubts(result, options.fees),
    ...coverageDoubts(coverage, decoder.counts),
  ];
  for (const days of dayRanges(source.missingDays)) warn(terminal, `no data of ${days}`);
  for (const doubt of doubts) warn(terminal, doubt);
  if (cache !== undefined) reportCache(cache.counts, terminal);
  return coverage.damaged.length > 0 ? EXIT_BAD_DATA : EXIT_DONE;
}

function describe(result: BacktestResult, folder: string, terminal: Terminal): void {
  const { trades } = result;
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
  terminal.out(facts([...resultFacts(result), ["result", folder]], terminal.columns));
}
