import type { EpochMicros } from "@ssmd/core";
import type { GapPolicy } from "./gap_policy.ts";
import type { MarketDisplay } from "./market_display.ts";
import type { NewOrder, RefusalReason } from "./order.ts";
import type { SharedData } from "./shared_data.ts";

/** Says which orders a run may not send to the market, and when a market trades. */
export class TradingGate {
  /** From here on nobody can tell what is displayed. */
  dataEnd: EpochMicros = Infinity;
  readonly #shared: SharedData;
  readonly #gaps: GapPolicy;
  readonly #displayOf: (ticker: string) => MarketDisplay | undefined;

  /** `displayOf` gives what the run sees of a market. */
  constructor(
    shared: SharedData,
    gaps: GapPolicy,
    displayOf: (ticker: string) => MarketDisplay | undefined,
  ) {
    this.#shared = shared;
    this.#gaps = gaps;
    this.#displayOf = displayOf;
  }

  /**
   * Whether `ticker` trades at `time`: from its open to its close or settlement. The close is the
   * last word about it, which a strategy may not know yet: what never traded fills nothing.
   */
  isTrading(ticker: string, time: EpochMicros): boolean {
    const { given, closes, settlements } = this.#shared;
    const openTime = given?.get(ticker)?.openTime ?? -Infinity;
    return openTime <= time && time < Math.min(closes.endOf(ticker), settlements.timeOf(ticker));
  }

  /** Why the order cannot be filled at `time`, whatever is displayed; `undefined` when it may be. */
  barredFrom({ ticker, action }: NewOrder, time: EpochMicros): RefusalReason | undefined {
    const { given, data } = this.#shared;
    if (given !== undefined && !given.has(ticker)) return "unknown market";
    // What was displayed last need not be there any more, and nobody can tell.
    if (this.dataEnd < time) return "after the data";
    if (!this.isTrading(ticker, time)) return "closed";
    if (this.#gaps === "ignore") return undefined;
    if (this.#displayOf(ticker)?.stale) return "stale book";
    const excluded = this.#gaps === "exclude" && action === "buy" &&
      (data.find(ticker)?.losses ?? 0) > 0;
    return excluded ? "excluded" : undefined;
  }
}
