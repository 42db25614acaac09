import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { WaitingLines } from "./waiting_lines.ts";

const line = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.integer({ min: 0, max: 900_000 }).map((length) => "€".repeat(length)),
).map((text) => `${text}\n`);

test("The pieces are the lines as UTF-8, however long and many they are", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const waiting = new WaitingLines();
      for (const each of lines) waiting.add(each);
      assert.ok(Buffer.concat(waiting.pieces).equals(Buffer.from(lines.join(""))));
    }),
    { numRuns: 40 },
  );
});
