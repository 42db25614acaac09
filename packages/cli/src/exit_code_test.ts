import assert from "node:assert/strict";
import { SsmdError, type SsmdErrorCode } from "@ssmd/core";
import { test } from "node:test";
import { exitCodeOf } from "./exit_code.ts";

test("Bad data is 1; usage, input and the machine are 2", () => {
  const codes: Readonly<Partial<Record<SsmdErrorCode, number>>> = {
    damaged_manifest: 1,
    damaged_gzip: 1,
    invalid_input: 2,
    invalid_name: 2,
    not_found: 2,
    already_exists: 2,
    already_imported: 2,
    stream_locked: 2,
    newer_format: 2,
    unknown_fee: 2,
    write_failed: 2,
  };
  for (const [code, expected] of Object.entries(codes)) {
    const error = new SsmdError(code as SsmdErrorCode, "Cannot do it");
    assert.deepEqual(exitCodeOf(error), { code: expected, message: "Cannot do it" }, code);
  }
});

test("Anything that can be thrown is one line", () => {
  for (
    const [thrown, message] of [
      [new Error("first\n  second\n"), "first second"],
      [new SsmdError("not_found", "a\r\nb"), "a b"],
      [new RangeError("too much"), "too much"],
      ["only text", "only text"],
    ] as const
  ) {
    assert.equal(exitCodeOf(thrown).message, message);
  }
  for (const thrown of [undefined, null, 7, {}, Symbol("x")]) {
    const { code, message } = exitCodeOf(thrown);
    assert.equal(code, 2);
    assert.ok(message !== "" && !message.includes("\n"));
  }
});
