import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseSweepGrid } from "./sweep_grid.ts";

const values = (text: string) => parseSweepGrid(text, "grid.yaml").axes[0]!.values;

function refused(text: string, message: string | RegExp): void {
  assert.throws(() => parseSweepGrid(text, "grid.yaml"), { code: "invalid_input", message });
}

test("a grid is paths with lists or ranges, in the order of the file", () => {
  const text = `
    positions.takeProfitCents: [8, 3, 5]
    composer.entryThreshold: { from: 0.1, to: 0.3, step: 0.05 }
    signals.meanReversion.enabled: [true, false]
    portfolio.sizing: [fixed, cash]
  `;
  assert.deepEqual(parseSweepGrid(text, "grid.yaml"), {
    axes: [
      { path: "positions.takeProfitCents", values: [8, 3, 5] },
      { path: "composer.entryThreshold", values: [0.1, 0.15, 0.2, 0.25, 0.3] },
      { path: "signals.meanReversion.enabled", values: [true, false] },
      { path: "portfolio.sizing", values: ["fixed", "cash"] },
    ],
  });
});

test("a range is exact where adding doubles is not", () => {
  fc.assert(fc.property(
    fc.integer({ min: -1000, max: 1000 }),
    fc.integer({ min: 1, max: 1000 }),
    fc.integer({ min: 0, max: 100 }),
    (from, step, steps) => {
      const shown = (millis: number) =>
        `${millis < 0 ? "-" : ""}${Math.floor(Math.abs(millis) / 1000)}.${
          String(Math.abs(millis) % 1000).padStart(3, "0")
        }`;
      const range = `{ from: ${shown(from)}, to: ${shown(from + step * steps)}, step: ${
        shown(step)
      } }`;
      const expected = Array.from(
        { length: steps + 1 },
        (_, i) => Number(shown(from + step * i)) + 0,
      );
      assert.deepEqual(values(`positions.stopLossCents: ${range}`), expected);
    },
  ));
});

test("a range of one value is that value", () => {
  assert.deepEqual(values("positions.stopLossCents: { from: 5, to: 5, step: 1 }"), [5]);
});

test("a range that does not end where it should is refused, so that no value is lost", () => {
  refused(
    "positions.stopLossCents:\n  from: 0.1\n  to: 0.3\n  step: 0.07\n",
    'Cannot read grid.yaml:3:7: ["positions.stopLossCents"].to is 0.3, expected a number that whole steps of 0.07 reach from 0.1',
  );
  refused("positions.stopLossCents: { from: 5, to: 3, step: 1 }", /whole steps of 1 reach from 5/);
  refused("positions.stopLossCents: { from: 1, to: 3, step: 0 }", /step is 0, expected .* above 0/);
  refused("positions.stopLossCents: { from: 0, to: 1, step: 0.0000001 }", /at most 6 decimals/);
  refused("positions.stopLossCents: { from: 0, to: 10, step: 0.001 }", /at most 10000 values/);
  refused("positions.stopLossCents: { from: 0, to: 10 }", /step is missing/);
  refused("positions.stopLossCents: { from: 0, to: 10, steps: 3 }", /did you mean "step"/);
});

test("a path that is none in a configuration is refused with the one that was meant", () => {
  refused(
    "positions.takeProfit: [1]",
    'Cannot read grid.yaml:1:1: unknown key "positions.takeProfit", did you mean "positions.takeProfitCents"?',
  );
  refused("positions: [1]", /unknown key "positions"/);
  refused("nats.url: [a, b]", /unknown key "nats.url"/);
});

test("signals of the user have their weight and the parameters that the configuration names", () => {
  const signal = (name: string, parameters: Record<string, number | string>) => ({
    name,
    file: "a.ts",
    weight: 1,
    parameters,
  });
  const custom = [signal("my-signal", { windowSec: 30, "a.b": "x" }), signal("other", {})];
  const text = `
    signals.custom.my-signal.parameters.windowSec: { from: 10, to: 30, step: 10 }
    signals.custom.my-signal.parameters.a.b: [x, y]
    signals.custom.other.weight: [0, 0.5]
  `;
  assert.deepEqual(parseSweepGrid(text, "grid.yaml", custom).axes, [
    { path: "signals.custom.my-signal.parameters.windowSec", values: [10, 20, 30] },
    { path: "signals.custom.my-signal.parameters.a.b", values: ["x", "y"] },
    { path: "signals.custom.other.weight", values: [0, 0.5] },
  ]);
  const refusedWith = (path: string, message: string | RegExp) =>
    assert.throws(() => parseSweepGrid(`${path}: [1]`, "grid.yaml", custom), {
      code: "invalid_input",
      message,
    });
  const known = "expected one of signals.custom.my-signal.weight, " +
    "signals.custom.my-signal.parameters.windowSec, signals.custom.my-signal.parameters.a.b, " +
    "signals.custom.other.weight";
  for (
    const path of [
      "signals.custom.my-signal.parameters.windowSecs",
      "signals.custom.another.weight",
      "signals.custom.other.file",
      "signals.custom.",
    ]
  ) refusedWith(path, `Cannot read grid.yaml:1:1: ${path} is no key, ${known}`);
  refusedWith("signals.custom", /unknown key "signals\.custom"/);
  refused(
    "signals.custom.my-signal.weight: [1]",
    "Cannot read grid.yaml:1:1: signals.custom.my-signal.weight is no key: the configuration has no signals.custom",
  );
});

test("lists without values, with one twice or with something else in them are refused", () => {
  refused("positions.stopLossCents: []", /at least one value/);
  refused("positions.stopLossCents: [1, 2, 1]", /\[2\] is 1, expected each value once/);
  refused("positions.stopLossCents: [1, [2]]", /\[1\] is a list, expected a value/);
  refused("positions.stopLossCents: 5", /is 5, expected a list of values, or from, to and step/);
  refused("{}", "Cannot read grid.yaml: it names no parameter");
  refused("", /grid.yaml/);
});
