/** The desk as runs show it: what was bought and sold, when, and for which reason. */
import { MICROS_PER_SECOND } from "@ssmd/core";
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "node:test";
import { bookWalker } from "../fill_model.ts";
import { touchMaker } from "../maker_model.ts";
import type { Trade } from "../trade.ts";
import {
  closing,
  configOf,
  engineRun,
  type EngineRunOptions,
  line,
  notesOf,
  type Sections,
  yesAt,
} from "./engine_test_support.ts";
import { MomentumEngine } from "./momentum_engine.ts";
import type { SignalFunction } from "./signal.ts";
import { Tape, type TapeTicker } from "./tape_test_support.ts";

/** A spread of 2 cents around `cents`, `size` contracts on either side. */
function around(cents: number, volume = 100, size = 50): TapeTicker {
  const quotes = { yesBid: cents - 1, yesAsk: cents + 1, yesBidSize: size, yesAskSize: size };
  return { price: cents, ...quotes, volume, dollarVolume: volume / 2 };
}

/** A market that becomes active at 2 s, where `yesAt(50)` says YES. */
function active(market = "A"): Tape {
  return new Tape().ticker(1, market, around(50, 0)).ticker(2, market, around(50));
}

/** The bid of a book falls to nothing and comes back. */
function bookOf(bids: readonly (readonly [number, number])[]): Tape {
  return new Tape().snapshot(1, "A", bids, [[49, 50]]).trade(2, "A", "yes", 50, 10);
}

/** Sales in a line each: price in cents, contracts, second. */
function sales(
  trades: readonly Pick<Trade, "fills">[],
): readonly (readonly [number, number, number])[] {
  return trades.flatMap(({ fills }) => fills).filter(({ action }) => action === "sell")
    .map(({ price, quantity, time }) => [price / 100, quantity / 100, time / MICROS_PER_SECOND]);
}

const MAKER_ENTRY: Sections = {
  execution: { latencyMs: 0, entry: "maker", makerModel: "touch", makerTimeoutSeconds: 30 },
};
const MAKERS: EngineRunOptions = { makers: touchMaker };

test("a resting entry is filled until its timeout and not after it", async () => {
  const entered = async (second: number, contracts = 20) => {
    const tape = active().trade(second, "A", "no", 49, contracts).ticker(40, "A", around(51));
    const result = await engineRun(tape, configOf(MAKER_ENTRY), yesAt(50), MAKERS);
    return [result.open.map(({ contracts }) => contracts / 100), notesOf(result).notEntered];
  };
  assert.deepEqual(await entered(31), [[10], {}]);
  assert.deepEqual(await entered(33), [[], { "not filled": 1 }]);
});

test("what a resting entry got before its timeout is kept, and closed like any other", async () => {
  const tape = active().trade(10, "A", "no", 49, 4).ticker(33, "A", around(51))
    .trade(34, "A", "no", 49, 20).ticker(50, "A", around(56));
  const result = await engineRun(tape, configOf(MAKER_ENTRY), yesAt(50), MAKERS);
  assert.deepEqual(result.trades.map(line), ["yes 4 49→55 10→50 take-profit"]);
  assert.deepEqual([notesOf(result).entered, notesOf(result).notEntered], [1, {}]);
});

test("a cancellation takes as long as an order: what trades meanwhile is still bought", async () => {
  const config = configOf({
    execution: { ...MAKER_ENTRY.execution, latencyMs: 3000 },
  });
  // Sent at 2, resting from 5, to be cancelled at 35, cancelled at 38.
  const entered = async (second: number) => {
    const tape = active().trade(second, "A", "no", 49, 20).ticker(100, "A", around(51));
    const { open } = await engineRun(tape, config, yesAt(50), MAKERS);
    return open.map(({ entryTime }) => entryTime / MICROS_PER_SECOND);
  };
  assert.deepEqual([await entered(4), await entered(37), await entered(39)], [[], [37], []]);
});

