import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import type { CentRecords } from "@ssmd/core";
import type { MomentumConfig } from "../momentum/momentum_config.ts";
import { centRecords } from "./cent_records_test_support.ts";
import { runOriginal } from "./original_profile.ts";
import {
  type OriginalDecision,
  type OriginalEntry,
  type OriginalResult,
  originalTradesJsonl,
} from "./original_result.ts";

const folder = join(process.env["SSMD_DATA"] ?? "", "momentum");
const options = process.env["SSMD_DATA"] !== undefined && existsSync(folder)
  ? {}
  : { skip: "SSMD_DATA is not set" };

function read(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}

function goldenRecords(): CentRecords {
  const text = gunzipSync(readFileSync(join(folder, "records.jsonl.gz"))).toString();
  return centRecords(text.trimEnd().split("\n"));
}

// The original's file has no keys for what was added to it.
function goldenConfig(override: Partial<MomentumConfig> = {}): MomentumConfig {
  const config = { ...JSON.parse(read("config.json")), ...override } as MomentumConfig;
  return {
    ...config,
    portfolio: { ...config.portfolio, sizing: "random", seed: 1 },
    signals: { ...config.signals, custom: [] },
  };
}

async function* once(batch: CentRecords): AsyncIterable<CentRecords> {
  yield batch;
}

async function run(configs: readonly MomentumConfig[]): Promise<readonly OriginalResult[]> {
  return await runOriginal(once(goldenRecords()), configs);
}

interface Scenario {
  readonly override: Partial<MomentumConfig>;
  readonly summary: {
    readonly balance: number;
    readonly totalTrades: number;
    readonly wins: number;
    readonly losses: number;
    readonly totalPnl: number;
    readonly drawdownPercent: number;
    readonly open: number;
    readonly halted: boolean;
    readonly byReason: Readonly<Record<string, number>>;
  };
  readonly firstTrades: readonly Record<string, unknown>[];
}

function figures(result: OriginalResult): Omit<Scenario["summary"], "byReason"> {
  const { balance, totalPnl, drawdownPercent, halted } = result.portfolio;
  const sum = (key: "wins" | "losses") => result.models.reduce((all, it) => all + it[key], 0);
  return {
    balance,
    totalTrades: result.trades.length,
    wins: sum("wins"),
    losses: sum("losses"),
    totalPnl,
    drawdownPercent,
    open: result.open.length,
    halted,
  };
}

test("Entries, trades and summary of the original's run agree to the byte", options, async () => {
  const [result] = await run([goldenConfig()]);
  assert.ok(result !== undefined);
  const entries = result.entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
  assert.equal(entries, read("entries.jsonl"));
  assert.equal(originalTradesJsonl(result.trades), read("trades.jsonl"));
  const { signalFireCounts: _, activated, records, ...summary } = JSON.parse(read("summary.json"));
  assert.deepEqual(figures(result), summary);
  assert.deepEqual(result.activated, activated);
  assert.equal(result.records, records);
});

test("Every scenario of the original agrees, all of them in one pass", options, async () => {
  const scenarios = Object.entries(JSON.parse(read("scenarios.json")) as Record<string, Scenario>);
  const configs = scenarios.map(([, { override }]) => goldenConfig(override));
  const results = await run([goldenConfig(), ...configs]);
  scenarios.forEach(([name, { summary, firstTrades }], index) => {
    const result = results[index + 1]!;
    assert.deepEqual({ ...figures(result), byReason: result.exits }, summary, name);
    firstTrades.forEach((expected, trade) => {
      const actual: Record<string, unknown> = { ...result.trades[trade]! };
      for (const key of Object.keys(actual)) if (!(key in expected)) delete actual[key];
      assert.deepEqual(actual, expected, `${name}, trade ${trade}`);
    });
  });
});

