import {
  type EpochMicros,
  formatIsoTime,
  formatPrice,
  formatQuantity,
  MICROS_PER_SECOND,
  ONE_DOLLAR,
  type Price,
  type Quantity,
  type Side,
} from "@ssmd/core";
import type { GeneratedBook } from "./generated_book.ts";
import type { GeneratedMarket } from "./generated_market.ts";
import type { SeededRandom } from "./seeded_random.ts";

/** Which subscription carries which channel. */
const SIDS = { orderbook_delta: 1, trade: 2, ticker: 3, market_lifecycle_v2: 4 } as const;
type Channel = keyof typeof SIDS;

/** A hole in the sequence numbers of the tape. */
export interface GeneratedGap {
  /** The subscription. */
  readonly sid: number;
  /** The number of the one frame that is missing. */
  readonly seq: number;
  /** The receive time of the frame after it, by which the hole becomes known. */
  readonly recvMs: number;
}

/** What a market has traded, for its ticker frames. */
export interface TradedSummary {
  /** The last trade's YES price. */
  readonly lastPrice: Price;
  /** The last trade's contracts. */
  readonly lastSize: Quantity;
  /** Contracts traded. */
  readonly volume: Quantity;
  /** Contracts open. */
  readonly openInterest: Quantity;
}

/**
 * Writes Kalshi's frames as lines of a tape and keeps the numbers of one connection: each
 * subscription counts its frames over all markets, tickers are not numbered.
 */
export class FrameWriter {
  /** Lines written and not yet taken. */
  readonly lines: string[] = [];
  /** Frames written, by type. */
  readonly framesByType: Map<string, number> = new Map<string, number>();
  /** The hole that {@link FrameWriter.loseNextDelta} made, once a later frame shows it. */
  gap: GeneratedGap | undefined;
  /** Receive time of the newest line. */
  recvMs = 0;
  readonly #random: SeededRandom;
  readonly #seqs = new Map<Channel, number>();
  #connected = false;
  #commands = 0;
  #losing = false;
  #lost: number | undefined;

  /** Draws the delays between exchange and recorder from `random`. */
  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /**
   * Begins a connection at `time`: numbers start again, all channels are subscribed. Gives the
   * receive time of its first frame.
   */
  connect(time: EpochMicros): number {
    this.#connected = true;
    this.#seqs.clear();
    this.#commands = 0;
    let first: number | undefined;
    for (const [channel, sid] of Object.entries(SIDS)) {
      this.#write(time, { type: "subscribed", id: ++this.#commands, msg: { channel, sid } });
      first ??= this.recvMs;
    }
    return first!;
  }

  /** Ends the connection: frames are lost until the next {@link FrameWriter.connect}. */
  disconnect(): void {
    this.#connected = false;
  }

  /** Makes the next delta one that the exchange numbers and the recorder never gets. */
  loseNextDelta(): void {
    this.#losing = true;
  }

