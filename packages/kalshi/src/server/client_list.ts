import type { Duplex } from "node:stream";
import { ClientConnection } from "./client_connection.ts";
import type { CommandMarkets } from "./command_handler.ts";
import type { ExchangeSettings } from "./exchange_options.ts";
import type { FanOut } from "./fan_out.ts";
import type { FaultInjector } from "./fault_injector.ts";
import type { MarketFeed } from "./market_feed.ts";
import { RequestRate } from "./request_rate.ts";

/** Bytes that may wait for a client before an exchange that waits for readers waits. */
const ENOUGH_BYTES = 512 * 1024;
/** How many closed connections are remembered. */
const REMEMBERED = 100;
/** What Kalshi's pings carry. */
const PING_PAYLOAD = "heartbeat";

/** What clients share. */
export interface ClientContext {
  /** Who gets what. */
  readonly fanOut: FanOut;
  /** Books and quotes. */
  readonly feed: MarketFeed;
  /** What commands need to know of the markets. */
  readonly markets: CommandMarkets;
  /** What goes wrong. */
  readonly faults: FaultInjector;
  /** A command was carried out. */
  commanded(): void;
}

/** The connected clients, and for a while those that were. */
export class ClientList {
  readonly #settings: ExchangeSettings;
  readonly #context: ClientContext;
  readonly #rejected: ReadonlySet<string>;
  readonly #open = new Map<number, ClientConnection>();
  readonly #closed = new Map<number, ClientConnection>();
  #queued: ClientConnection[] = [];
  #pings: ReturnType<typeof setInterval> | undefined;
  #commands = 0;
  #bytes = 0;
  #overflows = 0;

  /** Pings clients as soon as there are any. */
  constructor(settings: ExchangeSettings, context: ClientContext) {
    this.#settings = settings;
    this.#context = context;
    this.#rejected = new Set(settings.rejectTickers);
  }

  /** The client with this number. */
  find(connection: number): ClientConnection | undefined {
    return this.#open.get(connection) ?? this.#closed.get(connection);
  }

  /** The numbers of those connected. */
  open(): number[] {
    return [...this.#open.keys()];
  }

  /** Takes over a WebSocket; `signed` says whether its handshake was. */
  accept(number: number, socket: Duplex, head: Buffer, signed: boolean): void {
    const { commandsPerSecond, clock, marketsPerSubscription, mergeReply } = this.#settings;
    const { fanOut, feed, markets, faults } = this.#context;
    const client = new ClientConnection(
      number,
      socket,
      head,
      {
        fanOut,
        feed,
        markets,
        injected: faults.injected,
        queued: (one) => this.#queued.push(one),
        commanded: (one) => {
          this.#checkBacklog(one);
          this.#context.commanded();
        },
        closed: (one) => this.#remove(one),
      },
      { marketLimit: marketsPerSubscription, mergeReply, rejected: this.#rejected, signed },
      new RequestRate(commandsPerSecond, clock),
      faults.forConnection(number),
    );
    this.#open.set(number, client);
    const { pingIntervalMs } = this.#settings;
    if (pingIntervalMs > 0) this.#pings ??= setInterval(() => this.#ping(), pingIntervalMs);
  }

  /**
   * Sends what is queued. Resolves when there is room for more; a client that is not waited for and
   * has too much to read loses its subscriptions.
   */
  settle(): Promise<void> | undefined {
    const queued = this.#queued;
    if (queued.length > 0) {
      this.#queued = [];
      for (const client of queued) {
        client.flush();
        this.#checkBacklog(client);
      }
    }
    if (typeof this.#settings.speed === "number") return undefined;
    const full: Promise<void>[] = [];
    for (const client of this.#open.values()) {
      if (client.backlog > ENOUGH_BYTES) full.push(client.drained());
    }
    return full.length === 0 ? undefined : Promise.all(full).then(() => undefined);
  }

  /** Subscriptions of all that are connected. */
  subscriptions(): number {
    let sum = 0;
    for (const client of this.#open.values()) sum += client.subscriptions;
    return sum;
  }

  /** What was counted. */
  counts(): { connections: number; commands: number; bytes: number; overflows: number } {
    let [commands, bytes] = [this.#commands, this.#bytes];
    for (const client of this.#open.values()) {
      commands += client.commands;
      bytes += client.bytesSent;
    }
    return { connections: this.#open.size, commands, bytes, overflows: this.#overflows };
  }

  /** Lets no further fault happen. */
  stopFaults(): void {
    for (const client of this.#open.values()) {
      client.stopFaults();
      client.flush();
    }
  }

  /** Ends all connections: with a close frame of `code`, or at once. */
  drop(code?: number): void {
    for (const client of [...this.#open.values()]) client.end(code);
  }

  /** Ends everything. */
  close(): void {
    this.drop();
    this.#stopPings();
  }

  #remove(client: ClientConnection): void {
    if (!this.#open.delete(client.number)) return;
    this.#commands += client.commands;
    this.#bytes += client.bytesSent;
    this.#closed.set(client.number, client);
    const [oldest] = this.#closed.keys();
    if (this.#closed.size > REMEMBERED && oldest !== undefined) this.#closed.delete(oldest);
    if (this.#open.size === 0) this.#stopPings();
  }

  /** Ends the subscriptions of `client` when too much waits for it. */
  #checkBacklog(client: ClientConnection): void {
    if (typeof this.#settings.speed !== "number" || client.backlog <= this.#settings.bufferBytes) {
      return;
    }
    if (client.subscriptions === 0) return;
    this.#overflows++;
    client.overflow();
    client.flush();
  }

  #ping(): void {
    for (const client of this.#open.values()) client.ping(PING_PAYLOAD);
  }

  #stopPings(): void {
    clearInterval(this.#pings);
    this.#pings = undefined;
  }
}
