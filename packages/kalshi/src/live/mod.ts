/**
 * What needs Kalshi's network: credentials, REST, which markets to follow and the recording of their
 * objects. For Node, Deno and Bun.
 *
 * Every line here is public API.
 * @module
 */
export { KALSHI_CHANNELS, type KalshiChannel } from "./channel.ts";
export type { HandshakeSigner, KalshiConnectorOptions } from "./connector_options.ts";
export { KalshiCredentials, type KalshiEnvironmentVariables } from "./credentials.ts";
export {
  checkRestUrl,
  environmentOf,
  KALSHI_ENDPOINTS,
  type KalshiEndpoints,
  type KalshiEnvironment,
  type ResolvedWebSocketUrl,
  resolveWebSocketUrl,
  restUrlOf,
} from "./endpoints.ts";
export { explainRefusal, type ExplainRefusalOptions } from "./explain_refusal.ts";
export { KalshiConnector } from "./kalshi_connector.ts";
export {
  type EventQuery,
  KalshiRest,
  type MarketQuery,
  type RestCall,
  type RestPages,
  type StatusFilter,
} from "./kalshi_rest.ts";
export { type LifecycleListener, tapLifecycle } from "./lifecycle_tap.ts";
export {
  MarketRecorder,
  type MarketRecorderOptions,
  type RecorderCounts,
  type RecorderRest,
} from "./market_recorder.ts";
export {
  MarketUniverse,
  type MarketUniverseOptions,
  type UniverseReport,
} from "./market_universe.ts";
export type { AppendLines } from "./object_writer.ts";
export type { ParentsRest } from "./recorded_parents.ts";
export {
  clockSkew,
  diagnoseRefusal,
  type Refusal,
  type RefusalDiagnosis,
  type RefusalReason,
  type RefusedRequest,
} from "./refusal.ts";
export { RefusedError } from "./refused_error.ts";
export type { KalshiRestOptions, RestCounts } from "./rest_client.ts";
export type { Fetch } from "./send_get.ts";
export type { SignedHeaders } from "./signer.ts";
export type { UniverseRest, UniverseSelection } from "./universe_discovery.ts";
export { timerWait, type Wait } from "./wait.ts";
export type { JsonObject } from "../wire/json_object.ts";
export type { SubscriptionTiming } from "./subscription_timing.ts";
export type {
  LiveWebSocket,
  WebSocketFactory,
  WebSocketHandlers,
  WebSocketRequest,
} from "./web_socket.ts";
