import {
  type Clock,
  type Connector,
  type ConnectorHandlers,
  type ConnectorHealth,
  SsmdError,
} from "@ssmd/core";
import { isTicker } from "../ticker.ts";
import { BatchClock } from "./batch_clock.ts";
import type { ConnectionHost } from "./connection_host.ts";
import { ConnectorCounts } from "./connector_counts.ts";
import {
  type ConnectorSettings,
  connectorSettings,
  hasUnfiltered,
  type KalshiConnectorOptions,
} from "./connector_options.ts";
import { LiveConnection } from "./live_connection.ts";
import { OverflowRecovery } from "./overflow_recovery.ts";
import { SessionNames } from "./session_name.ts";
import { type ShardChange, Shards } from "./shards.ts";
import { UniverseWatch } from "./universe_watch.ts";

/** How often connections are looked at for being uneven, in milliseconds. */
const REBALANCE_MS = 600_000;
/** Names that are no tickers are reported once each, as long as there are no more than so many. */
const MOST_ILLEGAL = 1000;

/**
 * Follows Kalshi's WebSocket for as long as it is let: it connects again after every loss, keeps what
 * is subscribed equal to what is wanted, spreads markets over connections, checks the exchange's
 * numbers, and tells of every stretch that it did not see.
 *
 * Frames are handed on as they came, those that come before a subscription is confirmed included.
 */
export class KalshiConnector implements Connector {
  /** The feed's name. */
  readonly feed: string;
  readonly #settings: ConnectorSettings;
  readonly #counts = new ConnectorCounts();
  readonly #shards: Shards;
  readonly #connections = new Map<number, LiveConnection>();
  readonly #runs = new Set<Promise<void>>();
  readonly #clock: Clock;
  readonly #names: SessionNames;
  readonly #overflow = new OverflowRecovery();
  readonly #universe: UniverseWatch | undefined;
  readonly #illegal = new Set<string>();
  readonly #emptySince = new Map<number, number>();
  #host: ConnectionHost | undefined;
  #markets: ReadonlySet<string> = new Set();
  #now = 0;
  #rebalanceAt = REBALANCE_MS;
  #state: "new" | "running" | "stopped" = "new";

