/**
 * Configuration files of a capture: a feed's definition and an environment, in YAML, with secrets by
 * reference. The original's `feed.yaml` and `environment.yaml` are read as they are. Files are read
 * by the caller; everything here takes text.
 *
 * Every line here is public API.
 * @module
 */
export { parseBytes } from "./byte_size.ts";
export { parseConfig } from "./parse_config.ts";
export { type CamelKey, type CamelKeys, type Section, section } from "./section.ts";
export { choice, kind, type KindOptions, listOf, mapOf, textLike, wholeNumber } from "./kinds.ts";
export { type PathStep, YamlDocument } from "./yaml_document.ts";
export { checkPair } from "./check_pair.ts";
export { parseDuration } from "./duration.ts";
export { type Endpoints, endpointsOf } from "./endpoints.ts";
export type {
  CacheConfig,
  CdcConfig,
  EnvironmentConfig,
  KeyConfig,
  LifecycleConfig,
  ScheduleConfig,
  SecmasterConfig,
  StorageConfig,
  SubscriptionConfig,
  TransportConfig,
} from "./environment_config.ts";
export type {
  CaptureLocation,
  ComponentDefaults,
  FeedConfig,
  FeedDefaults,
  FeedProtocol,
  FeedVersion,
  TradingCalendar,
} from "./feed_config.ts";
export { feedVersionAt } from "./feed_version.ts";
export { parseEnvironment } from "./parse_environment.ts";
export { parseFeed } from "./parse_feed.ts";
export { resolveKeys, resolveSecret, type SecretSources } from "./resolve_keys.ts";
export { Secret } from "./secret.ts";
export type { SecretReference } from "./secret_reference.ts";
