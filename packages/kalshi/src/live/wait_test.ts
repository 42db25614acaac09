import assert from "node:assert/strict";
import { test } from "node:test";
import { timerWait } from "./wait.ts";

test("a wait ends by its time or by its signal, whichever comes first, and never rejects", async () => {
  await timerWait(1);
  const stop = new AbortController();
  const waiting = timerWait(60_000, stop.signal);
  stop.abort(new Error("enough"));
  await waiting;
  await timerWait(60_000, stop.signal);
});

test("a time that is longer than timers can count does not end at once", async () => {
  const stop = new AbortController();
  const waiting = timerWait(2 ** 40, stop.signal).then(() => "ended");
  const first = await Promise.race([waiting, timerWait(20).then(() => "waits")]);
  assert.equal(first, "waits");
  stop.abort();
  assert.equal(await waiting, "ended");
});
