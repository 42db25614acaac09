import assert from "node:assert/strict";
import { test } from "node:test";
import type { Gap } from "../gap.ts";
import type { RawMessage } from "../raw_message.ts";
import type { SentMessage } from "../sent_message.ts";
import { SessionStart } from "./session_start.ts";

const FEED = { feed: "toy", session: "s" };
const frame = (tsRecv: number): RawMessage => ({
  ...FEED,
  seq: 1,
  tsRecv,
  data: new Uint8Array(2),
});
const sent = (tsSent: number): SentMessage => ({ ...FEED, tsSent, data: new Uint8Array(2) });
const restart = (from: number, to: number, tsRecv = to): Gap => ({
  ...FEED,
  reason: "restart",
  from,
  to,
  tsRecv,
});

test("A new stream begins without a gap", () => {
  const start = new SessionStart(undefined);
  assert.ok(start.isOver);
  assert.deepEqual(start.take(sent(5)), [sent(5)]);
});

test("A stream that goes on begins with a gap from its last line to the first frame", () => {
  const start = new SessionStart(3);
  assert.deepEqual(start.take(frame(8)), [restart(3, 8), frame(8)]);
  assert.ok(start.isOver);
  assert.deepEqual(start.take(frame(9)), [frame(9)]);
});

test("What was said before the first frame comes behind the gap, with its own time", () => {
  const start = new SessionStart(3);
  const said = sent(6);
  assert.deepEqual(start.take(said), []);
  said.data.fill(1);
  assert.deepEqual(start.take(sent(7)), []);
  assert.deepEqual(start.take(frame(8)), [restart(3, 8, 6), sent(6), sent(7), frame(8)]);
});

test("Without any frame the gap ends at what came last", () => {
  const start = new SessionStart(3);
  start.take(sent(6));
  start.take(sent(7));
  assert.deepEqual(start.finish(), [restart(3, 7, 6), sent(6), sent(7)]);
  assert.deepEqual(start.finish(), []);
  assert.deepEqual(new SessionStart(3).finish(), [], "without any record there is no gap either");
});

test("A connection that never gives a frame does not pile up records", () => {
  const start = new SessionStart(3);
  let released = 0;
  for (let at = 10; at < 1000; at++) released += start.take(sent(at)).length;
  assert.equal(released, 991);
});

test("A clock that went back while nobody recorded gives a gap without length", () => {
  assert.deepEqual(new SessionStart(30).take(frame(8))[0], restart(30, 30));
});
