import { type EpochMicros, MICROS_PER_SECOND, type Quantity } from "@ssmd/core";
import type { Strategy, StrategyContext } from "./strategy.ts";

/** How {@link favourite} is set up. */
export interface FavouriteOptions {
  /** How long before the close it buys, on the receive clock. Default 300 s. */
  readonly beforeClose?: EpochMicros;
  /** Contracts to buy. Default 1000, which are 10 contracts. */
  readonly quantity?: Quantity;
}

/**
 * Buys the side that the market thinks more likely, once per market, shortly before the close that is
 * known by then, and holds it to settlement. The favourite is YES when its best bid plus its best ask
 * is $1 or more, that is when the best YES bid is not below the best NO bid. A market whose book is
 * one-sided then is left alone, unless its close moves: then it is looked at again. It has no state of
 * its own, so a run of it goes on from what a `Simulation` saves.
 */
export function favourite(options: FavouriteOptions = {}): Strategy {
  const { beforeClose = 300 * MICROS_PER_SECOND, quantity = 1000 } = options;
  return {
    name: "favourite",
    parameters: { beforeCloseSeconds: beforeClose / MICROS_PER_SECOND, contracts: quantity / 100 },
    start(context) {
      for (const { ticker, closeTime } of context.markets) {
        if (closeTime === undefined) context.markSkipped(ticker, "no close time");
        else context.setTimer(closeTime - beforeClose, ticker);
      }
    },
    onCloseTime(context, ticker) {
      const closeTime = context.closeTime(ticker);
      if (closeTime !== undefined) context.setTimer(closeTime - beforeClose, ticker);
    },
    onTimer(context, { at, tag: ticker }) {
      const closeTime = context.closeTime(ticker) ?? Infinity;
      // A close that has moved since has moved the moment with it.
      if (at !== closeTime - beforeClose || hasBought(context, ticker)) return;
      const reason = buyFavourite(context, ticker, quantity);
      if (reason !== undefined) context.markSkipped(ticker, reason);
    },
    onOrder(context, { order, refusal }) {
      if (refusal !== undefined) context.markSkipped(order.ticker, refusal);
    },
  };
}

/** Whether the run holds the market, or an order of it is on its way there. */
function hasBought(context: StrategyContext, ticker: string): boolean {
  return context.isOrdering(ticker) || context.position(ticker, "yes") !== undefined ||
    context.position(ticker, "no") !== undefined;
}

/**
 * Why nothing is bought; `undefined` when an order went out, and for a market that was only announced
 * to a run that trades whatever comes.
 */
function buyFavourite(
  context: StrategyContext,
  ticker: string,
  quantity: Quantity,
): string | undefined {
  const book = context.book(ticker);
  if (book === undefined) return context.market(ticker) === undefined ? undefined : "no book";
  if (book.stale) return "stale book";
  const yes = book.bestBid("yes");
  const no = book.bestBid("no");
  if (yes === undefined && no === undefined) return "empty book";
  if (yes === undefined || no === undefined) return "one-sided book";
  const side = yes.price >= no.price ? "yes" : "no";
  context.submit({ ticker, action: "buy", side, quantity });
  return undefined;
}
