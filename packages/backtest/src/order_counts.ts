import type { RefusalReason } from "./order.ts";

/**
 * What became of the orders of a run. `submitted` is the sum of all others.
 */
export interface OrderCounts {
  /** Orders that were given. */
  readonly submitted: number;
  /** Orders that were filled whole. */
  readonly filled: number;
  /** Orders that were filled in part, and whose rest is gone. */
  readonly partial: number;
  /** Resting orders that were cancelled before anything was filled. */
  readonly cancelled: number;
  /** Orders that were on their way or resting when the run ended. */
  readonly pending: number;
  /** Orders that got nothing, by reason. */
  readonly refused: Readonly<Record<RefusalReason, number>>;
}

const NONE_REFUSED: Readonly<Record<RefusalReason, number>> = {
  "unknown market": 0,
  "closed": 0,
  "no book": 0,
  "stale book": 0,
  "no liquidity": 0,
  "not held": 0,
  "unknown fee": 0,
  "cash": 0,
  "would take": 0,
  "excluded": 0,
  "after the data": 0,
};

/** Counts what becomes of orders. */
export class OrderTally {
  readonly #ended = { filled: 0, partial: 0, cancelled: 0 };
  readonly #refused = { ...NONE_REFUSED };

  /** An order came to its end. */
  count(end: "filled" | "partial" | "cancelled"): void {
    this.#ended[end]++;
  }

  /** An order was refused. */
  refused(reason: RefusalReason): void {
    this.#refused[reason]++;
  }

  /** All counts; what has not come to its end is `pending`. */
  counts(submitted: number, pending: number): OrderCounts {
    return { submitted, ...this.#ended, pending, refused: { ...this.#refused } };
  }

  /** Goes on from `counts`. */
  restore({ filled, partial, cancelled, refused }: OrderCounts): void {
    Object.assign(this.#ended, { filled, partial, cancelled });
    Object.assign(this.#refused, refused);
  }
}
