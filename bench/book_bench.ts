/**
 * Order-book deltas with a sequence check per subscription, against a bare typed-array ladder that
 * checks nothing and keeps nothing but sizes and the best price, and against tardis-dev's OrderBook.
 *
 * Everyone reads the same pre-decoded columns in memory; rounds are interleaved, and each round
 * starts from a fresh book. Run `npm run bench -- book`, with SSMD_DATA set for the recorded tape.
 * @module
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { gunzipSync } from "node:zlib";
import {
  BookSet,
  EventBatch,
  EventKind,
  NO_PRICE,
  ONE_DOLLAR,
  parsePrice,
  parseQuantity,
  SIDE_NO,
  SIDE_NONE,
  SIDE_YES,
  SymbolTable,
} from "@ssmd/core";

const ROUNDS = 31;

/** What a contender is given: the books to start from, and the deltas to apply to them. */
interface Tape {
  readonly name: string;
  readonly markets: number;
  readonly opening: EventBatch;
  readonly deltas: EventBatch;
  /** The exchange's subscription and sequence number of each delta. */
  readonly sid: Uint8Array;
  readonly seq: Uint32Array;
}

function emptyTape(name: string, markets: readonly string[], capacity: number): Tape {
  const symbols = new SymbolTable();
  for (const market of markets) symbols.intern(market);
  return {
    name,
    markets: markets.length,
    opening: new EventBatch(symbols),
    deltas: new EventBatch(symbols, capacity),
    sid: new Uint8Array(capacity),
    seq: new Uint32Array(capacity),
  };
}

/** Deltas in the proportions of the recorded tape: 12 % add a level, 12 % clear one. */
function syntheticTape(markets: number, deltas: number): Tape {
  const names = Array.from({ length: markets }, (_, market) => `SYNTHETIC-${market}`);
  const tape = emptyTape(`synthetic, ${markets} market${markets > 1 ? "s" : ""}`, names, deltas);
  const sizes = new Float64Array(markets * 2 * 101);
  const middles = new Float64Array(markets).fill(50);
  const lastSeq = new Uint32Array(4);
  let state = 88172645;
  const random = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  for (let market = 0; market < markets; market++) {
    tape.opening.push(EventKind.snapshot, market, 0, 0, SIDE_NONE, NO_PRICE, NaN);
  }
  let side = SIDE_YES;
  for (let row = 0; row < deltas; row++) {
    const market = Math.floor(random() * markets);
    if (random() < 0.38) side = side === SIDE_YES ? SIDE_NO : SIDE_YES;
    if (random() < 0.01) {
      middles[market] = Math.min(95, Math.max(5, middles[market]! + (random() < 0.5 ? 1 : -1)));
    }
    const top = side === SIDE_YES ? middles[market]! - 1 : 99 - middles[market]!;
    const depth = Math.abs(random() + random() + random() - 1.5) * 12;
    const cents = Math.max(1, Math.floor(top - depth));
    const cell = (market * 2 + side - 1) * 101 + cents;
    const resting = sizes[cell]!;
    const clears = resting > 0 && random() < 0.12;
    const shrinks = resting > 5000 && random() < 0.5;
    const change = clears
      ? -resting
      : shrinks
      ? -100 * Math.ceil(random() * (resting / 200))
      : 100 * Math.ceil(random() * 500);
    sizes[cell] = resting + change;
    tape.deltas.push(EventKind.delta, market, row, row, side, cents * 100, change);
    const sid = market % 4;
    tape.sid[row] = sid;
    tape.seq[row] = ++lastSeq[sid]!;
  }
  return tape;
}

interface RecordedFrame {
  readonly type: string;
  readonly sid: number;
  readonly seq: number;
  readonly msg: {
    readonly market_ticker: string;
    readonly side: string;
    readonly price_dollars: string;
    readonly delta_fp: string;
    readonly yes_dollars_fp?: readonly [string, string][];
    readonly no_dollars_fp?: readonly [string, string][];
  };
}

