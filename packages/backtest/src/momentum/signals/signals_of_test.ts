import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { marketEvents } from "../market_events_test_support.ts";
import { MarketState } from "../market_state.ts";
import { apply, type MarketEvent, PlainMarket } from "../market_state_test_support.ts";
import { CENT_UNITS, EXACT_UNITS } from "../market_units.ts";
import type { SignalsConfig } from "../momentum_config.ts";
import type { Signal } from "../signal.ts";
import { signalsOf } from "./signals_of.ts";

const folder = join(process.env["SSMD_DATA"] ?? "", "momentum");
const options = process.env["SSMD_DATA"] !== undefined && existsSync(folder)
  ? {}
  : { skip: "SSMD_DATA is not set" };

/** Every signal, easily moved, so that made-up markets move it. */
const LIVELY: SignalsConfig = {
  spreadTightening: { enabled: true, weight: 1, spreadWindowMinutes: 5, narrowingThreshold: 0.2 },
  volumeOnset: {
    enabled: true,
    weight: 1,
    recentWindowSec: 30,
    baselineWindowMinutes: 5,
    onsetMultiplier: 1.2,
  },
  meanReversion: {
    enabled: true,
    weight: 1,
    anchorWindowMinutes: 5,
    deviationThresholdCents: 3,
    maxDeviationCents: 12,
    recentWindowSec: 60,
    stallWindowSec: 15,
    minRecentChangeCents: 1,
    minTrades: 1,
  },
  volatilitySqueeze: {
    enabled: true,
    weight: 0.8,
    squeezeWindowMinutes: 2,
    compressionThreshold: 0.6,
    expansionThreshold: 0.9,
    minBaselineStdDev: 0.5,
    maxExpansionRatio: 4,
    minSnapshots: 7,
  },
  priceMomentum: {
    enabled: true,
    weight: 0.6,
    shortWindowSec: 30,
    midWindowSec: 60,
    longWindowSec: 120,
    minTotalMoveCents: 2,
    maxAccelRatio: 3,
    minEntryPrice: 25,
    maxEntryPrice: 75,
    minTrades: 1,
  },
  custom: [],
};

