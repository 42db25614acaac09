import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "node:test";
import { type Column, facts, paragraph, table } from "./table.ts";

const COLUMNS: readonly Column[] = [
  { head: "FILE" },
  { head: "RECORDS", align: "right" },
  { head: "SIZE", align: "right", droppable: 1 },
  { head: "FROM", droppable: 3 },
  { head: "SEQUENCE", droppable: 2 },
];
const ROW = ["kalshi/books/2026-01-05/1500.jsonl.gz", "46,243", "704 KiB", "2026-01-05T15:00:00Z"];

test("A table that fits has every column under its heading, numbers to the right", () => {
  assert.equal(
    table(COLUMNS, [[...ROW, "checked"], ["b.gz", "1", "9 B", "2026", "partial"]], 120),
    [
      "FILE                                   RECORDS     SIZE  FROM                  SEQUENCE",
      "kalshi/books/2026-01-05/1500.jsonl.gz   46,243  704 KiB  2026-01-05T15:00:00Z  checked",
      "b.gz                                         1      9 B  2026                  partial",
      "",
    ].join("\n"),
  );
});

test("Columns are dropped in their order, then long cells lose their middle", () => {
  const head = (width: number) => table(COLUMNS, [[...ROW, "checked"]], width).split("\n")[0];
  assert.equal(head(87)?.split(/ +/).join(), "FILE,RECORDS,SIZE,FROM,SEQUENCE");
  assert.equal(head(80)?.split(/ +/).join(), "FILE,RECORDS,SIZE,SEQUENCE");
  assert.equal(head(60)?.split(/ +/).join(), "FILE,RECORDS,SIZE");
  assert.equal(head(50)?.split(/ +/).join(), "FILE,RECORDS");
  assert.equal(
    table(COLUMNS, [[...ROW, "checked"]], 40),
    "FILE                             RECORDS\nkalshi/books/20…5/1500.jsonl.gz   46,243\n",
  );
});

test("No line is longer than the terminal is wide, and every row has its line", () => {
  const cell = fc.string({ unit: "grapheme-ascii", maxLength: 60 });
  const rows = fc.array(fc.tuple(cell, fc.nat().map(String), cell, cell, cell), { maxLength: 5 });
  fc.assert(fc.property(rows, fc.constantFrom(40, 80), (cells, width) => {
    const lines = table(COLUMNS, cells, width).split("\n");
    assert.equal(lines.length, cells.length + 2);
    for (const line of lines) assert.ok(line.length <= width, `${line.length}: ${line}`);
  }));
});

test("A table may have very many rows", () => {
  const rows = Array.from({ length: 200_000 }, (_, index) => [String(index)]);
  assert.ok(table([{ head: "N", align: "right" }], rows, 80).endsWith("\n199999\n"));
});

test("Facts are names and values, and long values go on below", () => {
  assert.equal(facts([["a", "1"], ["longer", "two words"]], 80), "a       1\nlonger  two words\n");
  assert.equal(
    facts([["types", "orderbook_snapshot 2, orderbook_delta 45,236, trade 1,005"]], 40),
    "types  orderbook_snapshot 2,\n       orderbook_delta 45,236, trade\n       1,005\n",
  );
});

test("A paragraph breaks at spaces and loses no word", () => {
  fc.assert(fc.property(
    fc.array(fc.stringMatching(/^[a-z]{1,12}$/), { minLength: 1, maxLength: 40 }),
    fc.constantFrom(40, 80),
    (words, width) => {
      const text = paragraph(words.join(" "), width);
      assert.deepEqual(text.trim().split(/\s+/), words);
      for (const line of text.split("\n")) assert.ok(line.length <= width + 2, line);
    },
  ));
});
