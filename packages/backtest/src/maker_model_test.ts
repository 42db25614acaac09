import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { queueMaker, throughMaker, touchMaker } from "./maker_model.ts";

const SECOND = 1_000_000;

test("A queue is traded away before the order is reached", () => {
  const place = queueMaker.join(500, 0);
  assert.equal(queueMaker.trade(place, 300, false, 1), 0);
  assert.equal(queueMaker.trade(place, 300, false, 2), 100);
  assert.equal(queueMaker.trade(place, 50, false, 3), 50);
});

test("Contracts that left the display just before their trade shorten the queue once", () => {
  const place = queueMaker.join(500, 0);
  queueMaker.observe(place, 200, SECOND);
  assert.equal(queueMaker.trade(place, 300, false, SECOND + 4000), 0);
  assert.equal(place.ahead, 200);
  // The next trade has no such excuse.
  assert.equal(queueMaker.trade(place, 250, false, SECOND + 5000), 50);
});

test("A sweep that was shown first reaches the order with what was left of it", () => {
  // 60 ahead of 100 displayed; 70 trade, so that 10 reach what came after the 60.
  const place = queueMaker.join(60, 0);
  queueMaker.observe(place, 100, 1);
  assert.equal(place.ahead, 60);
  queueMaker.observe(place, 30, 2);
  assert.equal(queueMaker.trade(place, 70, false, 2), 10);
});

test("What left the display more than a second before was cancelled", () => {
  const place = queueMaker.join(500, 0);
  queueMaker.observe(place, 200, 1);
  assert.equal(queueMaker.trade(place, 250, false, SECOND + 2), 50);
});

test("Nobody is ahead of an order that a trade went through, or that improves the price", () => {
  assert.equal(queueMaker.trade(queueMaker.join(500, 0), 70, true, 1), 70);
  assert.equal(queueMaker.trade(queueMaker.join(0, 0), 70, false, 1), 70);
});

test("A queue that a quote does not show holds until it is shown", () => {
  const place = queueMaker.join(undefined, 0);
  assert.equal(queueMaker.trade(place, 1e12, false, 1), 0);
  queueMaker.observe(place, 40, 2);
  assert.equal(queueMaker.trade(place, 50, false, 3), 10);
});

test("The through model needs a worse price, the touch model any trade", () => {
  const [through, touch] = [throughMaker.join(500, 0), touchMaker.join(500, 0)];
  assert.equal(throughMaker.trade(through, 70, false, 1), 0);
  assert.equal(throughMaker.trade(through, 70, true, 1), 70);
  assert.equal(touchMaker.trade(touch, 70, false, 1), 70);
});

test("The queue never gives more than the touch, nor less than the through model", () => {
  const step = fc.oneof(
    fc.record({ displayed: fc.nat(1000) }),
    fc.record({ size: fc.integer({ min: 1, max: 500 }), through: fc.boolean() }),
  );
  fc.assert(fc.property(fc.nat(1000), fc.array(step), (displayed, steps) => {
    const place = queueMaker.join(displayed, 0);
    for (const [time, each] of steps.entries()) {
      if ("displayed" in each) {
        queueMaker.observe(place, each.displayed, time);
        assert.ok(place.ahead <= each.displayed);
        continue;
      }
      const past = queueMaker.trade(place, each.size, each.through, time);
      assert.ok(past <= each.size && past >= (each.through ? each.size : 0));
      assert.ok(place.ahead >= 0 && place.fallen >= 0);
    }
  }));
});
