/**
 * 256-byte messages from one worker to another: ssmd's ring buffer against `postMessage` over a
 * channel and against npm's ringbuf.js with as much memory.
 *
 * Frames lie at odd addresses, as in a socket's buffer. Every message carries its number, which its
 * receiver checks, and its receiver reads its last byte. `postMessage` gets a window of messages in
 * flight, without which its queue grows without bound. ringbuf.js carries bare bytes, so it is shown
 * twice: with messages of a length that both sides know, and with the length in front, which is what
 * ssmd's ring does. Producers try again at once when a ring is full. When it is empty, ssmd's consumer
 * calls `wait`, and ringbuf.js's looks 1000 times before it sleeps as long. Rounds are interleaved. Run `npm run bench -- ring`.
 * @module
 */
import { once } from "node:events";
import { cpus } from "node:os";
import process from "node:process";
import {
  isMainThread,
  MessageChannel,
  type MessagePort,
  parentPort,
  Worker,
  workerData,
} from "node:worker_threads";
import { RingBuffer as Ringbuf } from "ringbuf.js";
import type { CaptureRecord } from "../packages/core/src/capture/capture_record.ts";
import { RecordReader } from "../packages/core/src/capture/record_reader.ts";
import { RecordWriter } from "../packages/core/src/capture/record_writer.ts";
import { PrivateCopy } from "../packages/core/src/ring/private_copy.ts";
import { RingBuffer } from "../packages/core/src/ring/ring_buffer.ts";

const ROUNDS = 15;
const WARM_UP = 5;
const MESSAGE_BYTES = 256;
const RING_BYTES = 1024 * 1024;
const BATCH = 256;
const WINDOW = 2048;

/** One end of a contender: sends or receives `messages` and answers when it is through. */
type End = (messages: number) => void | Promise<void>;

interface Contender {
  /** How many messages make a round of about a tenth of a second. */
  readonly messages: number;
  send(link: Link): End;
  receive(link: Link): End;
}

/** What both workers of a contender are given. */
interface Link {
  readonly memory: SharedArrayBuffer;
  readonly port: MessagePort;
}

/** Frames of which every other begins at an odd address, none at a multiple of 8. */
function frames(): Uint8Array[] {
  const socket = new Uint8Array(64 * (MESSAGE_BYTES + 1) + 1);
  for (let i = 0; i < socket.length; i++) socket[i] = i;
  const starts = Array.from({ length: 64 }, (_, k) => k * (MESSAGE_BYTES + 1) + 1);
  return starts.filter((start) => start % 8 !== 0)
    .map((start) => socket.subarray(start, start + MESSAGE_BYTES));
}

/** Puts the message's number into its first four bytes. */
function stamp(frame: Uint8Array, number: number): void {
  frame[0] = number;
  frame[1] = number >>> 8;
  frame[2] = number >>> 16;
  frame[3] = number >>> 24;
}

function check(data: Uint8Array, start: number, end: number, number: number): number {
  const got = data[start]! | data[start + 1]! << 8 | data[start + 2]! << 16 |
    data[start + 3]! << 24;
  if (got !== number || end - start !== MESSAGE_BYTES) {
    throw new Error(`Message ${number} came as ${got} of ${end - start} bytes`);
  }
  return data[end - 1]!;
}

let digest = 0;

const nap = new Int32Array(new SharedArrayBuffer(4));

/** A consumer reads where the record lies, or copies it out first as ringbuf.js does. */
function ssmdRing(copiesOut: boolean): Contender {
  return {
    messages: 1_000_000,
    send({ memory }) {
      const ring = RingBuffer.attach(memory);
      const sources = frames();
      return (messages) => {
        for (let k = 0; k < messages; k++) {
          const frame = sources[k % sources.length]!;
          stamp(frame, k);
          while (ring.tryWrite(frame) === "full");
        }
      };
    },
    receive({ memory }) {
      const ring = RingBuffer.attach(memory);
      const copier = new PrivateCopy();
      const words = new Int32Array(memory, memory.byteLength - ring.capacity);
      let next = 0;
      const visit = copiesOut
        ? (data: Uint8Array, start: number, end: number) => {
          digest += check(copier.copy(data, words, start, end), 0, end - start, next++);
        }
        : (data: Uint8Array, start: number, end: number) => {
          digest += check(data, start, end, next++);
        };
      return (messages) => {
        next = 0;
        while (next < messages) if (ring.drain(BATCH, visit) === 0) ring.wait(1000);
      };
    },
  };
}