test("an exit that got too little sells what is shown later, and never more than is held", async () => {
  const tape = bookOf([[49, 3]]).delta(950, "A", "yes", 48, 2).delta(960, "A", "yes", 47, 2)
    .delta(970, "A", "yes", 46, 90);
  const { trades, orders } = await engineRun(tape, configOf(), yesAt(50));
  assert.deepEqual(sales(trades), [[49, 3, 902], [48, 2, 950], [47, 2, 960], [46, 3, 970]]);
  assert.deepEqual([trades.length, trades[0]!.contracts, orders.refused["not held"]], [1, 1000, 0]);
});

test("an exit that found nothing when it arrived is tried again when there is a bid", async () => {
  const config = configOf({ execution: { latencyMs: 5000 } });
  // Sent at 907, when 49 was bid; gone at 910, back at 950.
  const tape = bookOf([[49, 50]]).delta(910, "A", "yes", 49, -50).delta(950, "A", "yes", 45, 50)
    .delta(960, "A", "yes", 44, 1);
  const { trades, orders } = await engineRun(tape, config, yesAt(50));
  assert.deepEqual(sales(trades), [[45, 10, 955]]);
  assert.equal(orders.refused["no liquidity"], 1);
});

test("what an exit took and others filled up since is sold when that counts, though no row comes", async () => {
  // 6 are taken at 902; what is left at 910 is what others left, of which no more may be taken yet.
  const sold = async (bid: number, change: number, maxParticipation: number) => {
    const fills = bookWalker({ maxParticipation });
    const tape = bookOf([[49, bid]]).delta(910, "A", "yes", 49, change)
      .trade(1000, "B", "yes", 50, 1);
    const { trades } = await engineRun(tape, configOf(), yesAt(50), { fills });
    return sales(trades);
  };
  const inTwo = [[49, 6, 902], [49, 4, 962]];
  assert.deepEqual(await sold(6, -1, 1_000_000), inTwo);
  assert.deepEqual(await sold(20, -0.01, 300_000), inTwo);
});

test("what was due before a close that has moved is closed when that is told, though no row comes", async () => {
  // The time stop of 902 finds the market closed, as far as that is known.
  const closes = [closing("A", 902), closing("A", 5000)].map(({ closeTime }, index) => ({
    time: index * 2000 * MICROS_PER_SECOND,
    closeTime: closeTime!,
  }));
  const markets = [{ ...closing("A", 5000), closes }];
  const config = configOf({ marketClose: { noEntryBufferMinutes: 0, forceExitBufferMinutes: 0 } });
  const tape = bookOf([[49, 50]]).trade(6000, "B", "yes", 50, 1);
  const { trades } = await engineRun(tape, config, yesAt(50), { markets });
  assert.deepEqual(trades.map(line), ["yes 10 51→49 2→2000 time-stop"]);
});

const OFFERS: Sections = { execution: { latencyMs: 0, takeProfit: "maker", makerModel: "touch" } };

test("before a loss is stopped the offer is cancelled, and the contracts are sold once", async () => {
  const tape = active().ticker(3, "A", around(46)).ticker(4, "A", around(45))
    // Nothing is offered at 56 any more.
    .trade(5, "A", "yes", 56, 50);
  const { trades, orders } = await engineRun(tape, configOf(OFFERS), yesAt(50), MAKERS);
  assert.deepEqual(trades.map(line), ["yes 10 51→45 2→3 stop-loss"]);
  assert.equal(orders.refused["not held"], 0);
});

test("an offer that is taken while its cancellation travels is a gain, and no loss is stopped", async () => {
  const config = configOf({ execution: { ...OFFERS.execution, latencyMs: 4000 } });
  // Bought at 6, offered at 56 from 10 on; the fall at 20 cancels it at 24.
  const taken = async (second: number) => {
    const tape = active().ticker(20, "A", around(46)).trade(second, "A", "yes", 56, 50)
      .ticker(40, "A", around(46)).ticker(60, "A", around(46));
    const { trades, orders } = await engineRun(tape, config, yesAt(50), MAKERS);
    assert.equal(orders.refused["not held"], 0);
    return trades.map(line);
  };
  assert.deepEqual(await taken(23), ["yes 10 51→56 6→23 take-profit"]);
  assert.deepEqual(await taken(25), ["yes 10 51→45 6→28 stop-loss"]);
});

