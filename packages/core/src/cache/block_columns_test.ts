import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockReader } from "./block_reader.ts";
import { BlockWriter } from "./block_writer.ts";

function roundTrip(columns: readonly (readonly number[])[]): Float64Array[] {
  const writer = new BlockWriter();
  columns.forEach((values, i) => writer.numbers(`column ${i}`, values));
  const reader = new BlockReader(writer.view().slice());
  return columns.map((values, i) => {
    assert.equal(reader.rows(`column ${i}`), values.length);
    const into = new Float64Array(values.length + 1).fill(7);
    reader.numbers(`column ${i}`, values.length, into);
    assert.equal(into[values.length], 7, "wrote beyond its rows");
    return into.subarray(0, values.length);
  });
}

function sizeOf(values: readonly number[]): number {
  const writer = new BlockWriter();
  writer.numbers("only", values);
  return writer.view().length;
}

const whole = fc.maxSafeInteger();
const odd = fc.constantFrom(NaN, -0, 0, Infinity, -Infinity, 2 ** 53, 2 ** 53 - 1, 0.1, 5e-324);
const column = fc.oneof(
  fc.array(fc.double()),
  fc.array(fc.oneof(whole, odd)),
  fc.tuple(whole, fc.constantFrom(1, 3, 100, 1e6), fc.array(fc.nat(70_000))).map((
    [base, step, codes],
  ) => codes.map((code) => base + step * code)),
  fc.tuple(fc.array(fc.double(), { minLength: 1, maxLength: 300 }), fc.array(fc.nat(999))).map(
    ([table, indexes]) => indexes.map((index) => table[index % table.length]!),
  ),
  fc.array(fc.oneof(fc.constant(NaN), fc.nat(300))),
);

test("Any columns of doubles come back to the bit", () => {
  fc.assert(
    fc.property(fc.array(column, { maxLength: 6 }), (columns) => {
      roundTrip(columns).forEach((values, i) => {
        assert.deepEqual([...values], columns[i]);
        values.forEach((value, row) => assert.ok(Object.is(value, columns[i]![row])));
      });
    }),
  );
});

test("The edges of every form come back", () => {
  const spread = (codes: number, none: boolean): number[] => [
    ...Array.from({ length: 10 }, (_, i) => -5 + i),
    codes - 6,
    ...(none ? [NaN, NaN] : []),
  ];
  for (const codes of [255, 256, 257, 65_535, 65_536, 65_537, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1]) {
    for (const none of [false, true]) {
      const values = spread(codes, none);
      assert.deepEqual([...roundTrip([values])[0]!], values);
    }
  }
  const many = Array.from({ length: 9000 }, (_, i) => i % 4500 + 0.5);
  assert.deepEqual([...roundTrip([many])[0]!], many);
  const few = many.map((value) => value % 4096);
  assert.deepEqual([...roundTrip([few])[0]!], few);
});

test("What is absent or always the same takes a header, and integers on a grid take few bytes", () => {
  const rows = Array.from({ length: 1000 }, (_, i) => i);
  const header = sizeOf([]);
  assert.equal(sizeOf(rows.map(() => NaN)), header);
  assert.equal(sizeOf(rows.map(() => 1_767_225_600_000_000)), header);
  assert.equal(sizeOf(rows.map((i) => (i % 100) * 100)), header + 1000);
  assert.equal(sizeOf(rows.map((i) => 1_767_225_600_000_000 + i * 1_000_000)), header + 2000);
  assert.equal(sizeOf(rows.map((i) => i * 1e9 + i % 2)), header + 8000);
  assert.equal(sizeOf(rows.map((i) => (i % 99) * 0.01)), header + 99 * 8 + 1000);
});

test("Bytes and texts come back, and what is not there is empty", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string({ unit: "grapheme" }), (values, text) => {
      const writer = new BlockWriter();
      writer.bytes("bytes", values);
      writer.text("text", text);
      const reader = new BlockReader(writer.view().slice());
      const into = new Uint8Array(values.length);
      reader.bytes("bytes", into);
      assert.deepEqual(into, values);
      assert.equal(reader.text("text"), text);
      assert.deepEqual([reader.rows("other"), reader.text("other")], [0, ""]);
    }),
  );
});