/** Frames of a session, as a capture passes them to its sink. */
const records: Contender = {
  messages: 1_000_000,
  send({ memory }) {
    const writer = new RecordWriter(RingBuffer.attach(memory), "bench");
    const sources = frames().map((data) => ({
      feed: "bench",
      session: "s",
      seq: 0,
      tsRecv: 0,
      data,
    }));
    return (messages) => {
      for (let k = 0; k < messages; k++) {
        const record = sources[k % sources.length]!;
        stamp(record.data, k);
        record.seq = k;
        while (writer.write(record) === "full");
      }
    };
  },
  receive({ memory }) {
    const ring = RingBuffer.attach(memory);
    const reader = new RecordReader(ring, "bench");
    let next = 0;
    const visit = (record: CaptureRecord) => {
      if (!("seq" in record) || record.seq !== next) throw new Error(`Record ${next} is another`);
      digest += check(record.data, 0, record.data.length, next++);
    };
    return (messages) => {
      next = 0;
      while (next < messages) if (reader.read(BATCH, visit) === 0) ring.wait(1000);
    };
  },
};

function ringbuf(framed: boolean): Contender {
  return {
    messages: 300_000,
    send({ memory }) {
      const ring = new Ringbuf(memory, Uint8Array);
      const sources = frames();
      const size = new Uint8Array(4);
      return (messages) => {
        for (let k = 0; k < messages; k++) {
          const frame = sources[k % sources.length]!;
          stamp(frame, k);
          if (framed) {
            stamp(size, frame.length);
            // What does not fit whole would be taken in part.
            while (ring.availableWrite() < size.length + frame.length);
            ring.push(size);
            ring.push(frame);
          } else {
            // The capacity is a multiple of the message, so nothing is ever taken in part.
            while (ring.push(frame) === 0);
          }
        }
      };
    },
    receive({ memory }) {
      const ring = new Ringbuf(memory, Uint8Array);
      const size = new Uint8Array(4);
      const own = new Uint8Array(MESSAGE_BYTES);
      return (messages) => {
        for (let k = 0; k < messages; k++) {
          let length = MESSAGE_BYTES;
          if (framed) {
            popAll(ring, size, 4);
            length = size[0]! | size[1]! << 8 | size[2]! << 16 | size[3]! << 24;
          }
          popAll(ring, own, length);
          digest += check(own, 0, length, k);
        }
      };
    },
  };
}

function popAll(ring: Ringbuf, into: Uint8Array, length: number): void {
  for (let attempt = 1; ring.availableRead() < length; attempt++) {
    if (attempt % 1000 === 0) Atomics.wait(nap, 0, 0, 0.05);
  }
  ring.pop(into, length);
}

const channel: Contender = {
  messages: 100_000,
  send({ port }) {
    const sources = frames().map((frame) => frame.slice());
    return (messages) =>
      new Promise((resolve) => {
        let sent = 0;
        let allowed = WINDOW;
        const send = () => {
          for (; sent < Math.min(allowed, messages); sent++) {
            const frame = sources[sent % sources.length]!;
            stamp(frame, sent);
            port.postMessage(frame);
          }
        };
        const onCredit = () => {
          allowed += WINDOW / 2;
          send();
          if (allowed - WINDOW < messages) return;
          port.off("message", onCredit);
          resolve();
        };
        port.on("message", onCredit);
        send();
      });
  },
  receive({ port }) {
    return (messages) =>
      new Promise((resolve) => {
        // The last credits come for messages that are only counted.
        const rounded = Math.ceil(messages / (WINDOW / 2)) * (WINDOW / 2);
        let received = 0;
        const onFrame = (frame: Uint8Array) => {
          digest += check(frame, 0, frame.length, received++);
          if (received % (WINDOW / 2) === 0) port.postMessage(0);
          if (received < messages) return;
          if (received < rounded) port.postMessage(0);
          port.off("message", onFrame);
          resolve();
        };
        port.on("message", onFrame);
      });
  },
};

const CONTENDERS: Readonly<Record<string, Contender>> = {
  "ssmd ring": ssmdRing(false),
  "ssmd ring, copied out": ssmdRing(true),
  "ssmd capture records": records,
  "ringbuf.js, bare": ringbuf(false),
  "ringbuf.js, framed": ringbuf(true),
  "postMessage": channel,
};