/** The first snapshot of the recorded market and all its deltas; each is in whole cents. */
function recordedTape(folder: string): Tape {
  const file = `${folder}/gold/KXGOLD15M-26AUG102300-00.ndjson.gz`;
  const frames = gunzipSync(readFileSync(file)).toString().trimEnd().split("\n")
    .map((line) => (JSON.parse(line) as { event: RecordedFrame }).event);
  const deltas = frames.filter(({ type }) => type === "orderbook_delta");
  const tape = emptyTape("recorded, 1 market", [frames[0]!.msg.market_ticker], deltas.length);
  tape.opening.push(EventKind.snapshot, 0, 0, 0, SIDE_NONE, NO_PRICE, NaN);
  for (const [key, side] of [["yes_dollars_fp", SIDE_YES], ["no_dollars_fp", SIDE_NO]] as const) {
    for (const [price, size] of frames[0]!.msg[key] ?? []) {
      tape.opening.push(EventKind.level, 0, 0, 0, side, parsePrice(price), parseQuantity(size));
    }
  }
  for (const { sid, seq, msg } of deltas) {
    const side = msg.side === "yes" ? SIDE_YES : SIDE_NO;
    const change = parseQuantity(msg.delta_fp);
    const price = parsePrice(msg.price_dollars);
    const row = tape.deltas.push(EventKind.delta, 0, 0, 0, side, price, change);
    tape.sid[row] = sid;
    tape.seq[row] = seq;
  }
  return tape;
}

/** A contender's one round: prepares, then gives the part that is timed. */
type Round = (tape: Tape) => () => number;

const ssmd: Round = (tape) => {
  const books = new BookSet(tape.opening.symbols);
  for (let row = 0; row < tape.opening.length; row++) books.apply(tape.opening, row);
  const next = new Uint32Array(256);
  return () => {
    const breaks = checkSequence(tape.sid, tape.seq, next);
    books.applyAll(tape.deltas);
    let sum = Math.min(breaks, 0);
    for (let market = 0; market < tape.markets; market++) {
      const book = books.get(market)!;
      if (book.stale) throw new Error(`The book of market ${market} went stale`);
      sum += book.bestBidPrice(SIDE_YES) + book.bestBidPrice(SIDE_NO);
    }
    return sum;
  };
};

/** The check stands where frames enter, so it is a pass of its own before the books. */
function checkSequence(sids: Uint8Array, seqs: Uint32Array, next: Uint32Array): number {
  let breaks = 0;
  for (let row = 0; row < sids.length; row++) {
    const sid = sids[row]!;
    const seq = seqs[row]!;
    breaks += +(seq !== next[sid]);
    next[sid] = seq + 1;
  }
  return breaks;
}

const bareLadder: Round = (tape) => {
  const ladder = new Float64Array(tape.markets * 2 * 101);
  const best = new Int32Array(tape.markets * 2).fill(-1);
  const { kind, market, side, price, size } = tape.opening;
  for (let row = 0; row < tape.opening.length; row++) {
    if (kind[row] !== EventKind.level) continue;
    const which = market[row]! * 2 + side[row]! - 1;
    ladder[which * 101 + price[row]! / 100] = size[row]!;
    best[which] = Math.max(best[which]!, price[row]! / 100);
  }
  return () => {
    applyBare(tape.deltas, ladder, best);
    return best.reduce((sum, cents) => sum + (cents < 0 ? NO_PRICE : cents * 100), 0);
  };
};

function applyBare(batch: EventBatch, ladder: Float64Array, best: Int32Array): void {
  const { length, market, side, price, size } = batch;
  for (let row = 0; row < length; row++) {
    const which = market[row]! * 2 + side[row]! - 1;
    const cents = (price[row]! / 100) | 0;
    const start = which * 101;
    const resting = ladder[start + cents]! += size[row]!;
    if (resting > 0) {
      if (cents > best[which]!) best[which] = cents;
    } else if (cents === best[which]) {
      let below = cents - 1;
      while (below >= 0 && ladder[start + below] === 0) below--;
      best[which] = below;
    }
  }
}

/** The part of tardis-dev's API that is compared. */
interface TardisBook {
  update(change: {
    readonly isSnapshot: boolean;
    readonly bids: readonly { price: number; amount: number }[];
    readonly asks: readonly { price: number; amount: number }[];
  }): void;
  bestBid(): { price: number } | undefined;
  bestAsk(): { price: number } | undefined;
}

