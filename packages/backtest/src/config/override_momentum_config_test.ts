import { SsmdError } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { type MomentumOverrides, parseMomentumConfigWith } from "./override_momentum_config.ts";
import { parseMomentumConfig } from "./parse_momentum_config.ts";

const BASE = "positions:\n  takeProfitCents: 8\n  stopLossCents: 3\n";

function refusal(overrides: MomentumOverrides, text = BASE): string {
  try {
    parseMomentumConfigWith(text, "base.yaml", overrides);
  } catch (error) {
    assert.ok(error instanceof SsmdError && error.code === "invalid_input");
    return error.message;
  }
  return assert.fail(`Took ${JSON.stringify(overrides)}`);
}

test("an override sets its key and nothing else, whether the file has its section or not", () => {
  const config = parseMomentumConfigWith(BASE, "base.yaml", {
    "positions.takeProfitCents": 5.5,
    "signals.volumeOnset.enabled": false,
  });
  const text = `${BASE.replace("8", "5.5")}signals: {volumeOnset: {enabled: false}}`;
  assert.deepEqual(config, parseMomentumConfig(text, "by hand"));
});

test("without overrides the file is taken as it is", () => {
  assert.deepEqual(
    parseMomentumConfigWith(BASE, "base.yaml", {}),
    parseMomentumConfig(BASE, "base.yaml"),
  );
});

test("a refused override is named with its path and what was expected", () => {
  assert.equal(
    refusal({ "positions.takeProfitCents": "5c" }),
    'Cannot set positions.takeProfitCents = "5c" in base.yaml: expected ' +
      "positions.takeProfitCents to be a number from 0 to 100, without a unit",
  );
  assert.equal(
    refusal({ "composer.threshold": 1 }),
    "Cannot set composer.threshold = 1 in base.yaml: composer.threshold is no key, expected one " +
      "of entryThreshold, minSignals, maxSlippageCents",
  );
  assert.equal(
    refusal({ "positions.takeProfitCents.value": 1 }),
    "Cannot set positions.takeProfitCents.value in base.yaml: takeProfitCents has no keys",
  );
  assert.match(refusal({ "positions.maxPriceCents": 10 }), /minPriceCents to be at most/);
  assert.match(refusal({ ["__proto__.a"]: 1 }), /is no key/);
});

const CUSTOM = `signals:
  custom:
    - { name: first, file: a.ts, parameters: { windowSec: 30 } }
    - { name: second-one, file: b.ts, weight: 0.5, parameters: { windowSec: 30, "a.b": x } }
`;

test("an override of a user's signal sets that signal alone, by its name", () => {
  const config = parseMomentumConfigWith(CUSTOM, "base.yaml", {
    "signals.custom.second-one.parameters.windowSec": 10,
    "signals.custom.second-one.parameters.a.b": true,
    "signals.custom.first.weight": 0,
  });
  assert.deepEqual(config.signals.custom, [
    { name: "first", file: "a.ts", weight: 0, parameters: { windowSec: 30 } },
    {
      name: "second-one",
      file: "b.ts",
      weight: 0.5,
      parameters: { windowSec: 10, "a.b": true },
    },
  ]);
  const text = CUSTOM.replace("30 } }", "30 }, weight: 0 }").replace("30, ", "10, ")
    .replace("x }", "true }");
  assert.deepEqual(config, parseMomentumConfig(text, "by hand"));
});

test("an override of a signal or a parameter that is not there is refused with those that are", () => {
  const known = "expected one of signals.custom.first.weight, " +
    "signals.custom.first.parameters.windowSec, signals.custom.second-one.weight, " +
    "signals.custom.second-one.parameters.windowSec, signals.custom.second-one.parameters.a.b";
  for (
    const path of [
      "signals.custom.third.weight",
      "signals.custom.first.parameters.minTrades",
      "signals.custom.first.file",
      "signals.custom.first.name",
      "signals.custom.first.parameters",
      "signals.custom.0.weight",
      "signals.custom.",
      "signals.custom.first.parameters.__proto__",
    ]
  ) {
    assert.equal(
      refusal({ [path]: 1 }, CUSTOM),
      `Cannot set ${path} in base.yaml: ${path} is no key, ${known}`,
    );
  }
  assert.equal(
    refusal({ "signals.custom.a.weight": 1 }),
    "Cannot set signals.custom.a.weight in base.yaml: signals.custom.a.weight is no key: the configuration has no signals.custom",
  );
  assert.match(
    refusal({ "signals.custom.first.weight": -1 }, CUSTOM),
    /^Cannot set signals\.custom\.first\.weight = -1 .* a number from 0, without a unit$/,
  );
  assert.match(refusal({ "signals.custom": 1 }, CUSTOM), /to be a list$/);
});

test("a file that is wrong by itself is refused with its own line", () => {
  assert.match(
    refusal({ "positions.stopLossCents": 4 }, "positions:\n  stopLossCents: x\n"),
    /^Cannot read base\.yaml:2:18: /,
  );
});
