import type { z } from "zod";
import type {
  CaptureLocation,
  ComponentDefaults,
  FeedConfig,
  FeedProtocol,
  FeedVersion,
} from "./feed_config.ts";
import {
  choice,
  date,
  flag,
  listOf,
  mapOf,
  plainName,
  someOf,
  text,
  textOrNumber,
  url,
  wholeNumber,
} from "./kinds.ts";
import { section } from "./section.ts";

const captureLocation: z.ZodType<CaptureLocation> = section({
  site: text,
  type: choice("cloud", "colo", "on_prem"),
  provider: text.exactOptional(),
  region: text.exactOptional(),
  clock: text.exactOptional(),
});

const protocol: z.ZodType<FeedProtocol> = section({
  transport: choice("wss", "https", "multicast", "tcp"),
  message: choice("json", "itch", "fix", "sbe", "protobuf"),
  version: text.exactOptional(),
});

const version: z.ZodType<FeedVersion> = section({
  version: text,
  effective_from: date,
  effective_to: date.exactOptional(),
  protocol,
  endpoint: url("wss", "ws", "https", "http"),
  rest_endpoint: url("https", "http").exactOptional(),
  auth_method: choice("api_key", "oauth", "mtls", "none").exactOptional(),
  rate_limit_per_second: wholeNumber(1).exactOptional(),
  max_symbols_per_connection: wholeNumber(1).exactOptional(),
  supports_orderbook: flag.exactOptional(),
  supports_trades: flag.exactOptional(),
  supports_historical: flag.exactOptional(),
  parser_config: mapOf(text).exactOptional(),
}).check(({ value, issues }) => {
  if (value.effectiveTo === undefined || value.effectiveTo >= value.effectiveFrom) return;
  issues.push({
    code: "custom",
    message: `a date from effective_from (${value.effectiveFrom}) on`,
    path: ["effective_to"],
    input: value,
  });
});

const component: z.ZodType<ComponentDefaults> = section({
  image: text.exactOptional(),
  version: text.exactOptional(),
  resources: section({
    requests: mapOf(textOrNumber).exactOptional(),
    limits: mapOf(textOrNumber).exactOptional(),
  }).exactOptional(),
  transport: section({
    type: text.exactOptional(),
    stream: text.exactOptional(),
    subjectPrefix: text.exactOptional(),
  }).exactOptional(),
  rotation: section({ interval: text.exactOptional() }).exactOptional(),
});

/** The keys of `feed.yaml`. */
export const feedSchema: z.ZodType<FeedConfig> = section({
  name: plainName,
  display_name: text.exactOptional(),
  type: choice("websocket", "rest", "multicast"),
  status: choice("active", "deprecated", "disabled").default("active"),
  capture_locations: listOf(captureLocation).exactOptional(),
  versions: someOf(version),
  calendar: section({
    timezone: text.exactOptional(),
    holiday_calendar: text.exactOptional(),
    open_time: text.exactOptional(),
    close_time: text.exactOptional(),
  }).exactOptional(),
  defaults: section({
    connector: component.exactOptional(),
    archiver: component.exactOptional(),
    signal: component.exactOptional(),
  }).exactOptional(),
});
