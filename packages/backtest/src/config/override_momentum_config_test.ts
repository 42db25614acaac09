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

test("a file that is wrong by itself is refused with its own line", () => {
  assert.match(
    refusal({ "positions.stopLossCents": 4 }, "positions:\n  stopLossCents: x\n"),
    /^Cannot read base\.yaml:2:18: /,
  );
});
