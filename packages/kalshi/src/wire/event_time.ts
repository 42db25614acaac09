import { type EpochMicros, parseIsoTime } from "@ssmd/core";
import { type DecimalRule, POWERS_OF_TEN, readDecimal } from "./decimal.ts";
import { type FrameBytes, passLiteral, passText } from "./frame_bytes.ts";
import { Literal } from "./literal.ts";

/** Seconds as a decimal, in microseconds. */
export const SECONDS: DecimalRule = {
  decimals: 6,
  signed: false,
  most: Number.MAX_SAFE_INTEGER,
};

const MINUTE_LENGTH = "2026-08-11T02:45".length;
/** No time is written longer. */
const LONGEST = 40;

/** A JSON value as a time: seconds as a decimal, or RFC 3339 text. NaN when it is neither. */
export function readTime(value: unknown): EpochMicros {
  const seconds = readDecimal(value, SECONDS);
  const time = Number.isNaN(seconds) && typeof value === "string" ? parseIsoTime(value) : seconds;
  return time !== undefined && time >= 0 ? time : NaN;
}

/**
 * {@link readTime} on the bytes of a text. Times of neighbouring frames mostly lie in one minute, so
 * the last minute's text is remembered with its value, and only seconds are parsed.
 */
export class EventTimeScan {
  #minute = new Literal(" ");
  #minuteStart: EpochMicros = NaN;

  /** Passes a time up to its closing quote and puts it into `into[index]`. */
  pass(bytes: FrameBytes, pos: number, into: Float64Array, index: number): number {
    const seconds = passLiteral(bytes, pos, this.#minute);
    if (seconds >= 0) {
      const after = passSeconds(bytes, seconds, this.#minuteStart, into, index);
      if (after >= 0) return after;
    }
    return this.#passAny(bytes, pos, into, index);
  }

  #passAny(bytes: FrameBytes, pos: number, into: Float64Array, index: number): number {
    const after = passText(bytes, pos);
    if (after < 0 || after - pos > LONGEST) return -1;
    const text = bytes.slice(pos, after);
    const minute = text.slice(0, MINUTE_LENGTH);
    const minuteStart = readTime(`${minute}:00Z`);
    if (!Number.isNaN(minuteStart)) {
      this.#minute = new Literal(minute);
      this.#minuteStart = minuteStart;
    }
    const time = readTime(text);
    into[index] = time;
    return Number.isNaN(time) ? -1 : after;
  }
}

/** Passes `:SS`, up to six decimals and `Z"`, and puts that after `minute` into `into[index]`. */
function passSeconds(
  bytes: FrameBytes,
  pos: number,
  minute: EpochMicros,
  into: Float64Array,
  index: number,
): number {
  const data = bytes.data;
  const zero = 0x30;
  const tens = data[pos + 1]! - zero;
  const ones = data[pos + 2]! - zero;
  if (data[pos] !== 0x3a /* : */ || tens >>> 0 > 5 || ones >>> 0 > 9) return -1;
  let micros = tens * 10 + ones;
  let missing = 6;
  pos += 3;
  if (data[pos] === 0x2e /* . */) {
    let digit = data[++pos]! - zero;
    if (digit >>> 0 > 9) return -1;
    for (; digit >>> 0 < 10 && missing > 0; digit = data[++pos]! - zero, missing--) {
      micros = (Math.imul(micros, 10) + digit) | 0;
    }
  }
  if (data[pos] !== 0x5a /* Z */ || data[pos + 1] !== 0x22 /* " */) return -1;
  into[index] = minute + micros * POWERS_OF_TEN[missing]!;
  return pos + 1;
}
