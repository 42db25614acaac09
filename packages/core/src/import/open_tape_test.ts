import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { fflateGzip } from "../storage/fflate_gzip.ts";
import { nodeGzip } from "../fs/mod.ts";
import { openTape } from "./open_tape.ts";
import type { ByteStream } from "../storage/storage.ts";
import { textOf } from "../testing/archived_records_test_support.ts";

const TEXT = `{"recv_ms":1,"event":{"type":"delta"}}\n`.repeat(50);
const PLAIN = new TextEncoder().encode(TEXT);

/** A tape of `data` in chunks of `size` bytes that knows how many of its streams are open. */
class CountedTape {
  readonly name = "tape";
  streams = 0;
  readonly #data: Uint8Array;
  readonly #size: number;

  constructor(data: Uint8Array, size: number) {
    this.#data = data;
    this.#size = size;
  }

  async *open(): ByteStream {
    this.streams++;
    try {
      for (let at = 0; at < this.#data.length; at += this.#size) {
        yield this.#data.slice(at, at + this.#size);
      }
    } finally {
      this.streams--;
    }
  }
}

test("A tape is read whether it is gzip or not, however its bytes come in chunks", async () => {
  for (const gzip of [nodeGzip, fflateGzip]) {
    for (const data of [PLAIN, new Uint8Array(gzipSync(PLAIN))]) {
      for (const size of [1, 2, 3, 1000, 1e6]) {
        const tape = new CountedTape(data, size);
        assert.equal(await textOf(openTape(tape, gzip)), TEXT);
        assert.equal(tape.streams, 0);
      }
    }
  }
});

test("Empty chunks before the first byte change nothing", async () => {
  const packed = new Uint8Array(gzipSync(PLAIN));
  const tape = {
    async *open(): ByteStream {
      yield new Uint8Array(0);
      yield packed.slice(0, 1);
      yield new Uint8Array(0);
      yield packed.slice(1);
    },
  };
  assert.equal(await textOf(openTape(tape, nodeGzip)), TEXT);
});

test("Tapes of no byte, and of one that begins a gzip file, are content too", async () => {
  assert.equal(await textOf(openTape(new CountedTape(new Uint8Array(0), 1), nodeGzip)), "");
  const one = new CountedTape(Uint8Array.of(0x1f), 1);
  assert.equal(await textOf(openTape(one, nodeGzip)), "\x1f");
});

test("A tape that is not read to its end is closed", async () => {
  for (const data of [PLAIN, new Uint8Array(gzipSync(PLAIN))]) {
    for (const size of [7, 1e6]) {
      const tape = new CountedTape(data, size);
      for await (const chunk of openTape(tape, nodeGzip)) {
        assert.ok(chunk.length > 0);
        break;
      }
      assert.equal(tape.streams, 0, `chunks of ${size}`);
      const unread = openTape(tape, nodeGzip);
      await unread.return(undefined);
      assert.equal(tape.streams, 0);
    }
  }
});

test("A cut gzip tape gives what can be read, then says that it is damaged", async () => {
  const packed = new Uint8Array(gzipSync(PLAIN, { level: 0 }));
  const tape = new CountedTape(packed.slice(0, 500), 100);
  let text = "";
  const reading = (async () => {
    for await (const chunk of openTape(tape, nodeGzip)) text += new TextDecoder().decode(chunk);
  })();
  await assert.rejects(reading, { code: "damaged_gzip" });
  assert.ok(text.length > 400 && TEXT.startsWith(text));
  assert.equal(tape.streams, 0);
});
