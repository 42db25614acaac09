import assert from "node:assert/strict";
import { OrderBook, SIDE_NO, SIDE_YES } from "@ssmd/core";
import { test } from "node:test";
import { ladder } from "./ladder.ts";
import type { Terminal } from "./terminal.ts";

function terminal(columns: number, color = false): Terminal {
  return { out() {}, err() {}, columns, color, live: false, piped: true };
}

/** A book with the given bids as prices and sizes in the units of the library. */
function book(yes: readonly (readonly number[])[], no: readonly (readonly number[])[]): OrderBook {
  const made = new OrderBook();
  made.snapshot();
  for (const [price, size] of yes) made.setLevel(SIDE_YES, price!, size!);
  for (const [price, size] of no) made.setLevel(SIDE_NO, price!, size!);
  return made;
}

const BOOK = book([[4000, 10_000], [3900, 5000]], [[5500, 2500], [5450, 20_000]]);

test("Asks stand above bids, the best of both in the middle, bars in proportion", () => {
  assert.equal(
    ladder(BOOK, 10, terminal(40)),
    [
      "ask  0.455  200.00  ████████████████████",
      "ask   0.45   25.00  ███",
      "     ·····  spread 0.05",
      "bid   0.40  100.00  ██████████",
      "bid   0.39   50.00  █████",
      "",
    ].join("\n"),
  );
});

test("Only the best levels of each side are shown", () => {
  const lines = ladder(BOOK, 1, terminal(80)).trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => line.split(/ +/).slice(0, 3).join(" ").trim()), [
    ...["ask 0.45 25.00", "····· spread", "bid 0.40 100.00"],
  ]);
});

test("A one-sided book says which side is empty, and an empty one that it is", () => {
  assert.match(
    ladder(book([[4000, 100]], []), 5, terminal(80)),
    /^no asks\nbid +0\.40 +1\.00 +█+\n$/,
  );
  assert.match(
    ladder(book([], [[4000, 100]]), 5, terminal(80)),
    /^ask +0\.60 +1\.00 +█+\nno bids\n$/,
  );
  assert.equal(ladder(book([], []), 5, terminal(80)), "the book is empty\n");
});

test("No line is longer than the terminal is wide, and colours change no character", () => {
  const huge = book([[1, 123_456_789_012]], [[1, 1], [9998, 77]]);
  for (const columns of [20, 40, 80, 200]) {
    for (const shown of [BOOK, huge]) {
      const plain = ladder(shown, 10, terminal(columns));
      for (const line of plain.split("\n")) assert.ok(line.length <= Math.max(columns, 30), line);
      const colored = ladder(shown, 10, terminal(columns, true));
      // deno-lint-ignore no-control-regex
      assert.equal(colored.replaceAll(/\u001b\[\d+m/g, "").replaceAll(/ +\n/g, "\n"), plain);
      assert.notEqual(colored, plain);
    }
  }
});
