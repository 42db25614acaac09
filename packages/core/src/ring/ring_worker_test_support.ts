/**
 * One end of a ring in a worker. Both ends make the same records out of the same seed, so that the
 * consumer knows every byte that it has to get.
 * @module
 */
import { parentPort, workerData } from "node:worker_threads";
import { RingBuffer } from "./ring_buffer.ts";

/** What a worker is to do. */
export interface RingTask {
  /** Which end. */
  readonly role: "produce" | "consume" | "wait" | "wait_and_leave";
  /** The ring. */
  readonly memory: SharedArrayBuffer;
  /** How many records. */
  readonly records: number;
  /** Where the records come from. */
  readonly seed: number;
}

/** What the consumer found. */
export interface ConsumeReport {
  /** Records that came. */
  readonly records: number;
  /** Their bytes. */
  readonly bytes: number;
  /** The first thing that was wrong; empty when nothing was. */
  readonly problem: string;
}

/** Numbers from 0 to 1 that depend on the seed only. */
function randomFrom(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Lengths: mostly short, some empty, some as long as the ring takes. */
function lengthOf(random: () => number, longest: number): number {
  const kind = random();
  if (kind < 0.05) return 0;
  if (kind < 0.1) return Math.floor(random() * (longest + 1));
  return Math.floor(random() * Math.min(300, longest));
}

function byteOf(record: number, index: number): number {
  return (record * 31 + index * 7 + (index >> 8)) & 0xff;
}

function produce({ memory, records, seed }: RingTask): void {
  const ring = RingBuffer.attach(memory);
  const random = randomFrom(seed);
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const source = new Uint8Array(ring.maxRecordBytes + 8);
  for (let record = 0; record < records; record++) {
    const length = lengthOf(random, ring.maxRecordBytes);
    const body = source.subarray(record % 8, record % 8 + length);
    for (let i = 0; i < length; i++) body[i] = byteOf(record, i);
    for (let attempt = 1; write(ring, body, record) === "full"; attempt++) {
      if (attempt % 50 === 0) Atomics.wait(pause, 0, 0, 0.05);
    }
    if (record % 1009 === 0) Atomics.wait(pause, 0, 0, 1);
  }
  ring.close();
  parentPort!.postMessage("closed");
}

/** Every third record of 8 bytes or more goes in two parts. */
function write(ring: RingBuffer, record: Uint8Array, number: number): "written" | "full" {
  if (number % 3 !== 0 || record.length < 8) return ring.tryWrite(record);
  const head = new Float64Array(record.slice(0, 8).buffer);
  // Engines may change the bits of a NaN that passes through a number.
  return Number.isNaN(head[0]!)
    ? ring.tryWrite(record)
    : ring.tryWriteParts(head, record.subarray(8));
}

function consume({ memory, seed }: RingTask): void {
  const ring = RingBuffer.attach(memory);
  const random = randomFrom(seed);
  let records = 0;
  let bytes = 0;
  let problem = "";
  const visit = (data: Uint8Array, start: number, end: number): void => {
    const length = lengthOf(random, ring.maxRecordBytes);
    if (problem === "" && end - start !== length) {
      problem = `record ${records} has ${end - start} bytes, expected ${length}`;
    }
    for (let i = 0; i < end - start; i++) {
      if (problem !== "" || data[start + i] === byteOf(records, i)) continue;
      problem = `record ${records} has ${data[start + i]} at ${i}`;
    }
    records++;
    bytes += end - start;
  };
  while (!ring.isDrained) {
    if (ring.drain(1 + records % 40, visit) === 0) ring.wait(1000);
  }
  parentPort!.postMessage({ records, bytes, problem } satisfies ConsumeReport);
}

/** Says that it waits, and then what its wait answered. */
function wait({ memory }: RingTask): void {
  const ring = RingBuffer.attach(memory);
  parentPort!.postMessage("waiting");
  parentPort!.postMessage(ring.wait(Infinity));
}

const task = workerData as RingTask;
if (task.role === "produce") produce(task);
else if (task.role === "consume") consume(task);
else if (task.role === "wait") wait(task);
else void RingBuffer.attach(task.memory).waitAsync(3_600_000);