test("what an offer sold before it was cancelled is gone, and only the rest is sold at a loss", async () => {
  const tape = active().trade(5, "A", "yes", 56, 4).ticker(6, "A", around(46));
  const { trades } = await engineRun(tape, configOf(OFFERS), yesAt(50), MAKERS);
  assert.deepEqual(sales(trades), [[56, 4, 5], [45, 6, 6]]);
  assert.deepEqual(trades.map(({ reason, contracts }) => [reason, contracts]), [
    ["stop-loss", 1000],
  ]);
});

test("nothing is offered while the entry still rests", async () => {
  const config = configOf({
    execution: { ...MAKER_ENTRY.execution, takeProfit: "maker" },
  });
  // 4 of 10 are bought at 10; the rest is cancelled at 32.
  const tape = active().trade(10, "A", "no", 49, 4).ticker(12, "A", around(50)).trade(
    15,
    "A",
    "yes",
    56,
    50,
  )
    .ticker(33, "A", around(50)).trade(40, "A", "yes", 56, 50);
  const { trades } = await engineRun(tape, config, yesAt(50), MAKERS);
  assert.deepEqual(trades.map(line)[0], "yes 4 49→54 10→40 take-profit");
});

test("a market that settles while a part of the entry still rests is not entered again", async () => {
  const tape = active().trade(10, "A", "no", 49, 4).ticker(19, "A", around(50))
    .trade(21, "A", "no", 49, 50).ticker(60, "A", around(50));
  const markets = [closing("A", 2000, 20, 1)];
  const result = await engineRun(tape, configOf(MAKER_ENTRY), yesAt(50), { ...MAKERS, markets });
  assert.deepEqual(result.trades.map(line), ["yes 4 49→100 10→20 settlement"]);
  assert.deepEqual([result.open, notesOf(result).closed], [[], { settlement: 1 }]);
});

test("a market that settles while an exit travels is settled, once", async () => {
  const config = configOf({
    marketClose: { noEntryBufferMinutes: 0, forceExitBufferMinutes: 1 },
    execution: { latencyMs: 90_000 },
    positions: { timeStopMinutes: 60, cooldownSeconds: 0 },
  });
  // Bought at 92; the exit of 540 would arrive at 630, after the close and the settlement.
  const tape = active().ticker(539, "A", around(50)).ticker(700, "B", around(50));
  const markets = [closing("A", 600, 610, 0), closing("B", 9000)];
  const result = await engineRun(tape, config, yesAt(50), { markets });
  assert.deepEqual(result.trades.map(line), ["yes 10 51→0 92→610 settlement"]);
  assert.deepEqual(notesOf(result).closed, { settlement: 1 });
  assert.deepEqual([result.open, result.orders.refused.closed], [[], 1]);
});

test("an offer that still rests when its market settles sells nothing more", async () => {
  const config = configOf({
    ...OFFERS,
    marketClose: { noEntryBufferMinutes: 0, forceExitBufferMinutes: 0 },
    positions: { timeStopMinutes: 60, cooldownSeconds: 0 },
  });
  const tape = active().ticker(700, "A", around(60)).trade(701, "A", "yes", 70, 50);
  const markets = [closing("A", 600, 610, 1)];
  const result = await engineRun(tape, config, yesAt(50), { ...MAKERS, markets });
  assert.deepEqual(result.trades.map(line), ["yes 10 51→100 2→610 settlement"]);
  assert.deepEqual(notesOf(result).closed, { settlement: 1 });
});

/** The engine with signals of these names, of which each can be a model of its own. */
function engineOf(signals: Readonly<Record<string, SignalFunction>>, sections: Sections = {}) {
  const custom = Object.keys(signals).map((name) => ({ name, file: `${name}.ts` }));
  const silent = { spreadTightening: { enabled: false }, volumeOnset: { enabled: false } };
  const config = configOf({ ...sections, signals: { ...silent, custom } });
  const functions = new Map(Object.entries(signals));
  return { config, engine: new MomentumEngine(config, { functions }) };
}

