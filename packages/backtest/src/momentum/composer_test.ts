import assert from "node:assert/strict";
import { test } from "node:test";
import { Composer, isWithinSlippage } from "./composer.ts";
import { SILENT } from "./signal.ts";

const SIGNALS = [
  { name: "a", weight: 1 },
  { name: "b", weight: 0.5 },
  { name: "c", weight: 2 },
];
const says = (score: number, confidence = 1) => ({ score, confidence });

function composer(entryThreshold: number, minSignals: number): Composer {
  return new Composer(SIGNALS, { entryThreshold, minSignals, maxSlippageCents: 10 });
}

test("The side that more signals name wins, however strong the others are", () => {
  const entry = composer(0.1, 1).compose([says(0.2), says(0.4), says(-1)]);
  assert.deepEqual(entry, { side: "yes", strength: 0.4, agreeing: ["a", "b"], model: "a+b" });
});

test("As many signals for NO as for YES make a YES", () => {
  assert.equal(composer(0.1, 1).compose([says(0.2), SILENT, says(-1)])?.side, "yes");
});

test("A NO is as strong as its scores are low", () => {
  const entry = composer(0.1, 1).compose([SILENT, says(-0.5, 0.5), says(-1, 0.25)]);
  assert.deepEqual(entry, { side: "no", strength: 0.625, agreeing: ["b", "c"], model: "b+c" });
});

test("The threshold itself is enough, less is not", () => {
  assert.equal(composer(0.5, 1).compose([says(0.5), SILENT, SILENT])?.model, "a");
  assert.equal(composer(0.5, 1).compose([says(0.49), SILENT, SILENT]), undefined);
});

test("Fewer agreeing signals than asked for are none", () => {
  assert.equal(composer(0, 2).compose([says(1), SILENT, SILENT]), undefined);
  assert.equal(composer(0, 2).compose([says(1), says(1), says(-1)])?.model, "a+b");
});

test("Signals that are silent make no entry, even where nothing is asked of them", () => {
  assert.equal(composer(0, 0).compose([SILENT, SILENT, SILENT]), undefined);
});

test("A set of signals is named the same every time, and YES and NO do not mix up names", () => {
  const it = composer(0, 1);
  for (let round = 0; round < 2; round++) {
    assert.equal(it.compose([says(1), SILENT, says(1)])?.model, "a+c");
    assert.equal(it.compose([says(-1), says(-1), says(1)])?.model, "a+b");
    assert.equal(it.compose([says(-1), SILENT, SILENT])?.model, "a");
  }
});

test("More signals than a set can hold are refused", () => {
  const many = Array.from({ length: 53 }, (_, index) => ({ name: `s${index}`, weight: 1 }));
  const config = { entryThreshold: 0, minSignals: 1, maxSlippageCents: 10 };
  assert.throws(() => new Composer(many, config), RangeError);
});

test("Slippage counts in both directions, its limit is allowed, an unknown price is no reason", () => {
  assert.equal(isWithinSlippage(60, 50, 10), true);
  assert.equal(isWithinSlippage(61, 50, 10), false);
  assert.equal(isWithinSlippage(39, 50, 10), false);
  assert.equal(isWithinSlippage(0, 50, 10), true);
});