/** One market whose trades are all bought as YES while its price rises and falls. */
function madeUpRecords(): CentRecords {
  const lines: string[] = [];
  let [volume, price] = [0, 50];
  for (let index = 0; index < 4000; index++) {
    const ts = 1_769_000_000 + index * 3;
    price = 50 + Math.round(20 * Math.sin(index / 40) + 4 * Math.sin(index / 7));
    volume += index % 60 < 8 ? 40 : 1;
    const market = { market_ticker: `KXA-${index % 3}`, ts };
    const trade = {
      ...market,
      yes_price: price,
      count: 5,
      taker_side: index % 90 < 45 ? "yes" : "no",
    };
    const quotes = { yes_bid: price - 2, yes_ask: price + 2, no_bid: 98 - price };
    const ticker = { ...market, price, ...quotes, volume, dollar_volume: volume };
    lines.push(
      JSON.stringify(
        index % 4 === 0
          ? { type: "trade", msg: trade }
          : { type: index % 97 === 0 ? "market_lifecycle_v2" : "ticker", msg: ticker },
      ),
    );
  }
  return centRecords(lines);
}

/** Set so that the made-up market is entered often. */
function madeUpConfig(override: Partial<MomentumConfig> = {}): MomentumConfig {
  return {
    nats: { url: "", stream: "" },
    activation: { dollarVolume: 10, windowMinutes: 10 },
    portfolio: {
      startingBalance: 100,
      tradeSize: 100,
      minContracts: 1,
      maxContracts: 9,
      drawdownHaltPercent: 50,
      sizing: "random",
      seed: 1,
    },
    positions: {
      takeProfitCents: 5,
      stopLossCents: 4,
      timeStopMinutes: 2,
      minPriceCents: 20,
      maxPriceCents: 80,
      cooldownSeconds: 30,
    },
    fees: { defaultMakerPerContract: 0.3, defaultTakerPerContract: 1.7 },
    marketClose: { noEntryBufferMinutes: 5, forceExitBufferMinutes: 2 },
    signals: {
      spreadTightening: {
        enabled: true,
        weight: 1,
        spreadWindowMinutes: 5,
        narrowingThreshold: 0.3,
      },
      volumeOnset: {
        enabled: true,
        weight: 1,
        recentWindowSec: 30,
        baselineWindowMinutes: 5,
        onsetMultiplier: 1.5,
      },
      meanReversion: {
        enabled: true,
        weight: 1,
        anchorWindowMinutes: 5,
        deviationThresholdCents: 5,
        maxDeviationCents: 12,
        recentWindowSec: 60,
        stallWindowSec: 15,
        minRecentChangeCents: 2,
        minTrades: 1,
      },
      volatilitySqueeze: {
        enabled: true,
        weight: 0.8,
        squeezeWindowMinutes: 5,
        compressionThreshold: 0.6,
        expansionThreshold: 1.1,
        minBaselineStdDev: 0.3,
        maxExpansionRatio: 4,
        minSnapshots: 10,
      },
      priceMomentum: {
        enabled: true,
        weight: 0.6,
        shortWindowSec: 60,
        midWindowSec: 180,
        longWindowSec: 300,
        minTotalMoveCents: 2,
        maxAccelRatio: 3,
        minEntryPrice: 25,
        maxEntryPrice: 75,
        minTrades: 1,
      },
      custom: [],
    },
    composer: { entryThreshold: 0.15, minSignals: 1, maxSlippageCents: 40 },
    reporting: { summaryIntervalMinutes: 5, publishToNats: false, debug: false },
    execution: {
      latencyMs: 250,
      entry: "taker",
      takeProfit: "taker",
      makerModel: "queue",
      makerTimeoutSeconds: 30,
      maxParticipationPercent: 100,
      unknownQuoteSizeContracts: 10,
      gapPolicy: "halt",
    },
    ...override,
  };
}

function variants(): MomentumConfig[] {
  const base = madeUpConfig();
  const { signals, portfolio } = base;
  const off = { ...signals.volatilitySqueeze, enabled: false };
  return [
    base,
    base,
    madeUpConfig({ signals: { ...signals, volatilitySqueeze: off } }),
    madeUpConfig({ activation: { dollarVolume: 400, windowMinutes: 3 } }),
    madeUpConfig({ portfolio: { ...portfolio, seed: 2 } }),
    madeUpConfig({ portfolio: { ...portfolio, drawdownHaltPercent: 2 } }),
    madeUpConfig({ composer: { ...base.composer, minSignals: 2 } }),
    madeUpConfig({ positions: { ...base.positions, cooldownSeconds: 0 } }),
  ];
}