  /** A market's whole book; `requested` for the answer to a command that asks for it. */
  snapshot(
    time: EpochMicros,
    market: GeneratedMarket,
    book: GeneratedBook,
    requested = false,
  ): void {
    const sides = {
      yes_dollars_fp: levelTexts(book, "yes"),
      no_dollars_fp: levelTexts(book, "no"),
    };
    // The exchange leaves out the key of an empty side.
    const msg = {
      ...identity(market),
      ...Object.fromEntries(Object.entries(sides).filter(([, levels]) => levels.length > 0)),
    };
    const id = requested ? { id: ++this.#commands } : {};
    this.#write(time, this.#numbered("orderbook_delta", "orderbook_snapshot", msg, id));
  }

  /** A change of one level. */
  delta(
    time: EpochMicros,
    market: GeneratedMarket,
    side: Side,
    price: Price,
    change: Quantity,
  ): void {
    const frame = this.#numbered("orderbook_delta", "orderbook_delta", {
      ...identity(market),
      price_dollars: formatPrice(price),
      delta_fp: formatQuantity(change),
      side,
      ts: formatIsoTime(time),
      ts_ms: millis(time),
    });
    if (this.#losing && this.#connected) {
      this.#losing = false;
      this.#lost = this.#seqs.get("orderbook_delta");
    } else this.#write(time, frame);
  }

  /** A trade at YES price `price` in which the taker bought `outcome`. */
  trade(
    time: EpochMicros,
    market: GeneratedMarket,
    outcome: Side,
    price: Price,
    quantity: Quantity,
  ): void {
    this.#write(
      time,
      this.#numbered("trade", "trade", {
        trade_id: this.#random.uuid(),
        market_ticker: market.ticker,
        yes_price_dollars: formatPrice(price),
        no_price_dollars: formatPrice(ONE_DOLLAR - price),
        count_fp: formatQuantity(quantity),
        taker_side: outcome,
        taker_outcome_side: outcome,
        taker_book_side: outcome === "yes" ? "bid" : "ask",
        is_block_trade: false,
        ts: seconds(time),
        ts_ms: millis(time),
      }),
    );
  }

  /** A market's quotes and totals. */
  ticker(
    time: EpochMicros,
    market: GeneratedMarket,
    book: GeneratedBook,
    traded: TradedSummary,
  ): void {
    const yesBid = book.best("yes");
    const noBid = book.best("no");
    this.#write(time, {
      type: "ticker",
      sid: SIDS.ticker,
      msg: {
        ...identity(market),
        price_dollars: formatPrice(traded.lastPrice),
        yes_bid_dollars: formatPrice(yesBid),
        yes_ask_dollars: formatPrice(ONE_DOLLAR - noBid),
        yes_bid_size_fp: formatQuantity(book.size("yes", yesBid)),
        yes_ask_size_fp: formatQuantity(book.size("no", noBid)),
        last_trade_size_fp: formatQuantity(traded.lastSize),
        volume_fp: formatQuantity(traded.volume),
        open_interest_fp: formatQuantity(traded.openInterest),
        // Whole dollars at half a dollar per contract, as the exchange shows them.
        dollar_volume: Math.floor(traded.volume / 200),
        dollar_open_interest: Math.floor(traded.openInterest / 200),
        ts: seconds(time),
        ts_ms: millis(time),
        time: formatIsoTime(time),
      },
    });
  }

  /** A message of the lifecycle channel. */
  lifecycle(time: EpochMicros, type: string, msg: object): void {
    this.#write(time, this.#numbered("market_lifecycle_v2", type, msg));
  }

  #numbered(channel: Channel, type: string, msg: object, id: object = {}): Frame {
    const seq = (this.#seqs.get(channel) ?? 0) + 1;
    this.#seqs.set(channel, seq);
    return { type, ...id, sid: SIDS[channel], seq, msg };
  }

  #write(time: EpochMicros, event: Frame): void {
    if (!this.#connected) return;
    this.recvMs = Math.max(this.recvMs, millis(time) + 8 + this.#random.below(20));
    this.lines.push(JSON.stringify({ recv_ms: this.recvMs, event }));
    this.framesByType.set(event.type, (this.framesByType.get(event.type) ?? 0) + 1);
    if (this.#lost !== undefined && event.sid === SIDS.orderbook_delta) {
      this.gap = { sid: event.sid, seq: this.#lost, recvMs: this.recvMs };
      this.#lost = undefined;
    }
  }
}

interface Frame {
  readonly type: string;
  readonly sid?: number;
  readonly [key: string]: unknown;
}

function identity(market: GeneratedMarket): { market_ticker: string; market_id: string } {
  return { market_ticker: market.ticker, market_id: market.id };
}

function levelTexts(book: GeneratedBook, side: Side): [string, string][] {
  return book.levels(side).map(([price, size]) => [formatPrice(price), formatQuantity(size)]);
}

function millis(time: EpochMicros): number {
  return Math.floor(time / 1000);
}

function seconds(time: EpochMicros): number {
  return Math.floor(time / MICROS_PER_SECOND);
}
