import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { SsmdError } from "../errors.ts";
import { fflateGzip } from "./fflate_gzip.ts";
import { collect, inChunks } from "../testing/conformance_case.ts";
import { gzipConformance } from "../testing/gzip_conformance.ts";

for (const { name, run } of gzipConformance(fflateGzip)) test(`fflateGzip: ${name}`, run);

/** The message of the error that decompressing `data` ends with, and the bytes before it. */
async function problem(data: Uint8Array): Promise<string> {
  let size = 0;
  try {
    for await (const chunk of fflateGzip.decompress(inChunks(data, 1000))) size += chunk.length;
  } catch (error) {
    assert.ok(error instanceof SsmdError);
    const [, stated, text] = /^Cannot read gzip content beyond (\d+) bytes: (.*)$/.exec(
      error.message,
    )!;
    assert.equal(Number(stated), size);
    return `${stated}: ${text}`;
  }
  return "";
}

test("fflateGzip's error says how much was readable and what is wrong", async () => {
  const file = gzipSync("twelve bytes");
  const changed = (at: number, value: number): Uint8Array => {
    const copy = Buffer.from(file);
    copy[at < 0 ? copy.length + at : at] = value;
    return copy;
  };
  const pad = Buffer.alloc(5);
  assert.equal(await problem(file), "");
  assert.equal(await problem(Buffer.concat([file, file, pad])), "");
  assert.equal(await problem(new Uint8Array(0)), "0: the data is empty");
  assert.equal(await problem(Buffer.from("{}")), "0: not gzip data");
  assert.equal(await problem(Buffer.from('{"type":')), "0: not gzip data");
  assert.equal(await problem(file.subarray(0, 5)), "0: the data ends early");
  assert.equal(await problem(file.subarray(0, -1)), "12: the data ends early");
  assert.equal(
    await problem(Buffer.concat([file, file.subarray(0, -8)])),
    "24: the data ends early",
  );
  assert.equal(await problem(changed(-5, 1)), "12: the data is corrupt: incorrect checksum");
  assert.equal(
    await problem(Buffer.concat([changed(-5, 1), file])),
    "12: the data is corrupt: incorrect checksum",
  );
  assert.equal(await problem(changed(-1, 1)), "12: the data is corrupt: incorrect content size");
  assert.equal(await problem(changed(10, 7)), "0: the data is corrupt: invalid block type");
  const followed = "what follows the last gzip member is not gzip data";
  for (const tail of ["x", "\0x", "\0\0\0\0\0x", "not gzip", "\x1f\x8b\x07 other method"]) {
    const tailed = Buffer.concat([file, Buffer.from(tail, "latin1")]);
    assert.equal(await problem(tailed), `12: ${followed}`, JSON.stringify(tail));
  }
  assert.equal(await problem(Buffer.concat([file, Buffer.alloc(9000), file])), `12: ${followed}`);
  assert.equal(
    await problem(Buffer.concat([file, file.subarray(0, 9)])),
    "12: the data ends early",
  );
});

/** A member that begins with `fields` behind the fixed part of its header. */
function memberWith(flags: number, fields: Uint8Array): Uint8Array {
  const member = gzipSync("content");
  member[3] = flags;
  return Buffer.concat([member.subarray(0, 10), fields, member.subarray(10)]);
}

test("fflateGzip reads headers with the longest extra field, and refuses one without end", async () => {
  const extra = new Uint8Array(2 + 65_535).fill(0xff);
  const file = Buffer.concat([gzipSync("more "), memberWith(4, extra), memberWith(4, extra)]);
  for (const size of [1000, file.length]) {
    const content = await collect(fflateGzip.decompress(inChunks(file, size)));
    assert.equal(Buffer.from(content).toString(), "more contentcontent");
  }
  const endless = memberWith(8, new Uint8Array(1 << 20).fill(97));
  let given = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of inChunks(Buffer.concat([gzipSync("more "), endless]), 1000)) {
      given += chunk.length;
      yield chunk;
    }
  }
  await assert.rejects(collect(fflateGzip.decompress(counted())), {
    message: "Cannot read gzip content beyond 5 bytes: the data is corrupt: a header without end",
  });
  assert.ok(given < 100_000, `${given} bytes were read`);
});

test("fflateGzip reads a long block of literals whole, however it is chunked", async () => {
  const count = 400_000;
  const file = literals(count);
  for (const size of [10_000, file.length]) {
    const content = await collect(fflateGzip.decompress(inChunks(file, size)));
    assert.ok(Buffer.alloc(count, "a").equals(content));
  }
});

/** A gzip file of `count` times "a" in one block with fixed codes, without any match. */
function literals(count: number): Uint8Array {
  const deflated = new Uint8Array(count + 2);
  let at = 0;
  const push = (bits: string): void => {
    for (const bit of bits) deflated[at >> 3]! |= Number(bit) << (at++ & 7);
  };
  push("110"); // the last block, with fixed codes (RFC 1951, sections 3.2.3 and 3.2.6)
  for (let i = 0; i < count; i++) push((0x30 + 97).toString(2).padStart(8, "0"));
  push("0000000");
  const like = gzipSync(Buffer.alloc(count, "a"));
  return Buffer.concat([like.subarray(0, 10), deflated, like.subarray(-8)]);
}
