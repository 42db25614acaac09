import { SsmdError } from "@ssmd/core";
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { parseMomentumConfig } from "./parse_momentum_config.ts";

const DATA = process.env["SSMD_DATA"];

function refusal(text: string): string {
  try {
    parseMomentumConfig(text, "momentum.yaml");
  } catch (error) {
    assert.ok(error instanceof SsmdError && error.code === "invalid_input");
    assert.doesNotMatch(error.message, /\n/);
    return error.message.replace("Cannot read momentum.yaml:", "");
  }
  return assert.fail(`Took ${text}`);
}

test("an empty mapping is the original's defaults", () => {
  const config = parseMomentumConfig("{}", "momentum.yaml");
  assert.deepEqual(config.activation, { dollarVolume: 100_000, windowMinutes: 10 });
  assert.deepEqual(config.nats, {
    url: "nats://localhost:4222",
    stream: "PROD_KALSHI_SPORTS",
  });
  assert.deepEqual(config.portfolio, {
    startingBalance: 500,
    tradeSize: 100,
    minContracts: 1,
    maxContracts: 200,
    drawdownHaltPercent: 10,
    sizing: "random",
    seed: 1,
  });
  assert.deepEqual(config.positions, {
    takeProfitCents: 5,
    stopLossCents: 5,
    timeStopMinutes: 15,
    minPriceCents: 20,
    maxPriceCents: 80,
    cooldownSeconds: 300,
  });
  assert.deepEqual(config.fees, { defaultMakerPerContract: 0, defaultTakerPerContract: 2 });
  assert.deepEqual(config.marketClose, { noEntryBufferMinutes: 5, forceExitBufferMinutes: 2 });
  assert.deepEqual(config.composer, { entryThreshold: 0.15, minSignals: 1, maxSlippageCents: 10 });
  const { custom, ...signals } = config.signals;
  assert.deepEqual(custom, []);
  assert.deepEqual(
    Object.entries(signals).map(([name, { enabled, weight }]) => [name, enabled, weight]),
    [
      ["spreadTightening", true, 1],
      ["volumeOnset", true, 1],
      ["meanReversion", false, 1],
      ["volatilitySqueeze", false, 0.8],
      ["priceMomentum", false, 0.6],
    ],
  );
});

test("a section or a key without a value has its defaults", () => {
  const config = parseMomentumConfig("positions:\nportfolio:\n  sizing:\n", "momentum.yaml");
  assert.deepEqual(config, parseMomentumConfig("{}", "momentum.yaml"));
});

test("a key that is set leaves the others of its section at their defaults", () => {
  const { positions } = parseMomentumConfig("positions: {takeProfitCents: 8}", "momentum.yaml");
  assert.deepEqual([positions.takeProfitCents, positions.stopLossCents], [8, 5]);
});

test("fractions are taken wherever the original took numbers", () => {
  const text = "portfolio: {startingBalance: 0.1234567}\npositions: {takeProfitCents: 2.5}";
  const { portfolio, positions } = parseMomentumConfig(text, "momentum.yaml");
  assert.deepEqual([portfolio.startingBalance, positions.takeProfitCents], [0.1234567, 2.5]);
});

test("a misspelt key is refused with its line and the one that was meant", () => {
  assert.equal(
    refusal("positions:\n  takeProfitCent: 5\n"),
    '2:3: unknown key "takeProfitCent" in positions, did you mean "takeProfitCents"?',
  );
  assert.equal(
    refusal("strategy: momentum\n"),
    '1:1: unknown key "strategy", expected one of nats, activation, portfolio, positions, fees, ' +
      "marketClose, signals, composer, reporting, execution",
  );
  assert.match(
    refusal("signals:\n  volumeOnset:\n    recentWindowMinutes: 1\n"),
    /^3:5: unknown key "recentWindowMinutes" in signals\.volumeOnset, (did you mean|expected one of) /,
  );
});

