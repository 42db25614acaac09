const PIECE = 1 << 20;
const encoder = new TextEncoder();

/**
 * Lines that wait for their file, as the bytes that will stand in it: a busy run gives more of them
 * than a heap of strings could hold.
 */
export class WaitingLines {
  readonly #full: Uint8Array[] = [];
  #piece: Uint8Array = new Uint8Array(0);
  #length = 0;

  /** Adds a line, with its newline. */
  add(line: string): void {
    // UTF-8 has at most three bytes for each unit of a string.
    if (this.#length + 3 * line.length > this.#piece.length) this.#turn(3 * line.length);
    this.#length += encoder.encodeInto(line, this.#piece.subarray(this.#length)).written;
  }

  /** The bytes so far, in pieces. */
  get pieces(): readonly Uint8Array[] {
    return [...this.#full, this.#piece.subarray(0, this.#length)];
  }

  #turn(needed: number): void {
    if (this.#length > 0) this.#full.push(this.#piece.subarray(0, this.#length));
    this.#piece = new Uint8Array(Math.max(PIECE, needed));
    this.#length = 0;
  }
}
