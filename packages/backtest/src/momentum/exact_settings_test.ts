import assert from "node:assert/strict";
import { test } from "node:test";
import { parseMomentumConfig } from "../config/parse_momentum_config.ts";
import { exactSettings } from "./exact_settings.ts";

test("figures become exact integers in the units of the run", () => {
  const config = parseMomentumConfig(
    `{activation: {dollarVolume: 1.5, windowMinutes: 0.5}, portfolio: {startingBalance: 500.000001, minContracts: 0.01},
      positions: {takeProfitCents: 2.25, cooldownSeconds: 0.5}, execution: {latencyMs: 250}}`,
    "test",
  );
  const settings = exactSettings(config);
  assert.equal(settings.activationVolume, 1_500_000);
  assert.equal(settings.activationWindow, 30_000_000);
  assert.equal(settings.startingBalance, 500_000_001);
  assert.equal(settings.minQuantity, 1);
  assert.equal(settings.maxQuantity, 20_000);
  assert.equal(settings.takeProfit, 225);
  assert.equal(settings.maxPrice, 8000);
  assert.equal(settings.cooldown, 500_000);
  assert.equal(settings.latency, 250_000);
  assert.equal(settings.equityInterval, 300_000_000);
});

test("an amount finer than its unit is refused with its path", () => {
  const cases = [
    ["positions: {stopLossCents: 0.001}", "positions.stopLossCents 0.001", "cents with at most 2"],
    [
      "portfolio: {minContracts: 0.005}",
      "portfolio.minContracts 0.005",
      "contracts with at most 2",
    ],
    [
      "portfolio: {tradeSize: 1.0000001}",
      "portfolio.tradeSize 1.0000001",
      "dollars with at most 6",
    ],
  ];
  for (const [text, value, expected] of cases) {
    assert.throws(() => exactSettings(parseMomentumConfig(text!, "test")), {
      code: "invalid_input",
      message: `Cannot use ${value} in profile default: expected ${expected} decimals`,
    });
  }
});

test("an amount too large to be exact is refused with the most that is possible", () => {
  assert.throws(() => exactSettings(parseMomentumConfig("portfolio: {tradeSize: 1e10}", "test")), {
    code: "invalid_input",
    message:
      "Cannot use portfolio.tradeSize 10000000000 in profile default: expected at most 9007199254 dollars",
  });
});

test("points of the equity curve lie a second apart at least", () => {
  const intervalOf = (value: number) =>
    exactSettings(parseMomentumConfig(`reporting: {summaryIntervalMinutes: ${value}}`, "test"))
      .equityInterval;
  assert.equal(intervalOf(0.017), 1_020_000);
  assert.throws(() => intervalOf(0.016), {
    code: "invalid_input",
    message:
      "Cannot use reporting.summaryIntervalMinutes 0.016 in profile default: expected 1 second (0.017) or more",
  });
});
