import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { trialCount, trialParameters } from "./sweep_grid.ts";

test("trials are all combinations, the last parameter changing fastest", () => {
  const grid = {
    axes: [{ path: "a.b", values: [1, 2] }, { path: "c", values: ["x", "y", "z"] }],
  };
  assert.equal(trialCount(grid), 6);
  assert.deepEqual(trialParameters(grid), [
    { "a.b": 1, c: "x" },
    { "a.b": 1, c: "y" },
    { "a.b": 1, c: "z" },
    { "a.b": 2, c: "x" },
    { "a.b": 2, c: "y" },
    { "a.b": 2, c: "z" },
  ]);
});

test("a grid without parameters is one trial of the base configuration", () => {
  assert.equal(trialCount({ axes: [] }), 1);
  assert.deepEqual(trialParameters({ axes: [] }), [{}]);
});

test("no two trials are equal, and there are as many as were counted", () => {
  const axis = fc.uniqueArray(fc.integer(), { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(fc.array(axis, { maxLength: 4 }), (lists) => {
    const grid = { axes: lists.map((values, index) => ({ path: `p${index}`, values })) };
    const trials = trialParameters(grid);
    assert.equal(trials.length, trialCount(grid));
    assert.equal(new Set(trials.map((trial) => JSON.stringify(trial))).size, trials.length);
  }));
});