test("two models hold one market side by side, and each is closed by its own price", async () => {
  const { config, engine } = engineOf({ high: yesAt(50), low: yesAt(48) });
  const tape = active().ticker(3, "A", around(48)).ticker(4, "A", around(55))
    .ticker(5, "A", around(57));
  const result = await engineRun(tape, config, yesAt(), { engine });
  assert.deepEqual(result.trades.map((trade) => [trade.group, line(trade)]), [
    ["low", "yes 10 49→54 3→4 take-profit"],
    ["high", "yes 10 51→56 2→5 take-profit"],
  ]);
});

test("two models may hold different sides of a market, and one's exit leaves the other's alone", async () => {
  const against: SignalFunction = ({ lastPrice }) => ({
    score: lastPrice === 5200 ? -1 : 0,
    confidence: 1,
  });
  const { config, engine } = engineOf({ "for": yesAt(50), against });
  // YES at 51 loses 5 at a bid of 46; NO at 49 gains 5 at an ask of 46.
  const tape = active().ticker(3, "A", around(52)).ticker(4, "A", around(47))
    .ticker(5, "A", around(45));
  const result = await engineRun(tape, config, yesAt(), { engine });
  assert.deepEqual(result.trades.map((trade) => [trade.group, line(trade)]), [
    ["for", "yes 10 51→46 2→4 stop-loss"],
    ["against", "no 10 49→54 3→5 take-profit"],
  ]);
});

test("models whose exits are due together share what is displayed, first come first served", async () => {
  const { config, engine } = engineOf({ high: yesAt(50), low: yesAt(48) });
  const tape = active().ticker(3, "A", around(48)).ticker(20, "A", around(43, 100, 14))
    .ticker(30, "A", around(41, 100, 50));
  const { trades, orders } = await engineRun(tape, config, yesAt(), { engine });
  assert.deepEqual(trades.map(({ group, fills }) => [group, sales([{ fills }])]), [
    ["high", [[42, 10, 20]]],
    ["low", [[42, 4, 20], [40, 6, 30]]],
  ]);
  assert.equal(orders.refused["not held"], 0);
});

const step = fc.record({
  wait: fc.integer({ min: 0, max: 20 }),
  cents: fc.integer({ min: 40, max: 60 }),
  size: fc.integer({ min: 0, max: 12 }),
  kind: fc.constantFrom("ticker", "ticker", "yes", "no", "gap"),
});
const execution = fc.record({
  latencyMs: fc.constantFrom(0, 1000, 9000),
  entry: fc.constantFrom("taker", "maker"),
  takeProfit: fc.constantFrom("taker", "maker"),
  makerModel: fc.constant("touch"),
  makerTimeoutSeconds: fc.constantFrom(5, 30),
  gapPolicy: fc.constantFrom("halt", "ignore"),
});

test("whatever happens, nothing is sold that is not held, and a model holds a market once", async () => {
  let closed = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 30, maxLength: 90 }),
      execution,
      async (steps, how) => {
        const positions = { cooldownSeconds: 0, timeStopMinutes: 1, takeProfitCents: 3 };
        const signals = { high: yesAt(50, 51, 52, 53), low: yesAt(45, 46, 47, 50) };
        const { config, engine } = engineOf(signals, { execution: how, positions });
        const tape = active();
        let at = 3;
        for (const { wait, cents, size, kind } of steps) {
          at += wait;
          if (kind === "ticker") tape.ticker(at, "A", around(cents, 100, size));
          else if (kind === "gap") tape.gap(at, "A");
          else tape.trade(at, "A", kind, cents, size + 1);
        }
        const result = await engineRun(tape, config, yesAt(), { engine, ...MAKERS });
        assert.equal(result.orders.refused["not held"], 0);
        closed += result.trades.length;
        for (const { fills, contracts } of result.trades) {
          const sum = (action: string) =>
            fills.reduce((all, fill) => all + (fill.action === action ? fill.quantity : 0), 0);
          assert.deepEqual([sum("buy"), sum("sell")], [contracts, contracts]);
          assert.ok(contracts <= 1000, `${contracts} were held`);
        }
        const groups = result.open.map(({ group }) => group);
        assert.equal(new Set(groups).size, groups.length);
        for (const { contracts } of result.open) assert.ok(contracts > 0 && contracts <= 1000);
      },
    ),
    { numRuns: 80 },
  );
  assert.ok(closed > 80, `only ${closed} positions were closed`);
});
