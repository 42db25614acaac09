/**
 * A feed's definition: which source, since when and how it speaks. Read from `feed.yaml` by
 * `parseFeed`; members are the file's keys in camelCase.
 * @module
 */

/** A source of market data. */
export interface FeedConfig {
  /** Names the feed everywhere: in archive paths, subjects and metrics. */
  readonly name: string;
  /** Its name for people. */
  readonly displayName?: string;
  /** How data comes. */
  readonly type: "websocket" | "rest" | "multicast";
  /** Whether the feed may be captured; `deprecated` warns, `disabled` refuses. Default `active`. */
  readonly status: "active" | "deprecated" | "disabled";
  /** Where it can be captured; information only. */
  readonly captureLocations?: readonly CaptureLocation[];
  /** How it speaks and since when, at least one; see `feedVersionAt`. */
  readonly versions: readonly [FeedVersion, ...FeedVersion[]];
  /** Hours of trading; information only. */
  readonly calendar?: TradingCalendar;
  /** What the original's operators deploy with; nothing here uses it. */
  readonly defaults?: FeedDefaults;
}

/** A place from which a feed can be captured. */
export interface CaptureLocation {
  /** The place's name. */
  readonly site: string;
  /** What kind of place it is. */
  readonly type: "cloud" | "colo" | "on_prem";
  /** Who runs it. */
  readonly provider?: string;
  /** The provider's region. */
  readonly region?: string;
  /** What disciplines the clocks there, for example `ptp` or `ntp`. */
  readonly clock?: string;
}

/** How a feed speaks during a stretch of days. */
export interface FeedVersion {
  /** Its name, for example `v2`. */
  readonly version: string;
  /** First day it holds, `YYYY-MM-DD`. */
  readonly effectiveFrom: string;
  /** Last day it holds, inclusive, `YYYY-MM-DD`; absent when no end is known. */
  readonly effectiveTo?: string;
  /** Which protocols carry it. */
  readonly protocol: FeedProtocol;
  /** Where to connect: a ws, wss, http or https URL. */
  readonly endpoint: string;
  /** Base of the REST API, an http or https URL. Not a key of the original. */
  readonly restEndpoint?: string;
  /** How a connection proves who it is. */
  readonly authMethod?: "api_key" | "oauth" | "mtls" | "none";
  /** Requests or commands a second that the source allows, from 1. */
  readonly rateLimitPerSecond?: number;
  /** Markets that one connection may subscribe, from 1. */
  readonly maxSymbolsPerConnection?: number;
  /** Whether it carries order books. */
  readonly supportsOrderbook?: boolean;
  /** Whether it carries trades. */
  readonly supportsTrades?: boolean;
  /** Whether the past can be asked for. */
  readonly supportsHistorical?: boolean;
  /** Settings of the feed's own parser. */
  readonly parserConfig?: ReadonlyMap<string, string>;
}

/** The layers of a feed's protocol. */
export interface FeedProtocol {
  /** What carries messages. */
  readonly transport: "wss" | "https" | "multicast" | "tcp";
  /** How a message is written. */
  readonly message: "json" | "itch" | "fix" | "sbe" | "protobuf";
  /** The protocol's own version. */
  readonly version?: string;
}

/** When a market trades, as texts that nothing here interprets. */
export interface TradingCalendar {
  /** IANA time zone of the times. */
  readonly timezone?: string;
  /** Which calendar of holidays applies. */
  readonly holidayCalendar?: string;
  /** Time of day at which trading opens. */
  readonly openTime?: string;
  /** Time of day at which trading closes. */
  readonly closeTime?: string;
}

/** What the original's operators deploy with, per component. */
export interface FeedDefaults {
  /** The connector's. */
  readonly connector?: ComponentDefaults;
  /** The archiver's. */
  readonly archiver?: ComponentDefaults;
  /** The signal runner's. */
  readonly signal?: ComponentDefaults;
}

/** What the original's operators deploy a component with. */
export interface ComponentDefaults {
  /** Container image without tag. */
  readonly image?: string;
  /** The image's tag. */
  readonly version?: string;
  /** Kubernetes resource quantities, by resource. */
  readonly resources?: {
    /** What is reserved. */
    readonly requests?: ReadonlyMap<string, string>;
    /** What is the most. */
    readonly limits?: ReadonlyMap<string, string>;
  };
  /** Where messages go. */
  readonly transport?: {
    /** Kind of transport. */
    readonly type?: string;
    /** JetStream stream. */
    readonly stream?: string;
    /** What subjects begin with. */
    readonly subjectPrefix?: string;
  };
  /** When archive files are closed. */
  readonly rotation?: {
    /** A duration such as `15m`. */
    readonly interval?: string;
  };
}
