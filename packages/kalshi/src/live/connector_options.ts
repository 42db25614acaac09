import { randomBytes } from "node:crypto";
import { type BackoffPolicy, type Clock, SystemClock } from "@ssmd/core";
import { type ChannelPlan, KALSHI_CHANNELS, type KalshiChannel, takesMarkets } from "./channel.ts";
import { resolveWebSocketUrl } from "./endpoints.ts";
import { SUBSCRIPTION_TIMING, type SubscriptionTiming } from "./subscription_timing.ts";
import type { WebSocketFactory } from "./web_socket.ts";
import { wsWebSocket } from "./ws_web_socket.ts";

/** Who signs a handshake; a `KalshiCredentials` is one. */
export interface HandshakeSigner {
  /** The headers for a request of `method` for `path`, at the Unix time `timeMs` in milliseconds. */
  sign(method: string, path: string, timeMs: number): object;
}

/** How a `KalshiConnector` works. */
export interface KalshiConnectorOptions {
  /** The WebSocket's address. */
  readonly url: string;
  /** Signs each handshake anew. Without it handshakes are unsigned, which Kalshi itself refuses. */
  readonly credentials?: HandshakeSigner;
  /** What to follow; `market_lifecycle_v2` alone is a recorder of lifecycles. */
  readonly channels: readonly KalshiChannel[];
  /**
   * The markets to follow now: asked at the start, every {@link universeEveryMs} and on
   * `refreshMarkets()`. No market is a fine answer. Without it, `ticker` and `trade` tell of every
   * market, and `orderbook_delta` cannot be followed.
   */
  readonly markets?: () => Iterable<string> | Promise<Iterable<string>>;
  /** How often {@link markets} is asked, in milliseconds. Default 60,000. */
  readonly universeEveryMs?: number;
  /** The feed's name in every record. Default `kalshi`. */
  readonly feed?: string;
  /**
   * Markets of one connection at most. Default 2,500, of which a new connection gets 2,000: what a
   * lost frame concerns is every book of its connection, so that fewer markets on each cost less to
   * repair. The exchange itself allows 500,000.
   */
  readonly marketsPerConnection?: number;
  /** Connections at most. Default 20; the exchange allows 200 for each user. */
  readonly maxConnections?: number;
  /** A socket from which nothing came for so long is dead, in milliseconds. Default 30,000. */
  readonly silenceMs?: number;
  /** How long a handshake may take, in milliseconds. Default 10,000. */
  readonly handshakeTimeoutMs?: number;
  /** A frame of more bytes ends its connection. Default 64 MiB, as the exchange's own limit. */
  readonly maxFrameBytes?: number;
  /** A connection that lasted so long counts as a success, in milliseconds. Default 30,000. */
  readonly stableMs?: number;
  /** How long to wait between attempts to connect. */
  readonly backoff?: BackoffPolicy;
  /** How patient subscriptions are. */
  readonly subscriptions?: Partial<SubscriptionTiming>;
  /** How often it looks at what is due, in milliseconds. Default 100. */
  readonly pulseMs?: number;
  /** Stamps what is received. Default the machine's. */
  readonly clock?: Clock;
  /** Numbers from 0 up to but not including 1, for waits and names. Default the crypto library's. */
  readonly random?: () => number;
  /** Opens sockets. Default the `ws` package. */
  readonly webSocket?: WebSocketFactory;
}

/** {@link KalshiConnectorOptions} with every default. */
export interface ConnectorSettings
  extends Required<Omit<KalshiConnectorOptions, "credentials" | "markets" | "subscriptions">> {
  /** Signs handshakes. */
  readonly credentials: HandshakeSigner | undefined;
  /** The markets to follow. */
  readonly markets: KalshiConnectorOptions["markets"];
  /** How patient subscriptions are. */
  readonly subscriptions: SubscriptionTiming;
  /** Why {@link url} is not the one that was given; absent when it is. */
  readonly warning?: string;
}

const MIB = 1024 * 1024;

/**
 * Fills in the defaults. Throws `SsmdError` `invalid_input` for an unusable address, `TypeError` for
 * channels that do not exist or cannot be followed so, `RangeError` for a number out of range.
 */
export function connectorSettings(options: KalshiConnectorOptions): ConnectorSettings {
  const { url, warning } = resolveWebSocketUrl(options.url);
  return {
    url,
    ...(warning !== undefined && { warning }),
    credentials: options.credentials,
    channels: checkChannels(options),
    markets: options.markets,
    universeEveryMs: above0("universeEveryMs", options.universeEveryMs ?? 60_000),
    feed: options.feed ?? "kalshi",
    marketsPerConnection: above0("marketsPerConnection", options.marketsPerConnection ?? 2500),
    maxConnections: above0("maxConnections", options.maxConnections ?? 20),
    silenceMs: above0("silenceMs", options.silenceMs ?? 30_000),
    handshakeTimeoutMs: above0("handshakeTimeoutMs", options.handshakeTimeoutMs ?? 10_000),
    maxFrameBytes: above0("maxFrameBytes", options.maxFrameBytes ?? 64 * MIB),
    stableMs: above0("stableMs", options.stableMs ?? 30_000),
    backoff: options.backoff ?? {},
    subscriptions: { ...SUBSCRIPTION_TIMING, ...options.subscriptions },
    pulseMs: above0("pulseMs", options.pulseMs ?? 100),
    clock: options.clock ?? new SystemClock(),
    random: options.random ?? cryptoRandom,
    webSocket: options.webSocket ?? wsWebSocket,
  };
}

/** The channels of one connection: those that tell of every market belong to the first one only. */
export function channelPlans(settings: ConnectorSettings, isFirst: boolean): ChannelPlan[] {
  return settings.channels
    .map((channel) => ({ channel, filtered: isFiltered(channel, settings) }))
    .filter(({ filtered }) => filtered || isFirst);
}

/** Whether some channel tells of every market. */
export function hasUnfiltered(settings: ConnectorSettings): boolean {
  return settings.channels.some((channel) => !isFiltered(channel, settings));
}

function isFiltered(channel: KalshiChannel, { markets }: ConnectorSettings): boolean {
  return markets !== undefined && takesMarkets(channel);
}

function checkChannels({ channels, markets }: KalshiConnectorOptions): readonly KalshiChannel[] {
  const unique = [...new Set(channels)];
  if (unique.length === 0) throw new TypeError("Cannot follow nothing: channels is empty");
  for (const channel of unique) {
    if (!KALSHI_CHANNELS.includes(channel)) {
      throw new TypeError(
        `Cannot follow the channel ${JSON.stringify(channel)}: expected one of ` +
          KALSHI_CHANNELS.join(", "),
      );
    }
  }
  if (markets === undefined && unique.includes("orderbook_delta")) {
    throw new TypeError("Cannot follow orderbook_delta without markets: say which");
  }
  return unique;
}

function above0(name: string, value: number): number {
  if (value > 0) return value;
  throw new RangeError(`Cannot use ${value} as ${name}: expected a number above 0`);
}

function cryptoRandom(): number {
  return randomBytes(6).readUIntBE(0, 6) / 2 ** 48;
}
