import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RingBuffer } from "./ring_buffer.ts";
import { BYTES_COUNT, HEAD_WORD, TAIL_WORD, WRITTEN_COUNT } from "./ring_layout.ts";

/** The ring without memory: records in a list, and what they would take. */
class Model {
  readonly #capacity: number;
  readonly #records: { bytes: number[]; space: number }[] = [];
  #tail: number;
  #used = 0;
  written = 0;
  read = 0;
  full = 0;
  bytes = 0;
  highWater = 0;

  constructor(capacity: number, position: number) {
    this.#capacity = capacity;
    this.#tail = position >>> 0;
  }

  write(bytes: number[]): "written" | "full" {
    const own = 8 + Math.ceil(bytes.length / 8) * 8;
    const left = this.#capacity - this.#tail % this.#capacity;
    const space = own > left ? left + own : own;
    if (this.#used + space > this.#capacity) {
      this.full++;
      return "full";
    }
    this.#records.push({ bytes, space });
    this.#tail += space;
    this.#used += space;
    this.written++;
    this.bytes += bytes.length;
    this.highWater = Math.max(this.highWater, this.#used);
    return "written";
  }

  drain(maxRecords: number): number[][] {
    const taken = this.#records.splice(0, maxRecords);
    for (const { space } of taken) this.#used -= space;
    this.read += taken.length;
    return taken.map(({ bytes }) => bytes);
  }

  get counters() {
    const { written, read, full, bytes, highWater } = this;
    return { written, read, full, bytes, highWater };
  }
}

/** A ring whose positions stand just before a number that a 32-bit word ends or changes sign at. */
function ringAt(capacity: number, position: number): RingBuffer {
  const { buffer } = RingBuffer.create(capacity);
  const control = new Int32Array(buffer);
  control[TAIL_WORD] = position;
  control[HEAD_WORD] = position;
  return RingBuffer.attach(buffer);
}

function drained(ring: RingBuffer, maxRecords: number): number[][] {
  const records: number[][] = [];
  const answered = ring.drain(maxRecords, (data, start, end) => {
    assert.equal(start % 8, 0);
    records.push([...data.subarray(start, end)]);
  });
  assert.equal(answered, records.length);
  return records;
}

function bytesFrom(seed: number, length: number): number[] {
  return Array.from({ length }, (_, i) => (seed * 89 + i * 13) & 0xff);
}

/** The bytes at an address that has any remainder by 8. */
function placed(bytes: readonly number[], offset: number): Uint8Array {
  const memory = new Uint8Array(bytes.length + 8);
  memory.set(bytes, offset);
  return memory.subarray(offset, offset + bytes.length);
}

type Step =
  | { readonly write: number; readonly offset: number; readonly numbers: number }
  | { readonly drain: number };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: writes(24) },
    { weight: 1, arbitrary: writes(2000) },
    { weight: 2, arbitrary: fc.record({ drain: fc.integer({ min: 1, max: 9 }) }) },
  ),
  { maxLength: 200 },
);

function writes(longest: number): fc.Arbitrary<Step> {
  return fc.record({
    write: fc.integer({ min: 0, max: longest }),
    offset: fc.integer({ min: 0, max: 7 }),
    numbers: fc.integer({ min: 0, max: 3 }),
  });
}

