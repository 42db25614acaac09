import { SsmdError } from "@ssmd/core";
import { lookedAt } from "./looked_at.ts";
import type { MarketView } from "./market_view.ts";
import type { CustomSignalConfig } from "./momentum_config.ts";
import type { Signal, SignalFunction, SignalResult } from "./signal.ts";

/**
 * A user's own signal as a {@link Signal}. Every result is checked: `evaluate` throws `SsmdError`
 * `invalid_input` that names the signal when it is no object, its score is not −1 to 1 or its
 * confidence not 0 to 1, and when the function throws, which is the `cause` then. Throws `TypeError`
 * when `evaluate` is not a function.
 */
export function customSignal(
  config: Pick<CustomSignalConfig, "name" | "weight" | "parameters">,
  evaluate: SignalFunction,
): Signal {
  const { name, weight, parameters } = config;
  if (typeof evaluate !== "function") {
    throw new TypeError(`Cannot use the signal ${name}: expected a function`);
  }
  if (!(weight >= 0 && weight < Infinity)) {
    throw new RangeError(`Cannot weigh the signal ${name} with ${weight}: expected 0 or more`);
  }
  // The function must not be able to change what the next call is given.
  const given = Object.freeze({ ...parameters });
  return {
    name,
    weight,
    evaluate: (market) => checked(name, market, call(name, evaluate, market, given)),
    inputs: (market) => lookedAt(market, (view) => call(name, evaluate, view, given)),
  };
}

function call(
  name: string,
  evaluate: SignalFunction,
  market: MarketView,
  parameters: CustomSignalConfig["parameters"],
): unknown {
  try {
    return evaluate(market, parameters);
  } catch (cause) {
    throw new SsmdError(
      "invalid_input",
      `Cannot evaluate the signal ${name} for ${market.ticker}: it threw ${
        JSON.stringify(cause instanceof Error ? cause.message : String(cause))
      }`,
      { cause },
    );
  }
}

/** Users write JavaScript as well: what comes back is whatever they return. */
function checked(name: string, { ticker }: MarketView, result: unknown): SignalResult {
  if (typeof result !== "object" || result === null) {
    throw refusal(name, ticker, String(result), "an object with score and confidence");
  }
  if (result instanceof Promise) {
    throw refusal(name, ticker, "a promise", "a function without async");
  }
  const score: unknown = Reflect.get(result, "score");
  const confidence: unknown = Reflect.get(result, "confidence");
  if (!within(score, -1, 1)) {
    throw refusal(name, ticker, `the score ${String(score)}`, "a number from -1 to 1");
  }
  if (!within(confidence, 0, 1)) {
    throw refusal(name, ticker, `the confidence ${String(confidence)}`, "a number from 0 to 1");
  }
  return { score, confidence };
}

function within(value: unknown, least: number, most: number): value is number {
  return typeof value === "number" && value >= least && value <= most;
}

function refusal(name: string, ticker: string, found: string, expected: string): SsmdError {
  return new SsmdError(
    "invalid_input",
    `Cannot use what the signal ${name} says of ${ticker}: ${found}, expected ${expected}`,
  );
}
