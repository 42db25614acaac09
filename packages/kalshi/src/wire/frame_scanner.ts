import { type EpochMicros, SIDE_NO, SIDE_YES, type SymbolTable } from "@ssmd/core";
import { POWERS_OF_TEN } from "./decimal.ts";
import { EventTimeScan } from "./event_time.ts";
import type { Frame } from "./frame.ts";
import { FrameBytes, passBare, passLiteral, passText } from "./frame_bytes.ts";
import { ENTRY_PRICE, ENTRY_SIZE } from "./frame_type.ts";
import { SCANNED_TYPES } from "./frame_types.ts";
import type { Ladder } from "./ladder.ts";
import { Literal } from "./literal.ts";
import { MarketIds } from "./market_ids.ts";
import type { FrameShape, Shape } from "./shape.ts";
import { learnShape } from "./shape_lesson.ts";

const TRUE = new Literal("true");
const FALSE = new Literal("false");
const MOST_SHAPES = 64;
const SHORTEST = '{"type":"trade","msg":{}}'.length;

/**
 * Reads the frames that come by the million straight from their bytes. It takes a frame only if it
 * understands every byte of it, and then the result is that of the reader of parsed JSON. It refuses
 * types it was not made for, whitespace, escapes, non-ASCII, exponents, lists and objects where it
 * knows none, repeated keys, and every value that the reader would note as invalid.
 */
export class FrameScanner {
  readonly #bytes = new FrameBytes();
  readonly #times = new EventTimeScan();
  readonly #markets: MarketIds;
  readonly #types = new Map(SCANNED_TYPES.map((type) => [type.name, type]));
  /** The shapes met so far, at most 64. */
  readonly #shapes: FrameShape[] = [];
  #learned = 0;
  /** The shape of the frame that was scanned last. */
  #last: FrameShape | undefined;
  /** The shape to try first, by bytes in which the types differ. */
  readonly #guesses: (FrameShape | undefined)[] = new Array(16).fill(undefined);

  /** Looks markets up in `symbols`; a new one stays in the frame as a name. */
  constructor(symbols: SymbolTable) {
    this.#markets = new MarketIds(symbols);
  }

