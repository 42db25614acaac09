import {
  type EpochMicros,
  formatIsoTime,
  formatPrice,
  formatQuantity,
  ONE_DOLLAR,
} from "@ssmd/core";
import type { CatalogObject, ExchangeCatalog } from "../../exchange_source.ts";
import { NO, YES } from "./synthetic_book.ts";
import type { SyntheticEvent } from "./synthetic_event.ts";
import type { SyntheticMarket } from "./synthetic_market.ts";
import { strikeNumber, strikeText, titleOf } from "./synthetic_messages.ts";
import { priceRangesOf, valueText } from "./synthetic_series.ts";
import type { SyntheticWindow } from "./synthetic_window.ts";

/** What {@link SyntheticCatalog} looks at, anew on every question. */
export interface SyntheticView {
  /** The windows that are remembered, oldest first. */
  readonly windows: readonly SyntheticWindow[];
  /** When the exchange began; its series exist since then. */
  readonly start: EpochMicros;
  /** How long settled markets are remembered. */
  readonly retain: EpochMicros;
}

/** A market's object, for as long as nothing changes in it. */
interface MadeObject {
  readonly status: Status;
  readonly changes: number;
  readonly object: CatalogObject;
}

/**
 * What REST says about the made-up markets. The status follows the time asked for; quotes and
 * volumes are those of the newest event that was made, at most a batch of events ahead of it.
 */
export class SyntheticCatalog implements ExchangeCatalog {
  readonly #view: () => SyntheticView;
  /** What was made for each window's markets, by their places: most change rarely or no more. */
  readonly #made = new WeakMap<SyntheticWindow, (MadeObject | undefined)[]>();

  /** Asks `view` for what there is at present. */
  constructor(view: () => SyntheticView) {
    this.#view = view;
  }

  /** Every market that is created and not yet forgotten, newest first. */
  markets(time: EpochMicros): readonly CatalogObject[] {
    const found: CatalogObject[] = [];
    for (const window of this.#windows(time)) {
      for (let index = window.markets.length - 1; index >= 0; index--) {
        const market = window.markets[index]!;
        if (window.timeOf("created", market) <= time) {
          found.push(this.#object(window, market, time));
        }
      }
    }
    return found;
  }

  /** The events of these markets. */
  events(time: EpochMicros): readonly CatalogObject[] {
    return this.#windows(time).flatMap((window) =>
      window.events.flatMap((event, index) => {
        const created = window.timeOf("created", window.markets[window.firsts[index]!]!);
        return created <= time ? [eventObject(event, created)] : [];
      })
    );
  }

  /** All series, whatever the time. */
  series(_time: EpochMicros): readonly CatalogObject[] {
    const { windows, start } = this.#view();
    return windows[0]!.events.map(({ series }) => ({
      ticker: series.ticker,
      frequency: "fifteen_min",
      title: `${series.title} in 15 minutes (made up)`,
      category: series.category,
      categories: [series.category],
      tags: null,
      settlement_sources: null,
      contract_url: "",
      contract_terms_url: "",
      fee_type: series.feeType,
      fee_multiplier: series.feeMultiplier,
      additional_prohibitions: null,
      last_updated_ts: formatIsoTime(start),
      exchange_index: 2,
    }));
  }

  #object(window: SyntheticWindow, market: SyntheticMarket, time: EpochMicros): CatalogObject {
    let made = this.#made.get(window);
    if (made === undefined) {
      made = window.markets.map(() => undefined);
      this.#made.set(window, made);
    }
    const status = statusOf(window, market, time);
    const { index, changes } = market;
    const last = made[index];
    if (last?.status === status && last.changes === changes) return last.object;
    const object = marketObject(window, market, status);
    made[index] = { status, changes, object };
    return object;
  }

  /** Newest first, without those that are forgotten at `time`. */
  #windows(time: EpochMicros): SyntheticWindow[] {
    const { windows, retain } = this.#view();
    return windows.filter(({ settled }) => settled + retain >= time).reverse();
  }
}

function eventObject(event: SyntheticEvent, created: EpochMicros): CatalogObject {
  const { ticker, series, close } = event;
  return {
    event_ticker: ticker,
    series_ticker: series.ticker,
    title: `${series.title} in 15 minutes (made up)`,
    sub_title: "",
    collateral_return_type: "",
    mutually_exclusive: false,
    settlement_sources: null,
    strike_date: formatIsoTime(close),
    product_metadata: { cadence: "fifteen_min" },
    last_updated_ts: formatIsoTime(created),
    exchange_index: 2,
  };
}

type Status = "initialized" | "active" | "closed" | "determined" | "finalized";

function statusOf(window: SyntheticWindow, market: SyntheticMarket, time: EpochMicros): Status {
  if (time < window.open) return "initialized";
  if (time < window.close) return "active";
  if (time < window.timeOf("determined", market) || market.result === undefined) return "closed";
  return time < window.timeOf("settled", market) ? "determined" : "finalized";
}

function marketObject(
  window: SyntheticWindow,
  market: SyntheticMarket,
  status: Status,
): CatalogObject {
  const { event, result } = market;
  const { series } = event;
  // Bids only while the market trades, a result only once it is determined.
  const book = status === "active" ? market.book : undefined;
  const yes = book?.best[YES] ?? 0;
  const no = book?.best[NO] ?? 0;
  const known = status === "determined" || status === "finalized";
  const created = formatIsoTime(window.timeOf("created", market));
  const close = formatIsoTime(window.close);
  const settled = formatIsoTime(window.timeOf("settled", market));
  const strike = strikeText(market);
  const volume = formatQuantity(market.volume);
  return {
    ticker: market.ticker,
    event_ticker: event.ticker,
    market_type: "binary",
    title: titleOf(market),
    subtitle: strike,
    yes_sub_title: strike,
    no_sub_title: strike,
    created_time: created,
    updated_time: known ? formatIsoTime(window.timeOf("determined", market)) : created,
    open_time: formatIsoTime(window.open),
    close_time: close,
    expected_expiration_time: close,
    latest_expiration_time: settled,
    settlement_timer_seconds: 60,
    status,
    yes_bid_dollars: formatPrice(yes * series.tick),
    yes_bid_size_fp: formatQuantity(book?.size(YES, yes) ?? 0),
    yes_ask_dollars: formatPrice(ONE_DOLLAR - no * series.tick),
    yes_ask_size_fp: formatQuantity(book?.size(NO, no) ?? 0),
    no_bid_dollars: formatPrice(no * series.tick),
    no_ask_dollars: formatPrice(ONE_DOLLAR - yes * series.tick),
    last_price_dollars: formatPrice(market.lastPrice),
    previous_yes_bid_dollars: formatPrice(0),
    previous_yes_ask_dollars: formatPrice(ONE_DOLLAR),
    previous_price_dollars: formatPrice(0),
    volume_fp: volume,
    volume_24h_fp: volume,
    open_interest_fp: formatQuantity(market.openInterest),
    notional_value_dollars: formatPrice(ONE_DOLLAR),
    result: known ? result : "",
    can_close_early: false,
    expiration_value: known ? valueText(series, Math.floor(event.end!)) : "",
    settlement_value_dollars: known ? formatPrice(result === "yes" ? ONE_DOLLAR : 0) : null,
    settlement_ts: status === "finalized" ? settled : null,
    settlement_bounds_type: "default",
    strike_type: "greater_or_equal",
    floor_strike: strikeNumber(market),
    rules_primary: "",
    rules_secondary: "",
    price_level_structure: series.structure,
    price_ranges: priceRangesOf(series),
    exchange_index: 2,
  };
}
