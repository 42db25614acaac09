import assert from "node:assert/strict";
import { test } from "node:test";
import { closestName } from "./closest_name.ts";

const NAMES = ["name", "feed", "schema", "storage", "batch_size", "minFree", "url"];

test("A name with one slip of the finger is recognised", () => {
  assert.equal(closestName("stroage", NAMES), "storage");
  assert.equal(closestName("storge", NAMES), "storage");
  assert.equal(closestName("storagee", NAMES), "storage");
  assert.equal(closestName("nmae", NAMES), "name");
  assert.equal(closestName("ur", NAMES), "url");
});

test("Case, hyphens and underscores are no difference", () => {
  assert.equal(closestName("batchSize", NAMES), "batch_size");
  assert.equal(closestName("min_free", NAMES), "minFree");
  assert.equal(closestName("BATCH-SIZE", NAMES), "batch_size");
});

test("A name that resembles none has no suggestion", () => {
  assert.equal(closestName("colour", NAMES), undefined);
  assert.equal(closestName("", NAMES), undefined);
  assert.equal(closestName("x".repeat(100_000), NAMES), undefined);
});
