import type { CandleHistory } from "./candle_history.ts";
import type { ExchangeEvent, MessageEvent } from "./exchange_event.ts";
import type { FanOut } from "./fan_out.ts";
import { ExchangeBook } from "./exchange_book.ts";
import type { MarketBoard, MarketRecord } from "./market_board.ts";
import type { RecentTrades } from "./recent_trades.ts";
import type { Subscription } from "./subscription.ts";
import type { WireForm } from "./wire_form.ts";

/** Brings events into the exchange's own books and to whoever subscribed to them. */
export class MarketFeed {
  readonly #board: MarketBoard;
  readonly #trades: RecentTrades;
  readonly #candles: CandleHistory;
  readonly #fanOut: FanOut;
  readonly #form: WireForm;

  /** Writes frames in `form`. */
  constructor(
    board: MarketBoard,
    trades: RecentTrades,
    candles: CandleHistory,
    fanOut: FanOut,
    form: WireForm,
  ) {
    this.#board = board;
    this.#trades = trades;
    this.#candles = candles;
    this.#fanOut = fanOut;
    this.#form = form;
  }

  /** An event happens. Throws `SsmdError` `invalid_input` for one that the market's book cannot take. */
  take(event: ExchangeEvent): void {
    switch (event.kind) {
      case "snapshot": {
        const record = this.#board.record(event.ticker);
        record.book ??= new ExchangeBook();
        record.book.replace(event.yes, event.no);
        this.#sendBook(record, record.book);
        return;
      }
      case "delta": {
        const record = this.#board.record(event.ticker);
        if (record.book === undefined) {
          // Whoever follows the market needs something that the change can change.
          record.book = new ExchangeBook();
          this.#sendBook(record, record.book);
        }
        record.book.change(event.side, event.price, event.change);
        const write = (yesPriced: boolean) => this.#form.delta(record, event, yesPriced);
        this.#sendPriced(event.ticker, "orderbook_delta", write);
        return;
      }
      case "trade": {
        const record = this.#board.record(event.ticker);
        record.trade = event;
        this.#trades.add(event);
        this.#candles.take(event);
        this.#send("trade", event.ticker, "trade", () => this.#form.trade(record, event));
        return;
      }
      case "ticker": {
        const record = this.#board.record(event.ticker);
        record.quote = event;
        this.#candles.take(event);
        this.#send("ticker", event.ticker, "ticker", () => this.#form.ticker(record, event));
        return;
      }
      case "message":
        this.#send(event.channel, event.ticker, event.type, () => JSON.stringify(event.msg));
        if (isSettled(event)) this.#board.forget(event.ticker);
    }
  }

  /** Sends `ticker`'s book, when there is one, as the next frame of `subscription`. */
  sendSnapshot(subscription: Subscription, ticker: string, id?: number): void {
    const record = this.#board.find(ticker);
    if (record?.book === undefined) return;
    const msg = this.#form.snapshot(record, record.book, subscription.useYesPrice);
    subscription.target.data(subscription, "orderbook_snapshot", msg, id);
  }

  /** Sends `ticker`'s newest quotes, when there are any, as the next frame of `subscription`. */
  sendQuote(subscription: Subscription, ticker: string): void {
    const record = this.#board.find(ticker);
    if (record?.quote === undefined) return;
    subscription.target.data(subscription, "ticker", this.#form.ticker(record, record.quote));
  }

  #sendBook(record: MarketRecord, book: ExchangeBook): void {
    const write = (yesPriced: boolean) => this.#form.snapshot(record, book, yesPriced);
    this.#sendPriced(record.ticker, "orderbook_snapshot", write);
  }

  /** Order books cannot be subscribed to as a whole, and may be told in YES prices. */
  #sendPriced(ticker: string, type: string, write: (yesPriced: boolean) => string): void {
    const readers = this.#fanOut.ofMarket("orderbook_delta", ticker);
    let plain: string | undefined;
    let yesPriced: string | undefined;
    // Backwards, because a fault may take the reader off the list.
    for (let i = readers.length - 1; i >= 0; i--) {
      const reader = readers[i]!;
      const msg = reader.useYesPrice ? yesPriced ??= write(true) : plain ??= write(false);
      reader.target.data(reader, type, msg);
    }
  }

  #send(channel: string, ticker: string, type: string, write: () => string): void {
    const readers = this.#fanOut.ofMarket(channel, ticker);
    const wide = this.#fanOut.wide(channel);
    if (readers.length === 0 && wide.length === 0) return;
    const msg = write();
    for (let i = readers.length - 1; i >= 0; i--) readers[i]!.target.data(readers[i]!, type, msg);
    for (let i = wide.length - 1; i >= 0; i--) wide[i]!.target.data(wide[i]!, type, msg);
  }
}

function isSettled({ type, msg }: MessageEvent): boolean {
  return type === "market_lifecycle_v2" && "event_type" in msg && msg.event_type === "settled";
}