test("a ring answers, gives back and counts what a list with a bound does", () => {
  const capacity = fc.constantFrom(64, 128, 512, 4096);
  const position = fc.constantFrom(0, 2 ** 31 - 64, -64);
  fc.assert(fc.property(capacity, position, fc.boolean(), steps, (bytes, at, apart, script) => {
    const producer = ringAt(bytes, at);
    const consumer = apart ? RingBuffer.attach(producer.buffer) : producer;
    const model = new Model(bytes, at);
    let seed = 0;
    for (const step of script) {
      if ("drain" in step) {
        assert.deepEqual(drained(consumer, step.drain), model.drain(step.drain));
      } else {
        const head = Float64Array.from({ length: step.numbers }, (_, i) => seed / 7 - i);
        const body = bytesFrom(seed++, step.write);
        const record = [...new Uint8Array(head.buffer), ...body];
        const write = () =>
          step.numbers === 0
            ? producer.tryWrite(placed(body, step.offset))
            : producer.tryWriteParts(head, placed(body, step.offset));
        if (record.length > bytes / 2 - 8) assert.throws(write, RangeError);
        else assert.equal(write(), model.write(record));
      }
      assert.deepEqual(producer.counters, model.counters);
      assert.deepEqual(consumer.counters, model.counters);
    }
    assert.deepEqual(drained(consumer, Infinity), model.drain(Infinity));
    assert.deepEqual(producer.counters, model.counters);
  }));
});

test("the longest record goes into an empty ring wherever it begins", () => {
  for (let offset = 0; offset < 256; offset += 8) {
    const ring = ringAt(256, offset);
    assert.equal(ring.maxRecordBytes, 120);
    const longest = bytesFrom(offset, 120);
    assert.equal(ring.tryWrite(new Uint8Array(longest)), "written");
    assert.deepEqual(drained(ring, 10), [longest]);
  }
});

test("a record that can never fit is refused by name and changes nothing", () => {
  const ring = RingBuffer.create(256);
  assert.ok(ring.fits(120));
  assert.ok(!ring.fits(121));
  const message =
    "Cannot write a record of 121 bytes to a ring buffer of 256: expected at most 120";
  assert.throws(() => ring.tryWrite(new Uint8Array(121)), { name: "RangeError", message });
  assert.throws(() => ring.tryWriteParts(new Float64Array(15), new Uint8Array(1)), RangeError);
  assert.deepEqual(ring.counters, { written: 0, read: 0, full: 0, bytes: 0, highWater: 0 });
});

test("a ring can be filled to its last byte, empty records included", () => {
  const ring = RingBuffer.create(64);
  for (let k = 0; k < 8; k++) assert.equal(ring.tryWrite(new Uint8Array(0)), "written");
  assert.equal(ring.tryWrite(new Uint8Array(0)), "full");
  assert.equal(ring.counters.highWater, 64);
  assert.deepEqual(drained(ring, 3), [[], [], []]);
  assert.equal(ring.tryWrite(new Uint8Array(16)), "written");
  assert.equal(ring.tryWrite(new Uint8Array(0)), "full");
  assert.equal(drained(ring, Infinity).length, 6);
});

test("the high-water mark holds between drains and grows before the next one", () => {
  const ring = RingBuffer.create(1024);
  for (let k = 0; k < 4; k++) ring.tryWrite(new Uint8Array(24));
  assert.equal(ring.counters.highWater, 128);
  drained(ring, Infinity);
  for (let k = 0; k < 2; k++) ring.tryWrite(new Uint8Array(24));
  assert.equal(ring.counters.highWater, 128);
  for (let k = 0; k < 3; k++) ring.tryWrite(new Uint8Array(24));
  assert.equal(ring.counters.highWater, 160);
});

test("records of any length and at any address keep their bytes", () => {
  const ring = RingBuffer.create(1 << 20);
  for (const length of [1, 23, 24, 25, 1000, 65_535, 65_536, 65_537, 200_001, 500_000]) {
    for (const offset of [0, 1, 4, 7]) {
      const bytes = placed(bytesFrom(length, length), offset);
      for (const numbers of [0, 1]) {
        const head = new Float64Array(numbers);
        assert.equal(ring.tryWriteParts(head, bytes), "written");
        const taken = ring.drain(2, (data, start, end) => {
          assert.equal(end - start, numbers * 8 + length);
          const body = data.subarray(start + numbers * 8, end);
          assert.ok(body.every((byte, i) => byte === bytes[i]));
        });
        assert.equal(taken, 1);
      }
    }
  }
});