test("Every configuration of a pass comes to what it comes to alone", async () => {
  const records = madeUpRecords();
  const together = await runOriginal(once(records), variants());
  for (const [index, config] of variants().entries()) {
    const [alone] = await runOriginal(once(records), [config]);
    assert.ok(alone !== undefined && alone.trades.length > 0, `variant ${index} traded`);
    assert.deepEqual(together[index], alone, `variant ${index}`);
  }
  assert.deepEqual(together[0], together[1]);
  assert.equal(together[5]!.portfolio.halted, true);
  assert.notDeepEqual(together[0]!.entries, together[4]!.entries);
});

test("Where batches are cut makes no difference, and markets may come with any of them", async () => {
  const whole = madeUpRecords();
  async function* cut(size: number): AsyncIterable<CentRecords> {
    for (let from = 0; from < whole.length; from += size) {
      const part = <T extends { subarray(from: number): T }>(column: T) => column.subarray(from);
      yield {
        length: Math.min(size, whole.length - from),
        tickers: whole.tickers.slice(0, from + size),
        kind: part(whole.kind),
        market: part(whole.market),
        ts: part(whole.ts),
        price: part(whole.price),
        side: part(whole.side),
        volume: part(whole.volume),
        dollarVolume: part(whole.dollarVolume),
        yesBid: part(whole.yesBid),
        yesAsk: part(whole.yesAsk),
        noBid: part(whole.noBid),
        noAsk: part(whole.noAsk),
        count: part(whole.count),
        lastReceivedAt: 0,
      };
    }
  }
  const expected = await runOriginal(once(whole), [madeUpConfig()]);
  for (const size of [1, 2, 1000]) {
    assert.deepEqual(await runOriginal(cut(size), [madeUpConfig()]), expected, `size ${size}`);
  }
});

test("The cash is what the start, the trades and the open positions make it", async () => {
  for (const { trades, open, portfolio } of await runOriginal(once(madeUpRecords()), variants())) {
    // The original leaves the entry's fee out of what it calls P&L.
    const cost = ({ side, entryPrice, contracts }: (typeof open)[number]) =>
      (side === "yes" ? entryPrice : 100 - entryPrice) * contracts / 100;
    const spent = open.reduce((sum, it) => sum + it.entryCost, 0);
    const fees = trades.reduce((sum, it) => sum + it.entryCost - cost(it), 0);
    const expected = portfolio.startingBalance + portfolio.totalPnl - fees - spent;
    assert.ok(Math.abs(portfolio.balance - expected) < 1e-9, `${portfolio.balance}, ${expected}`);
  }
});

test("Decisions say for each entry what every signal said and saw, and change nothing", async () => {
  const [plain] = await runOriginal(once(madeUpRecords()), [madeUpConfig()]);
  const told: [OriginalEntry, OriginalDecision][] = [];
  const [heard] = await runOriginal(once(madeUpRecords()), [madeUpConfig()], {
    onDecision: (index, entry, decision) => {
      assert.equal(index, 0);
      told.push([entry, decision]);
    },
  });
  assert.deepEqual(heard, plain);
  assert.deepEqual(told.map(([entry]) => entry), heard!.entries);
  assert.ok(told.length > 0);
  told.forEach(([{ model, side, entryPrice }, { strength, signals, prices }]) => {
    const agreeing = signals.filter(({ score }) => side === "yes" ? score > 0 : score < 0);
    assert.equal(agreeing.map(({ name }) => name).join("+"), model);
    const sum = agreeing.reduce(
      (all, { score, confidence, weight }) => all + Math.abs(score) * confidence * weight,
      0,
    );
    assert.equal(sum, strength);
    assert.equal(prices.last, entryPrice);
    assert.ok(signals.every(({ inputs }) => Object.keys(inputs).length > 0));
  });
});

test("What the original does not have is refused by name", async () => {
  const { portfolio, signals } = madeUpConfig();
  const fixed = madeUpConfig({ portfolio: { ...portfolio, sizing: "fixed" } });
  const own = { name: "mine", file: "mine.ts", weight: 1, parameters: {} };
  const custom = madeUpConfig({ signals: { ...signals, custom: [own] } });
  await assert.rejects(runOriginal(once(madeUpRecords()), [fixed]), /sizing "fixed"/);
  await assert.rejects(runOriginal(once(madeUpRecords()), [custom]), /custom signals mine/);
});
