/**
 * What Kalshi's series, events and fee change rows say about fees, as it was written: whether it
 * can be charged is decided when a market asks for it (see `FeeSchedule`).
 * @module
 */
import type { EpochMicros } from "@ssmd/core";
import { parseFeeMultiplier } from "./fee_multiplier.ts";
import { ObjectFields } from "./object_fields.ts";
import type { JsonObject } from "./wire/json_object.ts";

/** A fee as an object states it; a part that it leaves open is absent. */
export interface StatedFee {
  /** The fee type's name, known to us or not. */
  readonly type?: string;
  /** The factor on the fee as the exchange wrote it, usable or not. */
  readonly multiplier?: number | string;
}

/** A series: what its events and markets inherit. */
export interface SeriesObject {
  /** The series' ticker. */
  readonly ticker: string;
  /** For people. */
  readonly title?: string;
  /** The fee when the object was fetched. */
  readonly fee: StatedFee;
  /** When the exchange last changed the object. */
  readonly updatedTime?: EpochMicros;
}

/** A row of `/series/fee_changes`. */
export interface SeriesFeeChange {
  /** The series. */
  readonly seriesTicker: string;
  /** From when the fee holds. */
  readonly time: EpochMicros;
  /** The fee from then on. */
  readonly fee: StatedFee;
}

/** An event: what its markets inherit. */
export interface EventObject {
  /** The event's ticker. */
  readonly ticker: string;
  /** The series that it belongs to. */
  readonly seriesTicker?: string;
  /** For people. */
  readonly title?: string;
  /** What replaces the series' fee, as of when the object was fetched. */
  readonly override: StatedFee;
  /** When the exchange last changed the object. */
  readonly updatedTime?: EpochMicros;
}

/** A row of `/events/fee_changes`. */
export interface EventFeeChange {
  /** The event. */
  readonly eventTicker: string;
  /** The event's series. */
  readonly seriesTicker?: string;
  /** From when the override holds. */
  readonly time: EpochMicros;
  /** What replaces the series' fee from then on; empty when the override ends. */
  readonly override: StatedFee;
}

/** Reads a series object named `ticker`; fields that cannot be used add to `problems`. */
export function readSeries(object: JsonObject, ticker: string, problems: string[]): SeriesObject {
  const fields = new ObjectFields(object, ticker, problems);
  const title = fields.text("title");
  const updatedTime = fields.time("last_updated_ts");
  return {
    ticker,
    fee: readFee(fields, object, "fee_type", "fee_multiplier"),
    ...(title !== undefined && { title }),
    ...(updatedTime !== undefined && { updatedTime }),
  };
}

/** Reads an event object named `ticker`; fields that cannot be used add to `problems`. */
export function readEvent(object: JsonObject, ticker: string, problems: string[]): EventObject {
  const fields = new ObjectFields(object, ticker, problems);
  const seriesTicker = fields.text("series_ticker");
  const title = fields.text("title");
  const updatedTime = fields.time("last_updated_ts");
  return {
    ticker,
    override: readFee(fields, object, "fee_type_override", "fee_multiplier_override"),
    ...(seriesTicker !== undefined && { seriesTicker }),
    ...(title !== undefined && { title }),
    ...(updatedTime !== undefined && { updatedTime }),
  };
}

/** Reads a row about the series `seriesTicker` whose time is known. */
export function readSeriesFeeChange(
  object: JsonObject,
  seriesTicker: string,
  time: EpochMicros,
  problems: string[],
): SeriesFeeChange {
  const fields = new ObjectFields(object, seriesTicker, problems);
  return { seriesTicker, time, fee: readFee(fields, object, "fee_type", "fee_multiplier") };
}

/** Reads a row about the event `eventTicker` whose time is known. */
export function readEventFeeChange(
  object: JsonObject,
  eventTicker: string,
  time: EpochMicros,
  problems: string[],
): EventFeeChange {
  const fields = new ObjectFields(object, eventTicker, problems);
  const seriesTicker = fields.text("series_ticker");
  return {
    eventTicker,
    time,
    override: readFee(fields, object, "fee_type_override", "fee_multiplier_override"),
    ...(seriesTicker !== undefined && { seriesTicker }),
  };
}

/** Keeps what is given even when it is unusable: a fee that cannot be read must not become none. */
function readFee(
  fields: ObjectFields,
  object: JsonObject,
  typeField: string,
  multiplierField: string,
): StatedFee {
  const type = object[typeField] ?? undefined;
  const multiplier = object[multiplierField] ?? undefined;
  if (type !== undefined && typeof type !== "string") fields.problem(typeField, "a text");
  if (multiplier !== undefined && parseFeeMultiplier(multiplier) === undefined) {
    fields.problem(multiplierField, "a number with at most four decimals, not negative");
  }
  return {
    ...(type !== undefined && type !== "" && { type: asText(type) }),
    ...(multiplier !== undefined && {
      multiplier: typeof multiplier === "number" ? multiplier : asText(multiplier),
    }),
  };
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
