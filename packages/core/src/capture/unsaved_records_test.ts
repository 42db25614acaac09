import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { CaptureRecord } from "./capture_record.ts";
import type { Gap } from "../gap.ts";
import type { RawMessage } from "../raw_message.ts";
import { UnsavedRecords } from "./unsaved_records.ts";

const frame = (session: string, seq: number, at: number): RawMessage => ({
  feed: "toy",
  session,
  seq,
  tsRecv: at,
  data: new Uint8Array(1),
});
const overflow = (session: string, missing: number, at: number): Gap => ({
  feed: "toy",
  session,
  reason: "overflow",
  from: at,
  to: at,
  missing,
  tsRecv: at,
});
const disconnect = (session: string, at: number): Gap => ({
  feed: "toy",
  session,
  reason: "disconnect",
  from: at,
  to: at,
  tsRecv: at,
});

/** A disk that loses what was not flushed, from any record on. */
class Disk {
  /** Lines of closed files, then those of the open one. */
  sealed: CaptureRecord[] = [];
  open: CaptureRecord[] = [];
  flushed = 0;

  lastOf(records: readonly CaptureRecord[]): Map<string, number> {
    const last = new Map<string, number>();
    for (const record of records) {
      const seq = "seq" in record ? record.seq : last.get(record.session) ?? 0;
      last.set(record.session, seq);
    }
    return last;
  }
}

/** Whether each session's frames and gaps are without a hole; after a gap without number any. */
function checkNumbers(records: readonly CaptureRecord[]): void {
  const expected = new Map<string, { seq: number; isExact: boolean }>();
  for (const record of records) {
    const state = expected.get(record.session) ?? { seq: 0, isExact: true };
    expected.set(record.session, state);
    if ("seq" in record) {
      if (state.isExact) assert.equal(record.seq, state.seq + 1);
      else assert.ok(record.seq > state.seq, `${record.seq} after ${state.seq}`);
      state.seq = record.seq;
      state.isExact = true;
    } else if ("reason" in record && record.reason === "overflow") {
      if (record.missing === undefined) state.isExact = false;
      else state.seq += record.missing;
    }
  }
}

test("Whatever part of a batch a failing disk keeps, gaps account for the rest", () => {
  const step = fc.record({
    session: fc.constantFrom("a", "b"),
    what: fc.constantFrom("frame", "frame", "frame", "overflow", "other", "flush", "seal", "fail"),
    share: fc.nat(100),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const disk = new Disk();
    const unsaved = new UnsavedRecords();
    const seqs = new Map<string, number>();
    const others: Gap[] = [];
    /** Whether an overflow gap was at risk so far: it may have been where a file ends. */
    let isAmbiguous = false;
    const put = (record: CaptureRecord): void => {
      unsaved.add(record);
      disk.open.push(record);
    };
    steps.forEach(({ session, what, share }, at) => {
      const seq = seqs.get(session) ?? 0;
      if (what === "frame") {
        seqs.set(session, seq + 1);
        put(frame(session, seq + 1, at));
      } else if (what === "overflow") {
        seqs.set(session, seq + 1 + share % 3);
        put(overflow(session, 1 + share % 3, at));
      } else if (what === "other") {
        others.push(disconnect(session, at));
        put(others.at(-1)!);
      } else if (what === "fail") {
        const kept = disk.flushed +
          Math.round((disk.open.length - disk.flushed) * share / 100);
        const atRisk = disk.open.slice(disk.flushed);
        isAmbiguous ||= atRisk.some((one) => "reason" in one && one.reason === "overflow");
        disk.open.length = kept;
        const recovered = disk.lastOf(disk.open);
        disk.sealed.push(...disk.open);
        disk.open = [];
        disk.flushed = 0;
        const records = unsaved.settle(recovered, true, at);
        for (const record of records) {
          put(record);
          if ("missing" in record || isAmbiguous || !("reason" in record)) continue;
          assert.notEqual(record.reason, "overflow", "how many are missing was known");
        }
      } else {
        unsaved.flushed();
        disk.flushed = disk.open.length;
        if (what === "flush") return;
        for (const [name, last] of disk.lastOf(disk.open)) unsaved.durable(name, last);
        disk.sealed.push(...disk.open);
        disk.open = [];
        disk.flushed = 0;
      }
    });
    const records = [...disk.sealed, ...disk.open];
    checkNumbers(records);
    for (const other of others) {
      assert.ok(records.some((one) => "reason" in one && one.from === other.from), "kept or again");
    }
    for (const [session, seq] of seqs) {
      const own = records.filter((one) => one.session === session);
      const missing = own.map((one) => "seq" in one ? 1 : ("missing" in one && one.missing) || 0);
      const isExact = own.every((one) =>
        !("reason" in one) || one.reason !== "overflow" || one.missing !== undefined
      );
      if (isExact) assert.equal(missing.reduce((sum, one) => sum + one, 0), seq);
    }
  }));
});

test("Frames that are lost become one gap of their session with the exact number", () => {
  const unsaved = new UnsavedRecords();
  for (let seq = 1; seq <= 9; seq++) unsaved.add(frame("a", seq, 100 + seq));
  assert.deepEqual(unsaved.settle(new Map([["a", 4]]), true, 104), [{
    feed: "toy",
    session: "a",
    reason: "overflow",
    from: 104,
    to: 109,
    missing: 5,
    tsRecv: 109,
  }]);
});

test("Nothing is missing when everything was stored although the writer failed", () => {
  const unsaved = new UnsavedRecords();
  for (let seq = 1; seq <= 9; seq++) unsaved.add(frame("a", seq, seq));
  assert.deepEqual(unsaved.settle(new Map([["a", 9]]), true, 9), []);
});

test("A number that nobody can know is left out", () => {
  const unsaved = new UnsavedRecords();
  unsaved.add(frame("a", 1, 1));
  unsaved.durable("a", 1);
  unsaved.add(frame("a", 2, 2));
  const [gap] = unsaved.settle(new Map(), false, 1);
  assert.ok(gap !== undefined && !("missing" in gap));
});

test("Sessions of the past are forgotten once their frames are safe", () => {
  const unsaved = new UnsavedRecords();
  for (let i = 0; i < 3000; i++) {
    unsaved.add(frame(`s${i}`, 1, i));
    if (i !== 5) unsaved.durable(`s${i}`, 1);
  }
  const lost = unsaved.settle(new Map(), true, undefined).map(({ session }) => session);
  assert.deepEqual(lost, ["s5"]);
});
