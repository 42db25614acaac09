import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { checkPair } from "./check_pair.ts";
import { endpointsOf } from "./endpoints.ts";
import { feedVersionAt } from "./feed_version.ts";
import { parseEnvironment } from "./parse_environment.ts";
import { parseFeed } from "./parse_feed.ts";

function example(name: string): string {
  return readFileSync(new URL(`../../../../examples/config/${name}`, import.meta.url), "utf8");
}

const feed = parseFeed(example("kalshi_feed.yaml"), "kalshi_feed.yaml");

test("The example environments fit the example feed without a warning", () => {
  for (const name of ["local_env.yaml", "kalshi_prod_env.yaml"]) {
    const environment = parseEnvironment(example(name), name);
    assert.deepEqual(checkPair(feed, environment), []);
    assert.deepEqual(environment.keys.get("kalshi")?.fields, ["api_key", "private_key"]);
  }
});

test("The local example connects to this machine, the other to the exchange", () => {
  const version = feedVersionAt(feed, "2026-08-11");
  const local = parseEnvironment(example("local_env.yaml"), "local_env.yaml");
  assert.deepEqual(endpointsOf(version, local), {
    endpoint: "ws://127.0.0.1:9310/trade-api/ws/v2",
    restEndpoint: "http://127.0.0.1:9310/trade-api/v2",
  });
  const production = parseEnvironment(example("kalshi_prod_env.yaml"), "kalshi_prod_env.yaml");
  assert.deepEqual(endpointsOf(version, production), {
    endpoint: "wss://external-api-ws.kalshi.com/trade-api/ws/v2",
    restEndpoint: "https://external-api.kalshi.com/trade-api/v2",
  });
});
