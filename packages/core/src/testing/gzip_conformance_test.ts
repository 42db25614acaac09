import assert from "node:assert/strict";
import { test } from "node:test";
import { Gunzip } from "fflate";
import { type ByteStream, fflateGzip, type GzipCodec, SsmdError } from "../mod.ts";
import { collect } from "./conformance_case.ts";
import { gzipConformance } from "./gzip_conformance.ts";

/** The names of the cases that `codec` fails. */
async function failures(codec: GzipCodec): Promise<string> {
  const failed: string[] = [];
  for (const { name, run } of gzipConformance(codec)) {
    await run().catch((error: Error) => failed.push(`${name}: ${error.message}`));
  }
  return failed.join("\n");
}

async function* unchecked(source: ByteStream): ByteStream {
  const ready: Uint8Array[] = [];
  try {
    const gunzip = new Gunzip((chunk) => void ready.push(chunk));
    for await (const chunk of source) {
      gunzip.push(chunk);
      yield* ready.splice(0);
    }
    gunzip.push(new Uint8Array(0), true);
  } catch (cause) {
    throw new SsmdError("damaged_gzip", "damaged", { cause });
  }
  yield* ready;
}

async function* firstMemberOnly(source: ByteStream): ByteStream {
  const all = await collect(source);
  const ready: Uint8Array[] = [];
  let isFirst = true;
  try {
    const gunzip = new Gunzip((chunk) => void (isFirst && ready.push(chunk)));
    gunzip.onmember = () => void (isFirst = false);
    gunzip.push(all, true);
  } catch (cause) {
    throw new SsmdError("damaged_gzip", "damaged", { cause });
  }
  yield* ready;
}

test("The suite finds a codec that checks no checksum", async () => {
  const found = await failures({ ...fflateGzip, decompress: unchecked });
  assert.match(found, /^Never passes other content off as sound, .*: byte \d+ xor/m);
  assert.match(found, /^Refuses a wrong checksum or size/m);
  assert.match(found, /^Gives back what zlib can read of a file cut anywhere/m);
});

test("The suite finds a codec that reads one member, all at once", async () => {
  const found = await failures({ ...fflateGzip, decompress: firstMemberOnly });
  assert.match(found, /^Reads a gzip\(1\) file, several members/m);
  assert.match(found, /^Gives back what zlib can read of a file cut anywhere/m);
  assert.match(found, /^Reads its source as it is consumed/m);
});

test("The suite finds a codec whose output depends on the chunks of its input", async () => {
  async function* compress(source: ByteStream): ByteStream {
    for await (const chunk of source) yield* fflateGzip.compress(once(chunk));
  }
  async function* once(chunk: Uint8Array): ByteStream {
    yield chunk;
  }
  const found = await failures({ ...fflateGzip, compress });
  assert.match(found, /^Compresses equal content to equal bytes/m);
  assert.match(found, /^Gives back what it compressed, as one member/m);
});
