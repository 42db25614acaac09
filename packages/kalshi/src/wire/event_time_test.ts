import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EventTimeScan, readTime } from "./event_time.ts";
import { FrameBytes } from "./frame_bytes.ts";

/** What the scan gives for a text in quotes, or NaN; it must stop at the closing quote. */
function scan(times: EventTimeScan, text: string): number {
  const bytes = new FrameBytes();
  const data = new TextEncoder().encode(`{"${text}"}`);
  const into = new Float64Array(1);
  assert.ok(bytes.set(data, 0, data.length));
  const after = times.pass(bytes, 2, into, 0);
  if (after < 0) return NaN;
  assert.equal(after, data.length - 2);
  return into[0]!;
}

test("Seconds and RFC 3339 text give the same microseconds", () => {
  assert.equal(readTime(1786416310), 1786416310000000);
  assert.equal(readTime("1786416310.657414"), 1786416310657414);
  assert.equal(readTime("2026-08-11T02:45:10.657414Z"), 1786416310657414);
  for (const odd of ["", "soon", "2026-08-11", null, -1, 1e300]) assert.equal(readTime(odd), NaN);
});

test("A scan reads times as the reader does, whatever minute it remembers", () => {
  const parts = fc.record({
    minute: fc.constantFrom("2026-08-11T02:45", "2026-08-11T02:46", "2026-02-30T00:00", "x"),
    second: fc.constantFrom(":00", ":09", ":59", ":60", ":7", ":103", ":1a", "", ":"),
    fraction: fc.constantFrom("", ".", ".5", ".657414", ".6574140", ".6574141", ".000000000", ".a"),
    zone: fc.constantFrom("Z", "z", "+00:00", "-05:30", "", "ZZ"),
  });
  fc.assert(
    fc.property(fc.array(parts, { minLength: 1, maxLength: 6 }), (texts) => {
      const times = new EventTimeScan();
      for (const { minute, second, fraction, zone } of texts) {
        const text = minute + second + fraction + zone;
        assert.equal(scan(times, text), readTime(text), text);
      }
    }),
    { numRuns: 500 },
  );
});
