import {
  CandleBuilder,
  formatIsoTime,
  formatMoney,
  formatPrice,
  formatQuantity,
  Replay,
  SsmdError,
  VwapBuilder,
} from "@ssmd/core";
import { KalshiDecoder } from "@ssmd/kalshi";
import { existingArchive, streamFilter } from "../archive_folder.ts";
import { parseDuration } from "../arguments.ts";
import {
  type CommandContext,
  type CommonOptions,
  EXIT_BAD_DATA,
  EXIT_DONE,
  warn,
  writeJson,
} from "../command_context.ts";
import { reportCoverage } from "../coverage_report.ts";
import { counted } from "../ui/numbers.ts";
import { Progress } from "../ui/progress.ts";
import { type Column, table } from "../ui/table.ts";

/** Options of `ssmd candles`. */
export interface CandlesOptions extends CommonOptions {
  /** The archive's folder. */
  readonly archive: string;
  /** Length of a candle. */
  readonly interval: string;
  /** Only this stream. */
  readonly stream?: string;
}

const COLUMNS: readonly Column[] = [
  { head: "START" },
  { head: "OPEN", align: "right" },
  { head: "HIGH", align: "right" },
  { head: "LOW", align: "right" },
  { head: "CLOSE", align: "right" },
  { head: "VOLUME", align: "right", droppable: 1 },
  { head: "TRADES", align: "right", droppable: 2 },
];

/** `ssmd candles TICKER`: a market's trades by the exchange's time. */
export async function candles(
  ticker: string,
  options: CandlesOptions,
  { terminal, signal }: CommandContext,
): Promise<number> {
  const interval = parseDuration(options.interval);
  const io = await existingArchive(options.archive);
  const decoder = new KalshiDecoder();
  const candleBuilder = new CandleBuilder({ market: ticker, interval });
  const vwapBuilder = new VwapBuilder({ market: ticker });
  const progress = new Progress(terminal, "Replaying");
  const replay = new Replay(io, decoder, {
    streams: streamFilter(options.stream),
    onProgress: progress.update,
    signal,
  });
  try {
    for await (const batch of replay) {
      candleBuilder.add(batch);
      vwapBuilder.add(batch);
    }
  } finally {
    progress.done();
  }
  if (decoder.symbols.find(ticker) === undefined) {
    throw new SsmdError(
      "not_found",
      `Cannot make candles of ${ticker}: the archive ${options.archive} does not hold the market`,
    );
  }
  const list = candleBuilder.candles();
  const volume = list.reduce((sum, candle) => sum + candle.volume, 0);
  const trades = list.reduce((sum, candle) => sum + candle.trades, 0);
  const vwap = vwapBuilder.value();
  if (options.json === true) {
    writeJson(terminal, {
      ticker,
      intervalSeconds: interval / 1_000_000,
      candles: list.map((candle) => ({
        start: formatIsoTime(candle.start),
        startMs: candle.start / 1000,
        open: formatPrice(candle.open),
        high: formatPrice(candle.high),
        low: formatPrice(candle.low),
        close: formatPrice(candle.close),
        volume: formatQuantity(candle.volume),
        trades: candle.trades,
      })),
      volume: formatQuantity(volume),
      trades,
      vwap: vwap === undefined ? null : formatMoney(vwap),
      sequence: replay.coverage.sequence,
    });
  } else {
    const rows = list.map((candle) => [
      formatIsoTime(candle.start),
      formatPrice(candle.open),
      formatPrice(candle.high),
      formatPrice(candle.low),
      formatPrice(candle.close),
      formatQuantity(candle.volume),
      String(candle.trades),
    ]);
    terminal.out(table(COLUMNS, rows, terminal.columns));
    const average = vwap === undefined ? "" : `, VWAP ${formatMoney(vwap)}`;
    terminal.out(
      `${counted(trades, "trade")}, ${formatQuantity(volume)} contracts${average}\n`,
    );
  }
  if (candleBuilder.byReceiveTime > 0) {
    warn(
      terminal,
      `${
        counted(candleBuilder.byReceiveTime, "trade")
      } without the exchange's time: sorted by receive time`,
    );
  }
  if (candleBuilder.skipped > 0) {
    warn(
      terminal,
      `${counted(candleBuilder.skipped, "trade")} without a usable price or size left out`,
    );
  }
  reportCoverage(terminal, replay.coverage, decoder.counts);
  return replay.coverage.damaged.length > 0 ? EXIT_BAD_DATA : EXIT_DONE;
}
