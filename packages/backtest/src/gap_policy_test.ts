import assert from "node:assert/strict";
import { test } from "node:test";
import { MICROS_PER_SECOND } from "@ssmd/core";
import type { GapPolicy } from "./gap_policy.ts";
import {
  buying,
  market,
  replay,
  resting,
  Scenario,
  selling,
  sending,
} from "./scenario_test_support.ts";
import type { Strategy } from "./strategy.ts";

const POLICIES: readonly GapPolicy[] = ["halt", "exclude", "ignore"];

/** Buys A before a gap at 30 s; sells and buys between it and the snapshot at 50 s, and after that. */
async function acrossGap(gaps: GapPolicy, gap: (tape: Scenario) => Scenario) {
  const tape = gap(new Scenario().snapshot(10, "A", [[40, 90]], [[50, 90]]))
    .snapshot(50, "A", [[40, 90]], [[50, 90]]).other(90);
  const { strategy, reports } = sending([
    [20, buying("A", "yes", 3)],
    [40, selling("A", "yes", 1)],
    [41, buying("A", "yes", 1)],
    [60, selling("A", "yes", 1)],
    [61, buying("A", "yes", 1)],
  ]);
  const result = await replay(tape, strategy, [market("A", 100, 105)], { gaps });
  return { went: reports.map(({ status, refusal }) => refusal ?? status), result };
}

test("A gap halts a market, keeps it from being entered again, or is ignored", async () => {
  const expected = {
    halt: ["filled", "stale book", "stale book", "filled", "filled"],
    exclude: ["filled", "stale book", "stale book", "filled", "excluded"],
    ignore: ["filled", "filled", "filled", "filled", "filled"],
  };
  for (const gaps of POLICIES) {
    for (const markets of [["A"], undefined]) {
      const across = (tape: Scenario) => tape.gap(30, "sequence", markets);
      const { went, result } = await acrossGap(gaps, across);
      assert.deepEqual(went, expected[gaps]);
      assert.equal(result.trades[0]?.touchedGap, true, "whatever the policy");
      assert.equal(result.models.gaps, gaps);
    }
  }
});

test("A gap in another market changes nothing", async () => {
  for (const gaps of POLICIES) {
    const { went, result } = await acrossGap(gaps, (tape) => tape.gap(30, "sequence", ["B"]));
    assert.ok(went.every((status) => status === "filled"));
    assert.equal(result.trades[0]?.touchedGap, false);
  }
});

test("That the recorder stopped watching halts a market and excludes none", async () => {
  const { went } = await acrossGap("exclude", (tape) => tape.gap(30, "unsubscribed", ["A"]));
  assert.deepEqual(went, ["filled", "stale book", "stale book", "filled", "filled"]);
});

test("A gap that spares books leaves a book tradable, but touches the trade and excludes", async () => {
  const across = (tape: Scenario) => tape.gap(30, "sequence", ["A"], false);
  const halted = await acrossGap("halt", across);
  assert.ok(halted.went.every((status) => status === "filled"));
  assert.equal(halted.result.trades[0]?.touchedGap, true);
  const excluded = await acrossGap("exclude", across);
  assert.deepEqual(excluded.went, ["filled", "filled", "excluded", "filled", "excluded"]);
});

test("A quote is stale from a gap, even one that spares books, until the next ticker", async () => {
  for (const books of [undefined, false] as const) {
    const tape = new Scenario().ticker(10, "A", [40, 45]).gap(30, "sequence", ["A"], books)
      .ticker(50, "A", [40, 46]).other(90);
    const stale: unknown[] = [];
    const sends = [20, 40, 60].map((at) => [at, buying("A", "yes", 1)] as const);
    const { strategy } = sending(sends);
    const watching: Strategy = {
      ...strategy,
      onOrder: (context, { status, refusal }) => {
        stale.push([context.isStale("A"), context.book("A")?.stale, refusal ?? status]);
      },
    };
    const result = await replay(tape, watching, [market("A", 100)]);
    assert.deepEqual(stale, [
      [false, false, "filled"],
      [true, true, "stale book"],
      [false, false, "filled"],
    ]);
    assert.equal(result.coverage.markets[0]?.staleTime, 20 * MICROS_PER_SECOND);
  }
});

test("A market that has shown nothing is stale, under every policy", async () => {
  for (const gaps of POLICIES) {
    let stale: boolean | undefined;
    const strategy: Strategy = {
      name: "look",
      onEvent: (context) => {
        stale = context.isStale("A");
      },
    };
    await replay(new Scenario().other(10), strategy, [market("A", 100)], { gaps });
    assert.equal(stale, true);
  }
});

test("A gap and a book that became stale cancel what rests, unless gaps are ignored", async () => {
  const doubts: readonly ((tape: Scenario) => Scenario)[] = [
    (tape) => tape.gap(30, "sequence", ["A"]),
    (tape) => tape.gap(30, "disconnect"),
    (tape) => tape.gap(30, "sequence", ["A"], false),
    (tape) => tape.delta(30, "A", "yes", 40, -91),
  ];
  for (const doubt of doubts) {
    for (const gaps of POLICIES) {
      const tape = doubt(new Scenario().snapshot(10, "A", [[40, 90]], [[50, 90]]))
        .trade(40, "A", "no", 39, 1).other(90);
      const { strategy, reports } = sending([[20, resting(buying("A", "yes", 1, 40))]]);
      await replay(tape, strategy, [market("A", 100)], { gaps });
      const end = gaps === "ignore" ? [40, "filled"] : [30, "cancelled"];
      assert.deepEqual(
        reports.map(({ time, status }) => [time / MICROS_PER_SECOND, status]),
        [[20, "resting"], end],
      );
    }
  }
});
