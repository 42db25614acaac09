import { type EpochMicros, MICROS_PER_SECOND } from "@ssmd/core";
import { isObject } from "../wire/json_object.ts";

/**
 * When the record in the text of a line was received: its `_received_at`, else the exchange's `ts_ms`
 * in `msg`; `undefined` when it has neither.
 */
export function receiveTime(line: string): EpochMicros | undefined {
  const json: unknown = line === "" ? undefined : JSON.parse(line);
  if (!isObject(json)) return undefined;
  const msg = json["msg"];
  return exactTime(json["_received_at"], 1) ??
    (isObject(msg) ? exactTime(msg["ts_ms"], 1000) : undefined);
}

/** The exchange's time in seconds as a receive time; `undefined` for none. */
export function receiveTimeOf(ts: number): EpochMicros | undefined {
  return exactTime(ts, MICROS_PER_SECOND);
}

function exactTime(value: unknown, unit: number): EpochMicros | undefined {
  const micros = typeof value === "number" ? Math.round(value * unit) : NaN;
  return micros > 0 && Number.isSafeInteger(micros) ? micros : undefined;
}
