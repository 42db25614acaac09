import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { BookGrid } from "./book_grid.ts";
import { NO_PRICE, SIDE_NO, SIDE_NONE, SIDE_YES } from "../events/event_kind.ts";

const MOST = Number.MAX_SAFE_INTEGER;

/** The definition: sizes by price in a map, everything else looked up anew. */
class MapGrid {
  readonly #sides = new Map([[SIDE_YES, new Map<number, number>()], [
    SIDE_NO,
    new Map<number, number>(),
  ]]);

  add(side: number, price: number, change: number): boolean {
    const sizes = this.#sides.get(side);
    const isPrice = Number.isInteger(price) && price >= 0 && price <= 10_000;
    if (sizes === undefined || !isPrice) return false;
    const size = (sizes.get(price) ?? 0) + change;
    if (size < 0) sizes.delete(price);
    if (!(size >= 0) || !Number.isSafeInteger(change) || this.sum(side) + change > MOST) {
      return false;
    }
    if (size === 0) sizes.delete(price);
    else sizes.set(price, size);
    return true;
  }

  levels(side: number): [number, number][] {
    return [...this.#sides.get(side)!].sort(([a], [b]) => b - a);
  }

  sum(side: number): number {
    return this.levels(side).reduce((sum, [, size]) => sum + size, 0);
  }
}

function levelsOf(grid: BookGrid, side: number): [number, number][] {
  const levels: [number, number][] = [];
  let price = grid.bestPrice(side);
  while (price !== NO_PRICE) {
    levels.push([price, grid.sizeAt(side, price)]);
    price = grid.priceBelow(side, price);
  }
  return levels;
}

const sides = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(SIDE_YES, SIDE_NO) },
  fc.constantFrom(SIDE_NONE, 3, 255, -1),
);
const prices = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: 0, max: 100 }).map((cents) => cents * 100) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 1000 }).map((mills) => mills * 10) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 10_000 }) },
  fc.constantFrom(NO_PRICE, -100, -0, 10_001, 10_100, 1e9, 2 ** 32 + 100, 100.5, NaN, Infinity),
);
const changes = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: -500, max: 500 }) },
  fc.constantFrom(
    0,
    -0,
    MOST,
    MOST - 3,
    MOST + 1,
    -MOST,
    0.5,
    -0.5,
    1e300,
    NaN,
    Infinity,
    -Infinity,
  ),
);

test("The grid holds what a map of sizes would hold, on every price grid", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(sides, prices, changes), { minLength: 20, maxLength: 60 }),
      (steps) => {
        const grid = new BookGrid();
        const model = new MapGrid();
        for (const [side, price, change] of steps) {
          const accepted = model.add(side, price, change);
          assert.equal(grid.add(side, price, change), accepted, `${side} ${price} ${change}`);
          for (const each of [SIDE_YES, SIDE_NO]) {
            assert.deepEqual(levelsOf(grid, each), model.levels(each));
            assert.equal(grid.sum(each), model.sum(each));
          }
        }
      },
    ),
  );
});

test("A finer price keeps all that rests on the coarser grid", () => {
  const grid = new BookGrid();
  grid.add(SIDE_YES, 0, 1);
  grid.add(SIDE_YES, 4500, 2);
  grid.add(SIDE_NO, 10_000, 3);
  assert.equal(grid.add(SIDE_NO, 9_970, 4), true);
  assert.equal(grid.add(SIDE_YES, 4_501, 5), true);
  assert.deepEqual(levelsOf(grid, SIDE_YES), [[4501, 5], [4500, 2], [0, 1]]);
  assert.deepEqual(levelsOf(grid, SIDE_NO), [[10_000, 3], [9970, 4]]);
  assert.equal(grid.sum(SIDE_YES), 8);
});

test("Clearing leaves an empty grid that fills again", () => {
  const grid = new BookGrid();
  grid.add(SIDE_YES, 4_501, 5);
  grid.add(SIDE_NO, 100, 7);
  grid.clear();
  assert.deepEqual([levelsOf(grid, SIDE_YES), levelsOf(grid, SIDE_NO)], [[], []]);
  assert.deepEqual([grid.sum(SIDE_YES), grid.sum(SIDE_NO)], [0, 0]);
  grid.add(SIDE_NO, 100, 1);
  assert.deepEqual(levelsOf(grid, SIDE_NO), [[100, 1]]);
});

test("Setting a size replaces it and refuses what is no size", () => {
  const grid = new BookGrid();
  assert.equal(grid.set(SIDE_YES, 100, 5), true);
  assert.equal(grid.set(SIDE_YES, 100, 3), true);
  assert.equal(grid.sizeAt(SIDE_YES, 100), 3);
  assert.equal(grid.set(SIDE_YES, 100, 0), true);
  assert.equal(grid.bestPrice(SIDE_YES), NO_PRICE);
  for (const size of [-1, 0.5, NaN, MOST + 1]) assert.equal(grid.set(SIDE_YES, 100, size), false);
  assert.equal(grid.set(SIDE_NONE, 100, 1), false);
});

test("Reading what is no side is refused", () => {
  const grid = new BookGrid();
  assert.throws(() => grid.bestPrice(SIDE_NONE), RangeError);
  assert.throws(() => grid.sizeAt(3, 100), RangeError);
  assert.throws(() => grid.sum(3), RangeError);
});
