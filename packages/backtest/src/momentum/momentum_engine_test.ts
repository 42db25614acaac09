import { type MarketInfo, MICROS_PER_SECOND } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Decision } from "../decision.ts";
import type { BacktestResult } from "../backtest_result.ts";
import { touchMaker } from "../maker_model.ts";
import { closesOf } from "../scenario_test_support.ts";
import { closing, configOf, engineRun, line, noAt, notesOf, yesAt } from "./engine_test_support.ts";
import { MomentumEngine } from "./momentum_engine.ts";
import { MarketStates } from "./market_states.ts";
import { Tape, type TapeTicker } from "./tape_test_support.ts";

/** A market that becomes active at 2 s, with a spread of 2 cents around `cents`. */
function active(cents: number, market = "A"): Tape {
  return addActive(new Tape(), cents, market);
}

function addActive(tape: Tape, cents: number, market: string): Tape {
  return tape.ticker(1, market, around(cents, 0)).ticker(2, market, around(cents, 100));
}

/** When positions were opened, in seconds. */
function entryTimes({ trades, open }: BacktestResult): readonly number[] {
  return [...trades, ...open].map(({ entryTime }) => entryTime / MICROS_PER_SECOND);
}

function around(cents: number, volume: number): TapeTicker {
  const quotes = { yesBid: cents - 1, yesAsk: cents + 1, yesBidSize: 50, yesAskSize: 50 };
  return { price: cents, ...quotes, volume, dollarVolume: volume / 2 };
}

test("a market is left alone before it is active, and entered at the ask once it is", async () => {
  const tape = new Tape().ticker(1, "A", around(50, 0)).ticker(2, "A", around(50, 1))
    .ticker(3, "A", around(50, 2)).ticker(4, "A", around(57, 2));
  const result = await engineRun(tape, configOf(), yesAt(50));
  assert.deepEqual(result.trades.map(line), ["yes 10 51→56 3→4 take-profit"]);
  assert.deepEqual(notesOf(result).activated, ["A"]);
  assert.equal(result.trades[0]!.group, "mine");
});

test("entries need the dollars in the window now, activity is not enough", async () => {
  const tape = active(45).ticker(602, "A", around(50, 100)).ticker(603, "A", around(50, 100));
  const result = await engineRun(tape, configOf(), yesAt(50));
  assert.deepEqual([notesOf(result).activated, entryTimes(result)], [["A"], [602]]);
  const later = active(45).ticker(603, "A", around(50, 100));
  assert.deepEqual(entryTimes(await engineRun(later, configOf(), yesAt(50))), []);
});

test("gains and losses are what the held side could be sold for, NO in NO prices", async () => {
  const config = configOf({
    positions: { takeProfitCents: 3, stopLossCents: 4, cooldownSeconds: 0 },
  });
  const win = active(50).ticker(3, "A", around(46, 100)).ticker(4, "A", around(45, 100));
  // Bought NO at 51, its bid is 53 at 46 and 54 at 45.
  assert.deepEqual((await engineRun(win, config, noAt(50))).trades.map(line), [
    "no 10 51→54 2→4 take-profit",
  ]);
  const loss = active(50).ticker(3, "A", around(51, 100)).ticker(4, "A", around(52, 100));
  assert.deepEqual((await engineRun(loss, config, noAt(50))).trades.map(line), [
    "no 10 51→47 2→4 stop-loss",
  ]);
});

test("a silent market is left on time", async () => {
  const tape = addActive(active(50), 30, "B").ticker(2000, "B", around(30, 100));
  const result = await engineRun(tape, configOf(), yesAt(50));
  assert.deepEqual(result.trades.map(line), ["yes 10 51→49 2→902 time-stop"]);
});

test("a silent market is left before its close, and nothing is entered near it", async () => {
  const markets = [closing("A", 600), closing("B", 600), closing("C", 600)];
  const tape = active(50).ticker(301, "B", around(50, 0)).ticker(302, "B", around(50, 100))
    .ticker(599, "C", around(50, 0));
  const result = await engineRun(tape, configOf(), yesAt(50), { markets });
  assert.deepEqual(result.trades.map(line), ["yes 10 51→49 2→480 force-close"]);
  assert.deepEqual(notesOf(result).notEntered, { "near the close": 1 });
});

/** Closes at 600 s, after it was to close at 1200 s until 400 s. */
const EARLY = { ...closing("A", 600), ...closesOf([0, 1200], [400, 600]) };

