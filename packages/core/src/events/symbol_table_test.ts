import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SymbolTable } from "./symbol_table.ts";

test("A symbol gets the next id on first sight and keeps it", () => {
  fc.assert(fc.property(fc.array(fc.string({ maxLength: 40 }), { maxLength: 300 }), (names) => {
    const table = new SymbolTable();
    const ids = new Map<string, number>();
    for (const name of names) {
      assert.equal(table.find(name), ids.get(name));
      const id = table.intern(name);
      assert.equal(id, ids.get(name) ?? ids.size);
      ids.set(name, id);
    }
    assert.equal(table.size, ids.size);
    for (const [name, id] of ids) assert.equal(table.name(id), name);
  }));
});

test("An id that was never given has no name", () => {
  const table = new SymbolTable();
  table.intern("A");
  assert.equal(table.find("B"), undefined);
  for (const id of [1, -1, 0.5, NaN, 0xffff_ffff]) assert.throws(() => table.name(id), RangeError);
});
