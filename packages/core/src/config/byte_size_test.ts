import { SsmdError } from "../mod.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import { parseBytes } from "./byte_size.ts";

test("A size counts in 1000 or in 1024, as its unit says", () => {
  assert.equal(parseBytes("0"), 0);
  assert.equal(parseBytes("123456"), 123_456);
  assert.equal(parseBytes("7B"), 7);
  assert.equal(parseBytes("2 GB"), 2_000_000_000);
  assert.equal(parseBytes("2GiB"), 2_147_483_648);
  assert.equal(parseBytes("64KiB"), 65_536);
  assert.equal(parseBytes("3TB"), 3_000_000_000_000);
});

test("What is not a size, or none that a number holds exactly, is refused by name", () => {
  for (
    const text of [
      "",
      "GiB",
      "iB",
      "1iB",
      "1.5GiB",
      "-1",
      "1gib",
      "1PB",
      "9007199254740993",
      "8192TiB",
      "1  GB",
    ]
  ) {
    assert.throws(
      () => parseBytes(text),
      (error) =>
        error instanceof SsmdError && error.code === "invalid_input" &&
        error.message.startsWith(`Cannot parse ${JSON.stringify(text)} as a size`),
    );
  }
  assert.equal(parseBytes("8191TiB"), 8191 * 2 ** 40);
});
