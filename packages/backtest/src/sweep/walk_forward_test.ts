import assert from "node:assert/strict";
import { test } from "node:test";
import { parseWalkForward, planSplits } from "./walk_forward.ts";

test("a walk-forward is given in days, the step defaulting to the test", () => {
  assert.deepEqual(parseWalkForward("train=3d,test=1d"), { train: 3, test: 1, step: 1 });
  assert.deepEqual(parseWalkForward("test=2d,train=10d"), { train: 10, test: 2, step: 2 });
  assert.deepEqual(parseWalkForward("train=3d,test=2d,step=1d"), { train: 3, test: 2, step: 1 });
});

test("anything else is refused with the form that is expected", () => {
  for (
    const text of [
      "",
      "train=3d",
      "test=1d",
      "train=3,test=1",
      "train=0d,test=1d",
      "train=3h,test=1d",
    ]
  ) {
    assert.throws(() => parseWalkForward(text), {
      code: "invalid_input",
      message: /^Cannot read the walk-forward ".*": expected train=3d,test=1d/,
    });
  }
  assert.throws(() => parseWalkForward("train=1d,train=2d,test=1d"), { code: "invalid_input" });
});

test("splits follow each other by the step, and tests come right after their training", () => {
  const days = ["2026-02-27", "2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03"];
  const { splits, unused } = planSplits(days, { train: 2, test: 1, step: 2 });
  assert.deepEqual(splits.map(({ train, test }) => [train.days, test.days]), [
    [["2026-02-27", "2026-02-28"], ["2026-03-01"]],
    [["2026-03-01", "2026-03-02"], ["2026-03-03"]],
  ]);
  assert.deepEqual(unused, []);
});

test("no day of a test belongs to the training before it", () => {
  const days = Array.from(
    { length: 20 },
    (_, day) => `2026-03-${String(day + 1).padStart(2, "0")}`,
  );
  for (const [train, test, step] of [[3, 1, 1], [5, 2, 1], [1, 4, 3]] as const) {
    for (const split of planSplits(days, { train, test, step }).splits) {
      assert.ok(split.train.to < split.test.from);
    }
  }
});

test("days without data are named where they are missed, and days that are left over", () => {
  const days = ["2026-03-01", "2026-03-03", "2026-03-04", "2026-03-06"];
  const { splits, unused } = planSplits(days, { train: 2, test: 1, step: 3 });
  assert.deepEqual(splits, [
    {
      train: {
        from: "2026-03-01",
        to: "2026-03-02",
        days: ["2026-03-01"],
        missing: ["2026-03-02"],
      },
      test: { from: "2026-03-03", to: "2026-03-03", days: ["2026-03-03"], missing: [] },
    },
    {
      train: {
        from: "2026-03-04",
        to: "2026-03-05",
        days: ["2026-03-04"],
        missing: ["2026-03-05"],
      },
      test: { from: "2026-03-06", to: "2026-03-06", days: ["2026-03-06"], missing: [] },
    },
  ]);
  assert.deepEqual(unused, []);
  assert.deepEqual(planSplits(days, { train: 3, test: 1, step: 1 }).unused, []);
  assert.deepEqual(planSplits(days, { train: 3, test: 1, step: 4 }).unused, ["2026-03-06"]);
});

test("a range too short for one split is refused with what it needs", () => {
  assert.throws(() => planSplits(["2026-03-01", "2026-03-03"], { train: 3, test: 1, step: 1 }), {
    code: "invalid_input",
    message: "Cannot walk forward over 3 days: train=3d and test=1d need 4",
  });
  assert.throws(() => planSplits([], { train: 1, test: 1, step: 1 }), { code: "invalid_input" });
});
