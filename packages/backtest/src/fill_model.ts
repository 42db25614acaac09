import type { BookView, Price, Quantity, Side } from "@ssmd/core";

/** What an order that takes asks for. */
export interface Order {
  /** Whether contracts are bought or ones that are held are sold. */
  readonly action: "buy" | "sell";
  /** Which outcome the contracts pay on. */
  readonly side: Side;
  /** How many contracts, above zero. */
  readonly quantity: Quantity;
  /** The worst price that is taken, of `side`; without one, any. */
  readonly limit?: Price;
}

/** A part of an order that was filled at one price. */
export interface Fill {
  /** The price of the order's side. */
  readonly price: Price;
  /** Contracts, above zero. */
  readonly quantity: Quantity;
}

/** Decides what an order would have got. Pure: the same book and order give the same fills. */
export interface FillModel {
  /** Names the model in a result. */
  readonly name: string;
  /** What may be taken of the size that a level displays, in 1/1,000,000. Default all of it. */
  readonly maxParticipation?: number;
  /** What a quote whose ticker gives no size is good for. Default 1000, which are 10 contracts. */
  readonly unknownQuoteSize?: Quantity;
  /**
   * The fills in the order they happen, together at most the order's quantity; none when nothing
   * can be had. `book` is the recorded one, or the best quotes where there is none, cut to what may
   * be taken and less what earlier orders of the run took.
   */
  fill(book: BookView, order: Order): readonly Fill[];
}

/** The size of a quote that gives none, unless a fill model says otherwise: 10 contracts. */
export const UNKNOWN_QUOTE_SIZE: Quantity = 1000;

/** All of it, in 1/1,000,000. */
export const FULL_PARTICIPATION = 1_000_000;

/** The optional parts of a {@link bookWalker}. */
export interface BookWalkerOptions {
  /** As {@link FillModel.maxParticipation}. */
  readonly maxParticipation?: number;
  /** As {@link FillModel.unknownQuoteSize}. */
  readonly unknownQuoteSize?: Quantity;
}

/**
 * A model that takes what is displayed, best price first: a buyer the asks of the side (the other
 * side's bids), a seller the bids. A thin book fills a part; a stale one nothing. What it leaves out:
 * queues and how others would have reacted. Throws `RangeError` for a participation that is not a
 * whole number above 0 and up to 1,000,000, and for a size that is not one from 0.
 */
export function bookWalker(options: BookWalkerOptions = {}): FillModel {
  const { maxParticipation = FULL_PARTICIPATION, unknownQuoteSize = UNKNOWN_QUOTE_SIZE } = options;
  if (
    !Number.isInteger(maxParticipation) || maxParticipation < 1 ||
    maxParticipation > FULL_PARTICIPATION
  ) {
    throw new RangeError(
      `Cannot take ${maxParticipation} / 1,000,000 of a level: expected 1 to 1,000,000`,
    );
  }
  if (!Number.isSafeInteger(unknownQuoteSize) || unknownQuoteSize < 0) {
    throw new RangeError(
      `Cannot assume a quote of ${unknownQuoteSize}: expected a count of 1/100 contracts`,
    );
  }
  const parts = ["walk-book"];
  if (maxParticipation < FULL_PARTICIPATION) {
    parts.push(`${maxParticipation / 10_000} % of a level`);
  }
  if (unknownQuoteSize !== UNKNOWN_QUOTE_SIZE) {
    parts.push(`${unknownQuoteSize / 100} contracts where a quote has no size`);
  }
  return { name: parts.join(", "), maxParticipation, unknownQuoteSize, fill: walk };
}

/** The {@link bookWalker} that takes all that is displayed. */
export const walkBook: FillModel = bookWalker();

function walk(book: BookView, order: Order): readonly Fill[] {
  if (book.stale) return [];
  const buying = order.action === "buy";
  const fills: Fill[] = [];
  let missing = order.quantity;
  for (const level of buying ? book.asks(order.side) : book.bids(order.side)) {
    if (missing === 0) break;
    const { limit = level.price } = order;
    if (buying ? level.price > limit : level.price < limit) break;
    const quantity = Math.min(missing, level.size);
    fills.push({ price: level.price, quantity });
    missing -= quantity;
  }
  return fills;
}
