import { NO_MARKET, SymbolTable } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { Frame } from "./frame.ts";
import { FrameBytes } from "./frame_bytes.ts";
import { UNKNOWN_TYPE } from "./frame_types.ts";
import { MarketIds } from "./market_ids.ts";

const bytes = new FrameBytes();

/** Passes `name` in quotes and gives the frame, or `undefined` when it is refused. */
function pass(ids: MarketIds, name: string): Frame | undefined {
  const data = new TextEncoder().encode(`{"${name}"}`);
  const frame = new Frame(UNKNOWN_TYPE);
  assert.ok(bytes.set(data, 0, data.length));
  const after = ids.pass(bytes, 2, frame);
  if (after < 0) return undefined;
  assert.equal(after, data.length - 2);
  return frame;
}

test("A ticker that is new stays a name until somebody interns it", () => {
  const symbols = new SymbolTable();
  const ids = new MarketIds(symbols);
  for (const sight of [1, 2]) {
    const frame = pass(ids, "KXGOLD15M-26AUG102300-00");
    assert.deepEqual([frame!.marketName, frame!.marketId], ["KXGOLD15M-26AUG102300-00", NO_MARKET]);
    assert.equal(symbols.size, 0, `sight ${sight}`);
  }
});

test("Thousands of tickers in turn keep their ids", () => {
  const symbols = new SymbolTable();
  const ids = new MarketIds(symbols);
  const names = Array.from(
    { length: 6000 },
    (_, k) => `KXA${k % 7}-26AUG11-T${k}${"X".repeat(k % 60)}`,
  );
  names.push("A", "B", "AB", "ABC-123", "ABCD-123", "A".repeat(200));
  names.forEach((name) => symbols.intern(name));
  for (let round = 0; round < 3; round++) {
    names.forEach((name, id) => assert.equal(pass(ids, name)!.marketId, id));
  }
});

test("More tickers than are remembered keep their ids", () => {
  const symbols = new SymbolTable();
  const ids = new MarketIds(symbols);
  const names = Array.from({ length: 70_000 }, (_, k) => `KXB-26AUG1${k % 3}-T${k}`);
  names.forEach((name) => symbols.intern(name));
  for (let round = 0; round < 2; round++) {
    const wrong = names.filter((name, id) => pass(ids, name)!.marketId !== id);
    assert.deepEqual(wrong, []);
  }
});

test("One ticker may begin with another", () => {
  const symbols = new SymbolTable();
  const ids = new MarketIds(symbols);
  const names = ["KXABCDEFG", "KXABCDEFG-1", "KXABCDEF"];
  names.forEach((name) => symbols.intern(name));
  for (const round of [1, 2, 3]) {
    names.forEach((name, id) => assert.equal(pass(ids, name)!.marketId, id, `round ${round}`));
  }
});

test("What is no ticker is refused", () => {
  const ids = new MarketIds(new SymbolTable());
  for (const name of ["", ".", "A B", "A/B", "A".repeat(201), "Ä"]) {
    assert.equal(pass(ids, name), undefined);
  }
});
