import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { QUOTE_FIELDS, QuoteColumns } from "./quote_columns.ts";

test("Rows keep their cells while the columns grow", () => {
  const cell = fc.record({
    field: fc.nat(QUOTE_FIELDS.length - 1),
    value: fc.oneof(fc.constant(0), fc.maxSafeInteger()),
  });
  const rows = fc.array(fc.array(cell, { maxLength: 4 }), { minLength: 60, maxLength: 300 });
  fc.assert(
    fc.property(rows, (list) => {
      const columns = new QuoteColumns();
      list.forEach((cells, i) => {
        assert.equal(columns.push(), i);
        for (const { field, value } of cells) columns.set(i, field, value);
      });
      assert.equal(columns.length, list.length);
      list.forEach((cells, i) => {
        const expected = new Map(cells.map(({ field, value }) => [field, value]));
        QUOTE_FIELDS.forEach((_, field) => {
          assert.equal(columns.get(i, field), expected.get(field) ?? NaN);
        });
        const named = [...expected].map(([field, value]) => [QUOTE_FIELDS[field], value]);
        assert.deepEqual(columns.at(i), Object.fromEntries(named));
      });
    }),
    { numRuns: 30 },
  );
});

test("A row that is filled again shows nothing of what it held", () => {
  const columns = new QuoteColumns();
  const row = columns.push();
  QUOTE_FIELDS.forEach((_, field) => columns.set(row, field, field + 1));
  columns.length = 0;
  assert.deepEqual(columns.at(columns.push()), {});
});
