/**
 * How an entry lies in its file, little-endian, everything at multiples of 8:
 *
 * ```
 * blocks   each 8 bytes of header (length, checksum; uint32), then the block
 * summary  the same, JSON in UTF-8 padded with spaces
 * trailer  32 bytes: blocks (uint32), version (uint32), where the summary begins (double),
 *          a checksum of the trailer so far (uint32), zero (uint32), "ssmdcols"
 * ```
 *
 * The summary's member `key` says what the entry was made from. A checksum covers the length too.
 * @module
 */

/** Version of the layout, of columns and of events; part of every key. */
export const ENTRY_VERSION = 1;
/** Bytes before each block. */
export const BLOCK_HEADER = 8;
/** Bytes at the end. */
export const TRAILER = 32;
/** The last eight bytes. */
export const MAGIC: Uint8Array = new TextEncoder().encode("ssmdcols");
