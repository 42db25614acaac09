/**
 * Fixed ASCII bytes, laid out to be compared eight at a time. Eight bytes are compared as the double
 * with the same bits: doubles made of ASCII are never NaN and never zero, so two of them are equal
 * exactly if their bits are, and no other bytes equal one.
 */
export class Literal {
  /** Number of bytes. */
  readonly length: number;
  /** All of them. */
  readonly bytes: Uint8Array;
  /** Groups of eight; the last one ends with the text and may overlap. Empty for a shorter text. */
  readonly words: Float64Array;

  /** Throws `RangeError` when `text` is not ASCII: other bytes may make a NaN. */
  constructor(text: string) {
    this.length = text.length;
    this.bytes = new TextEncoder().encode(text);
    if (this.bytes.some((byte) => byte === 0 || byte > 0x7f)) {
      throw new RangeError(`Cannot compare ${JSON.stringify(text)} by words: not ASCII`);
    }
    const view = new DataView(this.bytes.buffer);
    this.words = Float64Array.from(
      { length: text.length < 8 ? 0 : Math.ceil(text.length / 8) },
      (_, k) => view.getFloat64(Math.min(8 * k, text.length - 8), true),
    );
  }
}