/** Its book takes the new size of a level, so sizes are summed up before the clock starts. */
function tardisRound(OrderBook: new () => TardisBook): Round {
  return (tape) => {
    const books = Array.from({ length: tape.markets }, () => new OrderBook());
    const sizes = new Map<number, number>();
    const update = (batch: EventBatch, row: number) => {
      const { price, yes, key } = levelOf(batch, row);
      const amount = (sizes.get(key) ?? 0) + batch.size[row]!;
      sizes.set(key, amount);
      const level = [{ price, amount }];
      return { isSnapshot: false, bids: yes ? level : [], asks: yes ? [] : level };
    };
    for (const book of books) book.update({ isSnapshot: true, bids: [], asks: [] });
    for (let row = 0; row < tape.opening.length; row++) {
      if (tape.opening.kind[row] !== EventKind.level) continue;
      books[tape.opening.market[row]!]!.update(update(tape.opening, row));
    }
    const updates = Array.from({ length: tape.deltas.length }, (_, row) => ({
      book: books[tape.deltas.market[row]!]!,
      change: update(tape.deltas, row),
    }));
    return () => {
      for (const { book, change } of updates) book.update(change);
      return books.reduce((sum, book) => {
        const ask = book.bestAsk()?.price;
        const no = ask === undefined ? NO_PRICE : ONE_DOLLAR - ask;
        return sum + (book.bestBid()?.price ?? NO_PRICE) + no;
      }, 0);
    };
  };
}

function levelOf(batch: EventBatch, row: number): { price: number; yes: boolean; key: number } {
  const yes = batch.side[row] === SIDE_YES;
  const price = yes ? batch.price[row]! : ONE_DOLLAR - batch.price[row]!;
  return { price, yes, key: (batch.market[row]! * 2 + batch.side[row]! - 1) * 20_000 + price };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

interface Timing {
  /** Nanoseconds per delta on the wall clock, round by round. */
  readonly wall: number[];
  /** Microseconds of CPU over all warm rounds. */
  cpu: number;
}

function compare(tape: Tape, contenders: Readonly<Record<string, Round>>, rounds: number): void {
  const names = Object.keys(contenders);
  const timings = new Map(names.map((name): [string, Timing] => [name, { wall: [], cpu: 0 }]));
  const warmUp = Math.ceil(rounds / 4);
  const answers = new Set<number>();
  for (let round = -warmUp; round < rounds; round++) {
    for (const [name, timing] of timings) {
      const run = contenders[name]!(tape);
      const cpu = process.cpuUsage();
      const start = performance.now();
      answers.add(run());
      const wall = performance.now() - start;
      const { user, system } = process.cpuUsage(cpu);
      if (round < 0) continue;
      timing.wall.push(wall * 1e6 / tape.deltas.length);
      timing.cpu += user + system;
    }
  }
  if (answers.size !== 1) throw new Error(`Best prices differ: ${[...answers].join()}`);
  print(tape, timings, rounds);
}

function print(tape: Tape, timings: ReadonlyMap<string, Timing>, rounds: number): void {
  const { length } = tape.deltas;
  console.log(`\n${tape.name}: ${length} deltas, ${rounds} interleaved rounds`);
  const ours = timings.get("ssmd")!;
  for (const [name, { wall, cpu }] of timings) {
    const spread = `${Math.min(...wall).toFixed(1)} … ${Math.max(...wall).toFixed(1)}`;
    const speed = (1000 / median(wall)).toFixed(1).padStart(6);
    const faster = (median(wall) / median(ours.wall)).toFixed(2);
    console.log(
      `  ${name.padEnd(21)}${median(wall).toFixed(1).padStart(6)} ns (${spread}), ` +
        `CPU ${(cpu * 1000 / rounds / length).toFixed(1)} ns, ${speed} M updates/s` +
        (name === "ssmd"
          ? ""
          : `; ssmd is ${faster} x as fast, ${(cpu / ours.cpu).toFixed(2)} x by CPU`),
    );
  }
}

const machine = cpus()[0]?.model.trim() ?? "unknown CPU";
console.log(
  `order-book deltas, one thread; ${process.release.name} ${process.version}, ${machine}`,
);
const data = process.env["SSMD_DATA"];
if (data === undefined) console.log("SSMD_DATA is not set: no recorded tape");
const tapes = [
  ...(data === undefined ? [] : [recordedTape(data)]),
  syntheticTape(1, 500_000),
  syntheticTape(64, 500_000),
];
for (const tape of tapes) {
  const rounds = Math.ceil(ROUNDS * 500_000 / tape.deltas.length);
  compare(tape, { ssmd, "bare ladder": bareLadder }, rounds);
}

const peer: string = "tardis-dev";
const tardis = await import(peer).catch(() => undefined) as
  | { readonly OrderBook: new () => TardisBook }
  | undefined;
if (tardis === undefined) {
  console.log("\ntardis-dev not installed: npm i --no-save tardis-dev");
} else {
  for (const tape of tapes) {
    compare(tape, { ssmd, "tardis-dev OrderBook": tardisRound(tardis.OrderBook) }, 9);
  }
}