test("an early close forces the exit from when it is known, and not before", async () => {
  const patient = configOf({ positions: { timeStopMinutes: 60 } });
  const exits = async (tape: Tape, info?: MarketInfo) => {
    const markets = info === undefined ? {} : { markets: [info] };
    const result = await engineRun(
      tape.ticker(1100, "B", around(50, 0)),
      patient,
      yesAt(50),
      markets,
    );
    return result.trades.map(line);
  };
  assert.deepEqual(await exits(active(50), EARLY), ["yes 10 51→49 2→480 force-close"]);
  // It was to close in 300 s when it became known, at 310 s, that it closes in 90.
  const sudden = { ...closing("A", 400), ...closesOf([0, 600], [310, 400]) };
  assert.deepEqual(await exits(active(50), sudden), ["yes 10 51→49 2→310 force-close"]);
  const announced = () => active(50).closes(400, "A", 600);
  assert.deepEqual(await exits(announced(), closing("A", 1200)), [
    "yes 10 51→49 2→480 force-close",
  ]);
  assert.deepEqual(await exits(announced()), ["yes 10 51→49 2→480 force-close"]);
  // The first of the two was wrong: what it asked for at 480 s is no longer due.
  const twice = announced().closes(450, "A", 1000);
  assert.deepEqual(await exits(twice), ["yes 10 51→49 2→880 force-close"]);
});

test("what the close that came would have prevented is entered before that is known", async () => {
  const config = configOf({ positions: { timeStopMinutes: 1 } });
  const entries = async (info: MarketInfo) => {
    const tape = active(45).ticker(350, "A", around(50, 100)).ticker(599, "A", around(45, 100));
    return entryTimes(await engineRun(tape, config, yesAt(50), { markets: [info] }));
  };
  // Nothing is entered in the last 5 minutes: from 300 s on for a close at 600 s.
  assert.deepEqual(await entries(closing("A", 600)), []);
  assert.deepEqual(await entries(EARLY), [350]);
  const sooner = { ...EARLY, ...closesOf([0, 1200], [340, 600]) };
  assert.deepEqual(await entries(sooner), []);
});

test("a close that moved later lets the model in again", async () => {
  const config = configOf({ positions: { timeStopMinutes: 1 } });
  const later = { ...closing("A", 1200), ...closesOf([0, 600], [340, 1200]) };
  const tape = active(45).ticker(330, "A", around(50, 100)).ticker(350, "A", around(50, 100))
    .ticker(599, "A", around(45, 100));
  const result = await engineRun(tape, config, yesAt(50), { markets: [later] });
  assert.deepEqual(entryTimes(result), [350]);
  assert.deepEqual(notesOf(result).notEntered, { "near the close": 1 });
});

test("after an exit the market is left alone for the cooldown", async () => {
  const config = configOf({ positions: { cooldownSeconds: 60 } });
  const tape = active(50).ticker(3, "A", around(57, 100)).ticker(62, "A", around(50, 100))
    .ticker(63, "A", around(50, 100));
  const result = await engineRun(tape, config, yesAt(50));
  assert.deepEqual(entryTimes(result), [2, 63]);
});

test("a model holds a market once, whatever it says again while the order is on its way", async () => {
  const config = configOf({ execution: { latencyMs: 5000 } });
  const tape = active(50);
  for (let at = 3; at < 20; at++) tape.ticker(at, "A", around(50, 100));
  const result = await engineRun(tape, config, yesAt(50));
  assert.equal(result.orders.filled, 1);
  assert.deepEqual(result.open.map(({ entryTime, contracts }) => [entryTime, contracts]), [
    [7_000_000, 1000],
  ]);
});

test("an exit on its way is not sent twice", async () => {
  const config = configOf({ execution: { latencyMs: 5000 } });
  const tape = active(50).ticker(8, "A", around(57, 100));
  for (let at = 9; at < 20; at++) tape.ticker(at, "A", around(57, 100));
  const result = await engineRun(tape, config, yesAt(50));
  assert.deepEqual(result.trades.map(line), ["yes 10 51→56 7→13 take-profit"]);
  assert.deepEqual(result.orders.filled, 2);
});

test("a gain that is gone when the order arrives is not taken at a loss", async () => {
  const config = configOf({ execution: { latencyMs: 5000 } });
  const tape = active(50).ticker(8, "A", around(57, 100)).ticker(9, "A", around(50, 100))
    .ticker(20, "A", around(58, 100)).ticker(30, "A", around(58, 100));
  const result = await engineRun(tape, config, yesAt(50));
  assert.deepEqual(result.trades.map(line), ["yes 10 51→57 7→25 take-profit"]);
});

