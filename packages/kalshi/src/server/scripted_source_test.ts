import assert from "node:assert/strict";
import { test } from "node:test";
import type { ExchangeEvent } from "./exchange_event.ts";
import { ScriptedSource } from "./scripted_source.ts";

function event(time: number): ExchangeEvent {
  return { kind: "delta", time, ticker: "A", side: "yes", price: 1, change: 1 };
}

test("What was handed in is at hand at once, later events are waited for", async () => {
  const source = new ScriptedSource(5);
  source.push(event(5), event(6));
  assert.deepEqual(source.next(), [event(5), event(6)]);
  assert.equal(source.waiting, true);
  const next = source.next();
  source.push(event(7));
  assert.deepEqual(await next, [event(7)]);
  const last = source.next();
  await source.close();
  await source.close();
  assert.equal(await last, undefined);
  assert.equal(source.next(), undefined);
});

test("Events come in order of time, and none after the end", () => {
  const source = new ScriptedSource(5);
  assert.throws(() => source.push(event(4)), RangeError);
  source.push(event(9));
  assert.throws(() => source.push(event(8)), RangeError);
  source.end();
  assert.throws(() => source.push(event(9)), RangeError);
  assert.deepEqual(source.next(), [event(9)]);
});

test("What REST answers can be replaced", () => {
  const source = new ScriptedSource(5, { markets: [{ ticker: "A" }] });
  assert.deepEqual(source.catalog.markets(5), [{ ticker: "A" }]);
  source.setObjects({ series: [{ ticker: "S" }] });
  assert.deepEqual(source.catalog.markets(5), []);
  assert.deepEqual(source.catalog.series(5), [{ ticker: "S" }]);
});
