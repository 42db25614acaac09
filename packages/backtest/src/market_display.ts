import {
  type BookLevel,
  type BookView,
  NO_PRICE,
  ONE_DOLLAR,
  type Price,
  type Quantity,
  type Side,
  SIDE_NO,
  SIDE_YES,
} from "@ssmd/core";
import type { ObservedMarket } from "./observed_market.ts";

/**
 * One market as a run sees it, live: the recorded book, or else the best quotes as a book of one level
 * a side.
 */
export class MarketDisplay implements BookView {
  /** The market. */
  readonly market: ObservedMarket;
  readonly #unknownSize: Quantity;
  readonly #trusting: boolean;

  /**
   * `unknownSize` is what a quote without a size is good for; a `trusting` run takes what is shown for
   * right whatever was missed.
   */
  constructor(market: ObservedMarket, unknownSize: Quantity, trusting: boolean) {
    this.market = market;
    this.#unknownSize = unknownSize;
    this.#trusting = trusting;
  }

  /** What it shows; `undefined` while that is nothing. */
  get source(): "book" | "quote" | undefined {
    return this.market.source;
  }

  get stale(): boolean {
    return this.#trusting ? this.source === undefined : this.market.stale;
  }

  /** The price of {@link bestBid}, or NO_PRICE. */
  bestPrice(side: Side): Price {
    return this.source === "book"
      ? this.market.book!.bestBidPrice(ladderOf(side))
      : this.market.quote.price(side);
  }

  bestBid(side: Side): BookLevel | undefined {
    if (this.source === "book") return this.market.book!.bestBid(side);
    const price = this.market.quote.price(side);
    return price === NO_PRICE ? undefined : { price, size: this.#quoteSize(side) };
  }

  bestAsk(side: Side): BookLevel | undefined {
    const bid = this.bestBid(oppositeOf(side));
    return bid === undefined ? undefined : { price: ONE_DOLLAR - bid.price, size: bid.size };
  }

  bids(side: Side, depth: number = Infinity): BookLevel[] {
    if (this.source === "book") return this.market.book!.bids(side, depth);
    const best = depth > 0 ? this.bestBid(side) : undefined;
    return best === undefined ? [] : [best];
  }

  asks(side: Side, depth?: number): BookLevel[] {
    const opposite = this.bids(oppositeOf(side), depth);
    return opposite.map(({ price, size }) => ({ price: ONE_DOLLAR - price, size }));
  }

  /** What rests at `price` of `side`; `undefined` where a quote does not show it. */
  sizeAt(side: Side, price: Price): Quantity | undefined {
    if (this.source === "book") return this.market.book!.sizeAt(ladderOf(side), price);
    const best = this.market.quote.price(side);
    if (price > best) return 0;
    return price === best ? this.#quoteSize(side) : undefined;
  }

  /** Changes when something happened to the bid of `side` that displays `size`. */
  edition(side: Side, size: Quantity): number {
    return this.source === "book" ? size : this.market.quote.renewals(side);
  }

  /** Whether the ticker gave the size at its bid for `side`. */
  knowsSize(side: Side): boolean {
    return this.source === "book" || !Number.isNaN(this.market.quote.size(side));
  }

  #quoteSize(side: Side): Quantity {
    const size = this.market.quote.size(side);
    return Number.isNaN(size) ? this.#unknownSize : size;
  }
}

/** The other outcome. */
export function oppositeOf(side: Side): Side {
  return side === "yes" ? "no" : "yes";
}

function ladderOf(side: Side): number {
  return side === "yes" ? SIDE_YES : SIDE_NO;
}
