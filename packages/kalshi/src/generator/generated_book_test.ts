import assert from "node:assert/strict";
import { test } from "node:test";
import { GeneratedBook } from "./generated_book.ts";

test("a level is the sum of its changes and vanishes at zero", () => {
  const book = new GeneratedBook();
  assert.equal(book.best("yes"), 0);
  book.change("yes", 4_000, 500);
  book.change("yes", 3_900, 100);
  book.change("no", 5_900, 200);
  book.change("yes", 4_000, -200);
  assert.deepEqual(book.levels("yes"), [[3_900, 100], [4_000, 300]]);
  assert.equal(book.best("yes"), 4_000);
  book.change("yes", 4_000, -300);
  assert.equal(book.best("yes"), 3_900);
  assert.equal(book.size("yes", 4_000), 0);
  assert.deepEqual(book.levels("no"), [[5_900, 200]]);
});

test("a negative level or a crossed book is refused", () => {
  const book = new GeneratedBook();
  book.change("yes", 4_000, 500);
  assert.throws(() => book.change("yes", 4_000, -501), RangeError);
  assert.throws(() => book.change("no", 1_000, -1), RangeError);
  assert.throws(() => book.change("no", 6_001, 1), RangeError);
});