function read(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

interface Archived {
  readonly type: string;
  readonly msg: Readonly<Record<string, number | string>>;
}

function goldenEvents(): (readonly [string, MarketEvent])[] {
  const text = gunzipSync(readFileSync(join(folder, "records.jsonl.gz"))).toString();
  return text.trimEnd().split("\n").map((line) => {
    const { type, msg } = JSON.parse(line) as Archived;
    const number = (name: string) => Number(msg[name] ?? NaN);
    const time = number("ts");
    const event: MarketEvent = type === "trade"
      ? {
        kind: "trade",
        time,
        price: number("yes_price"),
        side: msg["taker_side"] === "yes" ? 1 : 2,
        count: number("count"),
      }
      : {
        kind: "ticker",
        time,
        price: number("price"),
        quotes: [number("yes_bid"), number("yes_ask"), NaN, NaN],
        volume: number("volume"),
        dollars: number("dollar_volume"),
      };
    return [String(msg["market_ticker"]), event];
  });
}

interface GoldenResult {
  readonly i: number;
  readonly ticker: string;
  readonly name: string;
  readonly score: number;
  readonly confidence: number;
}

test("Signals agree with the original's after every record", options, () => {
  const { signals: config } = JSON.parse(read("config.json")) as { signals: SignalsConfig };
  const signals = signalsOf(config, CENT_UNITS);
  const golden = read("signals.jsonl").trimEnd().split("\n")
    .map((line) => JSON.parse(line) as GoldenResult);
  const states = new Map<string, MarketState>();
  const fired: Record<string, number> = {};
  let compared = 0;
  goldenEvents().forEach(([ticker, event], i) => {
    const state = states.get(ticker) ?? new MarketState(ticker, CENT_UNITS, 1800);
    states.set(ticker, state);
    apply(state, event);
    for (const signal of signals) {
      const { score, confidence } = signal.evaluate(state);
      if (score !== 0) fired[signal.name] = (fired[signal.name] ?? 0) + 1;
      const next = golden[compared];
      if (next === undefined || next.i !== i || next.name !== signal.name) continue;
      compared++;
      assert.equal(ticker, next.ticker);
      assert.ok(Math.abs(score - next.score) <= 1e-12, `${signal.name} at ${i}: ${score}`);
      assert.ok(Math.abs(confidence - next.confidence) <= 1e-12, `${signal.name} at ${i}`);
    }
  });
  assert.equal(compared, golden.length);
  assert.deepEqual(fired, JSON.parse(read("summary.json")).signalFireCounts);
});

for (const wild of [false, true]) {
  test(`Signals say of a ${wild ? "wild" : "tame"} market what plain arrays would make them say`, () => {
    const fired = new Set<string>();
    fc.assert(fc.property(marketEvents({ wild }, 150), (events) => {
      const state = new MarketState("KXPLAIN-1", CENT_UNITS, 1800);
      const plain = new PlainMarket(1800);
      const [onState, onPlain] = [signalsOf(LIVELY, CENT_UNITS), signalsOf(LIVELY, CENT_UNITS)];
      for (const event of events) {
        apply(state, event);
        plain.apply(event);
        onState.forEach((signal, index) => {
          const result = signal.evaluate(state);
          assert.deepEqual(result, onPlain[index]!.evaluate(plain), signal.name);
          assert.deepEqual(signal.inputs(state), onPlain[index]!.inputs(plain), signal.name);
          if (result.score !== 0) fired.add(signal.name);
        });
      }
    }));
    assert.equal(fired.size, 5, `only ${[...fired].join()} ever spoke`);
  });
}

// Not always: where two means are equal, their roundings decide, which differ between the units.
test("Signals say the same in exact units as in cents and seconds", () => {
  let [spoken, different] = [0, 0];
  fc.assert(fc.property(marketEvents({ wild: false }, 150), (events) => {
    const cents = new MarketState("KXPLAIN-1", CENT_UNITS, 1800);
    const exact = new MarketState("KXPLAIN-1", EXACT_UNITS, 1_800_000_000);
    const [inCents, inUnits] = [signalsOf(LIVELY, CENT_UNITS), signalsOf(LIVELY, EXACT_UNITS)];
    for (const event of events) {
      apply(cents, event);
      apply(exact, inExactUnits(event));
      inCents.forEach((signal, index) => {
        const [a, b] = [signal.evaluate(cents), inUnits[index]!.evaluate(exact)];
        if (a.score !== 0) spoken++;
        if (Math.abs(a.score - b.score) + Math.abs(a.confidence - b.confidence) > 1e-9) different++;
      });
    }
  }));
  assert.ok(spoken > 100 && different <= spoken / 50, `${different} of ${spoken} differ`);
});

function inExactUnits(event: MarketEvent): MarketEvent {
  const { second, cent } = EXACT_UNITS;
  const time = event.time * second;
  if (event.kind === "other") return { ...event, time };
  const price = event.price * cent;
  if (event.kind === "trade") return { ...event, time, price, count: event.count * 100 };
  const [yesBid, yesAsk, noBid, noAsk] = event.quotes;
  return {
    ...event,
    time,
    price,
    quotes: [yesBid * cent, yesAsk * cent, noBid * cent, noAsk * cent],
    volume: event.volume * 100,
    dollars: event.dollars * 1e6,
  };
}

test("A restored squeeze breaks out as the saved one would have, and a forgotten one does not", () => {
  const only = { ...LIVELY.volatilitySqueeze, minSnapshots: 10 };
  const squeezed = quietAfterNoise();
  const make = () =>
    signalsOf({ ...LIVELY, volatilitySqueeze: only }, CENT_UNITS)
      .find(({ name }) => name === "volatility-squeeze")!;
  const scores = (signal: Signal) => {
    const state = new MarketState("KXPLAIN-1", CENT_UNITS, 1800);
    return squeezed.map((event, index) => {
      apply(state, event);
      if (index === 45) {
        const saved = JSON.parse(JSON.stringify(signal.save!()));
        signal = make();
        signal.restore!(saved);
      }
      return signal.evaluate(state).score;
    });
  };
  assert.ok(scores(make()).some((score) => score > 0));

  const state = new MarketState("KXPLAIN-1", CENT_UNITS, 1800);
  const signal = make();
  squeezed.forEach((event, index) => {
    apply(state, event);
    if (index > 20) signal.forget!("KXPLAIN-1");
    assert.equal(signal.evaluate(state).score, 0);
  });
});

/** Forty noisy quotes, twenty quiet ones, and a rise. */
function quietAfterNoise(): MarketEvent[] {
  const prices = [
    ...Array.from({ length: 40 }, (_, index) => 50 + (index % 2) * 4),
    ...Array.from({ length: 20 }, () => 52),
    ...Array.from({ length: 12 }, (_, index) => 54 + index * 2),
  ];
  return prices.map((price, index) => ({
    kind: "ticker",
    time: 1000 + index * 2,
    price,
    quotes: [price - 1, price + 1, NaN, NaN],
    volume: index,
    dollars: index,
  }));
}
