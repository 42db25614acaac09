import { SsmdError } from "../mod.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { FULL_FEED, MINIMAL_FEED, thrownBy } from "./full_files_test_support.ts";
import { parseFeed } from "./parse_feed.ts";

function refusalOf(text: string): string {
  const error = thrownBy(() => parseFeed(text, "feed.yaml"));
  assert.ok(error instanceof SsmdError && error.code === "invalid_input");
  return error.message;
}

test("A feed with every key of the original arrives whole", () => {
  assert.deepEqual(parseFeed(FULL_FEED, "feed.yaml"), {
    name: "kalshi",
    displayName: "Kalshi, every key",
    type: "websocket",
    status: "deprecated",
    captureLocations: [
      { site: "home", type: "on_prem", provider: "nobody", region: "attic", clock: "ntp" },
      { site: "rack", type: "colo" },
    ],
    versions: [
      {
        version: "v1",
        effectiveFrom: "2024-01-01",
        effectiveTo: "2024-12-31",
        protocol: { transport: "https", message: "fix", version: "4.4" },
        endpoint: "https://old.example.org/api",
        authMethod: "none",
      },
      {
        version: "v2",
        effectiveFrom: "2025-01-01",
        protocol: { transport: "wss", message: "json" },
        endpoint: "wss://new.example.org/ws",
        authMethod: "api_key",
        rateLimitPerSecond: 10,
        maxSymbolsPerConnection: 256,
        supportsOrderbook: true,
        supportsTrades: true,
        supportsHistorical: false,
        parserConfig: new Map([["price_unit", "cents"]]),
      },
    ],
    calendar: {
      timezone: "America/New_York",
      holidayCalendar: "nyse",
      openTime: "08:00",
      closeTime: "23:59",
    },
    defaults: {
      connector: {
        image: "images.example.org/connector",
        version: "1.0",
        resources: {
          requests: new Map([["cpu", "100m"], ["memory", "128Mi"]]),
          limits: new Map([["cpu", "2"]]),
        },
        transport: { type: "nats", stream: "PROD_KALSHI", subjectPrefix: "prod.kalshi" },
      },
      archiver: { image: "images.example.org/archiver", rotation: { interval: "15m" } },
      signal: { version: "3" },
    },
  });
});

test("A feed with the least of keys is active, and has nothing that was not written", () => {
  assert.deepEqual(parseFeed(MINIMAL_FEED, "feed.yaml"), {
    name: "tiny",
    type: "rest",
    status: "active",
    versions: [{
      version: "1",
      effectiveFrom: "2026-02-28",
      protocol: { transport: "wss", message: "json" },
      endpoint: "ws://127.0.0.1:9310/trade-api/ws/v2",
    }],
  });
});

test("A key without a value counts as absent", () => {
  const text = `${MINIMAL_FEED}    effective_to:\n    auth_method: ~\ncalendar:\nstatus: null\n`;
  assert.deepEqual(parseFeed(text, "feed.yaml"), parseFeed(MINIMAL_FEED, "feed.yaml"));
  assert.match(
    refusalOf(MINIMAL_FEED.replace("name: tiny", "name:")),
    /^Cannot read feed\.yaml:2:\d: name is missing, expected 1 to 64 letters/,
  );
  assert.match(
    refusalOf(`${MINIMAL_FEED}calender:\n`),
    /:11:1: unknown key "calender", did you mean "calendar"\?$/,
  );
});

test("A feed version may name its REST API", () => {
  const text = `${MINIMAL_FEED}    rest_endpoint: http://127.0.0.1:9310/trade-api/v2\n`;
  const [version] = parseFeed(text, "feed.yaml").versions;
  assert.equal(version.restEndpoint, "http://127.0.0.1:9310/trade-api/v2");
});

test("A document that is no mapping, or empty, is refused", () => {
  assert.equal(
    refusalOf(""),
    "Cannot read feed.yaml:1:1: the document is empty, expected a mapping",
  );
  assert.equal(
    refusalOf("- a"),
    "Cannot read feed.yaml:1:1: the document is a list, expected a mapping",
  );
  assert.equal(
    refusalOf("what"),
    "Cannot read feed.yaml:1:1: the document is a text that is not shown, expected a mapping",
  );
});

