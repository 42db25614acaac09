import { MICROS_PER_SECOND, SsmdError, SymbolTable } from "@ssmd/core";
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "node:test";
import type { BacktestResult } from "../backtest_result.ts";
import { parseMomentumConfig } from "../config/parse_momentum_config.ts";
import { closing, configOf, yesAt } from "../momentum/engine_test_support.ts";
import type { MomentumConfig } from "../momentum/momentum_config.ts";
import { type MomentumRuns, momentumRuns } from "../momentum/momentum_runs.ts";
import { slice, Tape } from "../momentum/tape_test_support.ts";
import { centFees } from "../scenario_test_support.ts";
import { settlementsOf } from "../settlement.ts";
import { type PaperCheckpoint, PaperRun } from "./paper_run.ts";

const RUNS = Number(process.env["SSMD_PAPER_RUNS"] ?? 25);

const MARKETS = [closing("A", 3000, 3100, 1), closing("B", 900, 1000, 0), closing("C", 1e6)];
const WORLD = { markets: MARKETS, settlements: settlementsOf(MARKETS) };

/** Settings under which short tapes make models, resting orders, squeezes and halts. */
const CONFIGS: readonly MomentumConfig[] = [
  {},
  { execution: { entry: "maker", takeProfit: "maker", makerModel: "touch", latencyMs: 2000 } },
  { execution: { gapPolicy: "ignore", latencyMs: 0 }, portfolio: { drawdownHaltPercent: 1 } },
  { execution: { gapPolicy: "exclude" } },
].map((sections: { readonly portfolio?: object; readonly execution?: object }) =>
  parseMomentumConfig(
    JSON.stringify({
      activation: { dollarVolume: 20 },
      portfolio: {
        startingBalance: 100,
        minContracts: 1,
        maxContracts: 9,
        drawdownHaltPercent: 60,
        ...sections.portfolio,
      },
      positions: { minPriceCents: 2, maxPriceCents: 98, timeStopMinutes: 2, cooldownSeconds: 5 },
      signals: {
        spreadTightening: { narrowingThreshold: 0.1 },
        volumeOnset: { onsetMultiplier: 0.5 },
        meanReversion: { enabled: true, deviationThresholdCents: 1, minRecentChangeCents: 0 },
        volatilitySqueeze: {
          enabled: true,
          compressionThreshold: 0.9,
          expansionThreshold: 1,
          minBaselineStdDev: 0,
          minSnapshots: 5,
        },
        priceMomentum: { enabled: true, minTotalMoveCents: 1, minTrades: 1 },
      },
      composer: { entryThreshold: 0.01, maxSlippageCents: 50 },
      execution: sections.execution ?? {},
    }),
    "test",
  )
);

const events = fc.array(
  fc.record({
    kind: fc.constantFrom("ticker", "ticker", "ticker", "trade", "snapshot", "delta", "gap"),
    market: fc.constantFrom("A", "A", "B", "C"),
    step: fc.integer({ min: 0, max: 12 }),
    move: fc.integer({ min: -3, max: 3 }),
    spread: fc.integer({ min: 1, max: 4 }),
    size: fc.integer({ min: 1, max: 60 }),
    yes: fc.boolean(),
  }),
  { minLength: 60, maxLength: 150 },
);

/** A has tickers, C a book, B both. */
function tapeOf(list: typeof events extends fc.Arbitrary<infer T> ? T : never): Tape {
  const tape = new Tape();
  const price = new Map<string, number>();
  let at = 1;
  let volume = 0;
  for (const { kind, market, step, move, spread, size, yes } of list) {
    at += step;
    const cents = Math.min(90, Math.max(10, (price.get(market) ?? 50) + move));
    price.set(market, cents);
    if (kind === "ticker" && market !== "C") {
      volume += size;
      const quotes = { yesBid: cents - spread, yesAsk: cents + spread, yesBidSize: size };
      tape.ticker(at, market, { price: cents, ...quotes, volume, dollarVolume: volume / 2 });
    } else if (kind === "trade") {
      tape.trade(at, market, yes ? "yes" : "no", cents, size);
    } else if (kind === "snapshot" && market !== "A") {
      tape.snapshot(at, market, [[cents - spread, size]], [[100 - cents - spread, size]]);
    } else if (kind === "delta" && market !== "A") {
      tape.delta(at, market, yes ? "yes" : "no", (yes ? cents : 100 - cents) - spread, size);
    } else if (kind === "gap" && size > 50) {
      tape.gap(at, ...(yes ? [market] : []));
    }
  }
  return tape;
}

function runsOf(): MomentumRuns {
  return momentumRuns(CONFIGS, centFees);
}

function finished(run: PaperRun): readonly BacktestResult[] {
  return JSON.parse(JSON.stringify(run.finish()));
}

function throughText(checkpoint: PaperCheckpoint): PaperCheckpoint {
  return JSON.parse(JSON.stringify(checkpoint));
}

