import { SsmdError } from "../mod.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDuration } from "./duration.ts";

test("A duration is a whole number and one of four units, in microseconds", () => {
  assert.equal(parseDuration("1s"), 1_000_000);
  assert.equal(parseDuration("15m"), 900_000_000);
  assert.equal(parseDuration("24h"), parseDuration("1d"));
});

test("What is not a duration is refused by name", () => {
  for (
    const text of ["", "15", "m", "0s", "1.5h", "-1s", "1 s", "1ms", "1S", "1s\n", "99999999s"]
  ) {
    assert.throws(
      () => parseDuration(text),
      (error) =>
        error instanceof SsmdError && error.code === "invalid_input" &&
        error.message.startsWith(`Cannot parse ${JSON.stringify(text)} as a duration`),
    );
  }
});
