import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { CaptureRecord } from "./capture_record.ts";
import { RecordReader } from "./record_reader.ts";
import { RecordWriter } from "./record_writer.ts";
import { RingBuffer } from "../ring/ring_buffer.ts";

const FEED = "toy";

function setup(bytes: number) {
  const ring = RingBuffer.create(bytes);
  const writer = new RecordWriter(ring, FEED);
  const reader = new RecordReader(RingBuffer.attach(ring.buffer), FEED);
  return { ring, writer, reader };
}

/** A record that outlives the visit. */
function kept(record: CaptureRecord): CaptureRecord {
  return "data" in record ? { ...record, data: record.data.slice() } : record;
}

function readAll(reader: RecordReader, ring: RingBuffer): CaptureRecord[] {
  const records: CaptureRecord[] = [];
  const { written } = ring.counters;
  while (ring.counters.read < written) {
    const before = records.length;
    assert.equal(reader.read(7, (record) => records.push(kept(record))), records.length - before);
  }
  return records;
}

function frame(session: string, seq = 1, data = new Uint8Array([123, 125])): CaptureRecord {
  return { feed: FEED, session, seq, tsRecv: 1_767_625_200_000_000 + seq, data };
}

const session = fc.oneof(
  fc.constantFrom("a", "b", "c"),
  fc.string({ minLength: 1, unit: "grapheme" }),
);
const count = fc.maxSafeNat();
const data = fc.tuple(fc.uint8Array({ maxLength: 700 }), fc.integer({ min: 0, max: 7 }))
  .map(([bytes, offset]) => {
    const memory = new Uint8Array(bytes.length + offset);
    memory.set(bytes, offset);
    return memory.subarray(offset);
  });
const records: fc.Arbitrary<CaptureRecord> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ feed: fc.constant(FEED), session, seq: count, tsRecv: count, data }),
  },
  fc.record({ feed: fc.constant(FEED), session, tsSent: count, data }),
  fc.record({
    feed: fc.constant(FEED),
    session,
    reason: fc.constantFrom("sequence" as const, "overflow" as const, "restart" as const),
    from: count,
    to: count,
    tsRecv: count,
  }).chain((gap) =>
    fc.constantFrom(gap, { ...gap, sid: 3, missing: 9, books: false as const }, {
      ...gap,
      markets: ["KX-ONE", "KX-Ü"],
    })
  ),
);

test("records come out as they went in, whenever they are read", () => {
  const batches = fc.array(fc.array(records, { maxLength: 12 }), { maxLength: 12 });
  fc.assert(fc.property(batches, (script) => {
    const { ring, writer, reader } = setup(1 << 16);
    for (const batch of script) {
      for (const record of batch) assert.equal(writer.write(record), "written");
      assert.deepEqual(readAll(reader, ring).map(plain), batch.map(plain));
    }
  }));
});

/** Without the prototypes that fast-check gives. */
function plain(record: CaptureRecord): unknown {
  return "data" in record ? { ...record, data: [...record.data] } : { ...record };
}

test("more sessions than there are numbers keep their names", () => {
  const { ring, writer, reader } = setup(1 << 16);
  const sent: CaptureRecord[] = [];
  for (let k = 0; k < 2000; k++) {
    const name = k % 3 === 0 ? "the one that stays" : `session ${k % 700}`;
    const record = frame(name, k);
    assert.equal(writer.write(record), "written");
    sent.push(record);
    if (k % 50 === 49) assert.deepEqual(readAll(reader, ring), sent.splice(0));
  }
});

test("a record that does not fit now is kept out whole and goes in later", () => {
  const { ring, writer, reader } = setup(256);
  // Of 256 bytes, a session's name takes 40, and a frame of 2 bytes 40.
  const results = [1, 2, 3, 4, 5, 6].map((seq) => writer.write(frame("one", seq)));
  assert.deepEqual(results, ["written", "written", "written", "written", "written", "full"]);
  assert.equal(writer.write(frame("two", 1)), "full");
  assert.equal(readAll(reader, ring).length, 5);
  assert.equal(writer.write(frame("two", 1)), "written");
  assert.equal(writer.write(frame("one", 6)), "written");
  assert.deepEqual(readAll(reader, ring), [frame("two", 1), frame("one", 6)]);
});

test("a session whose name went in before its frame did is not named twice", () => {
  const { ring, writer, reader } = setup(256);
  for (let seq = 1; seq <= 4; seq++) writer.write(frame("one", seq));
  const { written } = ring.counters;
  assert.equal(writer.write(frame("two", 1)), "full");
  assert.equal(ring.counters.written, written + 1);
  assert.equal(readAll(reader, ring).length, 4);
  assert.equal(writer.write(frame("two", 1)), "written");
  assert.equal(ring.counters.written, written + 2);
  assert.deepEqual(readAll(reader, ring), [frame("two", 1)]);
});

test("a record that the ring can never take is told apart and costs nothing", () => {
  const { ring, writer } = setup(256);
  assert.equal(writer.write(frame("one", 1, new Uint8Array(97))), "too_large");
  const markets = Array.from({ length: 20 }, (_, k) => `MARKET-${k}`);
  const gap = {
    feed: FEED,
    session: "one",
    reason: "sequence",
    from: 1,
    to: 2,
    tsRecv: 3,
  } as const;
  assert.equal(writer.write({ ...gap, markets }), "too_large");
  assert.equal(writer.write(frame("s".repeat(97))), "too_large");
  assert.equal(ring.counters.written, 0);
  assert.equal(writer.write(frame("one", 1, new Uint8Array(96))), "written");
});

test("a record of another feed is refused", () => {
  const { writer } = setup(256);
  const other = { ...frame("one"), feed: "other" };
  assert.throws(() => writer.write(other), /feed "other": this ring is for "toy"/);
});

test("frames come in one object and private memory", () => {
  const { writer, reader } = setup(1 << 12);
  for (const length of [5, 900]) {
    writer.write(frame("one", length, new Uint8Array(length)));
    writer.write(frame("one", length, new Uint8Array(length)));
  }
  const seen = new Set<CaptureRecord>();
  reader.read(9, (record) => {
    seen.add(record);
    assert.ok("data" in record && record.data.buffer instanceof ArrayBuffer);
  });
  assert.equal(seen.size, 1);
});

test("when the visitor throws, its record counts as read and the next one comes next", () => {
  const { ring, writer, reader } = setup(1 << 12);
  for (const seq of [1, 2, 3]) writer.write(frame("one", seq));
  const failure = new Error("not this one");
  assert.throws(() =>
    reader.read(9, (record) => {
      if ("seq" in record && record.seq === 2) throw failure;
    }), failure);
  assert.deepEqual(readAll(reader, ring), [frame("one", 3)]);
});

test("a reader that was not there when a session was named says so", () => {
  const { ring, writer, reader } = setup(1 << 12);
  writer.write(frame("one", 1));
  readAll(reader, ring);
  writer.write(frame("one", 2));
  const late = new RecordReader(RingBuffer.attach(ring.buffer), FEED);
  assert.throws(() => late.read(1, () => {}), /session 0: its name was read elsewhere/);
});
