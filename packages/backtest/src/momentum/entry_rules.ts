import {
  type BookView,
  type Money,
  ONE_DOLLAR,
  type Price,
  type Quantity,
  type Side,
} from "@ssmd/core";
import { isWithinSlippage } from "./composer.ts";
import type { ExactSettings } from "./exact_settings.ts";
import type { ExecutionConfig } from "./momentum_config.ts";
import type { Sizing } from "./sizing.ts";

/** An entry that every rule allows. */
export interface EntryPlan {
  /** What the first contract would cost, or where the order rests. */
  readonly price: Price;
  /** The worst price that the rules allow. */
  readonly limit: Price;
  /** Contracts. */
  readonly quantity: Quantity;
}

/** Why a composed entry was not made; counted in the result's notes. */
export type EntryRefusal =
  /** Nothing is displayed that could be bought, or bid with, or no price is known to guard it by. */
  | "no quote"
  /** The price to be paid lies too far from the last one. */
  | "slippage"
  /** The price to be paid is outside the band. */
  | "price band"
  /** Even at $1 the gain would be less than the take-profit. */
  | "no room for gain"
  /** The sizing allows none, or not a single contract is displayed. */
  | "size"
  /** The cash does not buy it, fees aside. */
  | "cash";

const ONE_CONTRACT: Quantity = 100;
const MILLION = 1_000_000;

/** What an entry is planned from. */
export interface EntryRules {
  /** The bounds. */
  readonly settings: ExactSettings;
  /** How the order meets the market. */
  readonly execution: ExecutionConfig;
  /** How many contracts. */
  readonly sizing: Sizing;
}

/**
 * The entry in `side` that the rules allow, or why they allow none. All prices are of `side`: a NO
 * contract is guarded by what NO costs, against $1 less the last YES price. A taker pays the best
 * ask and at most the limit, which keeps slippage, band and room for the gain for every contract; a
 * maker bids the best bid. The size is bounded by what is displayed within the limit.
 */
export function planEntry(
  { settings, execution, sizing }: EntryRules,
  side: Side,
  lastPrice: Price,
  book: BookView | undefined,
  cash: Money,
): EntryPlan | EntryRefusal {
  const maker = execution.entry === "maker";
  const price = (maker ? book?.bestBid(side) : book?.bestAsk(side))?.price ?? 0;
  if (book === undefined || price <= 0 || price >= ONE_DOLLAR || lastPrice <= 0) return "no quote";
  const last = side === "yes" ? lastPrice : ONE_DOLLAR - lastPrice;
  if (!isWithinSlippage(price, last, settings.maxSlippage)) return "slippage";
  if (price < settings.minPrice || price > settings.maxPrice) return "price band";
  if (ONE_DOLLAR - price < settings.takeProfit) return "no room for gain";
  const limit = maker ? price : Math.min(
    last + settings.maxSlippage,
    settings.maxPrice,
    ONE_DOLLAR - settings.takeProfit,
  );
  const wanted = sizing.quantity(price);
  const quantity = maker ? wanted : Math.min(wanted, displayed(book, side, limit, settings));
  if (quantity <= 0) return "size";
  if (quantity * price > cash) return "cash";
  return { price, limit, quantity };
}

/** What may be taken of the contracts displayed within `limit`, in whole contracts. */
function displayed(
  book: BookView,
  side: Side,
  limit: Price,
  { maxParticipation }: ExactSettings,
): Quantity {
  let size = 0;
  for (const level of book.asks(side)) {
    if (level.price > limit) break;
    size += level.size;
  }
  const share = Math.floor(size * maxParticipation / MILLION);
  return share < ONE_CONTRACT ? 0 : Math.floor(share / ONE_CONTRACT) * ONE_CONTRACT;
}
