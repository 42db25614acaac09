/** Tapes with tickers for the tests of this folder, by hand and from files. It has no tests of its own. */
import {
  type EpochMicros,
  EventBatch,
  EventKind,
  MICROS_PER_SECOND,
  NO_PRICE,
  parsePrice,
  parseQuantity,
  type Quote,
  QUOTE_FIELDS,
  type QuoteField,
  type Side,
  SIDE_NO,
  SIDE_NONE,
  SIDE_YES,
  SymbolTable,
} from "@ssmd/core";
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** What a ticker says: prices in cents, contracts whole, totals in contracts and dollars. */
export interface TapeTicker {
  readonly price?: number;
  readonly yesBid?: number;
  readonly yesAsk?: number;
  readonly noBid?: number;
  readonly noAsk?: number;
  readonly yesBidSize?: number;
  readonly yesAskSize?: number;
  readonly volume?: number;
  readonly dollarVolume?: number;
}

/** Price in cents and size in whole contracts. */
type Level = readonly [cents: number, contracts: number];

const UNIT: Readonly<Record<QuoteField, number>> = {
  yesBid: 100,
  yesAsk: 100,
  noBid: 100,
  noAsk: 100,
  yesBidSize: 100,
  yesAskSize: 100,
  lastSize: 100,
  volume: 100,
  openInterest: 100,
  dollarVolume: 1_000_000,
  dollarOpenInterest: 1_000_000,
};

/** A tape; times are in seconds. */
export class Tape {
  readonly batch: EventBatch;

  constructor(symbols: SymbolTable = new SymbolTable()) {
    this.batch = new EventBatch(symbols);
  }

  ticker(at: number, market: string, { price, ...quote }: TapeTicker): this {
    const { batch } = this;
    const time = at * MICROS_PER_SECOND;
    const id = batch.symbols.intern(market);
    const shown = price === undefined ? NO_PRICE : price * 100;
    const row = batch.push(EventKind.ticker, id, time, time, SIDE_NONE, shown, NaN);
    batch.ref[row] = pushQuote(batch, quote);
    batch.markLast();
    return this;
  }

  trade(at: number, market: string, taker: Side, cents: number, contracts: number): this {
    return this.#push(EventKind.trade, at, market, taker, cents, contracts);
  }

  snapshot(at: number, market: string, yes: readonly Level[], no: readonly Level[]): this {
    const { batch } = this;
    const time = at * MICROS_PER_SECOND;
    const id = batch.symbols.intern(market);
    batch.push(EventKind.snapshot, id, NaN, time, SIDE_NONE, NO_PRICE, NaN);
    for (const [side, levels] of [[SIDE_YES, yes], [SIDE_NO, no]] as const) {
      for (const [cents, contracts] of levels) {
        batch.push(EventKind.level, id, NaN, time, side, cents * 100, contracts * 100);
      }
    }
    batch.markLast();
    return this;
  }

  delta(at: number, market: string, side: Side, cents: number, contracts: number): this {
    return this.#push(EventKind.delta, at, market, side, cents, contracts);
  }

  /** An announcement of when the market closes, in seconds. */
  closes(at: number, market: string, close: number): this {
    const { batch } = this;
    const id = batch.symbols.intern(market);
    const detail = { closeTime: close * MICROS_PER_SECOND };
    batch.pushDetail(EventKind.lifecycle, id, NaN, at * MICROS_PER_SECOND, detail);
    batch.markLast();
    return this;
  }

  gap(at: number, ...markets: readonly string[]): this {
    this.batch.pushGap({
      feed: "test",
      session: "s",
      reason: "sequence",
      from: 1,
      to: 2,
      tsRecv: at * MICROS_PER_SECOND,
      ...(markets.length === 0 ? {} : { markets }),
    });
    return this;
  }

  /** The rows in batches of `size`, or in one. */
  async *batches(size: number = Infinity): AsyncGenerator<EventBatch> {
    if (size >= this.batch.length) yield this.batch;
    else yield* slices(this.batch, size);
  }

  #push(
    kind: EventKind,
    at: number,
    market: string,
    side: Side,
    cents: number,
    contracts: number,
  ): this {
    const { batch } = this;
    const time = at * MICROS_PER_SECOND;
    const id = batch.symbols.intern(market);
    const code = side === "yes" ? SIDE_YES : SIDE_NO;
    batch.push(kind, id, time, time, code, cents * 100, contracts * 100);
    batch.markLast();
    return this;
  }
}

