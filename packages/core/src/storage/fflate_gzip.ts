import { Gzip } from "fflate";
import { CheckedGunzip } from "./checked_gunzip.ts";
import type { ByteStream, GzipCodec } from "./storage.ts";

/** fflate's output depends on the sizes it is fed with, so they are always the same. */
const BLOCK = 65_536;

/**
 * Gzip without `node:zlib`, for every runtime, by fflate. It compresses at level 6, with no name
 * and time 0: equal content gives equal bytes everywhere, however it is chunked.
 *
 * It decompresses in constant memory and verifies every checksum and size; zeros after the last
 * member are padding. What is lost of a damaged file: of a cut one only a stored (incompressible)
 * block that is not complete; of a corrupt one also what the 4 KiB of input with the defect gave.
 * Something else after the last member loses nothing. Flags and checksum of a member's header are
 * not looked at, and a header of more than 70,000 bytes counts as corrupt.
 */
export const fflateGzip: GzipCodec = { compress, decompress };

async function* compress(source: ByteStream): ByteStream {
  let ready: Uint8Array[] = [];
  const gzip = new Gzip({ level: 6, mtime: 0 }, (chunk) => void ready.push(chunk));
  const block = new Uint8Array(BLOCK);
  let size = 0;
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length;) {
      const count = Math.min(BLOCK - size, chunk.length - at);
      block.set(chunk.subarray(at, at + count), size);
      at += count;
      size += count;
      if (size < BLOCK) break;
      gzip.push(block);
      size = 0;
      yield* ready;
      ready = [];
    }
  }
  gzip.push(block.subarray(0, size), true);
  yield* ready;
}

async function* decompress(source: ByteStream): ByteStream {
  const gunzip = new CheckedGunzip();
  for await (const chunk of source) yield* gunzip.push(chunk);
  gunzip.end();
}