test("a run that is saved and goes on elsewhere decides as one that was never interrupted", () => {
  let trades = 0;
  fc.assert(
    fc.property(events, fc.array(fc.nat(150), { minLength: 1, maxLength: 3 }), (list, cuts) => {
      const { batch } = tapeOf(list);
      const whole = new PaperRun(WORLD, runsOf());
      whole.onBatch(batch);
      let part = new PaperRun(WORLD, runsOf());
      let from = 0;
      let symbols = new SymbolTable();
      for (const cut of [...cuts].sort((a, b) => a - b)) {
        const to = frameEnd(batch, Math.min(cut, batch.length));
        part.onBatch(slice(batch, from, to, symbols));
        from = to;
        symbols = new SymbolTable();
        symbols.intern("another market, seen first");
        const checkpoint = throughText(part.checkpoint());
        part = new PaperRun(WORLD, runsOf(), { checkpoint, symbols });
      }
      part.onBatch(slice(batch, from, batch.length, symbols));
      const results = finished(whole);
      trades += results.reduce((sum, result) => sum + result.trades.length, 0);
      assert.deepEqual(finished(part), results);
    }),
    { numRuns: RUNS },
  );
  assert.ok(trades > RUNS, `only ${trades} trades`);
});

test("looking at the clock in between changes nothing", () => {
  fc.assert(
    fc.property(events, (list) => {
      const { batch } = tapeOf(list);
      const whole = new PaperRun(WORLD, runsOf());
      whole.onBatch(batch);
      const ticked = new PaperRun(WORLD, runsOf());
      for (let row = 0; row < batch.length;) {
        const end = frameEnd(batch, row + 1);
        ticked.onBatch(slice(batch, row, end));
        if (end < batch.length) {
          for (let time = batch.tsRecv[row]!; time < batch.tsRecv[end]!; time += 1_700_000) {
            ticked.advanceTo(time);
          }
        }
        row = end;
      }
      assert.deepEqual(finished(ticked), finished(whole));
    }),
    { numRuns: RUNS },
  );
});

test("a checkpoint of other settings or of another version is refused", () => {
  const config = configOf();
  const functions = new Map([["mine", yesAt(50)]]);
  const runs = (each: MomentumConfig) => momentumRuns([each], centFees, { functions });
  const checkpoint = new PaperRun(WORLD, runs(config)).checkpoint();
  const symbols = new SymbolTable();
  const other = configOf({ positions: { takeProfitCents: 9 } });
  assert.throws(() => new PaperRun(WORLD, runs(other), { checkpoint, symbols }), {
    code: "invalid_input",
    message:
      "Cannot go on from the checkpoint: its positions.takeProfitCents is 5, now it is 9; only the same settings go on",
  });
  const newer = { ...checkpoint, version: 2 as unknown as 1 };
  assert.throws(() => new PaperRun(WORLD, runs(config), { checkpoint: newer, symbols }), {
    message: "Cannot go on from the checkpoint: it is of version 2, expected 1",
  });
});

test("a checkpoint that lacks a part is refused under its name, whatever the part", () => {
  const { batch } = tapeOf(fc.sample(events, { seed: 5, numRuns: 1 })[0]!);
  const run = new PaperRun(WORLD, runsOf());
  run.onBatch(batch);
  const whole = throughText(run.checkpoint());
  const resume = (checkpoint: unknown) =>
    new PaperRun(WORLD, runsOf(), {
      checkpoint: checkpoint as PaperCheckpoint, // from a file: of any shape
      symbols: new SymbolTable(),
      name: "paper.json",
    });
  resume(whole);
  const broken: unknown[] = [null, [], {}, 5, "checkpoint", { ...whole, parameters: [{}] }];
  for (const part of Object.keys(whole)) {
    for (const value of [undefined, null, 5, "x", {}, [], [null, null, null, null]]) {
      broken.push({ ...whole, [part]: value });
    }
  }
  for (const part of Object.keys(whole.simulation)) {
    broken.push({ ...whole, simulation: { ...whole.simulation, [part]: undefined } });
  }
  let refused = 0;
  for (const checkpoint of broken) {
    try {
      resume(checkpoint);
    } catch (error) {
      refused++;
      assert.ok(error instanceof SsmdError, String(error));
      assert.equal(error.code, "invalid_input");
      assert.match(error.message, /^Cannot go on from paper\.json: it/);
    }
  }
  // The clock and what is late are numbers that are believed.
  assert.ok(refused >= broken.length - 2, `${broken.length - refused} were taken`);
});