/** Rows `[from, to)` of `batch` as a batch with the same symbols, or with `symbols`. */
export function slice(
  batch: EventBatch,
  from: number,
  to: number,
  symbols: SymbolTable = batch.symbols,
): EventBatch {
  const part = new EventBatch(symbols);
  for (let row = from; row < Math.min(to, batch.length); row++) {
    const kind = batch.kind[row]! as EventKind;
    const id = batch.market[row]!;
    const market = id < batch.symbols.size ? symbols.intern(batch.symbols.name(id)) : id;
    const [event, received] = [batch.tsEvent[row]!, batch.tsRecv[row]!];
    const copy = part.push(
      kind,
      market,
      event,
      received,
      batch.side[row]!,
      batch.price[row]!,
      batch.size[row]!,
    );
    part.flags[copy] = batch.flags[row]!;
    const ref = batch.ref[row]!;
    if (kind === EventKind.ticker) {
      part.ref[copy] = part.quotes.push();
      QUOTE_FIELDS.forEach((_, field) => {
        part.quotes.set(part.ref[copy]!, field, batch.quotes.get(ref, field));
      });
    } else if (kind === EventKind.gap || kind === EventKind.lifecycle) {
      part.ref[copy] = part.details.push(batch.details[ref]) - 1;
    }
  }
  return part;
}

/** The archived records of `data/momentum` as a tape, received when the exchange says. */
export function momentumTape(data: string, records: number = Infinity): Tape {
  const tape = new Tape();
  const text = gunzipSync(readFileSync(`${data}/momentum/records.jsonl.gz`)).toString();
  for (const line of text.trimEnd().split("\n").slice(0, records)) {
    const { type, msg } = JSON.parse(line);
    if (type === "ticker") {
      tape.ticker(msg.ts, msg.market_ticker, {
        price: msg.price,
        yesBid: msg.yes_bid,
        yesAsk: msg.yes_ask,
        volume: msg.volume,
        dollarVolume: msg.dollar_volume,
      });
    } else if (type === "trade") {
      tape.trade(msg.ts, msg.market_ticker, msg.taker_side, msg.yes_price, msg.count);
    }
  }
  return tape;
}

/** The recorded tape of a 15-minute market: a book and trades, no tickers. */
export function goldTape(data: string): EventBatch {
  const name = "KXGOLD15M-26AUG102300-00";
  const batch = new EventBatch(new SymbolTable());
  const id = batch.symbols.intern(name);
  const text = gunzipSync(readFileSync(`${data}/gold/${name}.ndjson.gz`)).toString();
  for (const line of text.trimEnd().split("\n")) {
    const { recv_ms, event: { type, msg } } = JSON.parse(line);
    const received: EpochMicros = recv_ms * 1000;
    if (type === "orderbook_snapshot") {
      batch.push(EventKind.snapshot, id, NaN, received, SIDE_NONE, NO_PRICE, NaN);
      for (
        const [key, side] of [["yes_dollars_fp", SIDE_YES], ["no_dollars_fp", SIDE_NO]] as const
      ) {
        for (const [price, size] of msg[key] ?? []) {
          const [at, count] = [parsePrice(price), parseQuantity(size)];
          batch.push(EventKind.level, id, NaN, received, side, at, count);
        }
      }
    } else {
      const isDelta = type === "orderbook_delta";
      const side = msg[isDelta ? "side" : "taker_side"] === "yes" ? SIDE_YES : SIDE_NO;
      const price = parsePrice(msg[isDelta ? "price_dollars" : "yes_price_dollars"]);
      const size = parseQuantity(msg[isDelta ? "delta_fp" : "count_fp"]);
      const kind = isDelta ? EventKind.delta : EventKind.trade;
      batch.push(kind, id, Number(msg.ts_ms) * 1000, received, side, price, size);
    }
    batch.markLast();
  }
  return batch;
}

function* slices(batch: EventBatch, size: number): Generator<EventBatch> {
  for (let from = 0; from < batch.length; from += size) yield slice(batch, from, from + size);
}

function pushQuote({ quotes }: EventBatch, quote: Quote): number {
  const row = quotes.push();
  QUOTE_FIELDS.forEach((name, field) => {
    const value = quote[name];
    if (value !== undefined) quotes.set(row, field, Math.round(value * UNIT[name]));
  });
  return row;
}
