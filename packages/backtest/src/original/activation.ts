import type { MarketState } from "../momentum/market_state.ts";

/** What an {@link Activation} says of a market. */
export const Activity = {
  /** It has never been active. */
  never: 0,
  /** It has been, and is not now. */
  before: 1,
  /** It is active. */
  now: 2,
} as const;
/** One of the values of {@link Activity}. */
export type Activity = typeof Activity[keyof typeof Activity];

const NEVER: typeof Activity.never = 0;
const BEFORE: typeof Activity.before = 1;
const NOW: typeof Activity.now = 2;

/** Which markets are or were active: those that traded enough dollars within a window. */
export class Activation {
  /** Seconds. */
  readonly window: number;
  /** The markets that became active, in that order. */
  readonly tickers: string[] = [];
  readonly #dollars: number;
  // By market id. A market that was not active as of a change of its volume is not before the next.
  readonly #activity: Activity[] = [];
  readonly #inactiveAt: number[] = [];

  /** Active from `dollars` within `window` seconds on. */
  constructor(dollars: number, window: number) {
    this.#dollars = dollars;
    this.window = window;
  }

  /** Says that there is another market, whose id is the next one. */
  meet(): void {
    this.#activity.push(NEVER);
    this.#inactiveAt.push(-1);
  }

  /** Looks at a market after each of its events. */
  follow(id: number, state: MarketState): Activity {
    const before = this.#activity[id]!;
    if (this.#inactiveAt[id] === state.volumeChanges) return before;
    if (state.dollarVolume(this.window) >= this.#dollars) {
      if (before === NEVER) this.tickers.push(state.ticker);
      this.#activity[id] = BEFORE;
      return NOW;
    }
    this.#inactiveAt[id] = state.volumeChanges;
    return before;
  }
}