test("when the visitor throws, its record counts as read and the next one comes next", () => {
  const ring = RingBuffer.create(256);
  for (const byte of [1, 2, 3]) ring.tryWrite(new Uint8Array([byte]));
  const failure = new Error("not this one");
  const visit = (data: Uint8Array, start: number): void => {
    if (data[start] === 2) throw failure;
  };
  assert.throws(() => ring.drain(3, visit), failure);
  assert.equal(ring.counters.read, 2);
  assert.deepEqual(drained(ring, 3), [[3]]);
});

test("a drain takes at least one record, or none at all", () => {
  const ring = RingBuffer.create(256);
  for (const wrong of [0, -1, NaN]) assert.throws(() => ring.drain(wrong, () => {}), RangeError);
  assert.equal(ring.drain(1, () => {}), 0);
});

test("a closed ring takes nothing more and gives what is left", () => {
  const ring = RingBuffer.create(256);
  const other = RingBuffer.attach(ring.buffer);
  ring.tryWrite(new Uint8Array([7]));
  assert.equal(other.closed, false);
  ring.close();
  ring.close();
  assert.throws(() => ring.tryWrite(new Uint8Array(1)), TypeError);
  assert.deepEqual([other.closed, other.isDrained], [true, false]);
  assert.deepEqual(drained(other, 9), [[7]]);
  assert.equal(other.isDrained, true);
});

test("counts stay exact past 32 bits", () => {
  const { buffer } = RingBuffer.create(256);
  const counts = new Float64Array(buffer, 0, 64);
  counts[WRITTEN_COUNT] = 2 ** 32 - 1;
  counts[BYTES_COUNT] = 2 ** 52 + 1;
  const ring = RingBuffer.attach(buffer);
  for (let k = 0; k < 2; k++) ring.tryWrite(new Uint8Array(3));
  assert.deepEqual([ring.counters.written, ring.counters.bytes], [2 ** 32 + 1, 2 ** 52 + 7]);
});

test("a ring has a power of two of bytes", () => {
  for (const wrong of [0, 32, 96, 1000, 2 ** 31, 2 ** 32 + 64, -64, 64.5, NaN]) {
    assert.throws(() => RingBuffer.create(wrong), RangeError);
  }
  assert.equal(RingBuffer.create(64).capacity, 64);
});

test("memory that is no ring of this version is refused", () => {
  const changed = (word: number, value: number): SharedArrayBuffer => {
    const { buffer } = RingBuffer.create(256);
    new Int32Array(buffer)[word] = value;
    return buffer;
  };
  const grown = new SharedArrayBuffer(1024);
  new Uint8Array(grown).set(new Uint8Array(RingBuffer.create(256).buffer));
  // Typed as shared memory for lack of a type check in plain JavaScript.
  const foreign = new ArrayBuffer(1024) as unknown as SharedArrayBuffer;
  const wrong = [
    [foreign, /SharedArrayBuffer/],
    [new SharedArrayBuffer(8), /too few/],
    [new SharedArrayBuffer(1024), /does not begin/],
    [changed(0, 1), /does not begin/],
    [changed(1, 2), /version 2, expected 1/],
    [changed(2, 512), /capacity of 512/],
    [changed(2, 255), /capacity of 255/],
    [grown, /1024 bytes cannot hold a capacity of 256/],
  ] as const;
  for (const [buffer, message] of wrong) {
    assert.throws(() => RingBuffer.attach(buffer), { code: "invalid_input", message });
  }
});

test("whoever joins goes on where the last one stopped", () => {
  const first = RingBuffer.create(256);
  for (const byte of [1, 2, 3]) first.tryWrite(new Uint8Array([byte]));
  assert.deepEqual(drained(first, 1), [[1]]);
  const second = RingBuffer.attach(first.buffer);
  second.tryWrite(new Uint8Array([4]));
  assert.deepEqual(drained(second, 9), [[2], [3], [4]]);
});
