import type { EpochMicros, Money, Quantity, Side } from "@ssmd/core";
import type { OrderId } from "../order.ts";

/** What a model has in a market, from the order that enters to the last contract gone. */
export interface Holding {
  /** The names of the signals that agreed; the group of its orders. */
  readonly group: string;
  /** Which outcome the contracts pay on. */
  readonly side: Side;
  /** The entry while it is on its way or rests; 0 once it is over. */
  entryOrder: OrderId;
  /** The order that closes while it is on its way; 0 without one. */
  exitOrder: OrderId;
  /** The resting offer at the take-profit price; 0 without one. */
  offerOrder: OrderId;
  /** The order that is being cancelled; 0 without one. */
  cancelling: OrderId;
  /** Whether gains are taken by taking: the offer was refused, or an exit found too little. */
  takesGains: boolean;
  /** When the first contract was bought; 0 before. */
  entered: EpochMicros;
  /** Contracts held. */
  quantity: Quantity;
  /** What they cost, without fees. */
  cost: Money;
}

/** A holding whose entry is on its way. */
export function newHolding(group: string, side: Side, entryOrder: OrderId): Holding {
  return {
    group,
    side,
    entryOrder,
    exitOrder: 0,
    offerOrder: 0,
    cancelling: 0,
    takesGains: false,
    entered: 0,
    quantity: 0,
    cost: 0,
  };
}
