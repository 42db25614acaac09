import type { z } from "zod";
import type {
  CacheConfig,
  CdcConfig,
  EnvironmentConfig,
  KeyConfig,
  LifecycleConfig,
  ScheduleConfig,
  SecmasterConfig,
  SubscriptionConfig,
} from "./environment_config.ts";
import {
  choice,
  flag,
  kind,
  listOf,
  mapOf,
  someWords,
  text,
  textLike,
  textOrNumber,
  url,
  wholeNumber,
  word,
  words,
} from "./kinds.ts";
import { Secret } from "./secret.ts";
import { parseReferences, REFERENCE_FORM, type SecretReference } from "./secret_reference.ts";
import { section } from "./section.ts";
import { storage } from "./storage_schema.ts";
import { transport } from "./transport_schema.ts";

const schedule: z.ZodType<ScheduleConfig> = section({
  timezone: text.exactOptional(),
  day_start: text.exactOptional(),
  day_end: text.exactOptional(),
  auto_roll: flag.exactOptional(),
});

const references: z.ZodType<readonly SecretReference[]> = kind(
  REFERENCE_FORM,
  (value) => typeof value === "string" ? parseReferences(value) : undefined,
  { hidden: true },
);

const key: z.ZodType<KeyConfig> = section({
  type: choice("api_key", "transport", "storage", "tls", "webhook"),
  description: text.exactOptional(),
  required: flag.default(true),
  fields: words,
  source: references.exactOptional(),
  rotation_days: wholeNumber(1).exactOptional(),
}).check(({ value, issues }) => {
  if (value.source === undefined || value.source.length === value.fields.length) return;
  const fields = `${value.fields.length} references, one for each of fields`;
  issues.push({
    code: "custom",
    message: `${fields}, as env:A,B or env:A,file:PATH; there are ${value.source.length}`,
    path: ["source"],
    input: value,
    params: { hidden: true },
  });
});

/** The original holds these in plain text. */
const secretOrReference: z.ZodType<SecretReference | Secret> = kind(
  `${REFERENCE_FORM}, or a text`,
  (value) => {
    if (typeof value !== "string" || value === "") return undefined;
    if (!/^(?:env|file):/.test(value)) return new Secret(value, "configuration file");
    const references = parseReferences(value);
    return references?.length === 1 ? references[0] : undefined;
  },
  { hidden: true },
);

const secmaster: z.ZodType<SecmasterConfig> = section({
  url: url("http", "https"),
  api_key: secretOrReference.exactOptional(),
  categories: listOf(text).default([]),
  close_within_hours: wholeNumber(0).exactOptional(),
  games_only: flag.default(false),
});

const subscription: z.ZodType<SubscriptionConfig> = section({
  channels: someWords.exactOptional(),
  markets: words.default([]),
  series: words.default([]),
  markets_per_connection: wholeNumber(1).exactOptional(),
  batch_size: wholeNumber(0).transform((size) => Math.min(Math.max(size, 1), 500)).default(100),
  batch_delay_ms: wholeNumber(0).default(1000),
  retry_attempts: wholeNumber(0).default(3),
  retry_delay_ms: wholeNumber(0).default(1000),
});

const cdc: z.ZodType<CdcConfig> = section({
  enabled: flag.default(false),
  nats_url: text.exactOptional(),
  stream_name: text.default("SECMASTER_CDC"),
  consumer_name: text.exactOptional(),
});

const lifecycle: z.ZodType<LifecycleConfig> = section({
  enabled: flag.default(false),
  series: words.default([]),
  secmaster_url: url("http", "https").exactOptional(),
  secmaster_api_key: secretOrReference.exactOptional(),
});

const cache: z.ZodType<CacheConfig> = section({
  type: choice("memory", "redis"),
  max_size: textOrNumber.exactOptional(),
  url: text.exactOptional(),
});

/** The keys of `environment.yaml`. */
export const environmentSchema: z.ZodType<EnvironmentConfig> = section({
  name: word,
  feed: word,
  schema: textLike("name:version", (value) => /^[^:\s]+:[^:\s]+$/.test(value)),
  endpoint: url("wss", "ws", "https", "http").exactOptional(),
  rest_endpoint: url("https", "http").exactOptional(),
  schedule: schedule.exactOptional(),
  keys: mapOf(key).default(() => new Map()),
  secmaster: secmaster.exactOptional(),
  subscription: subscription.prefault({}),
  cdc: cdc.prefault({}),
  lifecycle: lifecycle.prefault({}),
  transport,
  storage,
  cache: cache.exactOptional(),
}).check(({ value, issues }) => {
  if (value.restEndpoint === undefined || value.endpoint !== undefined) return;
  issues.push({
    code: "custom",
    message: "endpoint beside it",
    path: ["rest_endpoint"],
    input: value,
  });
});
