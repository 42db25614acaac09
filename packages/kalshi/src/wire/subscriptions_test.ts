import assert from "node:assert/strict";
import { test } from "node:test";
import { Subscription } from "./subscriptions.ts";

test("A subscription lists each market once, in the order in which they appeared", () => {
  const subscription = new Subscription();
  for (const market of [3, 5000, 3, 0, 64, 5000, 63]) subscription.see(market);
  assert.deepEqual([...subscription.markets], [3, 5000, 0, 64, 63]);
});

test("After a reset it has the markets that were kept and those that appear again", () => {
  const subscription = new Subscription();
  for (const market of [1, 2, 300]) subscription.see(market);
  subscription.reset([300, 400]);
  for (const market of [400, 2, 300]) subscription.see(market);
  assert.deepEqual([...subscription.markets], [300, 400, 2]);
  subscription.reset();
  for (const market of [2, 300]) subscription.see(market);
  assert.deepEqual([...subscription.markets], [2, 300]);
});
