import { SsmdError } from "../mod.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { checkPair } from "./check_pair.ts";
import { endpointsOf } from "./endpoints.ts";
import {
  FULL_ENVIRONMENT,
  FULL_FEED,
  MINIMAL_ENVIRONMENT,
  MINIMAL_FEED,
} from "./full_files_test_support.ts";
import { parseEnvironment } from "./parse_environment.ts";
import { parseFeed } from "./parse_feed.ts";

const feed = parseFeed(MINIMAL_FEED.replace("tiny", "kalshi"), "feed.yaml");
const environment = parseEnvironment(MINIMAL_ENVIRONMENT, "env.yaml");

test("A feed and an environment that is for it pass without a warning", () => {
  assert.deepEqual(checkPair(feed, environment), []);
});

test("An environment for another feed is refused", () => {
  const other = parseFeed(MINIMAL_FEED, "feed.yaml");
  assert.throws(
    () => checkPair(other, environment),
    (error) =>
      error instanceof SsmdError && error.code === "invalid_input" &&
      error.message ===
        'Cannot use the environment "tiny" with the feed "tiny": it is for the feed "kalshi"',
  );
});

test("A disabled feed is refused, a deprecated one warned of", () => {
  assert.throws(
    () => checkPair({ ...feed, status: "disabled" }, environment),
    /^SsmdError: Cannot use the environment "tiny" with the feed "kalshi": the feed's status is disabled$/,
  );
  assert.deepEqual(checkPair(parseFeed(FULL_FEED, "f"), parseEnvironment(FULL_ENVIRONMENT, "e")), [
    'The feed "kalshi" is deprecated',
  ]);
});

test("A secret in the file is warned of by its path, not its value", () => {
  const text = FULL_ENVIRONMENT.replace("env:SECMASTER_KEY", "hunter2").replace(
    "file:/run/keys/markets",
    "hunter2",
  );
  assert.deepEqual(checkPair(feed, parseEnvironment(text, "e")), [
    'The environment "everything" holds a secret in secmaster.api_key: write env:NAME or file:PATH',
    'The environment "everything" holds a secret in lifecycle.secmaster_api_key: write env:NAME or file:PATH',
  ]);
});

test("The endpoints come from the environment if it names one, and are never mixed", () => {
  const rest = "    rest_endpoint: https://rest.example.org\n";
  const version = parseFeed(`${MINIMAL_FEED}${rest}`, "f").versions[0];
  const endpoint = "ws://127.0.0.1:9310/trade-api/ws/v2";
  assert.deepEqual(endpointsOf(version, environment), {
    endpoint,
    restEndpoint: "https://rest.example.org",
  });
  const local = `${MINIMAL_ENVIRONMENT}endpoint: ws://localhost:1/ws\n`;
  assert.deepEqual(endpointsOf(version, parseEnvironment(local, "e")), {
    endpoint: "ws://localhost:1/ws",
  });
  const both = parseEnvironment(`${local}rest_endpoint: http://localhost:2\n`, "e");
  assert.deepEqual(endpointsOf(version, both), {
    endpoint: "ws://localhost:1/ws",
    restEndpoint: "http://localhost:2",
  });
});
