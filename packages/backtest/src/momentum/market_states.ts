import {
  type EpochMicros,
  type EventBatch,
  type EventKind,
  FLAG_BLOCK_TRADE,
  NO_MARKET,
  NO_PRICE,
  ONE_DOLLAR,
  type Price,
  QUOTE_FIELDS,
  type QuoteField,
  type SymbolTable,
} from "@ssmd/core";
import type { RowFollower } from "../backtest_options.ts";
import { BookTickers, type SavedBookTicker } from "./book_tickers.ts";
import { MarketState, type SavedMarketState } from "./market_state.ts";
import { EXACT_UNITS } from "./market_units.ts";
import { SignalBoard } from "./signal_board.ts";
import { RunningTotals, type SavedTotals } from "./running_totals.ts";

/** How {@link MarketStates} are kept. */
export interface MarketStatesOptions {
  /** How far back windows may reach. Default 30 minutes. */
  readonly retention?: EpochMicros;
  /** What a gap does: `ignore` keeps the samples, the others begin anew. Default `halt`. */
  readonly gaps?: "halt" | "exclude" | "ignore";
}

/** {@link MarketStates} as plain data that JSON keeps. */
export type SavedMarketStates = readonly SavedStateOfMarket[];

/**
 * One market of {@link MarketStates} as plain data.
 * @internal
 */
export interface SavedStateOfMarket {
  /** Its ticker. */
  readonly ticker: string;
  /** Its samples and quotes. */
  readonly state: SavedMarketState;
  /** Its totals, where it has had a ticker. */
  readonly totals?: SavedTotals;
  /** Its book and what was made of it, where it has had none. */
  readonly book?: SavedBookTicker;
}

const HALF_HOUR: EpochMicros = 1_800_000_000;

/** Where the market's quotes come from. */
const FROM_BOOK = 0;
const FROM_TICKERS = 1;

// Literals that the type checks: bundled code reads an exported constant anew for every row.
const TICKER: typeof EventKind.ticker = 5;
const TRADE: typeof EventKind.trade = 4;
const GAP: typeof EventKind.gap = 8;
const SNAPSHOT: typeof EventKind.snapshot = 1;
const DELTA: typeof EventKind.delta = 3;

const YES_BID = fieldOf("yesBid");
const YES_ASK = fieldOf("yesAsk");
const NO_BID = fieldOf("noBid");
const NO_ASK = fieldOf("noAsk");
const VOLUME = fieldOf("volume");
const DOLLAR_VOLUME = fieldOf("dollarVolume");

/**
 * The state of every market in the data, in {@link EXACT_UNITS} by receive time, for any number of
 * engines. NO quotes that a ticker does not give are derived from YES; a bid of 0 and an ask of $1
 * stand for an empty side and are none. Block trades are negotiated off the book and left out. For
 * a market that has had no ticker {@link BookTickers} make them from its book and trades; its first
 * real one begins it anew. A gap does so too, for the markets that it names.
 */
export class MarketStates implements RowFollower {
  /** How far back windows reach. */
  readonly retention: EpochMicros;
  /** What a gap does to the samples. */
  readonly gaps: "halt" | "exclude" | "ignore";
  /** What signals say of the markets, worked out once for all engines that ask the same. */
  readonly board: SignalBoard = new SignalBoard(EXACT_UNITS);
  readonly #bookTickers: BookTickers;
  // By market id. Starting with an element keeps V8 from compiling for an array of integers first.
  readonly #states: (MarketState | undefined)[] = [undefined];
  readonly #totals = new RunningTotals();
  #sources = new Uint8Array(64);
  #symbols: SymbolTable | undefined;
  #sampled = false;

  /** Keeps no market before its first row. */
  constructor(options: MarketStatesOptions = {}) {
    const { retention = HALF_HOUR, gaps = "halt" } = options;
    if (!(retention > 0 && retention < Infinity)) {
      throw new RangeError(`Cannot keep samples for ${retention} µs: expected a number above 0`);
    }
    this.retention = retention;
    this.gaps = gaps;
    this.#bookTickers = new BookTickers(gaps === "ignore");
  }

  /** Whether the last row gave its market a ticker or a trade, and so something new to decide on. */
  get sampled(): boolean {
    return this.#sampled;
  }

  /** The state of the market with this id, or `undefined` before its first ticker, trade or book. */
  get(market: number): MarketState | undefined {
    return this.#states[market];
  }

