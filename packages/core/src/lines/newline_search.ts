/** What newlines are searched in. */
export interface NewlineSearch {
  /** Where the first byte `byte` from `from` on is, or −1. */
  indexOf(byte: number, from: number): number;
}

/** The class that Node, Deno and Bun share, as far as it is of use here. */
interface BufferClass {
  from(buffer: ArrayBufferLike, byteOffset: number, length: number): NewlineSearch;
}

// Not imported: where there is none, typed arrays do the same. A Buffer searches eight times as fast,
// which is a tenth of the time of a replay.
const { Buffer } = globalThis as { readonly Buffer?: BufferClass };

/** The same bytes, to be searched as fast as the runtime can. */
export function searchable(chunk: Uint8Array): NewlineSearch {
  return Buffer?.from(chunk.buffer, chunk.byteOffset, chunk.length) ?? chunk;
}
