import type { EpochMicros } from "../clock.ts";
import type { Gap } from "../gap.ts";
import type { RawMessage } from "../raw_message.ts";
import type { SentMessage } from "../sent_message.ts";

/** What became of a record that was handed over: kept, or dropped because the buffer was full. */
export type Delivery = "kept" | "dropped";

/** Who receives what a {@link Connector} gets. Neither function throws. */
export interface ConnectorHandlers {
  /**
   * Takes the next record, in order of receipt within its session; its bytes are valid until this
   * returns. After `dropped` the receiver writes the overflow gap itself; a connector whose books
   * are concerned asks for new snapshots once records are kept again.
   */
  onRecord(record: RawMessage | Gap | SentMessage): Delivery;
  /** Hears of every change of state. */
  onStatus(status: ConnectorStatus): void;
}

/** A live source of one feed. It pushes and never queues. */
export interface Connector {
  /** The feed's name. */
  readonly feed: string;
  /**
   * Connects, and connects again, until `signal` is aborted; resolves when every socket and timer is
   * gone. Lost connections, refusals and nonsense from the exchange never end it. Rejects only for
   * what no retry can mend, such as options that contradict each other. To be called once.
   */
  run(handlers: ConnectorHandlers, options: { readonly signal: AbortSignal }): Promise<void>;
  /** How it is now; a new value each time. */
  health(): ConnectorHealth;
}

/** One connection of a connector, now. */
export interface ConnectionHealth {
  /** Its number within the connector, from 0. */
  readonly connection: number;
  /** Whether the handshake is done and nothing says that the socket is dead. */
  readonly connected: boolean;
  /** The present session, or the last one. */
  readonly session?: string;
  /** When the present state began. */
  readonly since: EpochMicros;
  /** When anything last came in, pings included; absent before anything did. */
  readonly lastInboundAt?: EpochMicros;
  /** Markets that are asked for on it. */
  readonly markets: number;
}

/** How a connector is; counts are since its start. */
export interface ConnectorHealth {
  /** Its connections. None while nothing is to be followed, which is no failure. */
  readonly connections: readonly ConnectionHealth[];
  /** Frames handed over, of all connections. */
  readonly frames: number;
  /** Their bytes. */
  readonly bytes: number;
  /** Connections that were made again after a loss. */
  readonly reconnects: number;
  /** Markets that are followed. */
  readonly markets: number;
  /** Markets that the exchange refuses, or that never got a snapshot. */
  readonly rejectedMarkets: number;
  /** Frames whose sequence number had been seen. */
  readonly duplicates: number;
  /** Frames that came after a later one. */
  readonly late: number;
  /** Error replies by the exchange's code; words are the connector's own, such as `binary_frame`. */
  readonly errors: Readonly<Record<string, number>>;
  /** Why it cannot be told what is to be followed, in words; absent when it can. */
  readonly problem?: string;
}

/** A change of a connector's state. */
export interface ConnectorStatus {
  /**
   * What happened: an attempt begins, the handshake is done, it was refused or failed, the
   * connection was lost, a subscription stands or ended, books were asked for anew, a market was
   * refused, the markets to follow changed, the exchange reported an error.
   */
  readonly type:
    | "connecting"
    | "connected"
    | "refused"
    | "disconnected"
    | "subscribed"
    | "subscription_lost"
    | "resync"
    | "market_rejected"
    | "markets_changed"
    | "error";
  /** When. */
  readonly at: EpochMicros;
  /** Which connection, from 0. */
  readonly connection: number;
  /** Its session, once there is one. */
  readonly session?: string;
  /** Why, in words for a log; never holds credentials. */
  readonly reason?: string;
  /** How long the connection lasted, in milliseconds. */
  readonly uptimeMs?: number;
  /** When the next attempt is due, in milliseconds from now. */
  readonly retryInMs?: number;
  /** Attempts since the last success. */
  readonly attempt?: number;
  /** Frames of the connection's life. */
  readonly frames?: number;
  /** The exchange's subscription id. */
  readonly sid?: number;
  /** The markets concerned, or how many now if all are meant. */
  readonly markets?: readonly string[] | number;
}
