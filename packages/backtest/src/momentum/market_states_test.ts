import {
  EventKind,
  FLAG_BLOCK_TRADE,
  FLAG_LAST,
  MICROS_PER_SECOND,
  OrderBook,
  SIDE_NO,
  SIDE_YES,
  SymbolTable,
} from "@ssmd/core";
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "node:test";
import { MarketStates, type MarketStatesOptions } from "./market_states.ts";
import { goldTape, slice, Tape } from "./tape_test_support.ts";

const DATA = process.env["SSMD_DATA"];
const MINUTE = 60 * MICROS_PER_SECOND;

function statesOf(tape: Tape, options?: MarketStatesOptions): MarketStates {
  const states = new MarketStates(options);
  applyAll(states, tape);
  return states;
}

function applyAll(states: MarketStates, { batch }: Pick<Tape, "batch">): void {
  for (let row = 0; row < batch.length; row++) states.apply(batch, row, batch.tsRecv[row]!);
}

function quotesOf(states: MarketStates, market = 0): readonly number[] {
  const { yesBid, yesAsk, noBid, noAsk } = states.get(market)!;
  return [yesBid, yesAsk, noBid, noAsk];
}

test("NO quotes that a ticker does not give mirror those of YES", () => {
  const states = statesOf(new Tape().ticker(1, "A", { price: 48, yesBid: 46, yesAsk: 49 }));
  assert.deepEqual(quotesOf(states), [4600, 4900, 5100, 5400]);
});

test("NO quotes that a ticker gives are kept", () => {
  const quotes = { yesBid: 46, yesAsk: 49, noBid: 50, noAsk: 55 };
  assert.deepEqual(quotesOf(statesOf(new Tape().ticker(1, "A", quotes))), [4600, 4900, 5000, 5500]);
});

test("a bid of 0 and an ask of $1 are empty sides, on both sides of the mirror", () => {
  const tape = new Tape().ticker(1, "A", { yesBid: 46, yesAsk: 49 })
    .ticker(2, "A", { yesBid: 0, yesAsk: 49 }).ticker(2, "B", { yesBid: 46, yesAsk: 100 });
  const states = statesOf(tape);
  assert.deepEqual(quotesOf(states, 0), [0, 4900, 5100, 0]);
  assert.deepEqual(quotesOf(states, 1), [4600, 0, 0, 5400]);
  assert.equal(states.get(0)!.quotes(MINUTE).length, 1);
  assert.equal(states.get(1)!.quotes(MINUTE).length, 0);
});

test("a quote that a ticker leaves out stays as it was", () => {
  const tape = new Tape().ticker(1, "A", { yesBid: 46, yesAsk: 49 }).ticker(2, "A", { yesBid: 47 });
  assert.deepEqual(quotesOf(statesOf(tape)), [4700, 4900, 5100, 5300]);
});

test("volume is what totals gain, whether one is missing, shrinks or comes late", () => {
  const tape = new Tape().ticker(1, "A", { price: 50 })
    .ticker(2, "A", { volume: 1000, dollarVolume: 500 })
    .ticker(3, "A", { volume: 1010, dollarVolume: 505 })
    .ticker(4, "A", { price: 51 })
    .ticker(5, "A", { volume: 1015 })
    .ticker(6, "A", { volume: 900, dollarVolume: 507 })
    .ticker(7, "A", { volume: 907, dollarVolume: 510 });
  const state = statesOf(tape).get(0)!;
  assert.equal(state.volume(MINUTE), (10 + 5 + 7) * 100);
  assert.equal(state.dollarVolume(MINUTE), (5 + 2 + 3) * 1_000_000);
});

test("trades count by what the taker bought, block trades do not", () => {
  const tape = new Tape().trade(1, "A", "yes", 40, 3).trade(2, "A", "no", 41, 5)
    .trade(3, "A", "yes", 90, 1000);
  tape.batch.flags[2]! |= FLAG_BLOCK_TRADE;
  const state = statesOf(tape).get(0)!;
  const { yes, no, trades } = state.tradeFlow(MINUTE);
  assert.deepEqual([yes, no, trades, state.lastPrice], [300, 500, 2, 4100]);
});

