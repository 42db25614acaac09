import type { EpochMicros, Price } from "@ssmd/core";
import { readTime } from "./event_time.ts";
import { readDecimal } from "./decimal.ts";
import { DOLLARS, INTEGER } from "./field_rule.ts";
import type { Frame } from "./frame.ts";
import { isObject, type JsonObject } from "./json_object.ts";

/** A part of a market's price range and the smallest step of prices in it. */
export interface PriceRange {
  /** Where it begins. */
  readonly start: Price;
  /** Where it ends. */
  readonly end: Price;
  /** The distance of neighbouring prices. */
  readonly step: Price;
}

/**
 * The detail of a `lifecycle` row: a market was created, opened, paused, determined, settled … Which
 * members there are depends on {@link event}; what the frame did not give is absent. A member of
 * `additional_metadata` stands beside the others, since some events give it at the top.
 */
export interface MarketLifecycle {
  /** `created`, `activated`, `deactivated`, `close_date_updated`, `determined`, `settled` … */
  readonly event?: string;
  /** When trading opens. */
  readonly openTime?: EpochMicros;
  /** When trading closes. */
  readonly closeTime?: EpochMicros;
  /** When the outcome is expected. */
  readonly expectedExpirationTime?: EpochMicros;
  /** When the outcome was determined. */
  readonly determinationTime?: EpochMicros;
  /** When the market was settled; a `settled` event does not repeat the result. */
  readonly settledTime?: EpochMicros;
  /** `yes`, `no`, `scalar` … */
  readonly result?: string;
  /** What one YES contract pays. */
  readonly settlementValue?: Price;
  /** Whether trading is paused. */
  readonly deactivated?: boolean;
  /** The exchange's shard. */
  readonly exchangeIndex?: number;
  /** The exchange's name for the tick sizes. */
  readonly priceLevelStructure?: string;
  /** The tick sizes. */
  readonly priceRanges?: readonly PriceRange[];
  /** The event that the market belongs to. */
  readonly eventTicker?: string;
  /** The market's short name. */
  readonly name?: string;
  /** The question. */
  readonly title?: string;
  /** What YES stands for. */
  readonly yesSubTitle?: string;
  /** What NO stands for; mostly the text of YES. */
  readonly noSubTitle?: string;
  /** The rule that decides. */
  readonly rulesPrimary?: string;
  /** What else the rules say. */
  readonly rulesSecondary?: string;
  /** Whether it may close before its close time. */
  readonly canCloseEarly?: boolean;
  /** `greater`, `between`, `structured` … */
  readonly strikeType?: string;
  /** The lower strike, in the unit of what is measured. */
  readonly floorStrike?: number;
  /** The upper strike, in the unit of what is measured. */
  readonly capStrike?: number;
  /** A strike that is no number, as the exchange wrote it. */
  readonly customStrike?: unknown;
}

/** Gives `undefined` for a value that it cannot use. */
type Read = (value: unknown) => unknown;

const seconds: Read = (value) => numberOrNone(readTime(value));
const integer: Read = (value) => numberOrNone(readDecimal(value, INTEGER));
const text: Read = (value) => typeof value === "string" ? value : undefined;
const flag: Read = (value) => typeof value === "boolean" ? value : undefined;
const json: Read = (value) => value;

const METADATA: ReadonlyMap<string, readonly [keyof MarketLifecycle, Read]> = new Map([
  ["name", ["name", text]],
  ["title", ["title", text]],
  ["yes_sub_title", ["yesSubTitle", text]],
  ["no_sub_title", ["noSubTitle", text]],
  ["rules_primary", ["rulesPrimary", text]],
  ["rules_secondary", ["rulesSecondary", text]],
  ["can_close_early", ["canCloseEarly", flag]],
  ["event_ticker", ["eventTicker", text]],
  ["expected_expiration_ts", ["expectedExpirationTime", seconds]],
  ["strike_type", ["strikeType", text]],
  ["floor_strike", ["floorStrike", measure]],
  ["cap_strike", ["capStrike", measure]],
  ["custom_strike", ["customStrike", json]],
]);

const MEMBERS: ReadonlyMap<string, readonly [keyof MarketLifecycle, Read]> = new Map([
  ["event_type", ["event", text]],
  ["open_ts", ["openTime", seconds]],
  ["close_ts", ["closeTime", seconds]],
  ["determination_ts", ["determinationTime", seconds]],
  ["settled_ts", ["settledTime", seconds]],
  ["result", ["result", text]],
  ["settlement_value", ["settlementValue", price]],
  ["is_deactivated", ["deactivated", flag]],
  ["exchange_index", ["exchangeIndex", integer]],
  ["price_level_structure", ["priceLevelStructure", text]],
  ["price_ranges", ["priceRanges", priceRanges]],
  ...METADATA,
]);

/** The fields of `msg` that {@link readMarketLifecycle} reads. */
export const MARKET_LIFECYCLE_FIELDS: readonly string[] = [
  ...MEMBERS.keys(),
  "additional_metadata",
];

/** Normalises `msg` of a market lifecycle frame; what it cannot use is noted in `frame`. */
export function readMarketLifecycle(msg: JsonObject, frame: Frame): MarketLifecycle {
  const lifecycle: Partial<Record<keyof MarketLifecycle, unknown>> = {};
  const metadata = msg["additional_metadata"];
  if (isObject(metadata)) {
    for (const name of Object.keys(metadata)) {
      if (METADATA.has(name)) continue;
      frame.unknown.push(`${frame.typeName}.additional_metadata.${name}`);
    }
    readMembers(metadata, METADATA, "additional_metadata.", lifecycle, frame);
  } else if (metadata !== undefined && metadata !== null) {
    frame.noteInvalid("additional_metadata");
  }
  readMembers(msg, MEMBERS, "", lifecycle, frame);
  return lifecycle as MarketLifecycle; // every member was made by the reader of its type
}

function readMembers(
  from: JsonObject,
  members: ReadonlyMap<string, readonly [keyof MarketLifecycle, Read]>,
  prefix: string,
  into: Partial<Record<keyof MarketLifecycle, unknown>>,
  frame: Frame,
): void {
  for (const [name, [member, read]] of members) {
    const value = from[name];
    if (value === undefined || value === null) continue;
    const result = read(value);
    if (result === undefined) frame.noteInvalid(prefix + name);
    else into[member] = result;
  }
}

function price(value: unknown): Price | undefined {
  return numberOrNone(readDecimal(value, DOLLARS));
}

/** A strike is a measurement, not money: a double holds it as well as the exchange does. */
function measure(value: unknown): number | undefined {
  if (typeof value === "string" && !/^-?\d+(\.\d+)?$/.test(value)) return undefined;
  const result = typeof value === "string" ? Number(value) : value;
  return typeof result === "number" && Number.isFinite(result) ? result : undefined;
}

function priceRanges(value: unknown): readonly PriceRange[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const ranges: PriceRange[] = [];
  for (const entry of value as unknown[]) {
    if (!isObject(entry)) return undefined;
    const start = price(entry["start"]);
    const end = price(entry["end"]);
    const step = price(entry["step"]);
    if (start === undefined || end === undefined || step === undefined) return undefined;
    ranges.push({ start, end, step });
  }
  return ranges;
}

function numberOrNone(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
