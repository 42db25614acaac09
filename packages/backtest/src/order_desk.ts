import {
  type BookView,
  type EpochMicros,
  type FeeModel,
  type Money,
  type Quantity,
  type Side,
  SsmdError,
} from "@ssmd/core";
import type { Fill, FillModel, Order } from "./fill_model.ts";
import { type ChargedFill, type Portfolio, totalsOf } from "./portfolio.ts";
import type { OrderOptions, OrderResult, RefusalReason } from "./strategy.ts";
import { TakenLiquidity } from "./taken_liquidity.ts";

/** What became of the orders of a run. */
export interface OrderCounts {
  /** Orders that were filled whole. */
  filled: number;
  /** Orders that were filled in part. */
  partial: number;
  /** Orders that got nothing, by reason. */
  readonly refused: Record<RefusalReason, number>;
}

/** Turns orders into entries of the ledger: what the book gives, what it costs, what can be paid. */
export class OrderDesk {
  /** What became of the orders so far. */
  readonly counts: OrderCounts = {
    filled: 0,
    partial: 0,
    refused: {
      "unknown market": 0,
      "closed": 0,
      "no book": 0,
      "stale book": 0,
      "no liquidity": 0,
      "not held": 0,
      "unknown fee": 0,
      "cash": 0,
    },
  };
  readonly #portfolio: Portfolio;
  readonly #fillModel: FillModel;
  readonly #fees: FeeModel;
  readonly #taken = new TakenLiquidity();

  /** Books into `portfolio`. */
  constructor(portfolio: Portfolio, fillModel: FillModel, fees: FeeModel) {
    this.#portfolio = portfolio;
    this.#fillModel = fillModel;
    this.#fees = fees;
  }

  /** The order in words of the fill model. Throws `RangeError` for a quantity that is none. */
  orderOf(
    action: "buy" | "sell",
    side: Side,
    quantity: Quantity,
    options: OrderOptions | undefined,
  ): Order {
    if (!Number.isSafeInteger(quantity) || quantity <= 0) {
      throw new RangeError(`Cannot ${action} ${quantity}: must be a positive integer`);
    }
    const { limit } = options ?? {};
    return { action, side, quantity, ...(limit === undefined ? {} : { limit }) };
  }

  /** Refuses an order, and counts that. */
  refuse(reason: RefusalReason): OrderResult {
    this.counts.refused[reason]++;
    return { status: "refused", reason };
  }

  /** Fills what `book` gives of `order` in `ticker`, whole or in part, or refuses it. */
  execute(ticker: string, book: BookView, order: Order, now: EpochMicros): OrderResult {
    const { action, side, quantity } = order;
    const held = this.#portfolio.position(ticker, side)?.quantity ?? 0;
    if (action === "sell" && held < quantity) return this.refuse("not held");
    const fills = this.#fillModel.fill(this.#taken.remaining(ticker, book), order);
    if (fills.length === 0) return this.refuse(book.stale ? "stale book" : "no liquidity");
    const charged = this.#charge(ticker, fills, now);
    if (charged === undefined) return this.refuse("unknown fee");
    const total = totalsOf(charged);
    if (total.quantity > quantity) {
      throw new RangeError(
        `Cannot fill ${total.quantity} of ${quantity}: ${this.#fillModel.name} gave too much`,
      );
    }
    if (cashAfter(this.#portfolio.cash, action, total) < 0) return this.refuse("cash");
    this.#portfolio[action](ticker, side, now, charged);
    this.#taken.take(ticker, book, order, fills);
    const missing = quantity - total.quantity;
    if (missing > 0) {
      this.counts.partial++;
      return { status: "partial", fills: charged, missing };
    }
    this.counts.filled++;
    return { status: "filled", fills: charged };
  }

  #charge(ticker: string, fills: readonly Fill[], now: EpochMicros): ChargedFill[] | undefined {
    try {
      const fees = this.#fees.order(ticker, "taker", now);
      return fills.map((fill) => ({ ...fill, fee: fees.charge(fill.price, fill.quantity) }));
    } catch (error) {
      // The run goes on: an order that nobody can price is refused and counted.
      if (error instanceof SsmdError && error.code === "unknown_fee") return undefined;
      throw error;
    }
  }
}

function cashAfter(
  cash: Money,
  action: "buy" | "sell",
  { value, fee }: { readonly value: Money; readonly fee: Money },
): Money {
  return cash - fee + (action === "buy" ? -value : value);
}
