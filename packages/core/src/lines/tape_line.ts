import type { EpochMicros } from "../clock.ts";
import { tryParseDecimal } from "../fixed_point.ts";
import { decodeUtf8, equalsAscii, scanObject, skipSpace } from "./json_text.ts";

const OPEN_BRACE = 0x7b;
const QUOTE = 0x22;
const TYPE_KEY = `"type"`;
const TYPE_FRONT = `{${TYPE_KEY}`;

/** The frame within a tape's line. */
export interface TapeLine {
  /** The recorder's receive time; NaN unless `recv_ms` is a plain number with at most 3 decimals. */
  readonly tsRecv: EpochMicros;
  /** Where the frame starts. */
  readonly start: number;
  /** Where it ends. */
  readonly end: number;
}

/**
 * Recognises `{"recv_ms":<milliseconds>,"event":<frame>}` with its members in any order and any
 * white space, or gives `undefined`. Other members beside them are passed over, but a line whose first
 * member is `type` is taken for a frame.
 */
export function readTapeLine(data: Uint8Array, start: number, end: number): TapeLine | undefined {
  if (!mayBeTape(data, start, end)) return undefined;
  let tsRecv: number | undefined;
  let frameStart = -1;
  let frameEnd = -1;
  const ok = scanObject(data, start, end, (keyStart, keyEnd, valueStart, valueEnd) => {
    if (equalsAscii(data, keyStart, keyEnd, "recv_ms")) {
      tsRecv = readMillis(data, valueStart, valueEnd);
    } else if (equalsAscii(data, keyStart, keyEnd, "event") && data[valueStart] === OPEN_BRACE) {
      frameStart = valueStart;
      frameEnd = valueEnd;
    }
  });
  if (!ok || tsRecv === undefined || frameStart < 0) return undefined;
  return { tsRecv, start: frameStart, end: frameEnd };
}

/** Spares most bare frames the scan: a frame begins with its type, a tape's line with another key. */
function mayBeTape(data: Uint8Array, start: number, end: number): boolean {
  // Most lines begin like this, without white space.
  if (equalsAscii(data, start, start + TYPE_FRONT.length, TYPE_FRONT)) return false;
  const brace = skipSpace(data, start, end);
  const key = skipSpace(data, brace + 1, end);
  return data[brace] === OPEN_BRACE && !equalsAscii(data, key, key + TYPE_KEY.length, TYPE_KEY);
}

function readMillis(data: Uint8Array, start: number, end: number): EpochMicros {
  const quoted = data[start] === QUOTE;
  const text = decodeUtf8(data, quoted ? start + 1 : start, quoted ? end - 1 : end);
  const micros = tryParseDecimal(text ?? "", 3);
  return micros === undefined || micros < 0 ? NaN : micros;
}
