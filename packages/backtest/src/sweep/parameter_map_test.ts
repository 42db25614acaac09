import assert from "node:assert/strict";
import { test } from "node:test";
import { parameterMapOf, shownMap } from "./parameter_map.ts";
import { type SweepGrid, trialParameters } from "./sweep_grid.ts";
import { trialOf } from "./trial_test_support.ts";

const swept = (grid: SweepGrid, cents: (parameters: Record<string, unknown>) => number[]) =>
  trialParameters(grid).map((parameters, i) => trialOf(`${i}`, parameters, cents(parameters)));

test("a grid of two parameters is shown as it is", () => {
  const grid = { axes: [{ path: "a", values: [1, 2, 3] }, { path: "b", values: ["x", "y"] }] };
  const trials = swept(grid, ({ a, b }) => [Number(a) * (b === "x" ? 100 : -100)]);
  assert.deepEqual(parameterMapOf(grid, trials, "pnl"), {
    xLabel: "a",
    yLabel: "b",
    x: [1, 2, 3],
    y: ["x", "y"],
    cells: [[1, 2, 3], [-1, -2, -3]],
    metric: "pnl",
    averaged: [],
  });
});

test("of more parameters the two that move the metric most are shown, others averaged", () => {
  const grid = {
    axes: [
      { path: "weak", values: [0, 1] },
      { path: "strong", values: [0, 1] },
      { path: "fixed", values: [7] },
      { path: "middle", values: [0, 1] },
    ],
  };
  const trials = swept(
    grid,
    ({ weak, strong, middle }) => [Number(weak) * 2 + Number(strong) * 100 + Number(middle) * 10],
  );
  const map = parameterMapOf(grid, trials, "pnl")!;
  assert.deepEqual([map.xLabel, map.yLabel, map.averaged], ["strong", "middle", ["weak"]]);
  assert.deepEqual(map.cells, [[0.01, 1.01], [0.11, 1.11]]);
});

test("one parameter is one row, and none is no map", () => {
  const grid = { axes: [{ path: "a", values: [1, 2] }, { path: "b", values: [true] }] };
  const map = parameterMapOf(grid, swept(grid, ({ a }) => [Number(a)]), "pnl")!;
  assert.deepEqual([map.x, map.y, map.yLabel], [[1, 2], [""], undefined]);
  assert.deepEqual(map.cells, [[0.01, 0.02]]);
  assert.equal(parameterMapOf({ axes: [] }, swept({ axes: [] }, () => [1]), "pnl"), undefined);
});

test("cells whose trials have no Sharpe ratio are empty", () => {
  const grid = { axes: [{ path: "a", values: [1, 2] }] };
  const trials = swept(grid, ({ a }) => a === 1 ? [] : [1, 3]);
  assert.deepEqual(parameterMapOf(grid, trials, "sharpe")!.cells, [[null, 1.414214]]);
});

test("a report is told what cells mean, which parameters they average, and what to think of it", () => {
  const grid = {
    axes: [
      { path: "a", values: [1, 2] },
      { path: "b", values: [true, false] },
      { path: "c", values: [0, 1] },
    ],
  };
  const trials = swept(grid, ({ a, b }) => [Number(a) * 100, b === true ? 7 : 9]);
  const map = parameterMapOf(grid, trials, "pnl")!;
  assert.deepEqual(shownMap(map, "Eight trials."), {
    label: "P&L in dollars, mean over c",
    xLabel: "a",
    yLabel: "b",
    xs: ["1", "2"],
    ys: ["true", "false"],
    cells: [
      [{ value: 1.07, text: "1.07" }, { value: 2.07, text: "2.07" }],
      [{ value: 1.09, text: "1.09" }, { value: 2.09, text: "2.09" }],
    ],
    note: "Eight trials.",
  });
});
