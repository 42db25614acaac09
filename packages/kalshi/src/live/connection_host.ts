import type { Clock, ConnectorStatus, Gap, RawMessage, SentMessage } from "@ssmd/core";
import type { ConnectorCounts } from "./connector_counts.ts";
import type { ConnectorSettings } from "./connector_options.ts";
import type { SessionNames } from "./session_name.ts";

/** What one connection has from its connector. */
export interface ConnectionHost {
  /** How everything works. */
  readonly settings: ConnectorSettings;
  /** Stamps whatever happens, the same time for what happens in a row. */
  readonly clock: Clock;
  /** What is counted. */
  readonly counts: ConnectorCounts;
  /** Names sessions. */
  readonly names: SessionNames;
  /** Hands a record on. */
  deliver(record: RawMessage | Gap | SentMessage): void;
  /** Reports a change of state. */
  report(status: Omit<ConnectorStatus, "at">): void;
  /** `connection` receives nothing more of `markets`. */
  released(connection: number, markets: readonly string[]): void;
  /** `connection` takes no more than `capacity` markets; `markets` are too many. */
  full(connection: number, capacity: number, markets: readonly string[]): void;
}
