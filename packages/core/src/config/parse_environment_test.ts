import { SsmdError } from "../mod.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { FULL_ENVIRONMENT, MINIMAL_ENVIRONMENT, thrownBy } from "./full_files_test_support.ts";
import { parseEnvironment } from "./parse_environment.ts";
import { Secret } from "./secret.ts";

function refusalOf(text: string): string {
  const error = thrownBy(() => parseEnvironment(text, "env.yaml"));
  assert.ok(error instanceof SsmdError && error.code === "invalid_input");
  return error.message;
}

const DEFAULTS = {
  subscription: {
    markets: [],
    series: [],
    batchSize: 100,
    batchDelayMs: 1000,
    retryAttempts: 3,
    retryDelayMs: 1000,
  },
  storage: { stream: "capture", rotateSeconds: 900, sync: { every: 1000 }, minFreeBytes: 2 ** 30 },
};

test("An environment with every key of the original arrives whole", () => {
  assert.deepEqual(parseEnvironment(FULL_ENVIRONMENT, "env.yaml"), {
    name: "everything",
    feed: "kalshi",
    schema: "trade:v1",
    schedule: { timezone: "UTC", dayStart: "00:00", dayEnd: "24:00", autoRoll: true },
    keys: new Map<string, unknown>([
      ["kalshi", {
        type: "api_key",
        description: "trading key",
        required: true,
        fields: ["api_key", "private_key"],
        source: [{ kind: "env", name: "KALSHI_API_KEY" }, {
          kind: "env",
          name: "KALSHI_PRIVATE_KEY",
        }],
        rotationDays: 90,
      }],
      ["alerts", { type: "webhook", required: false, fields: ["address"] }],
    ]),
    secmaster: {
      url: "http://markets:3000",
      apiKey: { kind: "env", name: "SECMASTER_KEY" },
      categories: ["Economics", "Climate and Weather"],
      closeWithinHours: 48,
      gamesOnly: true,
    },
    subscription: {
      ...DEFAULTS.subscription,
      batchSize: 50,
      batchDelayMs: 250,
      retryAttempts: 5,
      retryDelayMs: 2000,
    },
    cdc: {
      enabled: true,
      natsUrl: "nats://localhost:4222",
      streamName: "CHANGES",
      consumerName: "capture",
    },
    lifecycle: {
      enabled: true,
      series: ["KXBTC15M"],
      secmasterUrl: "https://markets.example.org",
      secmasterApiKey: { kind: "file", path: "/run/keys/markets" },
    },
    transport: {
      type: "nats",
      url: "nats://localhost:4222",
      stream: "PROD_KALSHI",
      subjectPrefix: "prod.kalshi.main",
    },
    storage: {
      ...DEFAULTS.storage,
      type: "s3",
      path: "/var/lib/data",
      bucket: "ticks",
      region: "eu-central-1",
    },
    cache: { type: "redis", maxSize: "100MB", url: "redis://localhost:6379" },
  });
});

test("An environment with the least of keys gets the documented defaults", () => {
  assert.deepEqual(parseEnvironment(MINIMAL_ENVIRONMENT, "env.yaml"), {
    name: "tiny",
    feed: "kalshi",
    schema: "trade:v1",
    keys: new Map(),
    subscription: DEFAULTS.subscription,
    cdc: { enabled: false, streamName: "SECMASTER_CDC" },
    lifecycle: { enabled: false, series: [] },
    transport: { type: "memory" },
    storage: { ...DEFAULTS.storage, type: "local" },
  });
});

test("What capture adds to the original's keys is read", () => {
  const environment = parseEnvironment(
    `
name: tiny
feed: kalshi
schema: trade:v1
endpoint: ws://127.0.0.1:9310/trade-api/ws/v2
rest_endpoint: http://127.0.0.1:9310/trade-api/v2
subscription:
  channels: [orderbook_delta, ticker]
  markets: [KXBTCD-26MAR1213-T69499.99]
  series: [KXGOLD15M]
  markets_per_connection: 200
transport: { type: memory }
storage: { type: local, stream: books, rotation: 1h, sync: batch, minFree: 2GiB }
`,
    "env.yaml",
  );
  assert.equal(environment.endpoint, "ws://127.0.0.1:9310/trade-api/ws/v2");
  assert.equal(environment.restEndpoint, "http://127.0.0.1:9310/trade-api/v2");
  assert.deepEqual(environment.subscription, {
    ...DEFAULTS.subscription,
    channels: ["orderbook_delta", "ticker"],
    markets: ["KXBTCD-26MAR1213-T69499.99"],
    series: ["KXGOLD15M"],
    marketsPerConnection: 200,
  });
  assert.deepEqual(environment.storage, {
    type: "local",
    stream: "books",
    rotateSeconds: 3600,
    sync: "batch",
    minFreeBytes: 2 * 2 ** 30,
  });
});

