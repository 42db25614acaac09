import { type EpochMicros, type Money, ONE_DOLLAR, type Price, type Quantity } from "@ssmd/core";
import type { ExactSettings } from "./exact_settings.ts";

/** Why a position is closed, in the order in which the reasons are tried. */
export type ExitReason = "force-close" | "take-profit" | "stop-loss" | "time-stop";

/** What {@link exitReason} looks at. */
export interface HeldPosition {
  /** What the contracts held cost, without fees. */
  readonly cost: Money;
  /** Contracts held, above 0. */
  readonly quantity: Quantity;
  /** When the first of them was bought. */
  readonly entered: EpochMicros;
}

/**
 * Why a position should be closed now, or `undefined`. `closeTime` is the market's as it is known
 * now, `Infinity` while it is not; `bid` is what its side could be sold for, 0 when nobody bids; gains
 * and losses are a contract's, before fees. Every bound includes equality.
 */
export function exitReason(
  settings: ExactSettings,
  { cost, quantity, entered }: HeldPosition,
  closeTime: EpochMicros,
  bid: Price,
  now: EpochMicros,
): ExitReason | undefined {
  if (now >= closeTime - settings.forceExitBuffer) return "force-close";
  if (bid > 0) {
    const gain = bid * quantity - cost;
    if (gain >= settings.takeProfit * quantity) return "take-profit";
    if (-gain >= settings.stopLoss * quantity) return "stop-loss";
  }
  return now - entered >= settings.timeStop ? "time-stop" : undefined;
}

const CENT: Price = 100;

/** The lowest price at which {@link exitReason} takes a gain. */
export function takeProfitPrice(settings: ExactSettings, cost: Money, quantity: Quantity): Price {
  return Math.ceil((cost + settings.takeProfit * quantity) / quantity);
}

/**
 * Where an offer that takes the gain may rest: {@link takeProfitPrice} rounded up to a cent, which
 * every market's ticks include; `undefined` when that is not below $1.
 */
export function offerPrice(
  settings: ExactSettings,
  cost: Money,
  quantity: Quantity,
): Price | undefined {
  const price = Math.ceil(takeProfitPrice(settings, cost, quantity) / CENT) * CENT;
  return price < ONE_DOLLAR ? price : undefined;
}