interface Task {
  readonly name: string;
  readonly role: "send" | "receive";
  readonly link: Link;
}

/** When an end began and finished, in milliseconds of one clock for all threads. */
interface Done {
  readonly from: number;
  readonly to: number;
}

function serve({ name, role, link }: Task): void {
  const contender = CONTENDERS[name]!;
  const end = contender[role](link);
  parentPort!.on("message", async () => {
    const from = performance.timeOrigin + performance.now();
    await end(contender.messages);
    const to = performance.timeOrigin + performance.now();
    parentPort!.postMessage({ from, to } satisfies Done);
  });
  parentPort!.postMessage("ready");
}

/** Starts a contender's two workers, which no other uses, so that none spoils another's code. */
async function startPair(name: string): Promise<readonly Worker[]> {
  const memory = name.startsWith("ringbuf.js")
    ? Ringbuf.getStorageForCapacity(RING_BYTES, Uint8Array)
    : RingBuffer.create(RING_BYTES).buffer;
  const { port1, port2 } = new MessageChannel();
  return [
    await startWorker({ name, role: "receive", link: { memory, port: port1 } }),
    await startWorker({ name, role: "send", link: { memory, port: port2 } }),
  ];
}

/** A worker that runs this file; it does not inherit the loader that reads TypeScript. */
async function startWorker(task: Task): Promise<Worker> {
  const loader = JSON.stringify(import.meta.resolve("tsx/esm/api"));
  const code = `import(${loader}).then(({ register }) => {
    register();
    return import(${JSON.stringify(import.meta.url)});
  });`;
  const transferList = [task.link.port];
  const worker = new Worker(code, { eval: true, execArgv: [], workerData: task, transferList });
  worker.on("error", (error) => {
    throw error;
  });
  await once(worker, "message");
  return worker;
}

async function measure(): Promise<void> {
  const names = Object.keys(CONTENDERS);
  const pairs = new Map<string, readonly Worker[]>();
  for (const name of names) pairs.set(name, await startPair(name));
  const wall = new Map(names.map((name): [string, number[]] => [name, []]));
  const cpu = new Map(names.map((name): [string, number[]] => [name, []]));
  for (let round = -WARM_UP; round < ROUNDS; round++) {
    for (const [name, { messages }] of Object.entries(CONTENDERS)) {
      const before = process.cpuUsage();
      const done = pairs.get(name)!.map(async (worker): Promise<Done> => {
        worker.postMessage("go");
        return (await once(worker, "message"))[0];
      });
      const [received, sent] = await Promise.all(done);
      const { user, system } = process.cpuUsage(before);
      if (round < 0) continue;
      wall.get(name)!.push((received!.to - sent!.from) * 1e6 / messages);
      cpu.get(name)!.push((user + system) * 1000 / messages);
    }
  }
  for (const worker of [...pairs.values()].flat()) await worker.terminate();
  print(wall, cpu);
}

type Samples = ReadonlyMap<string, readonly number[]>;

function print(wall: Samples, cpu: Samples): void {
  const ours = median(wall.get("ssmd ring")!);
  const ourCpu = median(cpu.get("ssmd ring")!);
  for (const [name, nanos] of wall) {
    const each = median(nanos);
    const spread = `${Math.min(...nanos).toFixed(0)}–${Math.max(...nanos).toFixed(0)}`;
    console.log(
      `  ${name.padEnd(22)} ${(1000 / each).toFixed(2).padStart(6)} M messages/s, ` +
        `${each.toFixed(0).padStart(5)} ns (${spread}), ` +
        `CPU of both threads ${median(cpu.get(name)!).toFixed(0).padStart(5)} ns` +
        (name.startsWith("ssmd") ? "" : `; ssmd's ring is ${(each / ours).toFixed(1)} × as fast, ` +
          `${(median(cpu.get(name)!) / ourCpu).toFixed(1)} × by CPU`),
    );
  }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1]!;
}

if (isMainThread) {
  console.log(
    `${MESSAGE_BYTES} B from worker to worker, rings of 1 MiB; Node ${process.version}, ` +
      `${cpus().length} × ${cpus()[0]?.model.trim()}, ${ROUNDS} rounds after ${WARM_UP} of ` +
      `warm-up, median (min–max)`,
  );
  await measure();
} else {
  serve(workerData as Task);
}
