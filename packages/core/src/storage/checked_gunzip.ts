import { FlateErrorCode, Gunzip } from "fflate";
import { Crc32 } from "./crc32.ts";
import { messageOf, SsmdError } from "../errors.ts";

/**
 * Input of one step, in bytes: what a defect can cost. It must stay well below 16 KiB, because
 * fflate 0.8 drops what one step gives beyond 131,072 literals in a row, of one bit or more each.
 */
const STEP = 4096;
const TRAILER = 8;
/** A longer member header is refused; a stored block, which fflate keeps back too, is shorter. */
const LONGEST_HEADER = 70_000;
/** A trailer is checked when the header after it is complete, so it may be that far back. */
const RECENT = LONGEST_HEADER + 2 * STEP + TRAILER;
/** fflate judges by so many bytes whether another member follows. */
const JUDGED = 4;
/** By the end of so many zeros it is known whether they follow the last member. */
const TELLING_ZEROS = 32;
const ZERO = new Uint8Array(1);

const ENDS_EARLY = "the data ends early";
const CORRUPT = "the data is corrupt: ";
const GARBAGE = "what follows the last gzip member is not gzip data";

/**
 * fflate's streaming `Gunzip` with what it leaves out: it verifies each member's checksum and size,
 * and that nothing but zeros follows the last member. After an error it is of no more use.
 */
export class CheckedGunzip {
  readonly #gunzip = new Gunzip((chunk) => this.#receive(chunk));
  readonly #recent = new Uint8Array(RECENT);
  #fed = 0;
  #sinceData = 0;
  #zeros = 0;
  #isPadding = false;
  #isOver = false;
  #hasMember = false;
  #ready: Uint8Array[] = [];
  #readable = 0;
  #checksum = new Crc32();
  #size = 0;
  #problem: string | undefined;
  #cause: unknown;

  /** Starts before the first member. */
  constructor() {
    this.#gunzip.onmember = (start) => {
      this.#problem = this.#verify(start);
      // Keeps fflate from going on with the next member.
      if (this.#problem !== undefined) throw new Error(this.#problem);
      this.#checksum = new Crc32();
      this.#size = 0;
    };
  }

  /** The content in the next bytes of the file. Throws `damaged_gzip` after what can be read. */
  *push(data: Uint8Array): Generator<Uint8Array, void, undefined> {
    for (let at = 0; at < data.length; at += STEP) {
      this.#step(data.subarray(at, at + STEP));
      const ready = this.#ready;
      this.#ready = [];
      yield* ready;
      this.#throwProblem();
    }
  }

  /** Throws `damaged_gzip` unless the bytes so far are a whole file. */
  end(): void {
    if (this.#fed === 0) this.#problem = "the data is empty";
    // Zeros in place of a next member make fflate tell where the last one ended, if it did.
    this.#isOver = true;
    for (let i = 0; i < JUDGED; i++) this.#feed(ZERO);
    if (!this.#isPadding) this.#problem ??= ENDS_EARLY;
    this.#throwProblem();
  }

  #throwProblem(): void {
    if (this.#problem === undefined) return;
    throw new SsmdError(
      "damaged_gzip",
      `Cannot read gzip content beyond ${this.#readable} bytes: ${this.#problem}`,
      { cause: this.#cause },
    );
  }

  #receive(chunk: Uint8Array): void {
    this.#hasMember = true;
    this.#sinceData = 0;
    if (chunk.length === 0 || this.#isOver) return;
    this.#checksum.update(chunk);
    this.#size += chunk.length;
    this.#readable += chunk.length;
    this.#ready.push(chunk);
  }

  /** Zeros at the end of a step may be padding; fed one by one they tell where it began. */
  #step(data: Uint8Array): void {
    let end = data.length;
    while (end > 0 && data[end - 1] === 0) end--;
    if (end > 0) {
      this.#feed(data.subarray(0, end));
      this.#zeros = 0;
    }
    for (; end < data.length && this.#zeros < TELLING_ZEROS; end++, this.#zeros++) this.#feed(ZERO);
    if (end < data.length) this.#feed(data.subarray(end));
  }

  #feed(data: Uint8Array): void {
    if (this.#problem !== undefined) return;
    if (this.#isPadding) {
      if (data.some((byte) => byte !== 0)) this.#problem = GARBAGE;
      return;
    }
    this.#recent.copyWithin(0, data.length);
    this.#recent.set(data, RECENT - data.length);
    this.#fed += data.length;
    this.#sinceData += data.length;
    try {
      this.#gunzip.push(data);
      if (this.#sinceData > LONGEST_HEADER) this.#problem = `${CORRUPT}a header without end`;
    } catch (error) {
      this.#cause = error;
      this.#problem ??= this.#problemOf(error, data.length === 1);
    }
  }

  /** What an error of fflate means; `undefined` when it is only padding that it refuses. */
  #problemOf(error: unknown, isSingle: boolean): string | undefined {
    const isHeader = error instanceof Error && "code" in error &&
      error.code === FlateErrorCode.InvalidHeader;
    if (!isHeader) return this.#isOver ? ENDS_EARLY : CORRUPT + messageOf(error);
    if (!this.#hasMember) return "not gzip data";
    if (!isSingle) return GARBAGE;
    const problem = this.#verify(this.#fed - JUDGED);
    if (problem !== undefined) return problem;
    this.#isPadding = this.#recent.subarray(RECENT - JUDGED).every((byte) => byte === 0);
    return this.#isPadding ? undefined : GARBAGE;
  }

  /** What is wrong with the member that ends with the trailer before byte `end` of the file. */
  #verify(end: number): string | undefined {
    const at = RECENT - (this.#fed - end) - TRAILER;
    const trailer = new DataView(this.#recent.buffer, at, TRAILER);
    if (trailer.getUint32(0, true) !== this.#checksum.value) return `${CORRUPT}incorrect checksum`;
    const isSize = trailer.getUint32(4, true) === this.#size % 2 ** 32;
    return isSize ? undefined : `${CORRUPT}incorrect content size`;
  }
}