test("the price to be paid must lie near the last one, in prices of the side", async () => {
  const wide = (yesBid: number, yesAsk: number): Tape =>
    new Tape().ticker(1, "A", around(50, 0))
      .ticker(2, "A", { price: 50, yesBid, yesAsk, volume: 100, dollarVolume: 50 });
  const config = configOf({ composer: { maxSlippageCents: 3 } });
  const refused = async (tape: Tape, side: typeof yesAt) =>
    notesOf(await engineRun(tape, config, side(50))).notEntered;
  assert.deepEqual(await refused(wide(40, 53), yesAt), {});
  assert.deepEqual(await refused(wide(40, 54), yesAt), { slippage: 1 });
  // NO costs 53 and 54: $1 less the YES bid, against a last NO price of 50.
  assert.deepEqual(await refused(wide(47, 60), noAt), {});
  assert.deepEqual(await refused(wide(46, 60), noAt), { slippage: 1 });
});

test("the band is one of prices to be paid", async () => {
  const config = configOf({ positions: { minPriceCents: 30, maxPriceCents: 40 } });
  const entered = async (cents: number, side: typeof yesAt) => {
    const { open, trades } = await engineRun(active(cents), config, side(cents));
    return open.length + trades.length > 0;
  };
  assert.deepEqual([await entered(28, yesAt), await entered(29, yesAt)], [false, true]);
  assert.deepEqual([await entered(39, yesAt), await entered(40, yesAt)], [true, false]);
  assert.deepEqual([await entered(61, noAt), await entered(60, noAt)], [true, false]);
});

test("nothing is entered that could not gain the take-profit", async () => {
  const config = configOf({ positions: { maxPriceCents: 99, takeProfitCents: 5 } });
  const refused = async (cents: number) =>
    notesOf(await engineRun(active(cents), config, yesAt(cents))).notEntered;
  assert.deepEqual(await refused(94), {});
  assert.deepEqual(await refused(95), { "no room for gain": 1 });
});

test("an entry takes no more than is displayed within its limit, and a share of that", async () => {
  const bought = async (execution: Readonly<Record<string, unknown>>) => {
    const tape = new Tape().snapshot(1, "A", [[49, 50]], [[49, 4], [48, 3], [30, 100]])
      .trade(2, "A", "yes", 50, 10);
    const decisions: Decision[] = [];
    await engineRun(
      tape,
      configOf({ execution: { latencyMs: 0, ...execution } }),
      yesAt(50),
      { onDecision: (decision) => decisions.push(decision) },
    );
    const entries = decisions.filter(({ action }) => action === "buy");
    return entries.map(({ because }) => Number(because["contracts"]) / 100);
  };
  assert.deepEqual(await bought({}), [7]);
  assert.deepEqual(await bought({ maxParticipationPercent: 50 }), [3]);
});

test("an entry that the cash does not buy is not sent", async () => {
  const config = configOf({
    portfolio: { startingBalance: 5, minContracts: 10, maxContracts: 10 },
  });
  const result = await engineRun(active(50), config, yesAt(50));
  assert.deepEqual(notesOf(result).notEntered, { cash: 1 });
  assert.equal(result.orders.refused.cash, 0);
});

test("entries halt for good when equity has fallen from its peak, exits go on", async () => {
  const config = configOf({
    portfolio: {
      startingBalance: 100,
      minContracts: 50,
      maxContracts: 50,
      drawdownHaltPercent: 10,
    },
    positions: { cooldownSeconds: 0, stopLossCents: 30, takeProfitCents: 30 },
  });
  // 50 contracts at 51 cents; at a bid of 29 the loss is $11, more than 10 % of $100.
  const tape = addActive(active(50), 50, "B").ticker(3, "A", around(30, 100))
    .ticker(4, "A", around(50, 100)).ticker(5, "C", around(50, 0)).ticker(6, "C", around(50, 100))
    .ticker(7, "B", around(90, 100));
  const result = await engineRun(tape, config, yesAt(50));
  assert.deepEqual(notesOf(result).activated, ["A", "B", "C"]);
  assert.equal(notesOf(result).haltedAt, 3_000_000);
  assert.deepEqual(result.trades.map(({ ticker, reason }) => [ticker, reason])[0], [
    "B",
    "take-profit",
  ]);
  assert.equal(result.orders.filled, 2 + result.trades.length);
});

test("a market that settles closes the book, and may not be known before", async () => {
  const markets = [closing("A", 300, 400, 1)];
  const config = configOf({
    marketClose: { noEntryBufferMinutes: 0, forceExitBufferMinutes: 0 },
    positions: { timeStopMinutes: 60 },
  });
  const result = await engineRun(active(50), config, yesAt(50), { markets });
  assert.deepEqual(result.trades.map(line), ["yes 10 51→100 2→400 settlement"]);
  assert.deepEqual(notesOf(result).closed, { settlement: 1 });
});

