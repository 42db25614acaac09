import {
  type EpochMicros,
  formatIsoTime,
  formatPrice,
  formatQuantity,
  ONE_DOLLAR,
  parseIsoTime,
} from "@ssmd/core";
import { isObject, type JsonObject } from "../../../wire/json_object.ts";
import type { TickerEvent } from "../../exchange_event.ts";
import type { CatalogObject, ExchangeCatalog } from "../../exchange_source.ts";
import type { MarketHistories, MarketHistory } from "./market_history.ts";
import type { RecordedObjects } from "./recorded_objects.ts";

/** What a {@link RecordedCatalog} is made of. */
export interface RecordedKnowledge {
  /** When the recording begins. */
  readonly start: EpochMicros;
  /** What its frames tell. */
  readonly histories: MarketHistories;
  /** REST objects that came with it. */
  readonly objects: RecordedObjects;
  /** The newest ticker that was played. */
  readonly tickerOf: (ticker: string) => TickerEvent | undefined;
}

/** When what happened to a market, as far as the recording and its REST objects tell. */
interface Life {
  readonly created: EpochMicros;
  readonly open: EpochMicros;
  readonly close: EpochMicros;
  readonly determined: EpochMicros;
  readonly settled: EpochMicros;
}

type Status = "initialized" | "active" | "closed" | "determined" | "finalized";

/**
 * What REST said while the recording was made, as of any moment of it: the recorded objects with
 * their status put back and without what was not known then. A market without an object gets one
 * from its lifecycle messages and its frames: it is open from its first to its last frame unless a
 * message says otherwise, and its event and series are guessed from its ticker.
 */
export class RecordedCatalog implements ExchangeCatalog {
  readonly #knowledge: RecordedKnowledge;

  /** Reads `knowledge` anew on every question. */
  constructor(knowledge: RecordedKnowledge) {
    this.#knowledge = knowledge;
  }

