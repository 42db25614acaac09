/**
 * An exchange that speaks Kalshi's own REST and WebSocket protocol, with faults on request: for tests
 * of recorders and bots, in any language, without a network. For Node, Deno and Bun.
 *
 * Every line here is public API.
 * @module
 */
export type {
  BookDeltaEvent,
  BookSnapshotEvent,
  ExchangeEvent,
  ExchangeEventBase,
  ExchangeLevels,
  MessageEvent,
  TickerEvent,
  TradeEvent,
} from "./exchange_event.ts";
export type { CatalogObject, ExchangeCatalog, ExchangeSource } from "./exchange_source.ts";
export type { SubscriptionFacts } from "./client_connection.ts";
export type { ExchangeLadders } from "./exchange_book.ts";
export type { ExchangeCounts } from "./exchange_counts.ts";
export type { KalshiExchangeOptions } from "./exchange_options.ts";
export type { FaultName, FaultPlan, FaultRule, HandshakeRefusal } from "./fault_plan.ts";
export type { ExchangeKey } from "./handshake.ts";
export type { Injection } from "./injection.ts";
export { KalshiExchange } from "./kalshi_exchange.ts";
export { parseFaults } from "./parse_faults.ts";
export type { Speed } from "./pacer.ts";
export { type ScriptedObjects, ScriptedSource } from "./scripted_source.ts";
export type { WireFormName } from "./wire_form.ts";
export { ArchiveSource, type ArchiveSourceOptions } from "./sources/recorded/archive_source.ts";
export type { RecordedCounts } from "./sources/recorded/recorded_counts.ts";
export type { RecordedOptions, RecordedSource } from "./sources/recorded/recorded_source.ts";
export { TapeSource } from "./sources/recorded/tape_source.ts";
export { type SyntheticOptions, SyntheticSource } from "./sources/synthetic/synthetic_source.ts";
