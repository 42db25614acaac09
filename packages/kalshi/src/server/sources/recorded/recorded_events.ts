import {
  type ArchiveLines,
  type ArchiveStream,
  BookSet,
  type EpochMicros,
  EventBatch,
  EventKind,
  FLAG_BLOCK_TRADE,
  type FrameSession,
  NO_MARKET,
  NO_PRICE,
  ONE_DOLLAR,
  type Price,
  type ReplayRun,
  SIDE_NO,
  SIDE_NONE,
  SIDE_YES,
  type SymbolTable,
} from "@ssmd/core";
import { KalshiDecoder } from "../../../decoder.ts";
import { isObject, type JsonObject } from "../../../wire/json_object.ts";
import type {
  BookSnapshotEvent,
  ExchangeEvent,
  ExchangeLevels,
  TickerEvent,
} from "../../exchange_event.ts";
import { channelOf } from "./frame_channel.ts";
import type { RecordedCounts } from "./recorded_counts.ts";

/** Replies to commands: each server gives its own. */
const CONTROL_TYPES: readonly string[] = ["subscribed", "ok", "unsubscribed", "error"];

type Counts = { -readonly [K in keyof RecordedCounts]: RecordedCounts[K] };

/**
 * Turns the lines of a recording into what happened on the exchange. Of each market the book is kept
 * here as well: what cannot be trusted is not played until the recording has a snapshot again.
 */