  /** Fills `frame` from `data[start, end)`. False when it refuses; then `frame` holds anything. */
  scan(data: Uint8Array, start: number, end: number, frame: Frame): boolean {
    if (end - start < SHORTEST || !this.#bytes.set(data, start, end)) return false;
    const key = (data[start + 9]! + data[start + 10]! + data[start + 19]!) & 15;
    const guess = this.#guesses[key];
    if (guess !== undefined && this.#read(guess, start, end, frame)) return true;
    const found = this.#search(start, end, frame);
    if (found === undefined) return false;
    this.#guesses[key] = found;
    return true;
  }

  /**
   * What core's `exchangeTime` says of the frame that was scanned last, into `frame`; NaN when it has to
   * be asked.
   */
  exchangeTime(frame: Frame): EpochMicros {
    const clock = this.#last?.clock;
    if (clock === undefined) return NaN;
    const time = frame.values[clock.index]!;
    return time % clock.unit === 0 && Number.isSafeInteger(time) ? time : NaN;
  }

  /** Fills `frame` by the one shape that fits, known or new. */
  #search(start: number, end: number, frame: Frame): FrameShape | undefined {
    for (const shape of this.#shapes) if (this.#read(shape, start, end, frame)) return shape;
    const shape = learnShape(this.#bytes, start, this.#types);
    if (shape === undefined || !this.#read(shape, start, end, frame)) return undefined;
    this.#shapes[this.#learned++ % MOST_SHAPES] = shape;
    return shape;
  }

  #read(as: FrameShape, start: number, end: number, frame: Frame): boolean {
    frame.begin(as.type, as.type.name, as.unknown);
    if (this.#pass(as.shape, start, frame) !== end) return false;
    frame.usable = as.usable;
    frame.places = as.places;
    this.#last = as;
    return true;
  }

  /**
   * Passes bytes of `shape` and puts the values into `frame`. Gives the position after them, or −1.
   *
   * The loop over fixed bytes and the one over digits are written out here, with everything that
   * they use in local variables, because every frame spends its time in them.
   */
  #pass(shape: Shape, pos: number, frame: Frame): number {
    const bytes = this.#bytes;
    const { data, view, end } = bytes;
    const { steps, words } = shape;
    const values = frame.values;
    for (let k = 0;; k++) {
      const step = steps[k]!;

      // The fixed bytes before the value, eight at a time.
      const length = step.length;
      const start = pos + length;
      if (start > end) return -1;
      if (length < 8) {
        const fixed = step.bytes;
        for (let at = 0; at < length; at++) if (data[pos + at] !== fixed[at]) return -1;
      } else {
        let word = step.word;
        for (const last = start - 8; pos < last; pos += 8, word++) {
          if (view.getFloat64(pos, true) !== words[word]) return -1;
        }
        if (view.getFloat64(start - 8, true) !== words[word]) return -1;
      }
      pos = start;

      switch (step.form) {
        case "decimal": {
          // What `readDecimal` takes, in up to 15 characters: then the shortest text of a JSON number
          // is the text that stands here, but for zeros at its end.
          let digit = data[pos]! - 0x30;
          const negative = digit === -3;
          if (negative) {
            if (!step.signed) return -1;
            digit = data[++pos]! - 0x30;
          }
          const first = pos;
          let high = 0;
          for (const nine = pos + 9; digit >>> 0 < 10 && pos < nine; digit = data[++pos]! - 0x30) {
            high = (Math.imul(high, 10) + digit) | 0;
          }
          if (pos === first) return -1;
          if (pos > first + 1 && data[first] === 0x30 && !step.quoted) return -1;
          let value = high;
          for (; digit >>> 0 < 10; digit = data[++pos]! - 0x30) value = value * 10 + digit;
          let scale = step.decimals;
          value *= POWERS_OF_TEN[scale]!;
          if (digit === -2) {
            const point = pos;
            let fraction = 0;
            for (digit = data[++pos]! - 0x30; digit >>> 0 < 10; digit = data[++pos]! - 0x30) {
              if (scale > 0) {
                fraction = (Math.imul(fraction, 10) + digit) | 0;
                scale--;
              } else if (digit !== 0) return -1;
            }
            if (pos === point + 1) return -1;
            value += fraction * POWERS_OF_TEN[scale]!;
          }
          if (pos > first + 15 || value > step.most) return -1;
          values[step.index] = negative && value !== 0 ? -value : value;
          break;
        }
        case "text":
          pos = passText(bytes, pos);
          break;
        case "ticker":
          pos = this.#markets.pass(bytes, pos, frame);
          break;
        case "time":
          pos = this.#times.pass(bytes, pos, values, step.index);
          break;
        case "side":
          pos = passSide(bytes, pos, values, step.index);
          break;
        case "flag":
          pos = passFlag(bytes, pos, values, step.index);
          break;
        case "bare":
          pos = passBare(bytes, pos);
          break;
        case "empty":
          values[step.index] = NaN;
          break;
        case "ladder":
          pos = this.#passLadder(step.entry, pos, frame, frame.ladder(step.index));
          break;
        case "end":
          return pos;
      }
      if (pos < 0) return -1;
    }
  }

  #passLadder(entry: Shape | undefined, pos: number, frame: Frame, ladder: Ladder): number {
    const data = this.#bytes.data;
    ladder.length = 0;
    if (data[pos] !== 0x5b /* [ */) return -1;
    pos++;
    if (entry === undefined) return data[pos] === 0x5d /* ] */ ? pos + 1 : -1;
    for (;; pos++) {
      pos = this.#pass(entry, pos, frame);
      if (pos < 0) return -1;
      ladder.push(frame.values[ENTRY_PRICE]!, frame.values[ENTRY_SIZE]!);
      if (data[pos] !== 0x2c /* , */) return data[pos] === 0x5d /* ] */ ? pos + 1 : -1;
    }
  }
}

/** Passes `yes` or `no`. */
function passSide(bytes: FrameBytes, pos: number, into: Float64Array, index: number): number {
  const data = bytes.data;
  if (data[pos] === 0x6e && data[pos + 1] === 0x6f) {
    into[index] = SIDE_NO;
    return pos + 2;
  }
  into[index] = SIDE_YES;
  const isYes = data[pos] === 0x79 && data[pos + 1] === 0x65 && data[pos + 2] === 0x73;
  return isYes ? pos + 3 : -1;
}

function passFlag(bytes: FrameBytes, pos: number, into: Float64Array, index: number): number {
  const after = passLiteral(bytes, pos, TRUE);
  into[index] = after < 0 ? 0 : 1;
  return after < 0 ? passLiteral(bytes, pos, FALSE) : after;
}
