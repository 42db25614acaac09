import assert from "node:assert/strict";
import { once } from "node:events";
import process from "node:process";
import { test } from "node:test";
import type { Worker } from "node:worker_threads";
import { RingBuffer } from "./ring_buffer.ts";
import type { ConsumeReport, RingTask } from "./ring_worker_test_support.ts";
import { startSourceWorker } from "./source_worker_test_support.ts";

/** A heavier run: `SSMD_RING_RECORDS=5000000`. */
const RECORDS = Number(process.env["SSMD_RING_RECORDS"] ?? 20_000);

function start(role: RingTask["role"], memory: SharedArrayBuffer, records = 0, seed = 0): Worker {
  const task: RingTask = { role, memory, records, seed };
  return startSourceWorker(new URL("./ring_worker_test_support.ts", import.meta.url), task);
}

/** The next thing that a worker says; rejects when it fails instead. */
async function heard<T>(worker: Worker): Promise<T> {
  return (await once(worker, "message"))[0];
}

for (const [bytes, seed] of [[1024, 11], [16_384, 12], [1_048_576, 13]] as const) {
  test(`every byte goes from worker to worker in order through a ring of ${bytes} bytes`, async () => {
    const ring = RingBuffer.create(bytes);
    const consumer = start("consume", ring.buffer, RECORDS, seed);
    const report = heard<ConsumeReport>(consumer);
    const producer = start("produce", ring.buffer, RECORDS, seed);
    try {
      const [found] = await Promise.all([report, heard(producer)]);
      assert.equal(found.problem, "");
      assert.equal(found.records, RECORDS);
      const { written, read, bytes: total, highWater } = ring.counters;
      assert.deepEqual([written, read, total], [RECORDS, RECORDS, found.bytes]);
      assert.ok(highWater > 0 && highWater <= bytes, `${highWater}`);
      assert.ok(ring.isDrained);
    } finally {
      await Promise.all([consumer.terminate(), producer.terminate()]);
    }
  });
}

for (const what of ["a record", "the end"]) {
  test(`a worker that waits without end is woken by ${what}`, async () => {
    const ring = RingBuffer.create(1024);
    const worker = start("wait", ring.buffer);
    try {
      assert.equal(await heard(worker), "waiting");
      const woken = heard<boolean>(worker);
      if (what === "the end") ring.close();
      else ring.tryWrite(new Uint8Array(3));
      assert.equal(await woken, true);
    } finally {
      await worker.terminate();
    }
  });
}

test("a worker ends although it waits without blocking", async () => {
  const worker = start("wait_and_leave", RingBuffer.create(1024).buffer);
  assert.equal((await once(worker, "exit"))[0], 0);
});