  /** Applies a row. Throws `TypeError` when the symbol table is not that of the rows before. */
  apply(batch: EventBatch, row: number, time: EpochMicros): void {
    if (batch.symbols !== this.#symbols) this.#adopt(batch.symbols);
    this.board.next();
    const kind = batch.kind[row]!;
    const market = batch.market[row]!;
    if (kind === TICKER) {
      this.#sampled = market !== NO_MARKET;
      if (this.#sampled) this.#ticker(batch, row, market, time);
    } else if (kind === TRADE) {
      this.#sampled = market !== NO_MARKET && (batch.flags[row]! & FLAG_BLOCK_TRADE) === 0;
      if (this.#sampled) this.#trade(batch, row, market, time);
    } else if (kind >= SNAPSHOT && kind <= DELTA) {
      this.#sampled = this.#book(batch, row, market, time);
    } else {
      this.#sampled = false;
      if (kind === GAP) this.#gap(batch, row, market, time);
    }
  }

  /** Plain data for {@link restore}. */
  save(): SavedMarketStates {
    return this.#states.flatMap((state, market) => {
      if (state === undefined) return [];
      const source = this.#sources[market] === FROM_TICKERS
        ? { totals: this.#totals.save(market) }
        : { book: this.#bookTickers.save(market) };
      return [{ ticker: state.ticker, state: state.save(), ...source }];
    });
  }

  /**
   * Goes on from what {@link save} of states with the same options gave, before any row. The batches
   * that follow must use `symbols`.
   */
  restore(saved: SavedMarketStates, symbols: SymbolTable): void {
    this.#adopt(symbols);
    for (const { ticker, state, totals, book } of saved) {
      const market = symbols.intern(ticker);
      this.#meet(symbols, market).restore(state);
      if (totals !== undefined) {
        this.#sources[market] = FROM_TICKERS;
        this.#totals.restore(market, totals);
      }
      if (book !== undefined) this.#bookTickers.restore(market, book, symbols);
    }
  }

  #ticker(batch: EventBatch, row: number, market: number, time: EpochMicros): void {
    let state = this.#states[market];
    if (state === undefined || this.#sources[market] === FROM_BOOK) {
      state = this.#turnToTickers(batch, market);
    }
    const totals = this.#totals;
    const { quotes } = batch;
    const ref = batch.ref[row]!;
    const price = batch.price[row]!;
    const yesBid = bidOf(quotes.get(ref, YES_BID));
    const yesAsk = askOf(quotes.get(ref, YES_ASK));
    let noBid = bidOf(quotes.get(ref, NO_BID));
    let noAsk = askOf(quotes.get(ref, NO_ASK));
    // What is absent (NaN) stays absent, and an empty side empties the one that mirrors it.
    if (Number.isNaN(noBid)) noBid = yesAsk === 0 ? 0 : ONE_DOLLAR - yesAsk;
    if (Number.isNaN(noAsk)) noAsk = yesBid === 0 ? 0 : ONE_DOLLAR - yesBid;
    totals.add(market, quotes.get(ref, VOLUME), quotes.get(ref, DOLLAR_VOLUME));
    state.onTicker(
      time,
      price === NO_PRICE ? NaN : price,
      yesBid,
      yesAsk,
      noBid,
      noAsk,
      totals.volume(market),
      totals.dollars(market),
    );
  }

  #trade(batch: EventBatch, row: number, market: number, time: EpochMicros): void {
    const state = this.#states[market] ?? this.#meet(batch.symbols, market);
    const price = batch.price[row]!;
    const size = batch.size[row]!;
    state.onTrade(time, price === NO_PRICE ? NaN : price, batch.side[row]!, size);
    if (this.#sources[market] === FROM_BOOK && price !== NO_PRICE && !Number.isNaN(size)) {
      this.#bookTickers.trade(market, time, price, size, state);
    }
  }

  #book(batch: EventBatch, row: number, market: number, time: EpochMicros): boolean {
    if (market === NO_MARKET) return this.#bookTickers.book(batch, row, time, undefined);
    const state = this.#states[market] ?? this.#meet(batch.symbols, market);
    return this.#sources[market] === FROM_BOOK && this.#bookTickers.book(batch, row, time, state);
  }

  #gap(batch: EventBatch, row: number, market: number, time: EpochMicros): void {
    this.#bookTickers.book(batch, row, time, undefined);
    if (this.gaps === "ignore") return;
    if (market !== NO_MARKET) return this.#reset(market);
    for (let each = 0; each < this.#states.length; each++) this.#reset(each);
  }

  #reset(market: number): void {
    const state = this.#states[market];
    if (state === undefined) return;
    state.reset();
    this.#totals.begin(market);
    this.#bookTickers.reset(market);
  }

  #turnToTickers(batch: EventBatch, market: number): MarketState {
    const state = this.#states[market] ?? this.#meet(batch.symbols, market);
    // The totals of the tickers count from elsewhere than ours, which would look like a huge trade.
    this.#reset(market);
    this.#sources[market] = FROM_TICKERS;
    return state;
  }

  #meet(symbols: SymbolTable, market: number): MarketState {
    // Ids are dense: filling up keeps the array free of holes, which are slow to read.
    while (this.#states.length <= market) this.#states.push(undefined);
    if (market >= this.#sources.length) {
      const larger = new Uint8Array(Math.max(market + 1, this.#sources.length * 2));
      larger.set(this.#sources);
      this.#sources = larger;
    }
    const state = new MarketState(symbols.name(market), EXACT_UNITS, this.retention);
    this.#states[market] = state;
    this.#totals.begin(market);
    return state;
  }

  #adopt(symbols: SymbolTable): void {
    if (this.#symbols !== undefined) {
      throw new TypeError("Cannot apply the batch: its symbol table is not that of the states");
    }
    this.#symbols = symbols;
  }
}

function fieldOf(name: QuoteField): number {
  return QUOTE_FIELDS.indexOf(name);
}

/** 0 for an empty side; NaN when absent. */
function bidOf(price: Price): Price {
  return price <= 0 ? 0 : price;
}

/** 0 for an empty side; NaN when absent. */
function askOf(price: Price): Price {
  return price <= 0 || price >= ONE_DOLLAR ? 0 : price;
}
