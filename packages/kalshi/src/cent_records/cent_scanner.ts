import { Frame } from "../wire/frame.ts";
import { FrameBytes, passBare, passText } from "../wire/frame_bytes.ts";
import { UNKNOWN_TYPE } from "../wire/frame_types.ts";
import { MarketIds } from "../wire/market_ids.ts";
import type { CentColumns } from "./cent_columns.ts";
import { learnCentShape } from "./cent_lesson.ts";
import { CentForm, type CentShape } from "./cent_shape.ts";

const MOST_SHAPES = 64;
const SHORTEST = '{"msg":{"market_ticker":"A"}}\n'.length;
const POWERS_OF_TEN: Float64Array = Float64Array.from(
  { length: 10 },
  (_, exponent) => Number(`1e${exponent}`),
);

/**
 * Reads the lines that come by the million straight from their bytes, by comparing them with shapes
 * that it knows. It takes a line only if it understands every byte of it, and then the row is the one
 * that `readCentLine` gives. It refuses escapes, non-ASCII, exponents, numbers of more than 15
 * digits, lists, objects but `msg`, and repeated keys.
 */
export class CentScanner {
  readonly #bytes = new FrameBytes();
  readonly #columns: CentColumns;
  readonly #markets: MarketIds;
  /** Where {@link MarketIds} put what they find. */
  readonly #market = new Frame(UNKNOWN_TYPE);
  /** The shapes met so far, at most 64. */
  readonly #shapes: CentShape[] = [];
  #learned = 0;
  /** The shape to try first, by bytes in which the types differ. */
  readonly #guesses: (CentShape | undefined)[] = new Array(16).fill(undefined);

  /** Adds rows to `columns`. */
  constructor(columns: CentColumns) {
    this.#columns = columns;
    this.#markets = new MarketIds(columns.symbols);
  }

  /** Turns to other lines; the last byte is a newline. */
  turnTo(lines: Uint8Array): void {
    const bytes = this.#bytes;
    bytes.data = lines;
    bytes.view = new DataView(lines.buffer, lines.byteOffset, lines.byteLength);
    bytes.end = lines.length;
  }

  /** Adds the row of the line at `start`, and gives where the next one begins; −1: it refuses. */
  scan(start: number): number {
    const { data, end } = this.#bytes;
    if (end - start < SHORTEST) return -1;
    const key = (data[start + 9]! + data[start + 10]! + data[start + 19]!) & 15;
    const guess = this.#guesses[key];
    if (guess !== undefined) {
      const next = this.#read(guess, start);
      if (next >= 0) return next;
    }
    for (const shape of this.#shapes) {
      const next = this.#read(shape, start);
      if (next < 0) continue;
      this.#guesses[key] = shape;
      return next;
    }
    return this.#learn(start, key);
  }

  #learn(start: number, key: number): number {
    const bytes = this.#bytes;
    const end = bytes.data.indexOf(0x0a, /* \n */ start);
    const shape = learnCentShape(bytes, start, end, this.#columns.capacity);
    const next = shape === undefined ? -1 : this.#read(shape, start);
    if (shape !== undefined && next >= 0) {
      this.#shapes[this.#learned++ % MOST_SHAPES] = shape;
      this.#guesses[key] = shape;
    }
    return next;
  }

  #read(as: CentShape, start: number): number {
    const columns = this.#columns;
    const row = columns.length;
    const market = this.#market;
    market.marketName = undefined;
    columns.side[row] = 0;
    const next = this.#pass(as, start, row);
    if (next < 0) return -1;
    columns.kind[row] = as.kind;
    columns.market[row] = market.marketName === undefined
      ? market.marketId
      : columns.intern(market.marketName);
    const { numbers } = columns;
    const { absent } = as;
    for (let k = 0; k < absent.length; k++) numbers[absent[k]! + row] = NaN;
    if (!as.timed) numbers[row] = 0;
    columns.length = row + 1;
    return next;
  }

  /**
   * Passes bytes of `shape` and puts the values into `row`. Gives the position after them, or −1.
   *
   * The loop over fixed bytes and the one over digits are written out here, with everything that
   * they use in local variables, because every line spends its time in them.
   */
  #pass(shape: CentShape, pos: number, row: number): number {
    const bytes = this.#bytes;
    const { data, view, end } = bytes;
    const { steps, words } = shape;
    const { numbers, side } = this.#columns;
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
        case CentForm.decimal: {
          // Up to 15 digits are an exact integer, and one division by an exact power of ten rounds
          // as `Number` does.
          let digit = data[pos]! - 0x30;
          const negative = digit === -3;
          if (negative) digit = data[++pos]! - 0x30;
          const first = pos;
          let high = 0;
          for (const nine = pos + 9; digit >>> 0 < 10 && pos < nine; digit = data[++pos]! - 0x30) {
            high = (Math.imul(high, 10) + digit) | 0;
          }
          if (pos === first) return -1;
          if (pos > first + 1 && data[first] === 0x30 && !step.quoted) return -1;
          let value = high;
          for (; digit >>> 0 < 10; digit = data[++pos]! - 0x30) value = value * 10 + digit;
          let shift = step.shift;
          if (digit === -2) {
            const point = pos + 1;
            let fraction = 0;
            for (digit = data[++pos]! - 0x30; digit >>> 0 < 10; digit = data[++pos]! - 0x30) {
              fraction = (Math.imul(fraction, 10) + digit) | 0;
            }
            const places = pos - point;
            if (places === 0 || places > 9) return -1;
            value = value * POWERS_OF_TEN[places]! + fraction;
            shift -= places;
          }
          if (pos > first + 15) return -1;
          if (shift > 0) value *= POWERS_OF_TEN[shift]!;
          else if (shift < 0) value /= POWERS_OF_TEN[-shift]!;
          numbers[step.at + row] = negative && value !== 0 ? -value : value;
          break;
        }
        case CentForm.text:
          pos = passText(bytes, pos);
          break;
        case CentForm.bare:
          pos = passBare(bytes, pos);
          break;
        case CentForm.ticker:
          pos = this.#markets.pass(bytes, pos, this.#market);
          break;
        case CentForm.side:
          if (data[pos] === 0x6e && data[pos + 1] === 0x6f) {
            side[row] = 2;
            pos += 2;
          } else {
            if (data[pos] !== 0x79 || data[pos + 1] !== 0x65 || data[pos + 2] !== 0x73) return -1;
            side[row] = 1;
            pos += 3;
          }
          break;
        case CentForm.date:
          if (pos + 4 >= end || data[pos + 4] !== 0x2d /* - */) return -1;
          pos = passText(bytes, pos);
          break;
        case CentForm.end:
          return pos;
      }
      if (pos < 0) return -1;
    }
  }
}
