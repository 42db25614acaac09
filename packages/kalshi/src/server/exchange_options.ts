import { type Clock, SystemClock } from "@ssmd/core";
import type { FaultPlan } from "./fault_plan.ts";
import type { ExchangeKey } from "./handshake.ts";
import type { Speed } from "./pacer.ts";
import type { WireFormName } from "./wire_form.ts";

/** How a `KalshiExchange` behaves. */
export interface KalshiExchangeOptions {
  /** The address to listen on; default 127.0.0.1, which no other machine reaches. */
  readonly host?: string;
  /** The port; default 0, any free one. */
  readonly port?: number;
  /** The keys of those who may connect; absent, every signature is refused. */
  readonly keys?: readonly ExchangeKey[];
  /** Lets everyone connect unsigned, and without `keys` with any signature; default false. */
  readonly allowUnsigned?: boolean;
  /** How far a signature's timestamp may be from `clock`, in ms; default 30,000. */
  readonly timestampWindowMs?: number;
  /** The time of handshakes, Date headers and rates, and what `speed` multiplies; default the machine's. */
  readonly clock?: Clock;
  /** How the source's time runs; default 1. */
  readonly speed?: Speed;
  /**
   * Lets the source's time stand until there are so many subscriptions; `true` means 1, default
   * `false`. Not for `manual`.
   */
  readonly waitForClient?: boolean | number;
  /** How frames write numbers; default `fixed_point`. REST is always `fixed_point`. */
  readonly wire?: WireFormName;
  /** How often clients are pinged, in ms; default 10,000, 0 for never. */
  readonly pingIntervalMs?: number;
  /**
   * How many bytes may wait for one client before its subscriptions end with error 25; default
   * 32 MiB. At `max` and by hand the exchange waits instead.
   */
  readonly bufferBytes?: number;
  /** Markets of one subscription beyond which a command gets error 26; default no limit. */
  readonly marketsPerSubscription?: number;
  /** Commands of one connection per second beyond which they get error 27; default 10,000. */
  readonly commandsPerSecond?: number;
  /** REST requests per second, of all clients, beyond which they get 429; default no limit. */
  readonly requestsPerSecond?: number;
  /** What answers a subscribe that was merged into an earlier one, which is not known; default `ok`. */
  readonly mergeReply?: "ok" | "subscribed";
  /** Tickers that get an error which names them when they are subscribed to; the others go on. */
  readonly rejectTickers?: readonly string[];
  /** What goes wrong; default nothing. */
  readonly faults?: FaultPlan;
  /** How many trades REST remembers; default 10,000. */
  readonly tradesKept?: number;
}

/** {@link KalshiExchangeOptions} with every default. */
export interface ExchangeSettings extends Required<Omit<KalshiExchangeOptions, "keys">> {
  /** The known keys. */
  readonly keys: readonly ExchangeKey[] | undefined;
  /** Subscriptions that time waits for; 0 for none. */
  readonly waitForClient: number;
}

/** Fills in the defaults. Throws `RangeError` for a number out of its range. */
export function settingsOf(options: KalshiExchangeOptions): ExchangeSettings {
  const speed = options.speed ?? 1;
  if (typeof speed === "number" && !(speed > 0 && speed < Infinity)) {
    throw new RangeError(`Cannot run at speed ${speed}: expected a number above 0, or "max"`);
  }
  return {
    host: options.host ?? "127.0.0.1",
    port: atLeast("port", options.port ?? 0, 0, 65_535),
    keys: options.keys,
    allowUnsigned: options.allowUnsigned ?? false,
    timestampWindowMs: atLeast("timestampWindowMs", options.timestampWindowMs ?? 30_000, 0),
    clock: options.clock ?? new SystemClock(),
    speed,
    waitForClient: speed === "manual" ? 0 : Number(options.waitForClient ?? 0),
    wire: options.wire ?? "fixed_point",
    pingIntervalMs: atLeast("pingIntervalMs", options.pingIntervalMs ?? 10_000, 0, 2 ** 31 - 1),
    bufferBytes: atLeast("bufferBytes", options.bufferBytes ?? 32 * 1024 * 1024, 1),
    marketsPerSubscription: atLeast(
      "marketsPerSubscription",
      options.marketsPerSubscription ?? Infinity,
      1,
    ),
    commandsPerSecond: atLeast("commandsPerSecond", options.commandsPerSecond ?? 10_000, 0),
    requestsPerSecond: atLeast("requestsPerSecond", options.requestsPerSecond ?? Infinity, 0),
    mergeReply: options.mergeReply ?? "ok",
    rejectTickers: options.rejectTickers ?? [],
    faults: options.faults ?? { seed: 0, rules: [] },
    tradesKept: atLeast("tradesKept", options.tradesKept ?? 10_000, 0),
  };
}

function atLeast(name: string, value: number, least: number, most: number = Infinity): number {
  if (value >= least && value <= most) return value;
  throw new RangeError(
    `Cannot start an exchange with ${name} ${value}: expected at least ${least}`,
  );
}