test("a gap begins its markets anew and leaves the others alone", () => {
  const tape = new Tape();
  for (const market of ["A", "B"]) {
    tape.ticker(1, market, { price: 50, yesBid: 49, yesAsk: 51, volume: 10, dollarVolume: 5 })
      .ticker(2, market, { price: 52, yesBid: 51, yesAsk: 53, volume: 20, dollarVolume: 10 })
      .trade(3, market, "yes", 52, 4);
  }
  tape.gap(4, "A").ticker(5, "A", { price: 60, volume: 500, dollarVolume: 250 })
    .ticker(6, "A", { price: 61, volume: 501, dollarVolume: 251 });
  const states = statesOf(tape);
  const [a, b] = [states.get(0)!, states.get(1)!];
  assert.deepEqual(quotesOf(states, 0), [0, 0, 0, 0]);
  assert.equal(a.dollarVolume(MINUTE), 1_000_000);
  assert.deepEqual([a.priceChange(MINUTE), a.tradeFlow(MINUTE).trades], [100, 0]);
  assert.equal(b.dollarVolume(MINUTE), 5_000_000);
  assert.deepEqual([b.priceChange(MINUTE), b.tradeFlow(MINUTE).trades], [200, 1]);
});

test("a gap that names no market begins all of them anew, unless gaps are ignored", () => {
  const tape = new Tape().trade(1, "A", "yes", 50, 1).trade(1, "B", "yes", 50, 1).gap(2);
  const trades = (options: MarketStatesOptions) => {
    const states = statesOf(tape, options);
    return [0, 1].map((market) => states.get(market)!.tradeFlow(MINUTE).trades);
  };
  assert.deepEqual(trades({}), [0, 0]);
  assert.deepEqual(trades({ gaps: "exclude" }), [0, 0]);
  assert.deepEqual(trades({ gaps: "ignore" }), [1, 1]);
});

test("without tickers, quotes come from the book at the end of frames that change its best", () => {
  const tape = new Tape().snapshot(1, "A", [[40, 10], [39, 5]], [[55, 10]])
    .delta(2, "A", "yes", 39, 100).delta(3, "A", "yes", 41, 1).delta(4, "A", "no", 57, 2);
  const states = statesOf(tape);
  assert.deepEqual(quotesOf(states), [4100, 4300, 5700, 5900]);
  const quotes = states.get(0)!.quotes(MINUTE);
  assert.deepEqual([quotes.length, quotes.meanSpread(0, 3)], [3, (500 + 400 + 200) / 3]);
});

test("without tickers, volume and price come from the trades, half a dollar a contract", () => {
  const tape = new Tape().trade(1, "A", "yes", 44, 10).snapshot(2, "A", [[40, 1]], [[55, 1]])
    .trade(3, "A", "no", 41, 6);
  const state = statesOf(tape).get(0)!;
  assert.equal(state.volume(MINUTE), 1600);
  assert.equal(state.dollarVolume(MINUTE), 8_000_000);
  assert.deepEqual([state.lastPrice, state.priceChange(MINUTE)], [4100, -300]);
});

test("a book that may be wrong gives no quotes before its next snapshot, unless gaps are ignored", () => {
  const tape = new Tape().snapshot(1, "A", [[40, 1]], [[55, 1]]).gap(2, "A")
    .delta(3, "A", "yes", 41, 1);
  assert.deepEqual(quotesOf(statesOf(tape)), [0, 0, 0, 0]);
  assert.deepEqual(quotesOf(statesOf(tape, { gaps: "ignore" })), [4100, 4500, 5500, 5900]);
  tape.snapshot(4, "A", [[42, 1]], [[55, 1]]);
  const states = statesOf(tape);
  assert.deepEqual(quotesOf(states), [4200, 4500, 5500, 5800]);
  assert.equal(states.get(0)!.quotes(MINUTE).length, 1);
});

test("the first ticker begins a market anew, and its book is not looked at any more", () => {
  const tape = new Tape().snapshot(1, "A", [[40, 1]], [[55, 1]]).trade(2, "A", "yes", 45, 100)
    .ticker(3, "A", { price: 46, yesBid: 44, yesAsk: 47, volume: 5000, dollarVolume: 2500 })
    .delta(4, "A", "yes", 46, 1);
  const states = statesOf(tape);
  assert.deepEqual(quotesOf(states), [4400, 4700, 5300, 5600]);
  assert.deepEqual(states.get(0)!.dollarVolume(MINUTE), 0);
  assert.equal(states.sampled, false);
});

