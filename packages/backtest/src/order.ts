import {
  type EpochMicros,
  type Liquidity,
  ONE_DOLLAR,
  type Price,
  type Quantity,
  type Side,
} from "@ssmd/core";
import type { ChargedFill } from "./charged_fill.ts";

/** What a strategy asks for. */
export interface NewOrder {
  /** The market's ticker. */
  readonly ticker: string;
  /** Whether contracts are bought or ones that are held are sold. */
  readonly action: "buy" | "sell";
  /** Which outcome the contracts pay on. */
  readonly side: Side;
  /** How many contracts, above zero. */
  readonly quantity: Quantity;
  /** The worst price that is taken, or the price at which the order rests; of `side`. */
  readonly limit?: Price;
  /**
   * `taker` (the default) takes what is displayed when it arrives and lets the rest go; `maker` rests
   * at `limit`, which it then must have, and is refused when it would take.
   */
  readonly liquidity?: Liquidity;
  /** Whose position it changes; positions of different groups are kept apart. Default `""`. */
  readonly group?: string;
  /** What a trade that this order closes says as its reason. Default `sell`. */
  readonly reason?: string;
  /** Why, as plain data; a decision tells it as it was when the order was given. */
  readonly because?: Readonly<Record<string, unknown>>;
}

/** Identifies an order within its run: 1, 2, … in the order of submission. */
export type OrderId = number;

/** Why an order got nothing. */
export type RefusalReason =
  /** No market information for the ticker, in a run that was given markets. */
  | "unknown market"
  /** Not trading: before it opens, from its close on, or settled. */
  | "closed"
  /** Neither a row about the market's book nor a quote so far. */
  | "no book"
  /** The book or the quote may be wrong, and the fill model does not trade on that. */
  | "stale book"
  /** Nothing is displayed on the other side, at least within the limit. */
  | "no liquidity"
  /** More was to be sold than is held. */
  | "not held"
  /** What the exchange would have charged is not known. */
  | "unknown fee"
  /** The cash does not pay for what was filled and its fees. */
  | "cash"
  /** A maker order whose limit the other side already meets. */
  | "would take"
  /** The market had a gap, and the run enters no market that had one. */
  | "excluded"
  /** The data have ended: what is displayed now is not known. */
  | "after the data";

/** What became of an order. A strategy gets one for each change, in order. */
export interface OrderReport {
  /** The order. */
  readonly id: OrderId;
  /** What was asked for. */
  readonly order: NewOrder;
  /** When. */
  readonly time: EpochMicros;
  /**
   * `resting`: a maker order has arrived. `partial`: some of it was filled, and for a taker order that
   * is all. `filled`: all of it is. `cancelled`: what was left of it is gone. `refused`: nothing was
   * filled and nothing has changed.
   */
  readonly status: "resting" | "partial" | "filled" | "cancelled" | "refused";
  /** What was filled now, not before. */
  readonly fills: readonly ChargedFill[];
  /** What is not filled so far. */
  readonly missing: Quantity;
  /** With `refused`: why. */
  readonly refusal?: RefusalReason;
}

/** Whether nothing more will happen to the order: one that takes is over with its first report. */
export function isOver({ status, order }: OrderReport): boolean {
  if (status === "partial") return order.liquidity !== "maker";
  return status !== "resting";
}

/** A copy of `order`, or `RangeError` when its quantity or its limit cannot be. */
export function checkedOrder(order: NewOrder): NewOrder {
  const { action, ticker, quantity, limit, liquidity } = order;
  if (!Number.isSafeInteger(quantity) || quantity <= 0) {
    throw new RangeError(`Cannot ${action} ${quantity} of ${ticker}: must be a positive integer`);
  }
  if (limit === undefined) {
    if (liquidity !== "maker") return { ...order };
    throw new RangeError(`Cannot rest an order to ${action} ${ticker}: it has no limit`);
  }
  const inside = liquidity === "maker" ? limit > 0 && limit < ONE_DOLLAR : true;
  if (!Number.isInteger(limit) || !inside) {
    throw new RangeError(`Cannot ${action} ${ticker} at ${limit}: must be a price of the market`);
  }
  return { ...order };
}