export class RecordedEvents {
  readonly #counts: Counts;
  readonly #decoder: KalshiDecoder;
  readonly #batch: EventBatch;
  readonly #books: BookSet;
  readonly #sessions = new Map<string, FrameSession>();
  // Lines mostly go on in the session of the line before.
  #lastStream: ArchiveStream | undefined;
  #lastName = "";
  #lastShard = "";
  #lastSession: FrameSession = { id: "", exact: false };
  /** The channel that a subscription was made for, by session and sid. */
  readonly #channels = new Map<string, string>();
  /** By market: the run of files whose book it is, and the newest ticker. */
  readonly #owners: (ReplayRun | undefined)[] = [];
  readonly #tickers: (TickerEvent | undefined)[] = [];
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true });

  /** Nothing is known yet; `symbols` may be shared with an earlier reading of the recording. */
  constructor(symbols: SymbolTable, counts: Counts) {
    this.#counts = counts;
    this.#decoder = new KalshiDecoder({ symbols });
    this.#batch = new EventBatch(symbols);
    this.#books = new BookSet(symbols);
  }

  /** Adds the events of the current line of `lines` to `out`. */
  take(lines: ArchiveLines, out: ExchangeEvent[]): void {
    const { reader, time, run } = lines;
    const batch = this.#batch;
    batch.clear();
    if (reader.gap !== undefined) {
      if (reader.gap.reason !== "unsubscribed") this.#counts.gaps++;
      batch.pushGap({ ...reader.gap, tsRecv: time });
      this.#books.applyAll(batch);
      return;
    }
    if (reader.kind !== "frame") return;
    this.#counts.frames++;
    const session = this.#session(run, reader.session, reader.shard);
    const { duplicates } = this.#decoder.counts;
    this.#decoder.decode(reader.data, reader.start, reader.end, session, time, batch);
    if (this.#decoder.counts.duplicates > duplicates) {
      this.#counts.duplicates++;
      return;
    }
    let row = 0;
    while (batch.kind[row] === EventKind.gap) this.#books.apply(batch, row++);
    if (row > 0) this.#counts.gaps++;
    this.#takeFrame(row, lines, session, out);
  }

  /** What could not be read of the recording: every book is unknown. */
  lose(lines: ArchiveLines): void {
    for (const gap of lines.takeDamage()) {
      this.#counts.damagedFiles++;
      this.#batch.clear();
      this.#batch.pushGap(gap);
      this.#books.applyAll(this.#batch);
    }
  }

  /** Every book that is known, as of `time`. */
  snapshots(time: EpochMicros): BookSnapshotEvent[] {
    const found: BookSnapshotEvent[] = [];
    for (let market = 0; market < this.#batch.symbols.size; market++) {
      const book = this.#books.get(market);
      if (book !== undefined && !book.stale) found.push(this.#snapshot(market, time));
    }
    return found;
  }

  /** The newest ticker of the market. */
  tickerOf(ticker: string): TickerEvent | undefined {
    const market = this.#batch.symbols.find(ticker);
    return market === undefined ? undefined : this.#tickers[market];
  }

  #takeFrame(
    row: number,
    lines: ArchiveLines,
    session: FrameSession,
    out: ExchangeEvent[],
  ): void {
    const { kind, market } = this.#batch;
    switch (kind[row]) {
      case EventKind.delta:
        return this.#takeDelta(row, lines.run, out);
      case EventKind.snapshot:
        return this.#takeSnapshot(row, lines.run, out);
      case EventKind.trade:
        return this.#takeTrade(row, this.#parse(lines), out);
      case EventKind.ticker:
        return this.#takeTicker(row, market[row]!, out);
      default:
        return this.#takeMessage(lines, session, out);
    }
  }

  #takeDelta(row: number, run: ReplayRun, out: ExchangeEvent[]): void {
    const { market, side, price, size, tsRecv, symbols } = this.#batch;
    const id = market[row]!;
    if (id === NO_MARKET) {
      this.#counts.unplayable++;
      this.#books.apply(this.#batch, row);
      return;
    }
    if (this.#owners[id] !== undefined && this.#owners[id] !== run) {
      this.#counts.otherStream++;
      return;
    }
    this.#books.apply(this.#batch, row);
    if (this.#books.get(id)?.stale !== false) {
      this.#counts.unknownBook++;
      return;
    }
    out.push({
      kind: "delta",
      time: tsRecv[row]!,
      ticker: symbols.name(id),
      side: side[row] === SIDE_YES ? "yes" : "no",
      price: price[row]!,
      change: size[row]!,
    });
  }

  #takeSnapshot(from: number, run: ReplayRun, out: ExchangeEvent[]): void {
    const batch = this.#batch;
    const id = batch.market[from]!;
    for (let row = from; row < batch.length; row++) this.#books.apply(batch, row);
    if (id === NO_MARKET) {
      this.#counts.unplayable++;
      return;
    }
    this.#owners[id] = run;
    if (this.#books.get(id)?.stale === false) out.push(this.#snapshot(id, batch.tsRecv[from]!));
    else this.#counts.unplayable++;
  }

  #takeTrade(row: number, frame: JsonObject, out: ExchangeEvent[]): void {
    const { market, side, price, size, tsRecv, flags, symbols } = this.#batch;
    const id = market[row]!;
    const count = size[row]!;
    const yesPrice = price[row]!;
    const taker = side[row]!;
    if (id === NO_MARKET || yesPrice === NO_PRICE || !(count > 0) || taker === SIDE_NONE) {
      this.#counts.unplayable++;
      return;
    }
    const tradeId = isObject(frame["msg"]) ? frame["msg"]["trade_id"] : undefined;
    out.push({
      kind: "trade",
      time: tsRecv[row]!,
      ticker: symbols.name(id),
      yesPrice,
      count,
      takerSide: taker === SIDE_NO ? "no" : "yes",
      tradeId: typeof tradeId === "string" ? tradeId : `recorded-${this.#counts.frames}`,
      ...((flags[row]! & FLAG_BLOCK_TRADE) === 0 ? {} : { isBlockTrade: true }),
    });
  }

  /** What a ticker leaves out is as it was: near settlement some come with few fields. */
  #takeTicker(row: number, id: number, out: ExchangeEvent[]): void {
    const { price, tsRecv, quotes, ref, symbols } = this.#batch;
    if (id === NO_MARKET) {
      this.#counts.unplayable++;
      return;
    }
    const last = this.#tickers[id];
    const quote = quotes.at(ref[row]!);
    const lastPrice = price[row] === NO_PRICE ? last?.lastPrice : price[row]!;
    const event: TickerEvent = {
      kind: "ticker",
      time: tsRecv[row]!,
      ticker: symbols.name(id),
      ...(lastPrice === undefined ? {} : { lastPrice }),
      yesBid: quote.yesBid ?? inverse(quote.noAsk) ?? last?.yesBid ?? 0,
      yesAsk: quote.yesAsk ?? inverse(quote.noBid) ?? last?.yesAsk ?? ONE_DOLLAR,
      yesBidSize: quote.yesBidSize ?? last?.yesBidSize ?? 0,
      yesAskSize: quote.yesAskSize ?? last?.yesAskSize ?? 0,
      lastTradeSize: quote.lastSize ?? last?.lastTradeSize ?? 0,
      volume: quote.volume ?? last?.volume ?? 0,
      openInterest: quote.openInterest ?? last?.openInterest ?? 0,
    };
    this.#tickers[id] = event;
    out.push(event);
  }

  /** Whatever else a channel carries, of known and unknown types, as it was. */
  #takeMessage(lines: ArchiveLines, session: FrameSession, out: ExchangeEvent[]): void {
    const frame = this.#parse(lines);
    const { type, sid, msg } = frame;
    const subscription = `${session.id} ${sid}`;
    if (typeof type === "string" && CONTROL_TYPES.includes(type)) {
      const channel = isObject(msg) ? msg["channel"] : undefined;
      // The number stands in the message: the reply itself belongs to no subscription yet.
      if (type === "subscribed" && isObject(msg) && typeof channel === "string") {
        this.#channels.set(`${session.id} ${msg["sid"]}`, channel);
      }
      return;
    }
    if (typeof type !== "string" || !isObject(msg)) {
      this.#counts.unplayable++;
      return;
    }
    const known = this.#channels.get(subscription);
    const ticker = msg["market_ticker"] ?? msg["ticker"] ?? msg["event_ticker"];
    out.push({
      kind: "message",
      time: lines.time,
      ticker: typeof ticker === "string" ? ticker : "",
      channel: known ?? channelOf(type),
      type,
      msg,
    });
  }

  #snapshot(market: number, time: EpochMicros): BookSnapshotEvent {
    const book = this.#books.get(market)!;
    const ladder = (side: "yes" | "no"): ExchangeLevels =>
      book.bids(side).reverse().map(({ price, size }) => [price, size]);
    const ticker = this.#batch.symbols.name(market);
    return { kind: "snapshot", time, ticker, yes: ladder("yes"), no: ladder("no") };
  }

  /** The frame of the current line; empty when it is no JSON object. */
  #parse({ reader: { data, start, end } }: ArchiveLines): JsonObject {
    try {
      const json: unknown = JSON.parse(this.#utf8.decode(data.subarray(start, end)));
      return isObject(json) ? json : {};
    } catch {
      // The caller finds neither type nor msg and counts it.
      return {};
    }
  }

  #session({ stream }: ReplayRun, name: string, shard: string): FrameSession {
    if (stream === this.#lastStream && name === this.#lastName && shard === this.#lastShard) {
      return this.#lastSession;
    }
    const id = `${stream.folder}/${name === "" ? `#${shard}` : name}`;
    const session = this.#sessions.get(id) ?? { id, exact: name !== "" };
    this.#sessions.set(id, session);
    this.#lastStream = stream;
    this.#lastName = name;
    this.#lastShard = shard;
    this.#lastSession = session;
    return session;
  }
}

function inverse(price: Price | undefined): Price | undefined {
  return price === undefined ? undefined : ONE_DOLLAR - price;
}