test("a row that gives its market something to decide on is told from others", () => {
  const tape = new Tape().snapshot(1, "A", [[40, 1]], [[55, 1]]).delta(2, "A", "yes", 39, 1)
    .delta(3, "A", "yes", 41, 1).trade(4, "A", "no", 41, 1).gap(5);
  const states = new MarketStates();
  const sampled = Array.from({ length: tape.batch.length }, (_, row) => {
    states.apply(tape.batch, row, tape.batch.tsRecv[row]!);
    return states.sampled;
  });
  // The snapshot has three rows and counts with its last.
  assert.deepEqual(sampled, [false, false, true, false, true, true, false]);
});

test("another symbol table and a retention that is none are refused", () => {
  const states = statesOf(new Tape().trade(1, "A", "yes", 50, 1));
  assert.throws(() => applyAll(states, new Tape().trade(1, "A", "yes", 50, 1)), TypeError);
  assert.throws(() => new MarketStates({ retention: 0 }), RangeError);
});

test("states that were saved and restored go on as if nothing had happened", () => {
  const cents = fc.integer({ min: 1, max: 98 });
  const event = fc.record({
    kind: fc.constantFrom("ticker", "trade", "snapshot", "delta", "gap"),
    market: fc.constantFrom("A", "B"),
    step: fc.integer({ min: 0, max: 40 }),
    cents,
    total: fc.option(fc.integer({ min: 0, max: 1000 }), { nil: undefined }),
  });
  fc.assert(fc.property(fc.array(event, { maxLength: 60 }), fc.nat(60), (events, cut) => {
    const tape = new Tape();
    let at = 1;
    for (const { kind, market, step, cents, total } of events) {
      at += step;
      if (kind === "ticker" && market === "A") {
        const totals = total === undefined ? {} : { volume: total, dollarVolume: total / 2 };
        tape.ticker(at, market, { price: cents, yesBid: cents, yesAsk: cents + 1, ...totals });
      } else if (kind === "trade") tape.trade(at, market, "yes", cents, 3);
      else if (kind === "snapshot") tape.snapshot(at, market, [[cents, 5]], [[99 - cents, 5]]);
      else if (kind === "delta") tape.delta(at, market, "no", cents, 4);
      else if (kind === "gap") tape.gap(at, market);
    }
    const whole = statesOf(tape, { retention: MINUTE });
    const before = new MarketStates({ retention: MINUTE });
    const end = Math.min(cut, tape.batch.length);
    applyAll(before, { batch: slice(tape.batch, 0, end) });
    // The second process meets its markets in another order.
    const symbols = new SymbolTable();
    symbols.intern("B");
    const after = new MarketStates({ retention: MINUTE });
    after.restore(JSON.parse(JSON.stringify(before.save())), symbols);
    applyAll(after, { batch: slice(tape.batch, end, tape.batch.length, symbols) });
    const byTicker = (states: MarketStates) =>
      [...states.save()].sort((a, b) => a.ticker < b.ticker ? -1 : 1);
    assert.deepEqual(byTicker(after), byTicker(whole));
  }));
});

test("a recorded book without tickers gives the quotes and the volume of its tape", {
  skip: DATA === undefined && "SSMD_DATA is not set",
}, () => {
  const batch = goldTape(DATA!);
  const states = new MarketStates();
  const book = new OrderBook();
  let traded = 0;
  let last = 0;
  for (let row = 0; row < batch.length; row++) {
    states.apply(batch, row, batch.tsRecv[row]!);
    const [side, price, size] = [batch.side[row]!, batch.price[row]!, batch.size[row]!];
    const kind = batch.kind[row]!;
    if (kind === EventKind.snapshot) book.snapshot();
    else if (kind === EventKind.level) book.setLevel(side, price, size);
    else if (kind === EventKind.delta) book.applyDelta(side, price, size);
    else {
      traded += size;
      last = price;
    }
    if ((batch.flags[row]! & FLAG_LAST) === 0) continue;
    const state = states.get(0)!;
    assert.equal(state.yesBid, Math.max(0, book.bestBidPrice(SIDE_YES)));
    assert.equal(state.noBid, Math.max(0, book.bestBidPrice(SIDE_NO)));
    assert.equal(state.lastPrice, last);
  }
  assert.equal(states.get(0)!.volume(30 * MINUTE), traded);
});
