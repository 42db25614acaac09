import { SsmdError } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { customSignal } from "./custom_signal.ts";
import { EXACT_UNITS } from "./market_units.ts";
import type { MarketView } from "./market_view.ts";
import type { SignalFunction } from "./signal.ts";

const VIEW: MarketView = {
  ticker: "KXA-1",
  units: EXACT_UNITS,
  lastTime: 5,
  lastPrice: 4800,
  yesBid: 4700,
  yesAsk: 4900,
  noBid: 5100,
  noAsk: 5300,
  priceChange: (window) => window / 1000,
  priceRatePerMinute: () => 0,
  volume: () => 0,
  dollarVolume: () => 0,
  tradeFlow: () => ({ yes: 3, no: 1, dominantSide: "yes", dominance: 0.75, trades: 2 }),
  quotes: () => {
    throw new Error("not asked for");
  },
};

function signalOf(evaluate: SignalFunction) {
  return customSignal({ name: "mine", weight: 2, parameters: { window: 3000 } }, evaluate);
}

test("a function of the user becomes a signal with its name, weight and parameters", () => {
  const signal = signalOf((market, parameters) => ({
    score: market.priceChange(Number(parameters["window"])) / 10,
    confidence: market.tradeFlow(60).dominance,
  }));
  assert.deepEqual([signal.name, signal.weight], ["mine", 2]);
  assert.deepEqual(signal.evaluate(VIEW), { score: 0.3, confidence: 0.75 });
});

test("its inputs are what it looked at", () => {
  const signal = signalOf((market, parameters) => {
    market.priceChange(Number(parameters["window"]));
    return { score: market.lastPrice > market.tradeFlow(60).yes ? 1 : 0, confidence: 1 };
  });
  assert.deepEqual(signal.inputs(VIEW), {
    "priceChange(3000)": 3,
    "lastPrice": 4800,
    "tradeFlow(60).yes": 3,
    "tradeFlow(60).no": 1,
    "tradeFlow(60).dominance": 0.75,
    "tradeFlow(60).trades": 2,
  });
});

test("a result that is none is refused with the name of the signal and the market", () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{ score: 1.5, confidence: 1 }, "the score 1.5, expected a number from -1 to 1"],
    [{ score: NaN, confidence: 1 }, "the score NaN, expected a number from -1 to 1"],
    [{ score: 1, confidence: -0.1 }, "the confidence -0.1, expected a number from 0 to 1"],
    [{ score: 1 }, "the confidence undefined, expected a number from 0 to 1"],
    [{ score: "1", confidence: 1 }, "the score 1, expected a number from -1 to 1"],
    [undefined, "undefined, expected an object with score and confidence"],
    [Promise.resolve({ score: 0, confidence: 0 }), "a promise, expected a function without async"],
  ];
  for (const [result, message] of cases) {
    // What JavaScript may return whatever the types say.
    const signal = signalOf(() => result as ReturnType<SignalFunction>);
    assert.throws(() => signal.evaluate(VIEW), {
      name: "SsmdError",
      code: "invalid_input",
      message: `Cannot use what the signal mine says of KXA-1: ${message}`,
    });
  }
});

test("what the function throws is the cause of an error that names it", () => {
  const cause = new Error("no window");
  const signal = signalOf(() => {
    throw cause;
  });
  assert.throws(
    () => signal.evaluate(VIEW),
    (error) =>
      error instanceof SsmdError && error.cause === cause &&
      error.message === 'Cannot evaluate the signal mine for KXA-1: it threw "no window"',
  );
});

test("the parameters cannot be changed by the function", () => {
  const signal = signalOf((_, parameters) => {
    Reflect.set(parameters, "window", 1);
    return { score: 0, confidence: Number(parameters["window"]) / 3000 };
  });
  assert.equal(signal.evaluate(VIEW).confidence, 1);
});

test("what is no function and a weight that is none are refused", () => {
  const config = { name: "mine", weight: 1, parameters: {} };
  assert.throws(() => customSignal(config, 5 as unknown as SignalFunction), TypeError);
  const silent: SignalFunction = () => ({ score: 0, confidence: 0 });
  assert.throws(() => customSignal({ ...config, weight: NaN }, silent), RangeError);
});
