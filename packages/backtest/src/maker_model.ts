import type { EpochMicros, Quantity } from "@ssmd/core";
import type { FillAssumption } from "./fill_assumption.ts";

/** Where a resting order stands in the queue at its price; plain data that its model changes. */
export interface QueuePlace {
  /** Contracts of others that trade before it. */
  ahead: Quantity;
  /** How much of the queue ahead went away lately without a trade so far. */
  fallen: Quantity;
  /** When the last of that was. */
  fallenAt: EpochMicros;
}

/**
 * Decides when an order that rests would have been filled. A model sees only what happens at the
 * order's own price, and trades that go through it; what it says of a trade's contracts is shared
 * among all orders of the run, so that each contract fills one of them at most.
 */
export interface MakerModel {
  /** Names the model in a result. */
  readonly name: string;
  /** What its fills rest on. */
  readonly assumption: FillAssumption;
  /** The place of an order that begins to rest where `displayed` is shown; absent when unknown. */
  join(displayed: Quantity | undefined, time: EpochMicros): QueuePlace;
  /** `displayed` is shown now at the order's price. */
  observe(place: QueuePlace, displayed: Quantity, time: EpochMicros): void;
  /**
   * `size` contracts traded against the order's side of the book: at the order's price, or `through`
   * it at one that is worse for the taker. Gives how many of them get past what is ahead.
   */
  trade(place: QueuePlace, size: Quantity, through: boolean, time: EpochMicros): Quantity;
}

/** What is ahead where nobody can tell: more than will ever trade. */
const UNKNOWN_QUEUE: Quantity = Number.MAX_SAFE_INTEGER;

/**
 * How long a display that shrank may be ahead of its trade. A recorded Kalshi tape has the book's
 * change before the trade for 96 % of the trades, mostly in the same millisecond.
 */
const TRADE_LAG: EpochMicros = 1_000_000;

/**
 * Joins behind everything displayed at its price. Trades at the price take from the queue ahead
 * first; what cancels there is taken to have been behind, until less is displayed than is ahead. A
 * trade through the price fills at once.
 */
export const queueMaker: MakerModel = {
  name: "queue",
  assumption: "queue",
  join: (displayed) => ({ ahead: displayed ?? UNKNOWN_QUEUE, fallen: 0, fallenAt: 0 }),
  observe(place, displayed, time) {
    if (displayed >= place.ahead) return;
    const known = place.ahead !== UNKNOWN_QUEUE;
    if (known) place.fallen = recentlyFallen(place, time) + place.ahead - displayed;
    place.fallenAt = time;
    place.ahead = displayed;
  },
  trade(place, size, through, time) {
    if (through) {
      place.ahead = 0;
      return size;
    }
    if (place.ahead === UNKNOWN_QUEUE) return 0;
    // A trade whose contracts have left the display already must not shorten the queue twice.
    const fallen = recentlyFallen(place, time);
    const counted = Math.min(fallen, size);
    place.fallen = fallen - counted;
    const left = size - counted;
    const past = Math.max(0, left - place.ahead);
    place.ahead -= left - past;
    return past;
  },
};

/** Fills only when a trade goes through its price: whoever was ahead then was served. */
export const throughMaker: MakerModel = {
  name: "through",
  assumption: "through",
  join: () => ({ ahead: 0, fallen: 0, fallenAt: 0 }),
  observe() {},
  trade: (_place, size, through) => through ? size : 0,
};

/** Fills with every trade at its price, as if nobody were ahead: the best case. */
export const touchMaker: MakerModel = {
  name: "touch",
  assumption: "touch",
  join: () => ({ ahead: 0, fallen: 0, fallenAt: 0 }),
  observe() {},
  trade: (_place, size) => size,
};

function recentlyFallen({ fallen, fallenAt }: QueuePlace, time: EpochMicros): Quantity {
  return time - fallenAt <= TRADE_LAG ? fallen : 0;
}
