/**
 * The steps of a scanner over the bytes of one JSON object. Each is given a position and gives the
 * next one, or −1 for what it is not sure of; what it passes is what `JSON.parse` accepts, with the
 * same value.
 *
 * The object's last byte is a closing brace. It ends every loop over digits, so most steps read
 * single bytes without comparing with the end.
 *
 * These are functions of a position, not methods of a cursor, and they name characters by literal
 * numbers: so the position stays in a register, and no constant is loaded for a comparison, which
 * bench/decode_bench.ts notices.
 * @module
 */
import { Literal } from "./literal.ts";

const TRUE = new Literal("true");
const FALSE = new Literal("false");
const NULL = new Literal("null");

/** The bytes of the object that is scanned. */
export class FrameBytes {
  /** The bytes around it. */
  data: Uint8Array = new Uint8Array(0);
  /** The same bytes, for words. */
  view: DataView = new DataView(new ArrayBuffer(0));
  /** Where it ends. */
  end = 0;

  // Frames with bytes of their own are copied, which costs less than a view of each.
  readonly #copy = new Uint8Array(16_384);
  readonly #copyView = new DataView(this.#copy.buffer);

  /** Turns to `data[start, end)`. False when those bytes do not end in a closing brace. */
  set(data: Uint8Array, start: number, end: number): boolean {
    if (start === 0 && end === data.length && end <= this.#copy.length) {
      this.#copy.set(data);
      this.data = this.#copy;
      this.view = this.#copyView;
    } else if (data !== this.data) {
      this.data = data;
      this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    }
    this.end = end;
    return end > start && data[end - 1] === 0x7d /* } */;
  }

  /** The ASCII text of `[start, end)`. */
  slice(start: number, end: number): string {
    return String.fromCharCode(...this.data.subarray(start, end));
  }
}

/** Passes `literal`. */
export function passLiteral(bytes: FrameBytes, pos: number, literal: Literal): number {
  const after = pos + literal.length;
  if (after > bytes.end) return -1;
  const words = literal.words;
  const last = words.length - 1;
  if (last < 0) return passShort(bytes, pos, literal);
  const view = bytes.view;
  for (let k = 0; k < last; k++, pos += 8) {
    if (view.getFloat64(pos, true) !== words[k]) return -1;
  }
  return view.getFloat64(after - 8, true) === words[last] ? after : -1;
}

/** Passes a literal of less than eight bytes. */
function passShort(bytes: FrameBytes, pos: number, literal: Literal): number {
  const data = bytes.data;
  const expected = literal.bytes;
  for (let k = 0; k < expected.length; k++, pos++) if (data[pos] !== expected[k]) return -1;
  return pos;
}

/** Passes the text up to a closing quote: ASCII without controls and escapes. */
export function passText(bytes: FrameBytes, pos: number): number {
  const { data, view, end } = bytes;
  // Four bytes at a time, as long as none is a quote, a backslash, a control or beyond ASCII.
  for (const last = end - 4; pos <= last; pos += 4) {
    const word = view.getInt32(pos, true);
    const special = ((word ^ 0x22222222) - 0x01010101) | ((word ^ 0x5c5c5c5c) - 0x01010101) |
      (word - 0x20202020) | word;
    if ((special & 0x80808080) !== 0) break;
  }
  for (; pos < end; pos++) {
    const code = data[pos]!;
    if (code === 0x22 /* " */) return pos;
    if (code === 0x5c /* \ */ || code < 0x20 || code > 0x7e) return -1;
  }
  return -1;
}

/** Passes a number without exponent, `true`, `false` or `null`. */
export function passBare(bytes: FrameBytes, pos: number): number {
  const data = bytes.data;
  const start = pos;
  if (data[pos] === 0x2d /* - */) pos++;
  const first = pos;
  while (isDigit(data[pos]!)) pos++;
  if (pos === first) return pos > start ? -1 : passWord(bytes, pos);
  if (pos > first + 1 && data[first] === 0x30 /* 0 */) return -1;
  if (data[pos] !== 0x2e /* . */) return pos;
  const fraction = ++pos;
  while (isDigit(data[pos]!)) pos++;
  return pos === fraction ? -1 : pos;
}

function passWord(bytes: FrameBytes, pos: number): number {
  return Math.max(
    passLiteral(bytes, pos, TRUE),
    passLiteral(bytes, pos, FALSE),
    passLiteral(bytes, pos, NULL),
  );
}

/** Whether a byte is a digit. */
export function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