test("what was announced of closes outlives a restart, for what is held and for what is entered", () => {
  const functions = new Map([["mine", yesAt(50)]]);
  const quote = { price: 50, yesBid: 49, yesAsk: 51, yesBidSize: 50, yesAskSize: 50 };
  const full = (volume: number) => ({ ...quote, volume, dollarVolume: volume / 2 });
  const runs = () => momentumRuns([configOf()], centFees, { functions });
  const first = (tape: Tape) =>
    tape.closes(1, "A", 1000).closes(1, "B", 700).closes(1, "C", 2000)
      .ticker(1, "A", full(0)).ticker(2, "A", full(100)).closes(3, "A", 600);
  const second = (tape: Tape) =>
    tape.ticker(420, "B", full(0)).ticker(430, "B", full(100)).ticker(440, "C", full(0))
      .ticker(450, "C", full(100)).closes(460, "C", 900).ticker(800, "C", {
        ...full(100),
        price: 40,
      });
  const world = { settlements: settlementsOf([]) };
  const whole = new PaperRun(world, runs());
  whole.onBatch(second(first(new Tape())).batch);
  const before = new PaperRun(world, runs());
  before.onBatch(first(new Tape()).batch);
  const symbols = new SymbolTable();
  const checkpoint = throughText(before.checkpoint());
  const after = new PaperRun(world, runs(), { checkpoint, symbols });
  after.onBatch(second(new Tape(symbols)).batch);
  const [result] = finished(after);
  assert.deepEqual(
    result!.trades.map(({ ticker, reason, exitTime }) => [
      ticker,
      reason,
      exitTime / MICROS_PER_SECOND,
    ]),
    [["A", "force-close", 480], ["C", "force-close", 780]],
  );
  assert.deepEqual(result!.notes["notEntered"], { "near the close": 1 });
  assert.deepEqual(result, finished(whole)[0]);
});

test("an announcement is newer than a market whose close has no date, before and after a restart", () => {
  const functions = new Map([["mine", yesAt(50)]]);
  const runs = () => momentumRuns([configOf()], centFees, { functions });
  const quote = { price: 50, yesBid: 49, yesAsk: 51, yesBidSize: 50, yesAskSize: 50 };
  const world = { markets: [closing("A", 600)], settlements: settlementsOf([]) };
  const before = new PaperRun(world, runs());
  before.onBatch(new Tape().closes(1, "A", 5000).batch);
  const symbols = new SymbolTable();
  const checkpoint = throughText(before.checkpoint());
  const after = new PaperRun(world, runs(), { checkpoint, symbols });
  const tape = new Tape(symbols).ticker(800, "A", { ...quote, volume: 0, dollarVolume: 0 })
    .ticker(801, "A", { ...quote, volume: 100, dollarVolume: 50 });
  after.onBatch(tape.batch);
  const [result] = after.results();
  assert.deepEqual([result!.open.length, result!.orders.refused.closed], [1, 0]);
  assert.deepEqual(result!.hindsightCloses, []);
});

test("markets that are impossible are no damage of the checkpoint", () => {
  const checkpoint = new PaperRun(WORLD, runsOf()).checkpoint();
  const twice = { ...WORLD, markets: [...MARKETS, MARKETS[0]!] };
  const resume = () => new PaperRun(twice, runsOf(), { checkpoint, symbols: new SymbolTable() });
  assert.throws(resume, { name: "RangeError", message: "Cannot run with A given twice" });
});

test("what was missed during a restart is a gap: nothing is traded on what was seen before", () => {
  const functions = new Map([["mine", yesAt(50)]]);
  const quote = { price: 50, yesBid: 49, yesAsk: 51, yesBidSize: 50, yesAskSize: 50 };
  const tape = new Tape().ticker(1, "A", { ...quote, volume: 0, dollarVolume: 0 })
    .ticker(2, "A", { ...quote, volume: 100, dollarVolume: 50 });
  const runs = () => momentumRuns([configOf()], centFees, { functions });
  const before = new PaperRun(WORLD, runs());
  before.onBatch(tape.batch);
  assert.equal(before.contexts[0]!.positions.length, 1);
  const symbols = new SymbolTable();
  const checkpoint = throughText(before.checkpoint());
  const after = new PaperRun(WORLD, runs(), { checkpoint, symbols });
  after.missed("kalshi", 950 * MICROS_PER_SECOND, symbols);
  // The time stop of 902 s was due while nobody watched.
  assert.equal(after.contexts[0]!.positions.length, 1);
  const next = new Tape(symbols).ticker(960, "A", { ...quote, volume: 9000, dollarVolume: 4500 });
  after.onBatch(next.batch);
  const [result] = after.results();
  assert.deepEqual(
    result!.trades.map(({ reason, exitTime, touchedGap }) => [
      reason,
      exitTime / MICROS_PER_SECOND,
      touchedGap,
    ]),
    [["time-stop", 960, true]],
  );
});

function frameEnd({ flags, length }: { flags: Uint8Array; length: number }, row: number): number {
  let end = row;
  while (end > 0 && end < length && (flags[end - 1]! & 1) === 0) end++;
  return end;
}