test("a value in a wrong unit or of a wrong kind is refused with its path", () => {
  const cases: readonly (readonly [text: string, message: string])[] = [
    [
      "positions: {takeProfitCents: 5c}",
      '1:30: positions.takeProfitCents is "5c", expected a number from 0 to 100, without a unit',
    ],
    [
      "positions: {maxPriceCents: 8000}",
      "1:28: positions.maxPriceCents is 8000, expected a number from 0 to 100, without a unit",
    ],
    [
      "activation: {windowMinutes: -10}",
      "1:29: activation.windowMinutes is -10, expected a number from 0, without a unit",
    ],
    [
      "portfolio: {drawdownHaltPercent: 101}",
      "1:34: portfolio.drawdownHaltPercent is 101, expected a number from 0 to 100, without a unit",
    ],
    [
      "portfolio: {startingBalance: .inf}",
      "1:30: portfolio.startingBalance is Infinity, expected a number from 0 to 1000000000, without a unit",
    ],
    [
      "portfolio:\n  startingBalance: 1e15",
      "2:20: portfolio.startingBalance is 1000000000000000, expected a number from 0 to 1000000000, without a unit",
    ],
    [
      "execution: {latencyMs: 1e15}",
      "1:24: execution.latencyMs is 1000000000000000, expected a number from 0 to 86400000, without a unit",
    ],
    [
      "portfolio: {minContracts: 20, maxContracts: 10}",
      "1:27: portfolio.minContracts is 20, expected at most maxContracts (10)",
    ],
    [
      "positions: {minPriceCents: 90}",
      "1:28: positions.minPriceCents is 90, expected at most maxPriceCents (80)",
    ],
    [
      "signals: {meanReversion: {enabled: yes}}",
      '1:36: signals.meanReversion.enabled is "yes", expected true or false',
    ],
    [
      "portfolio: {sizing: all}",
      '1:21: portfolio.sizing is "all", expected one of random, fixed, cash',
    ],
    [
      "execution: {gapPolicy: keep}",
      '1:24: execution.gapPolicy is "keep", expected one of halt, exclude, ignore',
    ],
    ["composer: 5", "1:11: composer is a number that is not shown, expected a mapping"],
    ["", "1:1: the document is empty, expected a mapping"],
  ];
  for (const [text, message] of cases) assert.equal(refusal(text), message);
});

test("a maximum alone is checked against the default minimum", () => {
  assert.match(refusal("positions: {maxPriceCents: 10}"), /minPriceCents .*at most maxPriceCents/);
});

test("signals of the user carry their name, file, weight and parameters", () => {
  const text = `signals:
  custom:
    - name: my-signal
      file: ./my_signal.ts
    - name: second
      file: /opt/second.js
      weight: 0.5
      parameters: {window: 30, side: both, loud: false}
`;
  assert.deepEqual(parseMomentumConfig(text, "momentum.yaml").signals.custom, [
    { name: "my-signal", file: "./my_signal.ts", weight: 1, parameters: {} },
    {
      name: "second",
      file: "/opt/second.js",
      weight: 0.5,
      parameters: { window: 30, side: "both", loud: false },
    },
  ]);
});

test("a name that another signal has is refused, those of the built-in ones included", () => {
  const entry = (name: string) => `{name: ${name}, file: a.ts}`;
  assert.match(
    refusal(`signals: {custom: [${entry("a")}, ${entry("a")}]}`),
    /signals\.custom\[1\]\.name is "a", expected a name that no other signal has/,
  );
  assert.match(refusal(`signals: {custom: [${entry("volume-onset")}]}`), /no other signal/);
  assert.match(refusal(`signals: {custom: [${entry("My_Signal")}]}`), /lower case letters/);
  assert.match(refusal("signals: {custom: [{name: a}]}"), /signals\.custom\[0\]\.file is missing/);
});

test("the original's configuration parses unchanged", {
  skip: DATA === undefined && "SSMD_DATA is not set",
}, async () => {
  const text = await readFile(`${DATA}/momentum/config.json`, "utf8");
  const { execution: _, ...config } = parseMomentumConfig(text, "config.json");
  const given = JSON.parse(text);
  given.portfolio = { ...given.portfolio, sizing: "random", seed: 1 };
  given.signals.custom = [];
  assert.deepEqual(config, given);
});
