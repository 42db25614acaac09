import assert from "node:assert/strict";
import { test } from "node:test";
import { RingBuffer } from "./ring_buffer.ts";

/** Waiting for a ring alone does not keep a process alive; a test has to stay until it is over. */
async function stay<T>(waiting: Promise<T>): Promise<T> {
  const timer = setInterval(() => {}, 1000);
  try {
    return await waiting;
  } finally {
    clearInterval(timer);
  }
}

const RECORD = new Uint8Array([1, 2, 3]);

test("waiting is over at once when there is a record, or the end", async () => {
  const ring = RingBuffer.create(1024);
  ring.tryWrite(RECORD);
  assert.equal(await ring.waitAsync(3_600_000), true);
  assert.equal(ring.wait(3_600_000), true);
  ring.drain(1, () => {});
  ring.close();
  assert.equal(await ring.waitAsync(3_600_000), true);
  assert.equal(ring.wait(3_600_000), true);
});

test("waiting ends with false when nothing comes in time", async () => {
  const ring = RingBuffer.create(1024);
  assert.equal(ring.wait(1), false);
  assert.equal(ring.wait(0), false);
  assert.equal(await stay(ring.waitAsync(1)), false);
  assert.equal(await stay(ring.waitAsync(0)), false);
});

test("a record or the end wakes a consumer in the same thread", async () => {
  const ring = RingBuffer.create(1024);
  const forRecord = ring.waitAsync(3_600_000);
  ring.tryWrite(RECORD);
  assert.equal(await stay(forRecord), true);
  assert.equal(ring.drain(10, () => {}), 1);
  const forEnd = ring.waitAsync(3_600_000);
  ring.close();
  assert.equal(await stay(forEnd), true);
});

test("a consumer is woken after it gave up waiting, and when it waits twice at a time", async () => {
  const ring = RingBuffer.create(1024);
  assert.equal(await stay(ring.waitAsync(1)), false);
  const early = ring.waitAsync(3_600_000);
  const late = ring.waitAsync(3_600_000);
  ring.tryWrite(RECORD);
  assert.deepEqual(await stay(Promise.all([early, late])), [true, true]);
});

test("a time to wait that is no number from 0 is refused", async () => {
  const ring = RingBuffer.create(1024);
  assert.throws(() => ring.wait(-1), RangeError);
  assert.throws(() => ring.wait(NaN), RangeError);
  await assert.rejects(ring.waitAsync(NaN), RangeError);
});

test("a producer and a consumer take turns in one thread until the end", async () => {
  const ring = RingBuffer.create(256);
  let written = 0;
  const produce = (): void => {
    while (written < 1000 && ring.tryWrite(new Uint8Array([written, written >> 8])) !== "full") {
      written++;
    }
    if (written < 1000) setTimeout(produce, 0);
    else ring.close();
  };
  const read: number[] = [];
  produce();
  while (!ring.isDrained) {
    ring.drain(7, (data, start) => read.push(data[start]! | data[start + 1]! << 8));
    await stay(ring.waitAsync(1000));
  }
  assert.deepEqual(read, Array.from({ length: 1000 }, (_, k) => k));
});