/** The minimal environment with `content` in its storage. */
function withStorage(content: string): string {
  return MINIMAL_ENVIRONMENT.replace("type: local", `type: local, ${content}`);
}

test("Rotation divides a day, sync is a policy, minFree a size", () => {
  for (const bad of ["7m", "2d", "900", "0s", "soon"]) {
    assert.match(
      refusalOf(withStorage(`rotation: ${bad}`)),
      /: storage\.rotation is .*, expected a duration that divides a day/,
    );
  }
  for (const bad of ["always", "1", "0s", "true"]) {
    assert.match(
      refusalOf(withStorage(`sync: ${bad}`)),
      /: storage\.sync is .*, expected batch, none, or a number above 0/,
    );
  }
  for (const bad of ["-1", "1.5", "lots", "2 gib"]) {
    assert.match(
      refusalOf(withStorage(`minFree: ${bad}`)),
      /: storage\.minFree is .*, expected a whole number with B, KB/,
    );
  }
  const { storage } = parseEnvironment(
    withStorage("rotation: 1d, sync: 5s, minFree: 0"),
    "env.yaml",
  );
  assert.deepEqual([storage.rotateSeconds, storage.sync, storage.minFreeBytes], [86_400, {
    every: 5000,
  }, 0]);
  assert.match(
    refusalOf(withStorage("min_free: 1GB")),
    /unknown key "min_free" in storage, did you mean "minFree"\?$/,
  );
});

test("The transport's type has two names, of which one is written", () => {
  const written = (keys: string): string =>
    MINIMAL_ENVIRONMENT.replace("{ transport_type: memory }", `{ ${keys} }`);
  assert.equal(parseEnvironment(written("type: mqtt"), "e").transport.type, "mqtt");
  assert.equal(parseEnvironment(written("transport_type: nats"), "e").transport.type, "nats");
  assert.equal(
    refusalOf(written("type: nats, transport_type: nats")),
    'Cannot read env.yaml:5:42: transport.transport_type is "nats", expected one of type and transport_type',
  );
  assert.match(
    refusalOf(written("url: x")),
    /:5:12: transport\.type is missing, expected one of nats, mqtt, memory$/,
  );
  assert.match(
    refusalOf(written("transport_type: memroy")),
    /transport\.transport_type is "memroy", expected one of nats/,
  );
});

test("A batch size outside its range becomes the nearer end, as in the original", () => {
  const sizeOf = (written: number): number =>
    parseEnvironment(`${MINIMAL_ENVIRONMENT}subscription: {batch_size: ${written}}`, "e")
      .subscription.batchSize;
  assert.deepEqual([0, 1, 500, 1000].map(sizeOf), [1, 1, 500, 500]);
});

test("Channels and markets are distinct words", () => {
  const refused = (content: string): string =>
    refusalOf(`${MINIMAL_ENVIRONMENT}subscription: {${content}}`);
  assert.match(
    refused("channels: []"),
    /: subscription\.channels is an empty list, expected a list with at least one/,
  );
  assert.match(
    refused("channels: ticker"),
    /: subscription\.channels is a text that is not shown, expected a list with at least/,
  );
  assert.match(
    refused("markets: [A, B, A]"),
    /: subscription\.markets\[2\] is "A", expected each entry once$/,
  );
  assert.match(
    refused('markets: ["A B"]'),
    /: subscription\.markets\[0\] is "A B", expected 1 to 200 printable/,
  );
  assert.match(
    refused("series: [KXÄ]"),
    /: subscription\.series\[0\] is "KXÄ", expected 1 to 200 printable/,
  );
});