  /** Every market that had been created, newest first. */
  markets(time: EpochMicros): readonly CatalogObject[] {
    const { histories, objects } = this.#knowledge;
    const tickers = new Set([...objects.markets.keys()]);
    for (const [ticker] of histories.entries()) tickers.add(ticker);
    return [...tickers].map((ticker) => ({ ticker, life: this.#lifeOf(ticker) }))
      .filter(({ life }) => life.created <= time)
      .sort((a, b) => b.life.created - a.life.created)
      .map(({ ticker, life }) => this.#market(ticker, life, time));
  }

  /** The events of these markets. */
  events(time: EpochMicros): readonly CatalogObject[] {
    const { objects } = this.#knowledge;
    const tickers = new Set(this.markets(time).map((market) => String(market["event_ticker"])));
    for (const ticker of objects.events.keys()) tickers.add(ticker);
    return [...tickers].map((ticker) =>
      objects.events.get(ticker)?.object ?? {
        event_ticker: ticker,
        series_ticker: seriesIn(ticker),
        title: ticker,
        sub_title: "",
        collateral_return_type: "",
        mutually_exclusive: false,
        settlement_sources: null,
      }
    );
  }

  /** The series of these events. Without an object nothing is said about its fees. */
  series(time: EpochMicros): readonly CatalogObject[] {
    const { objects } = this.#knowledge;
    const tickers = new Set(this.events(time).map((event) => String(event["series_ticker"])));
    for (const ticker of objects.series.keys()) tickers.add(ticker);
    return [...tickers].map((ticker) =>
      objects.series.get(ticker)?.object ?? {
        ticker,
        frequency: "custom",
        title: ticker,
        category: "",
        tags: null,
        settlement_sources: null,
        contract_url: "",
        contract_terms_url: "",
        additional_prohibitions: null,
      }
    );
  }

  /** The changes of series fees that came with the recording, past and planned. */
  feeChanges(_time: EpochMicros): readonly CatalogObject[] {
    return [...this.#knowledge.objects.feeChanges.values()];
  }

  #lifeOf(ticker: string): Life {
    const { start, objects, histories } = this.#knowledge;
    const recorded = objects.markets.get(ticker);
    const history = histories.get(ticker);
    const open = recorded?.read.openTime ?? secondsIn(history?.created, "open_ts") ??
      history?.first ?? start;
    const close = recorded?.read.closeTime ?? history?.close ??
      (history === undefined
        ? Infinity
        : Math.min(history.determined?.time ?? Infinity, history.last + 1));
    const settlement = recorded?.read.settlement;
    const settled = history?.settled ?? settlement?.time ?? Infinity;
    const determined = history?.determined?.time ??
      (settlement === undefined ? settled : Math.min(settled, settlement.time));
    const created = timeIn(recorded?.object, "created_time") ?? Math.min(start, open);
    return { created, open, close, determined: Math.max(close, determined), settled };
  }

  #market(ticker: string, life: Life, time: EpochMicros): CatalogObject {
    const { objects, histories, tickerOf } = this.#knowledge;
    const recorded = objects.markets.get(ticker);
    const status = statusAt(life, time);
    const known = status === "determined" || status === "finalized";
    const base = recorded?.object ?? objectFromHistory(ticker, life, histories.get(ticker));
    // Fetched after its end: everything stands in it.
    if (known && recorded?.read.settlement !== undefined) return { ...base, status };
    const quotes = quotesOf(tickerOf(ticker), status);
    const result = known ? resultOf(histories.get(ticker)) : NO_RESULT;
    const settled = status === "finalized" ? formatIsoTime(life.settled) : null;
    const updated = formatIsoTime(known ? life.determined : life.created);
    return { ...base, ...quotes, ...result, settlement_ts: settled, updated_time: updated, status };
  }
}

const NO_RESULT = { result: "", settlement_value_dollars: null, expiration_value: "" };

function resultOf(history: MarketHistory | undefined): CatalogObject {
  const msg = history?.determined?.msg;
  const { result, settlement_value: value } = msg ?? {};
  return {
    result: typeof result === "string" ? result : "",
    settlement_value_dollars: typeof value === "string" ? value : null,
    expiration_value: "",
  };
}

function statusAt({ open, close, determined, settled }: Life, time: EpochMicros): Status {
  if (time < open) return "initialized";
  if (time < close) return "active";
  if (time < determined) return "closed";
  return time < settled ? "determined" : "finalized";
}

/** The quotes of the newest ticker; none once the market is closed. */
function quotesOf(ticker: TickerEvent | undefined, status: Status): CatalogObject {
  const open = status === "active" ? ticker : undefined;
  const { yesBid = 0, yesAsk = ONE_DOLLAR, yesBidSize = 0, yesAskSize = 0 } = open ?? {};
  const lastPrice = formatPrice(ticker?.lastPrice ?? 0);
  return {
    yes_bid_dollars: formatPrice(yesBid),
    yes_bid_size_fp: formatQuantity(yesBidSize),
    yes_ask_dollars: formatPrice(yesAsk),
    yes_ask_size_fp: formatQuantity(yesAskSize),
    no_bid_dollars: formatPrice(ONE_DOLLAR - yesAsk),
    no_ask_dollars: formatPrice(ONE_DOLLAR - yesBid),
    last_price_dollars: lastPrice,
    previous_yes_bid_dollars: formatPrice(0),
    previous_yes_ask_dollars: formatPrice(ONE_DOLLAR),
    previous_price_dollars: lastPrice,
    volume_fp: formatQuantity(ticker?.volume ?? 0),
    volume_24h_fp: formatQuantity(ticker?.volume ?? 0),
    open_interest_fp: formatQuantity(ticker?.openInterest ?? 0),
  };
}

function objectFromHistory(
  ticker: string,
  life: Life,
  history: MarketHistory | undefined,
): CatalogObject {
  const metadata = history?.created?.["additional_metadata"];
  const told = isObject(metadata) ? metadata : {};
  const text = (name: string) => typeof told[name] === "string" ? told[name] : "";
  const close = formatIsoTime(life.close);
  return {
    ticker,
    event_ticker: text("event_ticker") || eventIn(ticker),
    market_type: "binary",
    title: text("title") || ticker,
    yes_sub_title: text("yes_sub_title"),
    no_sub_title: text("no_sub_title"),
    created_time: formatIsoTime(life.created),
    open_time: formatIsoTime(life.open),
    close_time: close,
    latest_expiration_time: close,
    settlement_timer_seconds: 1,
    notional_value_dollars: formatPrice(ONE_DOLLAR),
    can_close_early: told["can_close_early"] === true,
    settlement_bounds_type: "default",
    ...strikeIn(told),
    rules_primary: text("rules_primary"),
    rules_secondary: text("rules_secondary"),
    price_level_structure: history?.created?.["price_level_structure"] ?? "",
    price_ranges: history?.created?.["price_ranges"] ?? [],
  };
}

function strikeIn(told: JsonObject): CatalogObject {
  const names = ["strike_type", "floor_strike", "cap_strike", "custom_strike"];
  return Object.fromEntries(names.filter((name) => name in told).map((name) => [name, told[name]]));
}

/** The exchange warns against it, but of a bare recording there is nothing better. */
function eventIn(ticker: string): string {
  const dash = ticker.lastIndexOf("-");
  return dash > 0 ? ticker.slice(0, dash) : ticker;
}

function seriesIn(eventTicker: string): string {
  return eventTicker.split("-", 1)[0]!;
}

function secondsIn(msg: JsonObject | undefined, name: string): EpochMicros | undefined {
  const value = msg?.[name];
  return typeof value === "number" && Number.isInteger(value) ? value * 1_000_000 : undefined;
}

function timeIn(object: JsonObject | undefined, name: string): EpochMicros | undefined {
  const value = object?.[name];
  return typeof value === "string" ? parseIsoTime(value) : undefined;
}
