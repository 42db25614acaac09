/**
 * The exchange's process. It plays the same frames at every start, stamped with the present time, and
 * answers the bench that started it.
 * @module
 */
import process from "node:process";
import { MICROS_PER_SECOND, parseIsoTime, SystemClock } from "@ssmd/core";
import { type ExchangeEvent, KalshiExchange, SyntheticSource } from "@ssmd/kalshi/server";

/** What the exchange is to play. */
export interface ExchangeOrder {
  /** Markets that are open. */
  readonly markets: number;
  /** Frames in a second. */
  readonly framesPerSecond: number;
}

/** What it says of itself. */
export interface ExchangeReport {
  /** Where to connect. */
  readonly url: string;
  /** The markets that are open. */
  readonly tickers: readonly string[];
  /** Frames that went out to those who are connected, confirmations included. */
  readonly sent: number;
  /** Clients cut off for reading too slowly. */
  readonly overflows: number;
  /** Its CPU time in microseconds. */
  readonly cpu: number;
}

/** What it can be asked. */
export type ExchangeQuestion = "report" | "pause" | "resume";

/** The markets of this quarter hour stay for ten minutes before those of the next one come. */
const OPENING = parseIsoTime("2026-01-05T15:00:00Z")!;
/** Until then the books have filled. */
const WARM_UP = 60 * MICROS_PER_SECOND;

async function serve({ markets, framesPerSecond }: ExchangeOrder): Promise<void> {
  const source = new SyntheticSource({ seed: 7, start: OPENING, markets, framesPerSecond });
  await source.seek(OPENING + WARM_UP);
  const tickers = source.catalog.markets(OPENING + WARM_UP)
    .filter(({ status }) => status === "active").map(({ ticker }) => String(ticker));
  const start = new SystemClock().now();
  let played = 0;
  // One after the other at an even pace: bursts would make rounds differ.
  const paced = (event: ExchangeEvent): ExchangeEvent => {
    const time = start + Math.round(++played * MICROS_PER_SECOND / framesPerSecond);
    return { ...event, time };
  };
  const exchange = await KalshiExchange.start({
    start,
    catalog: source.catalog,
    next: () => source.next()?.map(paced),
    close: () => source.close(),
  }, { allowUnsigned: true, bufferBytes: 256 * 1024 * 1024 });
  const report = (): ExchangeReport => {
    const { user, system } = process.cpuUsage();
    const facts = exchange.connections().flatMap((number) => exchange.subscriptions(number) ?? []);
    return {
      url: exchange.webSocketUrl,
      tickers,
      // The confirmation of a subscription is not among its frames.
      sent: facts.reduce((sum, { frames }) => sum + frames, facts.length),
      overflows: exchange.counts.overflows,
      cpu: user + system,
    };
  };
  process.on("message", (question: ExchangeQuestion) => {
    if (question === "pause") exchange.pause();
    if (question === "resume") exchange.resume();
    process.send!(report());
  });
  exchange.ended.catch((error: unknown) => {
    throw error;
  });
  process.send!(report());
}

process.on("disconnect", () => process.exit());
process.once("message", (order: ExchangeOrder) => void serve(order));
process.send!("ready");