test("A REST endpoint needs the endpoint that it belongs to", () => {
  assert.match(
    refusalOf(`${MINIMAL_ENVIRONMENT}rest_endpoint: http://127.0.0.1/v2\n`),
    /:7:16: rest_endpoint is "http:\/\/127\.0\.0\.1\/v2", expected endpoint beside it$/,
  );
});

test("The schema is a name and a version", () => {
  for (const bad of ["trade", "'trade: v1'", "trade:", "a:b:c"]) {
    assert.match(
      refusalOf(MINIMAL_ENVIRONMENT.replace("trade:v1", bad)),
      /: schema is .*expected name:version|: a mapping/,
    );
  }
});

const PEM = "-----BEGIN PRIVATE KEY-----\\nMIIhunter2\\n-----END PRIVATE KEY-----";

/** The minimal environment with a key of two fields from `source`. */
function withSource(source: string): string {
  return `${MINIMAL_ENVIRONMENT}keys:\n  k:\n    type: api_key\n    fields: [a, b]\n    source: ${source}\n`;
}

test("A key's source is references, one for each field", () => {
  const sourceOf = (source: string): unknown =>
    parseEnvironment(withSource(source), "e").keys.get("k")?.source;
  const env = (name: string): unknown => ({ kind: "env", name });
  assert.deepEqual(sourceOf("env:A,B"), [env("A"), env("B")]);
  assert.deepEqual(sourceOf("env:A, env:B"), [env("A"), env("B")]);
  assert.deepEqual(sourceOf("env:A,file:./my key.pem"), [env("A"), {
    kind: "file",
    path: "./my key.pem",
  }]);
  assert.match(
    refusalOf(withSource("env:A")),
    /:11:13: keys\.k\.source is a text that is not shown, expected 2 references, one for each of fields, .*; there are 1$/,
  );
  assert.match(refusalOf(withSource("env:A,B,C")), /there are 3$/);
  assert.match(
    refusalOf(withSource("").replace("[a, b]", "[a, a]")),
    /: keys\.k\.fields\[1\] is "a", expected each entry once$/,
  );
});

test("A secret in place of its reference is refused and not shown", () => {
  const secrets = [
    `"${PEM}"`,
    "hunter2",
    "hunter2,hunter2",
    "env:hunter2-",
    `"file:${PEM}"`,
    "vault:hunter2",
    "[hunter2]",
    "{hunter2: 1}",
    "'file:-----BEGIN hunter2'",
    "env:OK,hunter2-x",
    "'env:'",
    "'file:'",
    "env:A,,B",
    "ENV:hunter2",
    `|\n      -----BEGIN\n      hunter2\n`,
    "20252025",
  ];
  for (const secret of secrets) {
    const message = refusalOf(withSource(secret));
    assert.match(
      message,
      /^Cannot read env\.yaml:11:\d+: keys\.k\.source is (?:a \w+ that is not shown|a list|a mapping), expected env:NAME or file:PATH$/,
    );
    assert.doesNotMatch(message, /hunter2|2025/);
  }
});

test("A secret in place of the section that describes it is not shown", () => {
  assert.equal(
    refusalOf(`${MINIMAL_ENVIRONMENT}keys:\n  kalshi: hunter2\n`),
    "Cannot read env.yaml:8:11: keys.kalshi is a text that is not shown, expected a mapping",
  );
});

test("The secret of the security master may stand in the file, and is not shown", () => {
  const text = `${MINIMAL_ENVIRONMENT}secmaster: {url: "http://m", api_key: hunter2}\n`;
  const environment = parseEnvironment(text, "env.yaml");
  const key = environment.secmaster?.apiKey;
  assert.ok(key instanceof Secret);
  assert.equal(key.reveal(), "hunter2");
  assert.doesNotMatch(JSON.stringify(environment), /hunter2/);
  for (const bad of ["env:hunter2-", "env:HUNTER2,B", "file:", "7", "[hunter2]"]) {
    const message = refusalOf(
      text.replace(/api_key: hunter2/, `api_key: "${bad}"`.replace(/"([7[].*)"/, "$1")),
    );
    assert.match(
      message,
      /: secmaster\.api_key is (?:a \w+ that is not shown|a list), expected env:NAME or file:PATH, or a text$/,
    );
    assert.doesNotMatch(message, /hunter2/i);
  }
});