test("a stale market waits: an exit that is due is made at its next whole quote", async () => {
  const tape = active(50).gap(500, "A").trade(1000, "A", "yes", 50, 1)
    .ticker(1100, "A", around(48, 200)).ticker(1200, "A", around(48, 200));
  const result = await engineRun(tape, configOf(), yesAt(50));
  assert.deepEqual(result.trades.map(line), ["yes 10 51→47 2→1100 time-stop"]);
  assert.equal(result.trades[0]!.touchedGap, true);
});

test("a market excluded by a gap is not entered again", async () => {
  const config = configOf({ execution: { latencyMs: 0, gapPolicy: "exclude" } });
  const tape = new Tape().ticker(1, "A", around(45, 0)).ticker(2, "A", around(45, 100)).gap(3, "A");
  for (let at = 4; at < 9; at++) tape.ticker(at, "A", around(50, 100 * at));
  const result = await engineRun(tape, config, yesAt(50));
  assert.equal(result.open.length + result.trades.length, 0);
  assert.deepEqual(notesOf(result).notEntered, { excluded: 1 });
});

test("a position that the market takes only in parts is sold in parts", async () => {
  const tape = new Tape().snapshot(1, "A", [[49, 4]], [[49, 50]]).trade(2, "A", "yes", 50, 10)
    .delta(1000, "A", "yes", 48, 3).delta(1001, "A", "yes", 47, 20);
  const result = await engineRun(tape, configOf(), yesAt(50));
  const [trade] = result.trades;
  assert.equal(trade!.reason, "time-stop");
  assert.deepEqual(
    trade!.fills.filter(({ action }) => action === "sell").map((fill) => [
      fill.price / 100,
      fill.quantity / 100,
      fill.time / 1_000_000,
    ]),
    [[49, 4, 902], [48, 3, 1000], [47, 3, 1001]],
  );
});

test("a resting entry is cancelled in time, and bids the best bid", async () => {
  const config = configOf({ execution: { latencyMs: 0, entry: "maker", makerModel: "touch" } });
  const missed = await engineRun(active(50).ticker(100, "A", around(51, 100)), config, yesAt(50));
  assert.deepEqual(notesOf(missed).notEntered, { "not filled": 1 });
  const tape = active(50).trade(3, "A", "no", 49, 20).ticker(4, "A", around(56, 100));
  const hit = await engineRun(tape, config, yesAt(50), { makers: touchMaker });
  assert.deepEqual(hit.trades.map(line), ["yes 10 49→55 3→4 take-profit"]);
});

test("a gain is offered where it is due, and the offer goes when the time is over", async () => {
  const config = configOf({ execution: { latencyMs: 0, takeProfit: "maker" } });
  const hit = active(50).trade(3, "A", "yes", 56, 20);
  assert.deepEqual(
    (await engineRun(hit, config, yesAt(50), { makers: touchMaker })).trades.map(line),
    ["yes 10 51→56 2→3 take-profit"],
  );
  const late = active(50).ticker(2000, "A", around(52, 100));
  assert.deepEqual(
    (await engineRun(late, config, yesAt(50), { makers: touchMaker })).trades.map(line),
    ["yes 10 51→49 2→902 time-stop"],
  );
});

test("markets that the run was not given are followed and not entered", async () => {
  const result = await engineRun(active(50), configOf(), yesAt(50), {
    markets: [closing("B", 900)],
  });
  assert.equal(result.open.length, 0);
  assert.deepEqual([notesOf(result).notGiven, notesOf(result).sent.yes], [1, 0]);
});

test("an entry says what it rests on", async () => {
  const decisions: Decision[] = [];
  await engineRun(active(50), configOf(), yesAt(50), {
    onDecision: (decision) => decisions.push(decision),
  });
  const { because } = decisions[0]!;
  assert.deepEqual(because["signals"], [{
    name: "mine",
    weight: 1,
    score: 1,
    confidence: 1,
    agrees: true,
    inputs: { lastPrice: 5000 },
  }]);
  assert.deepEqual(
    [because["strength"], because["price"], because["limit"], because["contracts"]],
    [1, 5100, 6000, 1000],
  );
});

test("states that keep too little, or treat gaps otherwise, are refused", () => {
  const config = configOf();
  const functions = new Map([["mine", yesAt(50)]]);
  const states = new MarketStates({ retention: 60_000_000 });
  assert.throws(() => new MomentumEngine(config, { functions, states }), RangeError);
  const ignoring = new MarketStates({ gaps: "ignore" });
  assert.throws(() => new MomentumEngine(config, { functions, states: ignoring }), RangeError);
  assert.throws(() => new MomentumEngine(config), /nothing was loaded from "mine.ts"/);
});
