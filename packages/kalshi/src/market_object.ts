import {
  type EpochMicros,
  type MarketInfo,
  ONE_DOLLAR,
  type Price,
  type Settlement,
} from "@ssmd/core";
import { ObjectFields } from "./object_fields.ts";
import type { JsonObject } from "./wire/json_object.ts";

/** A market as one REST answer described it. */
export interface MarketObject extends Omit<MarketInfo, "seriesTicker" | "closes"> {
  /** When the exchange last changed the object; tells which of two answers is newer. */
  readonly updatedTime?: EpochMicros;
  /** When the answer was received; absent where the recording does not say. */
  readonly receivedTime?: EpochMicros;
  /** Until when trading this market is free of fees. */
  readonly feeWaiverExpirationTime?: EpochMicros;
}

/**
 * Reads a market object named `ticker`, of the fixed-point form or of the older one in cents.
 * `parentEvent` is the event that it was nested in. Fields that cannot be used add to `problems`.
 */
export function readMarket(
  object: JsonObject,
  ticker: string,
  parentEvent: string | undefined,
  problems: string[],
): MarketObject {
  const fields = new ObjectFields(object, ticker, problems);
  const eventTicker = fields.text("event_ticker") ?? parentEvent;
  const title = fields.text("title") ?? fields.text("yes_sub_title");
  const openTime = fields.time("open_time");
  const closeTime = fields.time("close_time");
  const updatedTime = fields.time("updated_time");
  const feeWaiverExpirationTime = fields.time("fee_waiver_expiration_time");
  const settlement = readSettlement(fields, closeTime);
  return {
    ticker,
    ...(eventTicker !== undefined && { eventTicker }),
    ...(title !== undefined && { title }),
    ...(openTime !== undefined && { openTime }),
    ...(closeTime !== undefined && { closeTime }),
    ...(updatedTime !== undefined && { updatedTime }),
    ...(feeWaiverExpirationTime !== undefined && { feeWaiverExpirationTime }),
    ...(settlement !== undefined && { settlement }),
  };
}

/** A market without a result has none, whatever its other fields say. */
function readSettlement(
  fields: ObjectFields,
  closeTime: EpochMicros | undefined,
): Settlement | undefined {
  const result = fields.text("result");
  if (result === undefined) return undefined;
  const yesValue = readYesValue(fields, result);
  if (yesValue === undefined) return undefined;
  const settled = fields.time("settlement_ts");
  if (settled !== undefined) return { yesValue, time: settled, timeSource: "settlement_ts" };
  if (closeTime !== undefined) return { yesValue, time: closeTime, timeSource: "close_time" };
  fields.problem("settlement_ts", "a time for the result, or close_time");
  return undefined;
}

function readYesValue(fields: ObjectFields, result: string): Price | undefined {
  const stated = fields.dollars("settlement_value_dollars") ?? fields.cents("settlement_value");
  const implied = result === "yes" ? ONE_DOLLAR : result === "no" ? 0 : undefined;
  if (stated === undefined && implied === undefined) {
    fields.problem("settlement_value_dollars", `a value for the result "${result}"`);
  } else if (stated !== undefined && implied !== undefined && stated !== implied) {
    fields.problem("settlement_value_dollars", `the value of the result "${result}"`);
  }
  return stated ?? implied;
}
