import { type EpochMicros, SsmdError } from "@ssmd/core";
import { parseFeeMultiplier } from "./fee_multiplier.ts";
import type {
  EventFeeChange,
  EventObject,
  SeriesFeeChange,
  SeriesObject,
  StatedFee,
} from "./fee_objects.ts";
import type { MarketObject } from "./market_object.ts";

/** A fee type whose formula Kalshi has published. */
export type FeeType =
  | "quadratic"
  | "quadratic_with_maker_fees"
  | "quadratic_with_combo_maker_fees";

const FEE_TYPES: readonly FeeType[] = [
  "quadratic",
  "quadratic_with_maker_fees",
  "quadratic_with_combo_maker_fees",
];

/** What a market charges at some time. */
export interface MarketFees {
  /** Chooses the formula. */
  readonly type: FeeType;
  /** The factor on the formula in 1/10,000; 0 means no fee. */
  readonly multiplier: number;
  /** Who states it: the event where it overrides anything, else the series, else nobody. */
  readonly source: "event" | "series" | "assumed";
  /** Whether the market's fee waiver was still running. */
  readonly waived: boolean;
}

/** What a {@link FeeSchedule} is made of, as `parseMarketObjects` finds it. */
export interface FeeSources {
  /** Series and their current fees. */
  readonly series?: readonly SeriesObject[];
  /** `/series/fee_changes` with `show_historical=true`. */
  readonly seriesFeeChanges?: readonly SeriesFeeChange[];
  /** Events: the way from a market to its series, and their current overrides. */
  readonly events?: readonly EventObject[];
  /** `/events/fee_changes`. */
  readonly eventFeeChanges?: readonly EventFeeChange[];
  /** Markets: the way to their events, and their fee waivers. */
  readonly markets?: readonly MarketObject[];
}

interface DatedFee {
  readonly time: EpochMicros;
  readonly fee: StatedFee;
}

const NOTHING: StatedFee = {};

/** Kalshi's fees by market and time. Of two objects with one ticker the later in the list counts. */
export class FeeSchedule {
  readonly #markets = new Map<string, MarketObject>();
  readonly #events = new Map<string, EventObject>();
  readonly #series = new Map<string, SeriesObject>();
  readonly #eventChanges = new Map<string, DatedFee[]>();
  readonly #seriesChanges = new Map<string, DatedFee[]>();
  readonly #seriesOfEvent = new Map<string, string>();
  readonly #assumed = new Set<string>();

  /** Takes over what `sources` state; nothing is refused before a market asks for it. */
  constructor(sources: FeeSources) {
    for (const market of sources.markets ?? []) this.#markets.set(market.ticker, market);
    for (const series of sources.series ?? []) this.#series.set(series.ticker, series);
    for (const { seriesTicker, time, fee } of sources.seriesFeeChanges ?? []) {
      insert(this.#seriesChanges, seriesTicker, { time, fee });
    }
    for (const { eventTicker, seriesTicker, time, override } of sources.eventFeeChanges ?? []) {
      insert(this.#eventChanges, eventTicker, { time, fee: override });
      if (seriesTicker !== undefined) this.#seriesOfEvent.set(eventTicker, seriesTicker);
    }
    for (const event of sources.events ?? []) {
      this.#events.set(event.ticker, event);
      const { seriesTicker } = event;
      if (seriesTicker !== undefined) this.#seriesOfEvent.set(event.ticker, seriesTicker);
    }
  }

  /** Markets for which {@link feesOf} had to assume something, each once, in the order of asking. */
  get assumedMarkets(): readonly string[] {
    return [...this.#assumed];
  }

  /**
   * The fees of `ticker` at `time`: the event's override, part by part, over the fee of the
   * series. Each comes from the latest change that was in force; a change in the future never
   * applies. Before the first change of a series its own object counts, which may be younger than
   * that, or else the earliest change. What nobody states is assumed to be `quadratic` and 1, and
   * the market is added to {@link assumedMarkets}. Throws `SsmdError` `unknown_fee` for a stated
   * type that has no published formula, `invalid_input` for a multiplier that is no exact number.
   */
  feesOf(ticker: string, time: EpochMicros): MarketFees {
    const market = this.#markets.get(ticker);
    const event = market?.eventTicker;
    const series = event === undefined ? undefined : this.#seriesOfEvent.get(event);
    const override = event === undefined ? NOTHING : this.#overrideOf(event, time);
    const base = series === undefined ? NOTHING : this.#seriesFee(series, time);
    const type = override.type ?? base.type;
    const multiplier = override.multiplier ?? base.multiplier;

    const assumed = type === undefined || multiplier === undefined;
    const overridden = override.type !== undefined || override.multiplier !== undefined;
    const fees: MarketFees = {
      type: checkFeeType(type ?? "quadratic", ticker),
      multiplier: checkMultiplier(multiplier ?? 1, ticker),
      source: assumed ? "assumed" : overridden ? "event" : "series",
      waived: (market?.feeWaiverExpirationTime ?? -Infinity) > time,
    };
    if (assumed) this.#assumed.add(ticker);
    return fees;
  }

  #seriesFee(series: string, time: EpochMicros): StatedFee {
    const changes = this.#seriesChanges.get(series) ?? [];
    return inForce(changes, time) ?? this.#series.get(series)?.fee ?? changes[0]?.fee ?? NOTHING;
  }

  #overrideOf(event: string, time: EpochMicros): StatedFee {
    const changes = this.#eventChanges.get(event) ?? [];
    const current = this.#events.get(event)?.override ?? NOTHING;
    // An object that says what one of the changes brought was fetched after it and tells nothing
    // about the time before, when an event normally has no override.
    const younger = changes.some((change) => isSameFee(change.fee, current));
    return inForce(changes, time) ?? (younger ? NOTHING : current);
  }
}

/** Keeps the changes of a ticker in the order of time; equal times stay in the order given. */
function insert(changes: Map<string, DatedFee[]>, ticker: string, change: DatedFee): void {
  const list = changes.get(ticker);
  if (list === undefined) changes.set(ticker, [change]);
  else {
    list.push(change);
    list.sort((one, other) => one.time - other.time);
  }
}

function inForce(changes: readonly DatedFee[], time: EpochMicros): StatedFee | undefined {
  let fee: StatedFee | undefined;
  for (const change of changes) {
    if (change.time > time) break;
    fee = change.fee;
  }
  return fee;
}

function isSameFee(one: StatedFee, other: StatedFee): boolean {
  return one.type === other.type &&
    parseFeeMultiplier(one.multiplier) === parseFeeMultiplier(other.multiplier);
}

function checkFeeType(type: string, ticker: string): FeeType {
  const known = FEE_TYPES.find((name) => name === type);
  if (known !== undefined) return known;
  throw new SsmdError(
    "unknown_fee",
    `Cannot compute the fees of ${ticker}: the formula of fee type "${type}" is not known`,
  );
}

function checkMultiplier(multiplier: number | string, ticker: string): number {
  const parsed = parseFeeMultiplier(multiplier);
  if (parsed !== undefined) return parsed;
  throw new SsmdError(
    "invalid_input",
    `Cannot use ${JSON.stringify(multiplier)} as the fee multiplier of ${ticker}: ` +
      "expected a number with at most four decimals, not negative",
  );
}
