import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Gap } from "../gap.ts";
import type { RawMessage } from "../raw_message.ts";
import type { SentMessage } from "../sent_message.ts";
import type { CaptureRecord } from "./capture_record.ts";
import { OverflowLedger, type RecordTarget } from "./overflow_ledger.ts";

/** Takes as many records as it is given room for, and none with more than 100 bytes. */
class Buffer implements RecordTarget {
  room = 0;
  readonly records: CaptureRecord[] = [];

  write(record: CaptureRecord): "written" | "full" | "too_large" {
    if ("data" in record && record.data.length > 100) return "too_large";
    if ("reason" in record && (record.markets ?? []).length > 9) return "too_large";
    if (this.room === 0) return "full";
    this.room--;
    this.records.push("data" in record ? { ...record, data: record.data.slice() } : record);
    return "written";
  }
}

function frame(session: string, seq: number, tsRecv: number, size = 3): RawMessage {
  return { feed: "toy", session, seq, tsRecv, data: new Uint8Array(size).fill(seq) };
}

function lost(session: string, at: number, markets?: readonly string[]): Gap {
  const gap = { feed: "toy", session, reason: "disconnect", from: at, to: at, tsRecv: at } as const;
  return markets === undefined ? gap : { ...gap, markets };
}

function sent(session: string, at: number, size = 3): SentMessage {
  return { feed: "toy", session, tsSent: at, data: new Uint8Array(size) };
}

/** Every frame and every other record of a session in order; a frame is `.`, others tell their time. */
function accountOf(records: readonly CaptureRecord[], session: string): string[] {
  return records.filter((record) => record.session === session).flatMap((record) => {
    if ("tsSent" in record) return [`sent ${record.tsSent}`];
    if (!("reason" in record)) return ["."];
    if (record.reason !== "overflow") return [`gap ${record.from}`];
    return Array.from({ length: record.missing ?? NaN }, () => ".");
  });
}

const SESSIONS = ["a", "b", "c"];

test("Per session frames and overflow gaps account for every frame once and in order", () => {
  const step = fc.record({
    room: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(4)),
    session: fc.constantFrom(...SESSIONS),
    what: fc.constantFrom("frame", "frame", "frame", "gap", "sent", "settle", "large"),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const buffer = new Buffer();
    const ledger = new OverflowLedger(buffer);
    const offered: CaptureRecord[] = [];
    const seqs = new Map<string, number>();
    let kept = 0;
    steps.forEach(({ room, session, what }, at) => {
      buffer.room += room;
      if (what === "settle") {
        ledger.settle();
        return;
      }
      const seq = (seqs.get(session) ?? 0) + 1;
      const record = what === "gap"
        ? lost(session, at)
        : what === "sent"
        ? sent(session, at)
        : frame(session, seq, at, what === "large" ? 101 : 3);
      if ("seq" in record) seqs.set(session, seq);
      offered.push(record);
      const delivery = ledger.deliver(record);
      if ("seq" in record) kept += delivery === "kept" ? 1 : 0;
      else assert.equal(delivery, "kept");
    });
    const frames = buffer.records.filter((record) => "seq" in record);
    assert.equal(frames.length, kept, "what is kept is written at once");
    buffer.room = Infinity;
    assert.ok(ledger.settle() && ledger.isSettled);
    for (const session of SESSIONS) {
      assert.deepEqual(accountOf(buffer.records, session), accountOf(offered, session));
      let seq = 0;
      for (const record of buffer.records.filter((one) => one.session === session)) {
        if ("seq" in record) assert.equal(record.seq, ++seq);
        else if ("missing" in record) seq += record.missing!;
      }
    }
    const { dropped, tooLarge, lostControls, pending } = ledger.counts;
    assert.equal(dropped + tooLarge, offered.filter((one) => "seq" in one).length - kept);
    assert.deepEqual([lostControls, pending], [0, 0]);
  }));
});

