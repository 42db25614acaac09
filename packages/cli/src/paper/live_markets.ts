import type { RowFollower } from "@ssmd/backtest";
import {
  type EpochMicros,
  type EventBatch,
  EventKind,
  NO_MARKET,
  type Price,
  type Settlement,
  type SettlementSource,
} from "@ssmd/core";
import type { MarketLifecycle } from "@ssmd/kalshi";

/** What is known of a market; plain data. */
export interface LiveMarket {
  /** What one YES contract pays, once that was determined. */
  readonly yesValue?: Price;
  /** When it was settled. */
  readonly settledTime?: EpochMicros;
}

/** Learns from the stream's own announcements what markets pay. */
export class LiveMarkets implements RowFollower, SettlementSource {
  /** `lifecycle`. */
  readonly name = "lifecycle";
  readonly #markets: Map<string, LiveMarket>;
  #settled: string[] = [];

  /** Goes on from what {@link save} gave. */
  constructor(saved: Readonly<Record<string, LiveMarket>> = {}) {
    this.#markets = new Map(Object.entries(saved));
  }

  /** What `ticker` paid, once that and its settlement were announced. */
  settlementOf(ticker: string): Settlement | undefined {
    const { yesValue, settledTime } = this.#markets.get(ticker) ?? {};
    if (yesValue === undefined || settledTime === undefined) return undefined;
    return { yesValue, time: settledTime, timeSource: "settlement_ts" };
  }

  /** Takes note of a row that announces a value or a settlement. */
  apply(batch: EventBatch, row: number): void {
    if (batch.kind[row] !== EventKind.lifecycle || batch.market[row] === NO_MARKET) return;
    // The detail of KalshiDecoder's lifecycle rows.
    const detail = batch.details[batch.ref[row]!] as MarketLifecycle;
    const ticker = batch.symbols.name(batch.market[row]!);
    const { settlementValue, settledTime } = detail;
    if (settlementValue === undefined && settledTime === undefined) return;
    const known = this.#markets.get(ticker);
    this.#markets.set(ticker, {
      ...known,
      ...(settlementValue === undefined ? {} : { yesValue: settlementValue }),
      ...(settledTime === undefined ? {} : { settledTime }),
    });
    if (known?.settledTime === undefined && this.settlementOf(ticker) !== undefined) {
      this.#settled.push(ticker);
    }
  }

  /** The markets whose settlement has become known since the last call. */
  takeSettled(): readonly string[] {
    const settled = this.#settled;
    if (settled.length > 0) this.#settled = [];
    return settled;
  }

  /** Everything that is known, by ticker. */
  save(): Readonly<Record<string, LiveMarket>> {
    return Object.fromEntries(this.#markets);
  }
}
