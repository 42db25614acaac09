import { EventKind, FLAG_LAST, SymbolTable } from "@ssmd/core";
import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "node:test";
import { BookTickers } from "./book_tickers.ts";
import { MarketState } from "./market_state.ts";
import { EXACT_UNITS } from "./market_units.ts";
import { slice, Tape } from "./tape_test_support.ts";

const HALF_HOUR = 1800e6;

/** A ticker in cents and contracts: last price, best bids, contracts so far; null where none. */
type Told = readonly [
  second: number,
  price: number | null,
  yesBid: number | null,
  noBid: number | null,
  volume: number,
];

/** A market's state that keeps which tickers it was given. */
class HearingState extends MarketState {
  readonly told: Told[] = [];

  override onTicker(...ticker: Parameters<MarketState["onTicker"]>): void {
    const [time, price, yesBid, yesAsk, noBid, noAsk, volume, dollars] = ticker;
    // Half a dollar a contract, and asks that mirror the other side's bids.
    assert.equal(dollars, volume * 5000);
    if (yesBid === yesBid) assert.equal(noAsk, yesBid === 0 ? 0 : 10_000 - yesBid);
    if (noBid === noBid) assert.equal(yesAsk, noBid === 0 ? 0 : 10_000 - noBid);
    const cents = (value: number) => Number.isNaN(value) ? null : value / 100;
    this.told.push([time / 1e6, cents(price), cents(yesBid), cents(noBid), volume / 100]);
    super.onTicker(...ticker);
  }
}

function newState(): HearingState {
  return new HearingState("A", EXACT_UNITS, HALF_HOUR);
}

/** Applies the tape as the states of a run do; gives after which rows a book's change was told. */
function follow(
  tickers: BookTickers,
  { batch }: Pick<Tape, "batch">,
  state: MarketState,
): number[] {
  const rows: number[] = [];
  for (let row = 0; row < batch.length; row++) {
    const [kind, time] = [batch.kind[row]!, batch.tsRecv[row]!];
    const market = batch.market[row]!;
    if (kind === EventKind.trade) {
      tickers.trade(market, time, batch.price[row]!, batch.size[row]!, state);
    } else if (tickers.book(batch, row, time, kind === EventKind.gap ? undefined : state)) {
      rows.push(row);
    }
  }
  return rows;
}

function toldOf(tape: Tape, trustStale = false): readonly Told[] {
  const state = newState();
  follow(new BookTickers(trustStale), tape, state);
  return state.told;
}

type Level = readonly [side: "yes" | "no", cents: number, contracts: number];