test("A wrong value is named with its path, what it is and what was expected", () => {
  const cases: readonly (readonly [was: string, is: string, message: string])[] = [
    ["type: rest", "type: soap", '3:7: type is "soap", expected one of websocket, rest, multicast'],
    [
      "type: rest",
      "type: [rest]",
      "3:7: type is a list, expected one of websocket, rest, multicast",
    ],
    [
      "name: tiny",
      "name: 7",
      "2:7: name is 7, expected 1 to 64 letters, digits",
    ],
    ["name: tiny", "name: ../x", '2:7: name is "../x", expected 1 to 64 letters'],
    ["name: tiny", "name: my feed", '2:7: name is "my feed", expected 1 to 64 letters, digits'],
    [
      "transport: wss",
      "transport: ws",
      '8:18: versions[0].protocol.transport is "ws", expected one of wss',
    ],
    [
      "2026-02-28",
      "2026-02-29",
      '6:21: versions[0].effective_from is "2026-02-29", expected a date as',
    ],
    [
      "2026-02-28",
      "28.2.2026",
      'versions[0].effective_from is "28.2.2026", expected a date as YYYY-MM-DD',
    ],
    [
      "2026-02-28",
      "20260228",
      "versions[0].effective_from is 20260228, expected a date as YYYY-MM-DD",
    ],
    [
      'version: "1"',
      "version: 1",
      "versions[0].version is 1, expected a text, in quotes if it looks like a num",
    ],
    [
      "message: json",
      "message: ''",
      '9:16: versions[0].protocol.message is "", expected one of json',
    ],
  ];
  for (const [was, is, message] of cases) {
    assert.ok(MINIMAL_FEED.includes(was));
    const refusal = refusalOf(MINIMAL_FEED.replace(was, is));
    assert.ok(refusal.startsWith("Cannot read feed.yaml:") && refusal.includes(message), refusal);
  }
});

test("An endpoint is an absolute URL of the web with a real host", () => {
  const endpoint = "ws://127.0.0.1:9310/trade-api/ws/v2";
  for (const good of ["wss://[::1]:80/x", "https://my_host/a?b=c", "WSS://EXAMPLE.org"]) {
    assert.doesNotThrow(() => parseFeed(MINIMAL_FEED.replace(endpoint, good), "feed.yaml"));
  }
  for (
    const bad of [
      "127.0.0.1:9310",
      "/ws",
      "ftp://a.org",
      "wss://",
      "wss://<host>/",
      "'wss://{host}/'",
      "wss://$HOST/x",
      "wss://a b/",
      "wss:a.org:x",
    ]
  ) {
    assert.match(
      refusalOf(MINIMAL_FEED.replace(endpoint, bad)),
      /^Cannot read feed\.yaml:10:15: versions\[0\]\.endpoint is ".*", expected a URL that begins with wss:\/\/ or ws:/,
    );
  }
});

test("Numbers are whole and in their range", () => {
  for (const bad of ["0", "-1", "1.5", ".inf", "1e300", "'10'", "true"]) {
    assert.match(
      refusalOf(`${MINIMAL_FEED}    rate_limit_per_second: ${bad}\n`),
      /^Cannot read feed\.yaml:11:28: versions\[0\]\.rate_limit_per_second is .*, expected a whole number from 1$/,
    );
  }
});

test("A version does not end before it begins", () => {
  assert.doesNotThrow(() => parseFeed(`${MINIMAL_FEED}    effective_to: 2026-02-28\n`, "f"));
  assert.match(
    refusalOf(`${MINIMAL_FEED}    effective_to: 2026-02-27\n`),
    /:11:19: versions\[0\]\.effective_to is "2026-02-27", expected a date from effective_from \(2026-02-28\) on$/,
  );
});

test("A feed has at least one version", () => {
  const head = "name: a\ntype: rest\n";
  assert.match(
    refusalOf(`${head}versions: []`),
    /:3:11: versions is an empty list, expected a list with at least one/,
  );
  assert.match(
    refusalOf(`${head}versions: {}`),
    /:3:11: versions is a mapping, expected a list with at least one/,
  );
  assert.match(
    refusalOf(head),
    /:1:1: versions is missing, expected a list with at least one entry$/,
  );
  assert.match(
    refusalOf(`${head}versions: [null]`),
    /: versions\[0\] is missing, expected a mapping$/,
  );
});

test("Of several problems the first is told, unknown keys before the rest", () => {
  const text = MINIMAL_FEED.replace("type: rest", "type: soap").replace("endpoint:", "endpiont:")
    .replace("message: json", "message: yaml");
  assert.equal(
    refusalOf(text),
    'Cannot read feed.yaml:10:5: unknown key "endpiont" in versions[0], did you mean "endpoint"? (and 3 more)',
  );
});
