import assert from "node:assert/strict";
import { test } from "node:test";
import {
  contractsText,
  counted,
  dollars,
  durationText,
  grouped,
  percent,
  plainDollars,
  roundDollars,
  roundSigned,
  signedDollars,
} from "./report_text.ts";

test("Money shows the cent and what is below it, rounded money the cent alone", () => {
  assert.deepEqual([0, 1_500_000, -1_234_567_890_000, 500, 1_230_000].map(dollars), [
    "$0.00",
    "$1.50",
    "−$1,234,567.89",
    "$0.0005",
    "$1.23",
  ]);
  assert.deepEqual([5_000, 4_999, -4_999, -5_000, 0, -1_499_999].map(roundDollars), [
    "$0.01",
    "~$0.00",
    "~$0.00",
    "−$0.01",
    "$0.00",
    "−$1.50",
  ]);
  assert.deepEqual([signedDollars(20_000), roundSigned(4_999), roundSigned(20_000)], [
    "+$0.02",
    "~$0.00",
    "+$0.02",
  ]);
  assert.equal(plainDollars(1_000_000_000), "1,000.00");
});

test("A share is all or nothing only when it is", () => {
  assert.deepEqual([0, 0.0001, 0.5, 0.978, 0.99951, 1].map(percent), [
    "0.0 %",
    "< 0.1 %",
    "50.0 %",
    "97.8 %",
    "> 99.9 %",
    "100.0 %",
  ]);
});

test("Counts, contracts and lengths of time are short", () => {
  assert.deepEqual([counted(1, "gap"), counted(2000, "trade")], ["1 gap", "2,000 trades"]);
  assert.deepEqual([grouped(123), grouped(1234567)], ["123", "1,234,567"]);
  assert.deepEqual([1000, 1250, 5, 100_000].map(contractsText), ["10", "12.5", "0.05", "1000"]);
  const second = 1_000_000;
  assert.deepEqual(
    [0, 45, 60, 3725, 7200, 90_000, 86_400 * 3 + 59].map((each) => durationText(each * second)),
    ["0 s", "45 s", "1 min", "1 h 2 min", "2 h", "1 d 1 h", "3 d"],
  );
});
