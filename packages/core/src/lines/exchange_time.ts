import { type EpochMicros, MICROS_PER_SECOND } from "../clock.ts";
import { skipSpace } from "./json_text.ts";
import { parseIsoTime } from "../time_text.ts";

const QUOTE = 0x22;
const COLON = 0x3a;
/** No time is written longer. */
const MAX_TEXT = 40;

/**
 * The exchange's time in a frame that was stored without a receive time: its `ts_ms` in whole
 * milliseconds, else its `ts` in whole seconds or as ISO 8601 text. NaN when there is neither. The
 * first such member counts, at any depth; a number too large to be exact in microseconds has another
 * unit and counts as none.
 */
export function exchangeTime(data: Uint8Array, start: number, end: number): EpochMicros {
  let seconds = NaN;
  for (let i = nextTs(data, start, end); i >= 0; i = nextTs(data, i + 3, end)) {
    if (data[i + 3] === QUOTE) {
      if (Number.isNaN(seconds)) seconds = readSeconds(data, valueStart(data, i + 4, end), end);
    } else if (
      data[i + 3] === 0x5f && data[i + 4] === 0x6d && data[i + 5] === 0x73 && data[i + 6] === QUOTE
    ) {
      const millis = readWhole(data, valueStart(data, i + 7, end), end, 1000);
      if (!Number.isNaN(millis)) return millis;
    }
  }
  return seconds;
}

/** Where the next `"ts"` or `"ts_` starts, or −1: every fourth byte tells whether one may be around it. */
function nextTs(data: Uint8Array, start: number, end: number): number {
  for (let i = start + 3; i < end;) {
    const byte = data[i]!;
    if (byte === QUOTE || byte === 0x5f /* _ */) {
      if (data[i - 1] === 0x73 && data[i - 2] === 0x74 && data[i - 3] === QUOTE) return i - 3;
      i += byte === QUOTE ? 3 : 4;
    } else if (byte === 0x73 /* s */) i += 1;
    else i += byte === 0x74 /* t */ ? 2 : 4;
  }
  return -1;
}

function readSeconds(data: Uint8Array, start: number, end: number): EpochMicros {
  if (data[start] !== QUOTE) return readWhole(data, start, end, MICROS_PER_SECOND);
  const close = data.indexOf(QUOTE, start + 1);
  if (close < 0 || close >= end || close - start > MAX_TEXT) return NaN;
  return parseIsoTime(String.fromCharCode(...data.subarray(start + 1, close))) ?? NaN;
}

/** The whole number at `start`, times `unit`; NaN for anything else and for what is not exact. */
function readWhole(data: Uint8Array, start: number, end: number, unit: number): EpochMicros {
  let i = start;
  let value = 0;
  while (i < end && data[i]! >= 0x30 && data[i]! <= 0x39) value = value * 10 + data[i++]! - 0x30;
  if (i === start) return NaN;
  if (i < end && data[i] === 0x2e) { do i++; while (i < end && data[i] === 0x30); }
  // What lies behind the end belongs to nobody.
  const next = i < end ? data[i]! : 0;
  // More than zeros behind the point, or an exponent: not whole.
  if (next === 0x65 || next === 0x45 || (next >= 0x30 && next <= 0x39)) return NaN;
  return Number.isSafeInteger(value * unit) ? value * unit : NaN;
}

/** Where the value starts when a colon follows at `at`; `end` when none does. */
function valueStart(data: Uint8Array, at: number, end: number): number {
  const colon = skipSpace(data, at, end);
  return colon < end && data[colon] === COLON ? skipSpace(data, colon + 1, end) : end;
}
