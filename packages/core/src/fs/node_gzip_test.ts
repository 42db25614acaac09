import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { constants, gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { type ByteStream, fflateGzip, type GzipCodec, SsmdError } from "../mod.ts";
import { collect, inChunks, noise } from "../testing/conformance_case.ts";
import { gzipConformance } from "../testing/mod.ts";
import { nodeGzip } from "./node_gzip.ts";

const MIB = 1 << 20;

for (const { name, run } of gzipConformance(nodeGzip)) test(`nodeGzip: ${name}`, run);

interface Salvage {
  readonly bytes: Buffer;
  /** What the error says after the number of readable bytes. */
  readonly problem?: string;
}

async function salvage(codec: GzipCodec, source: ByteStream): Promise<Salvage> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of codec.decompress(source)) chunks.push(chunk);
  } catch (error) {
    assert.ok(error instanceof SsmdError);
    assert.equal(error.code, "damaged_gzip");
    const bytes = Buffer.concat(chunks);
    const [start, problem] = error.message.split(/ bytes: (.*)/, 2);
    assert.equal(start, `Cannot read gzip content beyond ${bytes.length}`);
    return { bytes, problem: problem! };
  }
  return { bytes: Buffer.concat(chunks) };
}

/** Records as they are archived, and less alike. */
function lines(count: number): Buffer {
  let text = "";
  for (let i = 0; i < count; i++) text += `{"line":${i},"price":${(i * 7919) % 997}}\n`;
  return Buffer.from(text);
}

/** What zlib gives of a file that ends after `size` bytes, in one call. */
function readable(file: Uint8Array, size: number): Buffer {
  if (size <= 0) return Buffer.alloc(0);
  return gunzipSync(file.subarray(0, size), { finishFlush: constants.Z_SYNC_FLUSH });
}

test("nodeGzip's error says how much was readable and what is wrong", async () => {
  const file = gzipSync("twelve bytes");
  const problem = async (data: Uint8Array, size: number): Promise<string> => {
    const { bytes, problem = "" } = await salvage(nodeGzip, inChunks(data, size));
    return `${bytes.length}: ${problem}`;
  };
  const changed = (at: number, value: number): Uint8Array => {
    const copy = Buffer.from(file);
    copy[at < 0 ? copy.length + at : at] = value;
    return copy;
  };
  const followed = "what follows the last gzip member is not gzip data";
  for (const size of [1, 1000]) {
    // zlib fails in one step here when all is in one chunk.
    const kept = size === 1 ? 12 : 0;
    assert.equal(await problem(Buffer.concat([file, file, Buffer.alloc(5)]), size), "24: ");
    assert.equal(await problem(new Uint8Array(0), size), "0: the data is empty");
    assert.equal(await problem(Buffer.from("{}"), size), "0: not gzip data");
    assert.equal(await problem(file.subarray(0, 1), size), "0: the data ends early");
    assert.equal(await problem(file.subarray(0, -1), size), "12: the data ends early");
    const wrong = `${kept}: the data is corrupt: incorrect data check`;
    assert.equal(await problem(changed(-5, 1), size), wrong);
    const wrongSize = `${kept}: the data is corrupt: incorrect length check`;
    assert.equal(await problem(changed(-1, 1), size), wrongSize);
    const tailed = Buffer.concat([file, Buffer.from("xx")]);
    assert.equal(await problem(tailed, size), `${kept}: ${followed}`);
    assert.equal(await problem(Buffer.concat([file, Buffer.from("\0x")]), size), `12: ${followed}`);
    const cutMember = Buffer.concat([file, file.subarray(0, 3)]);
    assert.equal(await problem(cutMember, size), "12: the data ends early");
  }
});

test("Both codecs read what the other one wrote", async () => {
  for (const content of [Buffer.alloc(0), lines(1), lines(30_000), noise(300_000, 1)]) {
    for (const [writer, reader] of [[nodeGzip, fflateGzip], [fflateGzip, nodeGzip]] as const) {
      const file = await collect(writer.compress(inChunks(content, 65_536)));
      const read = await collect(reader.decompress(inChunks(file, 65_536)));
      assert.ok(Buffer.from(content).equals(read));
    }
  }
});

const codecs = [["nodeGzip", nodeGzip, 65_536], ["fflateGzip", fflateGzip, 4096]] as const;

for (const [name, codec, step] of codecs) {
  test(`${name} gives back all that zlib can read of lines cut anywhere`, async () => {
    const empty = gzipSync("");
    const file = Buffer.concat([
      gzipSync(lines(150)),
      empty,
      gzipSync(lines(1)),
      gzipSync(lines(40)),
    ]);
    for (let cut = 1; cut < file.length; cut++) {
      const { bytes } = await salvage(codec, inChunks(file.subarray(0, cut), 1000));
      assert.ok(bytes.equals(readable(file, cut)), `cut at ${cut}: got ${bytes.length} bytes`);
    }
  });

  test(`${name} loses at most a step before a wrong bit, and never takes it for sound`, async () => {
    const file = Buffer.concat([gzipSync(lines(20_000)), gzipSync(""), gzipSync(lines(9_000))]);
    const content = gunzipSync(file);
    await fc.assert(
      fc.asyncProperty(fc.nat(file.length - 1), fc.nat(7), async (place, bit) => {
        const wrong = Buffer.from(file);
        wrong[place]! ^= 1 << bit;
        const { bytes, problem } = await salvage(codec, inChunks(wrong, 65_536));
        const sound = readable(file, place - step);
        assert.ok(bytes.subarray(0, sound.length).equals(sound), "something before it was lost");
        if (problem === undefined) {
          assert.ok(bytes.equals(content), "other content passed as sound");
        }
      }),
      { numRuns: 50 },
    );
  });
}

test("nodeGzip loses nothing of a large file that is cut or padded", async () => {
  const content = noise(3 * MIB, 2);
  const file = gzipSync(content);
  const cut = file.length - 300_000;
  const { bytes, problem } = await salvage(nodeGzip, inChunks(file.subarray(0, cut), 262_144));
  assert.ok(bytes.equals(readable(file, cut)));
  assert.ok(bytes.length > 2.5 * MIB);
  assert.equal(problem, "the data ends early");

  const padded = Buffer.concat([file, Buffer.alloc(100_000)]);
  const read = await collect(nodeGzip.decompress(inChunks(padded, 65_536)));
  assert.ok(Buffer.from(content).equals(read));
});

for (const [name, codec] of Object.entries({ nodeGzip, fflateGzip })) {
  test(`gzip(1) and ${name} read each other's files`, {
    skip: spawnSync("gzip", ["--version"]).status === 0 ? false : "there is no gzip(1)",
  }, async () => {
    const content = Buffer.concat([noise(100_000, 4), Buffer.from("line\n".repeat(50_000))]);
    const theirs = spawnSync("gzip", ["-1"], { input: content, maxBuffer: 8 * MIB }).stdout;
    assert.ok(content.equals(await collect(codec.decompress(inChunks(theirs, 10_000)))));
    const ours = await collect(codec.compress(inChunks(content, 10_000)));
    const read = spawnSync("gzip", ["-dc"], { input: ours, maxBuffer: 8 * MIB });
    assert.equal(read.status, 0);
    assert.ok(content.equals(read.stdout));
  });
}
