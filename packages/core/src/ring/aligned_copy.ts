const STAGING_BYTES = 65_536;
/** Up to this many bytes the detour costs more than it saves. */
const DIRECT_BYTES = 24;

/**
 * Copies bytes into shared memory at whole multiples of 8. Engines copy word by word only when
 * source and target are aligned alike, and byte by byte otherwise, 4 to 6 times slower. Frames begin
 * anywhere in a socket's buffer, so they go through private memory that begins on such a boundary.
 */
export class AlignedCopy {
  readonly #target: Uint8Array;
  readonly #staging = new Uint8Array(STAGING_BYTES);
  /** The staging memory's first 0, 8, 16, … bytes: making a view costs as much as the copy. */
  readonly #views: Uint8Array[] = [];

  /** Copies into `target`, which itself begins at a multiple of 8. */
  constructor(target: Uint8Array) {
    this.#target = target;
  }

  /**
   * Copies `source` to index `at`, a multiple of 8. Up to 7 bytes behind it, to the next multiple
   * of 8, are overwritten with anything.
   */
  copy(source: Uint8Array, at: number): void {
    const { length } = source;
    if ((source.byteOffset & 7) === 0 || length <= DIRECT_BYTES) {
      this.#target.set(source, at);
    } else if (length <= STAGING_BYTES) {
      this.#staging.set(source);
      this.#target.set(this.#staged((length + 7) >>> 3), at);
    } else {
      this.#copyPieces(source, at);
    }
  }

  #copyPieces(source: Uint8Array, at: number): void {
    for (let start = 0; start < source.length; start += STAGING_BYTES) {
      const piece = source.subarray(start, start + STAGING_BYTES);
      this.#staging.set(piece);
      this.#target.set(this.#staged((piece.length + 7) >>> 3), at + start);
    }
  }

  #staged(words: number): Uint8Array {
    return this.#views[words] ??= this.#staging.subarray(0, words * 8);
  }
}
