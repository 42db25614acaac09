import assert from "node:assert/strict";
import { test } from "node:test";
import { trialOf } from "./trial_test_support.ts";
import { trialsCsv, trialsJson } from "./trials_table.ts";

const GRID = { axes: [{ path: "a.x", values: [1, 2] }, { path: "b", values: ['say "a,b"'] }] };
const TRIALS = [
  trialOf("1f", { "a.x": 1, b: 'say "a,b"' }, [100, -30]),
  trialOf("2e", { "a.x": 2, b: 'say "a,b"' }, [150]),
];

test("the CSV has a line for each trial, and quotes what needs it", () => {
  assert.equal(
    trialsCsv(GRID, TRIALS),
    "trial,id,a.x,b,trades,wins,open,pnl,fees,maxDrawdown,sharpe,skewness,kurtosis,touchedGap\n" +
      '1,1f,1,"say ""a,b""",2,1,0,0.7,0.04,0,0.38075,0,1,0\n' +
      '2,2e,2,"say ""a,b""",1,1,0,1.5,0.02,0,,,,0\n',
  );
});

test("the JSON names the best, what it is worth, and every trial in the order of the grid", () => {
  const value = JSON.parse(trialsJson(GRID, TRIALS, "pnl", { sweepId: "s" }));
  assert.deepEqual(Object.keys(value), [
    "sweepId",
    "grid",
    "metric",
    "best",
    "selection",
    "verdict",
    "map",
    "trials",
  ]);
  assert.equal(value.best, "2e");
  assert.deepEqual(value.selection, { trials: 2, comparable: 1 });
  assert.deepEqual(value.map.cells, [[0.7, 1.5]]);
  assert.deepEqual(value.trials[1], {
    id: "2e",
    parameters: { "a.x": 2, b: 'say "a,b"' },
    trades: 1,
    wins: 1,
    open: 0,
    pnl: 1.5,
    fees: 0.02,
    maxDrawdown: 0,
    touchedGap: 0,
  });
  assert.equal(JSON.parse(trialsJson(GRID, TRIALS, "sharpe")).best, "1f");
});

test("a table without trials is refused", () => {
  assert.throws(() => trialsJson({ axes: [] }, [], "pnl"), RangeError);
});
