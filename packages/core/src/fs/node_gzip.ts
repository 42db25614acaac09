import { createGunzip, createGzip } from "node:zlib";
import { type ByteStream, type GzipCodec, type ReadOptions, SsmdError } from "../mod.ts";
import { OUTPUT_PLACE } from "./output_places.ts";
import { ZlibSteps } from "./zlib_steps.ts";

/** zlib's output buffer, in bytes: its default of 16 KiB more than doubles the time. */
const OUTPUT = 262_144;
/** Input of one step, in bytes: what a defect can cost. A quarter of it costs a tenth more time. */
const STEP = 65_536;
/** What is compressed at once, in bytes; the output depends on it. */
const BLOCK = 16_384;
const GARBAGE = "what follows the last gzip member is not gzip data";

/**
 * Gzip by the runtime's zlib: level 6, no name, time 0. Equal content gives equal bytes however
 * it is chunked, but only on one runtime: Node, Deno and Bun have different zlibs.
 *
 * It decompresses in constant memory. Of a file that is cut nothing is lost. When it is corrupt, or
 * something else than zeros follows the last member, what the last 64 KiB of input before that
 * place gave can be lost: zlib drops the output of a step that it fails in.
 */
export const nodeGzip: GzipCodec = { compress, decompress };

async function* compress(source: ByteStream): ByteStream {
  const steps = new ZlibSteps(createGzip({ level: 6, chunkSize: OUTPUT }));
  try {
    for await (const block of blocks(source)) {
      await steps.write(block);
      yield* steps.take();
    }
    await steps.end();
    yield* steps.take();
    if (steps.error !== undefined) throw steps.error;
  } finally {
    steps.close();
  }
}

async function* decompress(source: ByteStream, options: ReadOptions = {}): ByteStream {
  const { reuse = false } = options;
  const chunkSize = reuse ? OUTPUT_PLACE : OUTPUT;
  const steps = new ZlibSteps(createGunzip({ chunkSize }), reuse);
  const magic: number[] = [];
  let written = 0;
  let readable = 0;
  let isFollowed = false;
  try {
    for await (const piece of split(source, STEP)) {
      if (magic.length < 2) magic.push(...piece.subarray(0, 2 - magic.length));
      // What the last step gave goes out while zlib works on this one in its own thread.
      const ready = steps.take();
      const step = steps.write(piece);
      for (const chunk of ready) {
        readable += chunk.length;
        yield chunk;
      }
      await step;
      if (steps.error !== undefined) break;
      written += piece.length;
      // zlib stops at a zero where a member could begin; only more zeros make that padding.
      const unused = Math.min(written - steps.used, piece.length);
      isFollowed = piece.subarray(piece.length - unused).some((byte) => byte !== 0);
      if (isFollowed) break;
    }
    await steps.end();
    for (const chunk of steps.take()) {
      readable += chunk.length;
      yield chunk;
    }
    // Whoever breaks off may still look at the last chunk.
    steps.release();
    const problem = isFollowed ? GARBAGE : problemOf(steps.error, magic);
    if (problem !== undefined) {
      throw new SsmdError(
        "damaged_gzip",
        `Cannot read gzip content beyond ${readable} bytes: ${problem}`,
        { cause: steps.error },
      );
    }
  } finally {
    steps.close();
  }
}

/** What is wrong with a file that begins with `magic`, by zlib's error. */
function problemOf(error: Error | undefined, magic: readonly number[]): string | undefined {
  if (magic.length === 0) return "the data is empty";
  if (error === undefined) return undefined;
  if ("code" in error && error.code === "Z_BUF_ERROR") return "the data ends early";
  if (error.message !== "incorrect header check") return `the data is corrupt: ${error.message}`;
  return magic[0] === 0x1f && magic[1] === 0x8b ? GARBAGE : "not gzip data";
}

/** All of `source` in blocks of one size, reused: zlib's output may depend on how it is fed. */
async function* blocks(source: ByteStream): ByteStream {
  const block = new Uint8Array(BLOCK);
  let size = 0;
  for await (const piece of split(source, BLOCK)) {
    const count = Math.min(BLOCK - size, piece.length);
    block.set(piece.subarray(0, count), size);
    size += count;
    if (size < BLOCK) continue;
    yield block;
    block.set(piece.subarray(count));
    size = piece.length - count;
  }
  yield block.subarray(0, size);
}

async function* split(source: ByteStream, size: number): ByteStream {
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += size) yield chunk.subarray(at, at + size);
  }
}
