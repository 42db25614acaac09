import assert from "node:assert/strict";
import { test } from "node:test";
import { byteSize, counted, grouped, trimmed } from "./numbers.ts";

test("Numbers are grouped by thousands", () => {
  assert.deepEqual([0, 999, 1000, 46_243, 1_234_567].map(grouped), [
    ...["0", "999", "1,000", "46,243", "1,234,567"],
  ]);
});

test("One is singular and everything else plural", () => {
  assert.deepEqual([0, 1, 2, 1000].map((value) => counted(value, "file")), [
    ...["0 files", "1 file", "2 files", "1,000 files"],
  ]);
});

test("Sizes have two or three digits and a unit", () => {
  assert.deepEqual([0, 1023, 1024, 10_240, 721_021, 5 * 1024 ** 3].map(byteSize), [
    ...["0 B", "1023 B", "1.0 KiB", "10 KiB", "704 KiB", "5.0 GiB"],
  ]);
});

test("Zeros beyond the cent go, and nothing else", () => {
  assert.deepEqual(["0.0300", "0.0350", "10.000000", "1.2", "0.279600", "100.00"].map(trimmed), [
    ...["0.03", "0.035", "10.00", "1.2", "0.2796", "100.00"],
  ]);
});
