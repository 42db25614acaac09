/**
 * An environment: how one deployment captures one feed. Read from `environment.yaml` by
 * `parseEnvironment`; members are the file's keys in camelCase unless they say otherwise.
 *
 * Keys that the original does not have: `endpoint`, `rest_endpoint`, `storage.stream`,
 * `storage.rotation`, `storage.sync`, `storage.minFree`, and of `subscription` `channels`, `markets`,
 * `series` and `markets_per_connection`.
 * @module
 */
import type { SyncPolicy } from "../mod.ts";
import type { Secret } from "./secret.ts";
import type { SecretReference } from "./secret_reference.ts";

/** One deployment. */
export interface EnvironmentConfig {
  /** Names the deployment, for example in subjects. */
  readonly name: string;
  /** The feed's name; `checkPair` compares it. */
  readonly feed: string;
  /** Schema of the messages as `name:version`; information only. */
  readonly schema: string;
  /**
   * Where to connect instead of the feed version's `endpoint`, for a local exchange or a demo. A ws,
   * wss, http or https URL; see `endpointsOf`.
   */
  readonly endpoint?: string;
  /** Base of the REST API that belongs to `endpoint`, an http or https URL. */
  readonly restEndpoint?: string;
  /** Trading day; information only. */
  readonly schedule?: ScheduleConfig;
  /** What is secret, by id, in the file's order (numbers first); see `resolveKeys`. */
  readonly keys: ReadonlyMap<string, KeyConfig>;
  /** Which service knows the markets, and which of them to take. */
  readonly secmaster?: SecmasterConfig;
  /** What to subscribe, and how. */
  readonly subscription: SubscriptionConfig;
  /** Following changes of the security master. */
  readonly cdc: CdcConfig;
  /** Capturing market lifecycle events alone. */
  readonly lifecycle: LifecycleConfig;
  /** How other processes get the messages. */
  readonly transport: TransportConfig;
  /** Where the archive is. */
  readonly storage: StorageConfig;
  /** Where looked-up facts are kept. */
  readonly cache?: CacheConfig;
}

/** When a trading day begins and ends, as texts that nothing here interprets. */
export interface ScheduleConfig {
  /** IANA time zone of the times. */
  readonly timezone?: string;
  /** Time of day at which the day starts. */
  readonly dayStart?: string;
  /** Time of day at which the day ends. */
  readonly dayEnd?: string;
  /** Whether the next day starts by itself. */
  readonly autoRoll?: boolean;
}

/** A secret with one or more fields. */
export interface KeyConfig {
  /** What the key is for. */
  readonly type: "api_key" | "transport" | "storage" | "tls" | "webhook";
  /** What people should know about it. */
  readonly description?: string;
  /** Whether capture cannot go on without it. Default true. */
  readonly required: boolean;
  /** Names of its values, for example `api_key` and `private_key`. */
  readonly fields: readonly string[];
  /** Where the value of each field is, in the order of `fields` and as many. */
  readonly source?: readonly SecretReference[];
  /** Days after which it should be replaced, from 1; information only. */
  readonly rotationDays?: number;
}

/** The service that knows the markets, and the choice among them. */
export interface SecmasterConfig {
  /** Base of the service's API, an http or https URL. */
  readonly url: string;
  /** Its key: a reference, or what the file holds in plain text, which `checkPair` warns of. */
  readonly apiKey?: SecretReference | Secret;
  /** Categories whose markets are captured; none means all. */
  readonly categories: readonly string[];
  /** Only markets that close within this many hours; absent means all. */
  readonly closeWithinHours?: number;
  /** Only markets of games. Default false. */
  readonly gamesOnly: boolean;
}

/** What is subscribed, and in which steps. */
export interface SubscriptionConfig {
  /** The exchange's names of the channels; absent leaves the choice to the connector. */
  readonly channels?: readonly [string, ...string[]];
  /** Tickers of single markets. */
  readonly markets: readonly string[];
  /** Tickers of series whose open markets are captured as they come and go. */
  readonly series: readonly string[];
  /** Markets that one connection takes, from 1; absent means the feed version's limit. */
  readonly marketsPerConnection?: number;
  /** Markets in one command, 1 to 500; numbers outside become the nearer end. Default 100. */
  readonly batchSize: number;
  /** Milliseconds between commands. Default 1000. */
  readonly batchDelayMs: number;
  /** How often a refused command is sent again. Default 3. */
  readonly retryAttempts: number;
  /** Milliseconds before the first of these. Default 1000. */
  readonly retryDelayMs: number;
}

/** Following changes of the security master through JetStream. */
export interface CdcConfig {
  /** Whether it is followed. Default false. */
  readonly enabled: boolean;
  /** Server that has the changes. */
  readonly natsUrl?: string;
  /** Stream that has the changes. Default `SECMASTER_CDC`. */
  readonly streamName: string;
  /** Durable consumer to read them with. */
  readonly consumerName?: string;
}

/** Capturing market lifecycle events and nothing else. */
export interface LifecycleConfig {
  /** Whether this is what is captured. Default false. */
  readonly enabled: boolean;
  /** Tickers of the series that are kept; none means all. */
  readonly series: readonly string[];
  /** The security master's base URL, http or https. */
  readonly secmasterUrl?: string;
  /** Its key: a reference, or what the file holds in plain text, which `checkPair` warns of. */
  readonly secmasterApiKey?: SecretReference | Secret;
}

/** How messages reach other processes. */
export interface TransportConfig {
  /** The file's `type` or `transport_type`. */
  readonly type: "nats" | "mqtt" | "memory";
  /** The server, in the transport's own form. */
  readonly url?: string;
  /** JetStream stream. */
  readonly stream?: string;
  /** What subjects begin with. */
  readonly subjectPrefix?: string;
}

/** Where and how the archive is written. */
export interface StorageConfig {
  /** Kind of storage. */
  readonly type: "local" | "s3";
  /** Root folder of the archive. */
  readonly path?: string;
  /** S3 bucket. */
  readonly bucket?: string;
  /** The bucket's region. */
  readonly region?: string;
  /** Name of the archive's stream. Default `capture`. */
  readonly stream: string;
  /** Seconds between files; divides a day. The file's `rotation`, such as `15m`, its default. */
  readonly rotateSeconds: number;
  /** When lines are forced to disk. The file's `sync`: `batch`, `none` or `1s`, its default. */
  readonly sync: SyncPolicy;
  /** Free bytes below which nothing is written. The file's `minFree`, `1GiB` by default. */
  readonly minFreeBytes: number;
}

/** Where looked-up facts are kept. */
export interface CacheConfig {
  /** Kind of cache. */
  readonly type: "memory" | "redis";
  /** The most it holds, in the cache's own form. */
  readonly maxSize?: string;
  /** The server, in the cache's own form. */
  readonly url?: string;
}
