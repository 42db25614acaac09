import {
  capture,
  type CaptureSummary,
  type Clock,
  type EpochMicros,
  LineLog,
  parseIsoTime,
} from "@ssmd/core";
import { fileSink, FileStorage } from "@ssmd/core/fs";
import { KalshiDecoder } from "@ssmd/kalshi";
import {
  type KalshiChannel,
  KalshiConnector,
  KalshiCredentials,
  KalshiRest,
  MarketRecorder,
} from "@ssmd/kalshi/live";
import { KalshiExchange, SyntheticSource } from "@ssmd/kalshi/server";
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { MARKET_LOG } from "../market_files.ts";
import { VirtualWaits } from "./virtual_waits.ts";

/** When the made-up markets open. */
export const DEMO_START: EpochMicros = parseIsoTime("2026-01-05T15:00:00Z")!;
/** How long they trade, in minutes. */
export const DEMO_MINUTES = 15;
/** How many there are. */
export const DEMO_MARKETS = 6;
/** The stream's name. */
export const DEMO_STREAM = "demo";

const CHANNELS: readonly KalshiChannel[] = [
  "orderbook_delta",
  "ticker",
  "trade",
  "market_lifecycle_v2",
];
const SECOND: EpochMicros = 1_000_000;
const CLOSE = DEMO_START + DEMO_MINUTES * 60 * SECOND;
/** Markets are settled about a minute after their close, and asked for with growing pauses. */
const END = CLOSE + 600 * SECOND;
const FRAMES_PER_SECOND = 40;
/** How much market time passes while the cut connection is away. */
const OUTAGE: EpochMicros = 10 * SECOND;
/** How far the exchange's time moves at a time; what it sends meanwhile is received in one go. */
const STEP: EpochMicros = SECOND;
/** How often the connector is looked at, and how long REST gets after the close, in milliseconds. */
const LOOK_MS = 2;

/** What a demo's capture came to. */
export interface DemoSession {
  /** What was recorded. */
  readonly summary: CaptureSummary;
  /** The markets. */
  readonly tickers: readonly string[];
  /** What the exchange did wrong on purpose. */
  readonly faults: readonly string[];
}

/**
 * An exchange in this process, a signed connection to it over a socket, and a capture of one session
 * into the archive at `root`, with one lost frame and one cut connection on purpose. The exchange's
 * time is moved on as fast as everything is read, and receive times are its, so that a busy machine
 * makes the demo slower and nothing else.
 */
export async function recordDemoSession(root: string, signal: AbortSignal): Promise<DemoSession> {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const id = randomUUID();
  const source = new SyntheticSource({
    seed: 2,
    start: DEMO_START,
    end: END,
    markets: DEMO_MARKETS,
    series: 2,
    framesPerSecond: FRAMES_PER_SECOND,
  });
  const tickers = openTickers(source);
  const exchange = await KalshiExchange.start(source, {
    keys: [{ id, publicKeyPem: publicKey }],
    speed: "manual",
    // The time that is signed is the exchange's, years from the machine's.
    timestampWindowMs: Number.MAX_SAFE_INTEGER,
    faults: {
      seed: 2,
      rules: [
        { fault: "sequence_gap", channel: "orderbook_delta", at: [4000], connection: 1 },
        { fault: "cut_mid_frame", channel: "orderbook_delta", at: [12_000], connection: 1 },
      ],
    },
  });
  try {
    const credentials = KalshiCredentials.fromPem(id, privateKey);
    const summary = await record(root, exchange, credentials, tickers, signal);
    return { summary, tickers, faults: exchange.injected.map(({ fault }) => fault) };
  } finally {
    await exchange.close();
  }
}

async function record(
  root: string,
  exchange: KalshiExchange,
  credentials: KalshiCredentials,
  tickers: readonly string[],
  signal: AbortSignal,
): Promise<CaptureSummary> {
  const clock: Clock = { now: () => exchange.now() };
  const connector = new KalshiConnector({
    url: exchange.webSocketUrl,
    credentials,
    channels: CHANNELS,
    markets: () => tickers,
    backoff: { firstMs: 40 },
    pulseMs: 10,
    clock,
  });
  const sink = fileSink(root, { feed: connector.feed, stream: DEMO_STREAM }, {
    sequence: "checked",
    decoder: () => new KalshiDecoder(),
    clock,
  });
  const over = new AbortController();
  const until = AbortSignal.any([signal, over.signal]);
  let standing = 0;
  const running = capture(connector, sink, {
    clock,
    signal: until,
    onStatus: ({ type }) => {
      if (type === "connected" || type === "disconnected") standing = 0;
      if (type === "subscribed") standing++;
    },
  });
  const waits = new VirtualWaits(clock);
  try {
    await Promise.race([
      Promise.all([
        play(exchange, () => standing === CHANNELS.length, waits, until),
        recordMarkets(root, exchange, tickers, waits, until),
      ]),
      running.done,
    ]);
  } finally {
    over.abort();
  }
  return await running.done;
}

/** Moves the exchange's time to its end; while the recorder is away only for the outage. */
async function play(
  exchange: KalshiExchange,
  isFollowing: () => boolean,
  waits: VirtualWaits,
  signal: AbortSignal,
): Promise<void> {
  let waitsFrom = DEMO_START;
  let wasFollowing = false;
  while (!signal.aborted && exchange.now() < END) {
    if (wasFollowing && !isFollowing()) waitsFrom = exchange.now() + OUTAGE;
    wasFollowing = isFollowing();
    if (!wasFollowing && exchange.now() >= waitsFrom) await sleep(LOOK_MS);
    else {
      await exchange.advanceTo(Math.min(END, exchange.now() + STEP));
      // Both ends are in this process: the recorder needs its turn to see that it was cut off.
      await sleep(1);
    }
    waits.advance();
  }
}

/** Keeps what REST says of the markets until all of them are settled or the exchange has ended. */
async function recordMarkets(
  root: string,
  exchange: KalshiExchange,
  tickers: readonly string[],
  waits: VirtualWaits,
  signal: AbortSignal,
): Promise<void> {
  const { clock, wait } = waits;
  const rest = new KalshiRest({ baseUrl: exchange.restUrl, clock, wait });
  const log = await LineLog.open(new FileStorage(root), `kalshi/${DEMO_STREAM}/${MARKET_LOG}`);
  try {
    const recorder = new MarketRecorder(rest, (lines) => log.append(lines), { clock, wait });
    recorder.follow(tickers);
    while (!signal.aborted && recorder.pending > 0 && clock.now() < END) {
      await wait(await recorder.step(signal), signal);
    }
  } finally {
    await log.close();
  }
}

function openTickers(source: SyntheticSource): string[] {
  return source.catalog.markets(source.start)
    .filter(({ status }) => status === "active")
    .map(({ ticker }) => String(ticker))
    .sort();
}
