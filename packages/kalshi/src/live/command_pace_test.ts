import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CommandPace } from "./command_pace.ts";

test("No stretch of time sees more commands than it may, the burst at its beginning included", () => {
  const steps = fc.array(fc.nat(400), { maxLength: 200 });
  fc.assert(fc.property(fc.integer({ min: 1, max: 40 }), steps, (perSecond, waits) => {
    const pace = new CommandPace(perSecond, 0);
    const sent: number[] = [];
    let now = 0;
    for (const wait of waits) {
      now += wait;
      while (pace.isReady(now)) {
        pace.spend();
        sent.push(now);
      }
    }
    for (const [i, from] of sent.entries()) {
      for (const [j, to] of sent.entries()) {
        if (j < i) continue;
        const most = perSecond + ((to - from) * perSecond) / 1000 + 1e-6;
        assert.ok(j - i + 1 <= most, `${j - i + 1} commands in ${to - from} ms`);
      }
    }
  }));
});

test("A pause holds everything back, and a shorter one does not shorten it", () => {
  const pace = new CommandPace(10, 0);
  pace.pause(500);
  pace.pause(200);
  assert.equal(pace.isReady(499), false);
  assert.equal(pace.isReady(500), true);
});