  /**
   * Connects to nothing before {@link run}. Throws `SsmdError` `invalid_input` for an unusable
   * address, `TypeError` for channels that cannot be followed so, `RangeError` for a wrong number.
   */
  constructor(options: KalshiConnectorOptions) {
    const settings = connectorSettings(options);
    this.#settings = settings;
    this.feed = settings.feed;
    this.#clock = new BatchClock(settings.clock);
    this.#names = new SessionNames(settings.random);
    const { marketsPerConnection, maxConnections, markets } = settings;
    const keepsFirst = hasUnfiltered(settings);
    this.#shards = new Shards({ marketsPerConnection, maxConnections, keepsFirst });
    this.#universe = markets && new UniverseWatch(markets, settings.universeEveryMs, {
      onMarkets: (names) => this.#follow(names),
      onTrouble: (reason) => this.#trouble("universe", reason),
    });
  }

  /** See {@link Connector.run}. Rejects with `SsmdError` `invalid_input` when it was called before. */
  async run(
    handlers: ConnectorHandlers,
    { signal }: { readonly signal: AbortSignal },
  ): Promise<void> {
    if (this.#state !== "new") {
      throw new SsmdError("invalid_input", "Cannot run the connector: it has been run before");
    }
    this.#state = "running";
    this.#host = this.#hostFor(handlers);
    const { warning, pulseMs } = this.#settings;
    if (warning !== undefined) this.#host.report({ type: "error", connection: 0, reason: warning });
    this.#apply(this.#shards.update(this.#markets));
    this.#universe?.pulse(this.#now);
    const pulse = setInterval(() => this.#pulse(this.#now + pulseMs), pulseMs);
    try {
      await new Promise<void>((resolve) => {
        if (signal.aborted) return resolve();
        signal.addEventListener("abort", () => resolve(), { once: true });
      });
    } finally {
      this.#state = "stopped";
      clearInterval(pulse);
      this.#universe?.stop();
      for (const connection of this.#connections.values()) connection.stop();
    }
    while (this.#runs.size > 0) await Promise.all(this.#runs);
  }

  /** Asks at once which markets to follow; resolves when the answer is in force. */
  async refreshMarkets(): Promise<void> {
    if (this.#state === "running") await this.#universe?.refresh(this.#now);
  }

  /** See {@link Connector.health}. */
  health(): ConnectorHealth {
    const connections = [...this.#connections.values()];
    const rejected = new Set<string>();
    for (const connection of connections) {
      for (const market of connection.rejected()) rejected.add(market);
    }
    return {
      ...this.#counts.values(),
      connections: connections.map((connection) => connection.health()),
      markets: this.#markets.size,
      rejectedMarkets: rejected.size + this.#shards.waiting,
    };
  }

  /** Whether every connection stands with all that is wanted of it, set aside markets excepted. */
  get settled(): boolean {
    return [...this.#connections.values()].every((connection) => connection.settled);
  }

  #hostFor(handlers: ConnectorHandlers): ConnectionHost {
    const overflow = this.#overflow;
    return {
      settings: this.#settings,
      clock: this.#clock,
      counts: this.#counts,
      names: this.#names,
      deliver: (record) => {
        if (handlers.onRecord(record) === "dropped") overflow.dropped();
        else if (overflow.isPending) overflow.kept(this.#now);
      },
      report: (status) => handlers.onStatus({ ...status, at: this.#clock.now() }),
      released: (connection, markets) => this.#apply(this.#shards.released(connection, markets)),
      full: (connection, capacity, markets) =>
        this.#apply(this.#shards.full(connection, capacity, markets)),
    };
  }

  #pulse(now: number): void {
    this.#now = now;
    this.#universe?.pulse(now);
    if (this.#overflow.isDue(now)) {
      for (const connection of this.#connections.values()) {
        connection.resync("records were dropped for want of room");
      }
    }
    if (now >= this.#rebalanceAt) {
      this.#rebalanceAt = now + REBALANCE_MS;
      this.#apply(this.#shards.rebalance());
    }
    this.#closeEmpty(now);
    for (const connection of this.#connections.values()) connection.pulse(now);
  }

  /** The universe is `names` from now on. */
  #follow(names: Iterable<string>): void {
    const markets = new Set<string>();
    for (const name of names) {
      if (typeof name === "string" && isTicker(name)) markets.add(name);
      else this.#skip(name);
    }
    const before = this.#markets;
    this.#markets = markets;
    const isSame = markets.size === before.size && [...markets].every((name) => before.has(name));
    if (!isSame) {
      this.#host?.report({ type: "markets_changed", connection: 0, markets: markets.size });
    }
    this.#apply(this.#shards.update(markets));
  }

  #skip(name: unknown): void {
    const text = String(name);
    if (this.#illegal.has(text) || this.#illegal.size >= MOST_ILLEGAL) return;
    this.#illegal.add(text);
    this.#trouble("illegal_ticker", `${JSON.stringify(text.slice(0, 80))} cannot be a ticker`);
  }

  #trouble(what: string, reason: string): void {
    this.#counts.error(what);
    this.#host?.report({ type: "error", connection: 0, reason });
  }

  #apply(changes: readonly ShardChange[]): void {
    if (this.#state !== "running") return;
    for (const number of this.#shards.connections()) {
      if (!this.#connections.has(number)) this.#open(number);
    }
    for (const { connection, add, remove } of changes) {
      this.#connections.get(connection)?.change(add, remove);
    }
  }

  #open(number: number): void {
    if (this.#host === undefined) return;
    const connection = new LiveConnection(number, this.#host, this.#now);
    this.#connections.set(number, connection);
    const run = connection.run().finally(() => this.#runs.delete(run));
    this.#runs.add(run);
  }

  /** A connection without markets stays for a while: at a rollover there are none for a moment. */
  #closeEmpty(now: number): void {
    const empty = new Set(this.#shards.empty());
    for (const number of this.#emptySince.keys()) {
      if (!empty.has(number)) this.#emptySince.delete(number);
    }
    for (const number of empty) {
      const since = this.#emptySince.get(number);
      if (since === undefined) this.#emptySince.set(number, now);
      else if (now - since >= this.#settings.universeEveryMs && this.#shards.closed(number)) {
        this.#emptySince.delete(number);
        this.#connections.get(number)?.stop();
        this.#connections.delete(number);
      }
    }
  }
}