test("Frames of a session that are dropped one after the other become one gap with their times", () => {
  const buffer = new Buffer();
  const ledger = new OverflowLedger(buffer);
  assert.equal(ledger.deliver(frame("a", 1, 10)), "dropped");
  assert.equal(ledger.deliver(frame("b", 1, 20)), "dropped");
  assert.equal(ledger.deliver(frame("a", 2, 30)), "dropped");
  buffer.room = 3;
  assert.equal(ledger.deliver(frame("b", 2, 40)), "kept");
  const overflow = { feed: "toy", reason: "overflow" };
  assert.deepEqual(buffer.records, [
    { ...overflow, session: "a", from: 10, to: 30, missing: 2, tsRecv: 30 },
    { ...overflow, session: "b", from: 20, to: 20, missing: 1, tsRecv: 30 },
    frame("b", 2, 40),
  ]);
  assert.equal(ledger.counts.droppedBytes, 9);
});

test("A later frame of a session waits for the gap before it even when it would fit", () => {
  const buffer = new Buffer();
  const ledger = new OverflowLedger(buffer);
  ledger.deliver(frame("a", 1, 10));
  buffer.room = 1;
  assert.equal(ledger.deliver(frame("a", 2, 20)), "dropped");
  assert.deepEqual(accountOf(buffer.records, "a"), ["."]);
  buffer.room = 1;
  assert.ok(ledger.settle());
  assert.deepEqual(accountOf(buffer.records, "a"), [".", "."]);
});

test("A frame that can never fit becomes a gap with its size while the others are kept", () => {
  const buffer = new Buffer();
  const ledger = new OverflowLedger(buffer);
  buffer.room = 3;
  ledger.deliver(frame("a", 1, 10));
  assert.equal(ledger.deliver(frame("a", 2, 20, 5000)), "dropped");
  assert.equal(ledger.deliver(frame("a", 3, 30)), "kept");
  assert.deepEqual(buffer.records[1], {
    feed: "toy",
    session: "a",
    reason: "overflow",
    from: 20,
    to: 20,
    missing: 1,
    bytes: 5000,
    tsRecv: 20,
  });
  assert.equal(ledger.counts.tooLarge, 1);
});

test("A gap that names too many markets to fit is written as one for every market", () => {
  const buffer = new Buffer();
  buffer.room = 1;
  const names = Array.from({ length: 10 }, (_, i) => `M${i}`);
  assert.equal(new OverflowLedger(buffer).deliver(lost("a", 10, names)), "kept");
  assert.deepEqual(buffer.records, [lost("a", 10)]);
});

test("A gap that waits for room and then names too many markets is written for every market", () => {
  const buffer = new Buffer();
  const ledger = new OverflowLedger(buffer);
  ledger.deliver(frame("a", 1, 5));
  ledger.deliver(lost("a", 10, Array.from({ length: 10 }, (_, i) => `M${i}`)));
  buffer.room = 2;
  assert.ok(ledger.settle());
  assert.deepEqual(buffer.records[1], lost("a", 10));
});

test("In a buffer too small even for gaps everything is counted and nothing waits for ever", () => {
  const ledger = new OverflowLedger({ write: () => "too_large" });
  assert.equal(ledger.deliver(frame("a", 1, 5)), "dropped");
  assert.equal(ledger.deliver(lost("a", 6)), "dropped");
  const { tooLarge, lostControls, pending } = ledger.counts;
  assert.deepEqual([tooLarge, lostControls, pending], [1, 3, 0]);
});

test("What waits is bounded: an overflow gap stands for what had to be dropped", () => {
  const buffer = new Buffer();
  const ledger = new OverflowLedger(buffer, 500);
  assert.equal(ledger.deliver(sent("a", 10)), "kept");
  assert.equal(ledger.deliver(lost("a", 20)), "kept");
  assert.equal(ledger.deliver(sent("a", 30)), "dropped");
  assert.equal(ledger.deliver(frame("a", 1, 40)), "dropped");
  assert.equal(ledger.counts.lostControls, 1);
  buffer.room = 9;
  ledger.settle();
  assert.deepEqual(buffer.records.slice(0, 2), [sent("a", 10), lost("a", 20)]);
  assert.deepEqual(buffer.records[2], {
    feed: "toy",
    session: "a",
    reason: "overflow",
    from: 30,
    to: 40,
    missing: 1,
    tsRecv: 40,
  });
  assert.equal(ledger.deliver(sent("a", 50)), "kept");
});

test("Bytes that wait are copied", () => {
  const buffer = new Buffer();
  const ledger = new OverflowLedger(buffer);
  const record = sent("a", 10);
  ledger.deliver(record);
  record.data.fill(9);
  buffer.room = 1;
  ledger.settle();
  assert.deepEqual(buffer.records, [sent("a", 10)]);
});