const level: fc.Arbitrary<Level> = fc.tuple(
  fc.constantFrom("yes", "no"),
  fc.integer({ min: 44, max: 49 }),
  fc.nat(3),
);
const frame = fc.oneof(
  { weight: 1, arbitrary: fc.record({ snapshot: fc.array(level, { maxLength: 5 }) }) },
  { weight: 6, arbitrary: fc.record({ levels: fc.array(level, { minLength: 1, maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ cents: fc.integer({ min: 1, max: 99 }), size: fc.nat(9) }) },
);
const frames = fc.tuple(
  fc.array(level, { maxLength: 5 }),
  fc.array(frame, { maxLength: 60 }),
).map(([first, rest]) => [{ snapshot: first }, ...rest]);

/** The frames as a tape, one a second, and which tickers they have to give. */
function expectedOf(list: typeof frames extends fc.Arbitrary<infer T> ? T : never) {
  const tape = new Tape();
  const told: Told[] = [];
  const book = { yes: new Map<number, number>(), no: new Map<number, number>() };
  const best = (side: "yes" | "no") =>
    Math.max(0, ...[...book[side]].flatMap(([cents, size]) => size > 0 ? [cents] : []));
  let shown: [number, number] = [0, 0];
  let [price, volume]: [number | null, number] = [null, 0];
  list.forEach((each, at) => {
    const second = at + 1;
    const first = tape.batch.length;
    if (at === 0) told.push([second, null, null, null, 0]);
    if ("cents" in each) {
      tape.trade(second, "A", "yes", each.cents, each.size);
      price = each.cents;
      volume += each.size;
      told.push([second, price, ...shown, volume]);
      return;
    }
    if ("snapshot" in each) {
      const sides = { yes: new Map<number, number>(), no: new Map<number, number>() };
      for (const [side, cents, size] of each.snapshot) sides[side].set(cents, size + 1);
      Object.assign(book, sides);
      const levels = (side: "yes" | "no") => [...sides[side]].map((entry) => [...entry] as const);
      tape.snapshot(second, "A", levels("yes"), levels("no"));
    } else {
      for (const [side, cents, size] of each.levels) {
        tape.delta(second, "A", side, cents, size - (book[side].get(cents) ?? 0));
        book[side].set(cents, size);
      }
    }
    const { batch } = tape;
    for (let row = first; row < batch.length - 1; row++) batch.flags[row]! &= ~FLAG_LAST;
    const now: [number, number] = [best("yes"), best("no")];
    if (now[0] === shown[0] && now[1] === shown[1]) return;
    shown = now;
    told.push([second, price, ...shown, volume]);
  });
  return { tape, told };
}

test("a ticker comes with each trade, and with each frame at whose end a best bid is another", () => {
  fc.assert(fc.property(frames, (list) => {
    const { tape, told } = expectedOf(list);
    const state = newState();
    const rows = follow(new BookTickers(false), tape, state);
    assert.deepEqual(state.told, told);
    const trades = list.filter((each) => "cents" in each).length;
    assert.equal(rows.length, told.length - trades - 1);
    for (const row of rows) assert.ok((tape.batch.flags[row]! & FLAG_LAST) !== 0);
  }));
});

test("saved between two frames, tickers go on in another program as if nothing had happened", () => {
  fc.assert(fc.property(frames, fc.nat(), fc.boolean(), (list, cut, isStale) => {
    const { tape: { batch } } = expectedOf(list);
    let at = cut % (batch.length + 1);
    while (at > 0 && (batch.flags[at - 1]! & FLAG_LAST) === 0) at--;
    const whole = newState();
    const before = new BookTickers(false);
    follow(before, { batch: slice(batch, 0, at) }, whole);
    if (isStale && at > 0) follow(before, new Tape(batch.symbols).gap(0, "A"), whole);
    const saved = JSON.parse(JSON.stringify(before.save(0)));

    const symbols = new SymbolTable();
    symbols.intern("another market, seen first");
    const market = symbols.intern("A");
    const after = new BookTickers(false);
    after.restore(market, saved, symbols);
    assert.deepEqual(after.save(market), saved);
    const rest = newState();
    follow(after, { batch: slice(batch, at, batch.length, symbols) }, rest);
    const heard = whole.told.length;
    follow(before, { batch: slice(batch, at, batch.length) }, whole);
    assert.deepEqual(rest.told, whole.told.slice(heard));
  }));
});

test("a book that lost something tells nothing before its next snapshot, unless that is trusted", () => {
  const tape = new Tape().snapshot(1, "A", [[48, 5]], [[50, 5]]).gap(2, "A")
    .delta(3, "A", "yes", 49, 5).snapshot(4, "A", [[47, 5]], [[50, 5]]);
  const start: Told[] = [[1, null, null, null, 0], [1, null, 48, 50, 0]];
  assert.deepEqual(toldOf(tape), [...start, [4, null, 47, 50, 0]]);
  assert.deepEqual(toldOf(tape, true), [...start, [3, null, 49, 50, 0], [4, null, 47, 50, 0]]);
});

test("rows about a book without a snapshot tell nothing, trades do", () => {
  const tape = new Tape().delta(1, "A", "yes", 48, 5).trade(2, "A", "no", 40, 3);
  assert.deepEqual(toldOf(tape), [[2, null, null, null, 0], [2, 40, 0, 0, 3]]);
});

test("begun anew, the next row gives the volume so far as the baseline, and its quotes again", () => {
  const tickers = new BookTickers(false);
  const state = newState();
  const tape = new Tape().snapshot(1, "A", [[48, 5]], [[50, 5]]).trade(2, "A", "yes", 50, 7);
  follow(tickers, tape, state);
  tickers.reset(0);
  tickers.reset(5);
  const more = new Tape(tape.batch.symbols).delta(3, "A", "yes", 48, 1).trade(4, "A", "no", 48, 2);
  follow(tickers, more, state);
  assert.deepEqual(state.told.slice(-3), [
    [3, null, null, null, 7],
    [3, 50, 48, 50, 7],
    [4, 48, 48, 50, 9],
  ]);
});

test("begun anew, a book of one side gives its quotes again too", () => {
  for (const side of ["yes", "no"] as const) {
    const state = newState();
    const levels = [[48, 5]] as const;
    const tape = side === "yes"
      ? new Tape().snapshot(1, "A", levels, [])
      : new Tape().snapshot(1, "A", [], levels);
    const tickers = new BookTickers(false);
    follow(tickers, tape, state);
    tickers.reset(0);
    follow(tickers, new Tape(tape.batch.symbols).delta(2, "A", side, 40, 5), state);
    const quotes = side === "yes" ? [48, 0] : [0, 48];
    assert.deepEqual(state.told.at(-1), [2, null, ...quotes, 0]);
  }
});

test("markets do not hear of each other", () => {
  const tickers = new BookTickers(false);
  const tape = new Tape().snapshot(1, "A", [[48, 5]], [[50, 5]])
    .snapshot(1, "B", [[20, 5]], [[70, 5]]).delta(2, "B", "yes", 21, 5);
  const { batch } = tape;
  const states = [newState(), newState()];
  for (let row = 0; row < batch.length; row++) {
    tickers.book(batch, row, batch.tsRecv[row]!, states[batch.market[row]!]);
  }
  assert.deepEqual(states.map(({ told }) => told.map(([, , yesBid]) => yesBid)), [
    [null, 48],
    [null, 20, 21],
  ]);
});
