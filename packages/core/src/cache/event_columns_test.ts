import fc from "fast-check";
import assert from "node:assert/strict";
import { test } from "node:test";
import { BlockReader } from "./block_reader.ts";
import { BlockWriter } from "./block_writer.ts";
import { EventBatch } from "../events/event_batch.ts";
import { EventColumns } from "./event_columns.ts";
import { EventKind, NO_MARKET, NO_PRICE } from "../events/event_kind.ts";
import { SymbolTable } from "../events/symbol_table.ts";

const row = fc.record({
  kind: fc.nat(8),
  market: fc.oneof(fc.nat(9), fc.constant(NO_MARKET)),
  tsEvent: fc.oneof(
    fc.constant(NaN),
    fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }),
  ),
  tsRecv: fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 }),
  side: fc.nat(2),
  price: fc.oneof(fc.nat(10_000), fc.constant(NO_PRICE)),
  size: fc.oneof(fc.constant(NaN), fc.integer({ min: -100_000, max: 100_000 })),
  flags: fc.nat(3),
  cell: fc.nat(10),
  detail: fc.jsonValue(),
});

type Row = typeof row extends fc.Arbitrary<infer T> ? T : never;

function batchOf(symbols: SymbolTable, rows: readonly Row[]): EventBatch {
  const batch = new EventBatch(symbols, 1);
  for (const { kind, market, tsEvent, tsRecv, side, price, size, flags, cell, detail } of rows) {
    const as = kind as EventKind; // 0 … 8
    if (as === EventKind.lifecycle || as === EventKind.detail || as === EventKind.gap) {
      batch.pushDetail(as, market, tsEvent, tsRecv, detail);
    } else {
      const at = batch.push(as, market, tsEvent, tsRecv, side, price, size);
      if (as === EventKind.ticker) {
        batch.ref[at] = batch.quotes.push();
        batch.quotes.set(batch.ref[at]!, cell, price);
      }
    }
    batch.flags[batch.length - 1] = flags;
  }
  return batch;
}

function tableOfTen(): SymbolTable {
  const symbols = new SymbolTable();
  for (let i = 0; i < 10; i++) symbols.intern(`M${i}`);
  return symbols;
}

const events = (batch: EventBatch): unknown[] =>
  Array.from({ length: batch.length }, (_, i) => batch.at(i));

test("Any batch comes back from a block, into a batch that held something else", () => {
  const columns = new EventColumns();
  const writer = new BlockWriter();
  const symbols = tableOfTen();
  const into = batchOf(symbols, []);
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      const batch = batchOf(symbols, rows);
      writer.clear();
      // -0 is no JSON; then the rows must not be kept.
      const isKept = columns.write(batch, writer);
      const details = JSON.stringify(batch.details);
      if (!isKept) return assert.notDeepEqual(batch.details, JSON.parse(details));
      columns.read(new BlockReader(writer.view()), into);
      assert.deepEqual(events(into), events(batch));
    }),
  );
});

test("Details that JSON does not give back are refused", () => {
  const columns = new EventColumns();
  for (const detail of [undefined, NaN, -0, { a: undefined }, { a: Infinity }, new Map(), [1n]]) {
    const batch = new EventBatch(tableOfTen());
    batch.pushDetail(EventKind.detail, 0, NaN, 1, detail);
    const isBig = Array.isArray(detail);
    if (isBig) assert.throws(() => columns.write(batch, new BlockWriter()), TypeError);
    else assert.equal(columns.write(batch, new BlockWriter()), false);
  }
});

test("The rows of one gap share it, in blocks and in appended rows", () => {
  const columns = new EventColumns();
  const symbols = tableOfTen();
  const batch = new EventBatch(symbols);
  const gap = { feed: "f", session: "s", reason: "restart", from: 1, to: 2, tsRecv: 2 } as const;
  batch.pushGap({ ...gap, markets: ["M1", "M2", "M3"] });
  batch.pushGap(gap);
  const writer = new BlockWriter();
  assert.ok(columns.write(batch, writer));
  const read = new EventBatch(symbols);
  columns.read(new BlockReader(writer.view()), read);
  const appended = new EventBatch(symbols);
  appended.append(batch, 0, 3);
  appended.append(batch, 3, 4);
  for (const copy of [read, appended]) {
    assert.deepEqual(events(copy), events(batch));
    assert.deepEqual([...copy.ref.subarray(0, 4)], [0, 0, 0, 1]);
  }
});

test("Appended rows are the rows of the other batch, with their quotes and details", () => {
  const symbols = tableOfTen();
  fc.assert(
    fc.property(fc.array(row), fc.nat(20), (rows, cut) => {
      const batch = batchOf(symbols, rows);
      const into = batchOf(symbols, rows.slice(0, 2));
      const before = events(into);
      const at = Math.min(cut, batch.length);
      into.append(batch, 0, at);
      into.append(batch, at, batch.length);
      assert.deepEqual(events(into), [...before, ...events(batch)]);
    }),
  );
  const batch = batchOf(symbols, []);
  assert.throws(() => batch.append(batch, 0, 0), TypeError);
  assert.throws(() => batch.append(new EventBatch(new SymbolTable()), 0, 0), TypeError);
});
