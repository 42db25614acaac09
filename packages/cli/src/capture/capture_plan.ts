import { SsmdError, type SyncPolicy } from "@ssmd/core";
import {
  checkPair,
  endpointsOf,
  type EnvironmentConfig,
  type FeedConfig,
  feedVersionAt,
} from "@ssmd/core/config";
import { checkTicker } from "@ssmd/kalshi";
import {
  checkRestUrl,
  KALSHI_CHANNELS,
  type KalshiChannel,
  resolveWebSocketUrl,
  restUrlOf,
} from "@ssmd/kalshi/live";

/** Which markets are followed. */
export interface MarketChoice {
  /** Single markets. */
  readonly markets: readonly string[];
  /** Series whose open markets are followed. */
  readonly series: readonly string[];
  /** Categories of series whose open markets are followed. */
  readonly categories: readonly string[];
  /** Only markets that close within this many hours. */
  readonly closeWithinHours?: number;
  /** Only markets of games. */
  readonly gamesOnly: boolean;
}

/** What a feed and an environment come to. */
export interface CapturePlan {
  /** The feed's name. */
  readonly feed: string;
  /** The stream's name within the archive. */
  readonly stream: string;
  /** The archive's folder. */
  readonly root: string;
  /** The exchange's stream of data. */
  readonly webSocketUrl: string;
  /** The exchange's REST base. */
  readonly restUrl: string;
  /** Channels to subscribe. */
  readonly channels: readonly KalshiChannel[];
  /** Which markets; absent when no channel is confined to markets. */
  readonly choice?: MarketChoice;
  /** Markets on one connection; absent leaves it to the connector. */
  readonly marketsPerConnection?: number;
  /** Seconds between files. */
  readonly rotateSeconds: number;
  /** When lines are forced to disk. */
  readonly sync: SyncPolicy;
  /** Free bytes below which nothing is written. */
  readonly minFreeBytes: number;
  /** Which of the environment's keys opens the exchange; absent when none is named. */
  readonly keyId?: string;
  /** What works and is not what the files say, one line each. */
  readonly warnings: readonly string[];
}

const LIFECYCLE: KalshiChannel = "market_lifecycle_v2";

/**
 * What to capture, and where to. `date` is the UTC day whose feed version counts. Throws `SsmdError`
 * `invalid_input` for a pair of files that cannot be captured.
 */
export function planCapture(
  feed: FeedConfig,
  environment: EnvironmentConfig,
  options: { readonly date: string; readonly out?: string },
): CapturePlan {
  const warnings = [...checkPair(feed, environment)];
  const version = feedVersionAt(feed, options.date);
  if (feed.type !== "websocket" || version.protocol.message !== "json") {
    throw refusal(
      `feed ${feed.name} is of type ${feed.type} with ${version.protocol.message} messages`,
      "expected websocket and json",
    );
  }
  const { endpoint, restEndpoint } = endpointsOf(version, environment);
  const webSocket = resolveWebSocketUrl(endpoint);
  if (webSocket.warning !== undefined) warnings.push(webSocket.warning);
  const choice = choiceOf(environment);
  const perConnection = environment.subscription.marketsPerConnection ??
    version.maxSymbolsPerConnection;
  const key = [...environment.keys].find(([, { type }]) => type === "api_key");
  warnings.push(...unusedParts(environment));
  return {
    feed: feed.name,
    stream: environment.storage.stream,
    root: rootOf(environment, options.out),
    webSocketUrl: webSocket.url,
    restUrl: restEndpoint === undefined ? restUrlOf(webSocket.url) : checkRestUrl(restEndpoint),
    channels: channelsOf(environment, version.supportsOrderbook !== false, choice),
    ...(choice === undefined ? {} : { choice }),
    ...(perConnection === undefined ? {} : { marketsPerConnection: perConnection }),
    rotateSeconds: environment.storage.rotateSeconds,
    sync: environment.storage.sync,
    minFreeBytes: environment.storage.minFreeBytes,
    ...(key === undefined ? {} : { keyId: key[0] }),
    warnings,
  };
}

function choiceOf({ secmaster, subscription, lifecycle }: EnvironmentConfig):
  | MarketChoice
  | undefined {
  if (lifecycle.enabled) return undefined;
  const categories = secmaster?.categories ?? [];
  const { markets, series } = subscription;
  for (const ticker of [...markets, ...series]) checkTicker(ticker);
  if (categories.length + markets.length + series.length === 0) return undefined;
  const hours = secmaster?.closeWithinHours;
  return {
    markets,
    series,
    categories,
    ...(hours === undefined ? {} : { closeWithinHours: hours }),
    gamesOnly: secmaster?.gamesOnly ?? false,
  };
}

/**
 * Lifecycle messages are captured with everything: they alone say early that a market's close was
 * moved or how it ended.
 */
function channelsOf(
  { subscription, lifecycle }: EnvironmentConfig,
  hasBooks: boolean,
  choice: MarketChoice | undefined,
): readonly KalshiChannel[] {
  if (lifecycle.enabled) return [LIFECYCLE];
  const { channels } = subscription;
  if (channels === undefined) {
    const books: KalshiChannel[] = choice !== undefined && hasBooks ? ["orderbook_delta"] : [];
    return [...books, "ticker", "trade", LIFECYCLE];
  }
  if (choice === undefined && channels.includes("orderbook_delta")) {
    throw refusal(
      "orderbook_delta is asked for without markets",
      "choose them by subscription.markets, subscription.series or secmaster.categories",
    );
  }
  return [...new Set(channels)].map(checkChannel);
}

function checkChannel(name: string): KalshiChannel {
  const channel = KALSHI_CHANNELS.find((each) => each === name);
  if (channel !== undefined) return channel;
  throw refusal(
    `subscription.channels names ${JSON.stringify(name)}`,
    `expected ${KALSHI_CHANNELS.join(", ")}`,
  );
}

function rootOf({ storage }: EnvironmentConfig, out: string | undefined): string {
  if (out !== undefined) return out;
  if (storage.type !== "local") {
    throw refusal(`storage.type is ${storage.type}`, "name a local folder with --out");
  }
  if (storage.path === undefined) {
    throw refusal("storage.path is absent", "name it there or with --out");
  }
  return storage.path;
}

/** Parts of the original's files that have no counterpart here. */
function unusedParts(environment: EnvironmentConfig): string[] {
  const { transport, secmaster, lifecycle, cdc } = environment;
  const found: string[] = [];
  if (transport.type !== "memory") {
    found.push(`transport.type ${transport.type} is not used: records go to the archive alone`);
  }
  if (secmaster !== undefined) {
    found.push("secmaster.url is not asked: markets come from the exchange's own REST interface");
  }
  if (cdc.enabled) found.push("cdc is not used: markets are looked up again by the clock");
  if (lifecycle.enabled && lifecycle.series.length > 0) {
    found.push("lifecycle.series is not applied: every lifecycle message is kept");
  }
  return found;
}

function refusal(state: string, remedy: string): SsmdError {
  return new SsmdError("invalid_input", `Cannot plan the capture: ${state}; ${remedy}`);
}
