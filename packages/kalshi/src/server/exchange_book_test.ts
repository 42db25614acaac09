import assert from "node:assert/strict";
import { test } from "node:test";
import { ExchangeBook } from "./exchange_book.ts";

test("Levels add up, vanish at zero and come by ascending price", () => {
  const book = new ExchangeBook();
  book.replace([[300, 10], [100, 5]], []);
  book.change("yes", 200, 7);
  book.change("yes", 300, -10);
  book.change("no", 9000, 1);
  assert.deepEqual(book.ladders(), { yes: [[100, 5], [200, 7]], no: [[9000, 1]] });
  assert.equal(book.best("yes"), 200);
  assert.equal(book.best("no"), 9000);
  assert.equal(book.canonicalText(), "yes|100:5,200:7;no|9000:1");
});

test("A change that the book cannot take is refused and changes nothing", () => {
  const book = new ExchangeBook();
  book.replace([[100, 5]], []);
  const code = "invalid_input";
  assert.throws(() => book.change("yes", 100, -6), { code, message: /the level would hold -1$/ });
  assert.throws(() => book.change("yes", 10_001, 1), { code });
  assert.throws(() => book.change("no", 1.5, 1), { code });
  assert.throws(() => book.change("no", 1, NaN), { code });
  assert.equal(book.canonicalText(), "yes|100:5;no|");
});
