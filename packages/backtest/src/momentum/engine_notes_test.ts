import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "node:test";
import type { BacktestResult } from "../backtest_result.ts";
import { closing, configOf, engineRun, notesOf, type Sections } from "./engine_test_support.ts";
import { count, newNotes } from "./engine_notes.ts";
import type { SignalFunction } from "./signal.ts";
import { Tape } from "./tape_test_support.ts";

test("notes begin with every signal at none, and each is its own", () => {
  const notes = newNotes(["a", "b"]);
  assert.deepEqual(notes.signals, { a: 0, b: 0 });
  count(notes.notEntered, "slippage");
  count(notes.notEntered, "slippage");
  count(notes.closed, "take-profit");
  assert.deepEqual([notes.notEntered, notes.closed], [{ slippage: 2 }, { "take-profit": 1 }]);
  assert.deepEqual(newNotes([]), {
    activated: [],
    notGiven: 0,
    signals: {},
    composed: 0,
    sent: { yes: 0, no: 0 },
    entered: 0,
    notEntered: {},
    closed: {},
  });
});

const event = fc.record({
  kind: fc.constantFrom("ticker", "ticker", "ticker", "trade", "gap"),
  market: fc.constantFrom("A", "A", "B", "C", "D"),
  step: fc.integer({ min: 0, max: 15 }),
  cents: fc.integer({ min: 15, max: 85 }),
  spread: fc.integer({ min: 1, max: 12 }),
  size: fc.integer({ min: 0, max: 40 }),
});

function tapeOf(events: readonly (typeof event extends fc.Arbitrary<infer T> ? T : never)[]): Tape {
  const tape = new Tape();
  let at = 1;
  let volume = 0;
  for (const { kind, market, step, cents, spread, size } of events) {
    at += step;
    if (kind === "gap") tape.gap(at, market);
    else if (kind === "trade") {
      tape.trade(at, market, size % 2 === 0 ? "yes" : "no", cents, size + 1);
    } else {
      volume += size;
      const quotes = { yesBid: cents - spread, yesAsk: cents + spread, yesBidSize: size };
      tape.ticker(at, market, { price: cents, ...quotes, volume, dollarVolume: volume / 2 });
    }
  }
  return tape;
}

/** Says YES below 45 cents and NO above 55. */
const outer: SignalFunction = ({ lastPrice }) => ({
  score: lastPrice < 4500 ? 1 : lastPrice > 5500 ? -1 : 0,
  confidence: 1,
});

const EXECUTIONS: readonly Sections[] = [
  {},
  { execution: { latencyMs: 7000 } },
  { execution: { latencyMs: 2000, entry: "maker", takeProfit: "maker", makerModel: "touch" } },
  { execution: { latencyMs: 0, gapPolicy: "exclude" }, portfolio: { startingBalance: 12 } },
  { portfolio: { drawdownHaltPercent: 1 }, execution: { gapPolicy: "ignore" } },
];

const MARKETS = [closing("A", 700, 800), closing("B", 600), closing("C", 400, 410, 0)];

/** Reasons that come before anything is composed. */
const BEFORE = new Set(["near the close", "stale"]);

function sum(counts: Readonly<Record<string, number>>, but: ReadonlySet<string> = new Set()) {
  return Object.entries(counts).reduce((all, [key, value]) => all + (but.has(key) ? 0 : value), 0);
}

function assertAddsUp(result: BacktestResult): void {
  const notes = notesOf(result);
  const { composed, sent, entered, notEntered, closed, activated } = notes;
  // Every time the signals agreed led to an entry or to a reason, and to one of them.
  assert.equal(composed, entered + sum(notEntered, BEFORE));
  const held = new Set(result.open.map(({ ticker, side, group }) => `${ticker} ${side} ${group}`));
  assert.equal(entered, sum(closed) + held.size);
  assert.ok(sum(sent) <= composed);
  for (const side of ["yes", "no"] as const) {
    const positions = [...result.trades, ...result.open].filter((each) => each.side === side);
    assert.ok(
      sent[side] >= positions.length,
      `${sent[side]} ${side} sent, ${positions.length} held`,
    );
  }
  assert.equal(new Set(activated).size, activated.length);
  const exits = result.trades.reduce<Record<string, number>>((all, { reason }) => {
    all[reason] = (all[reason] ?? 0) + 1;
    return all;
  }, {});
  for (const [reason, times] of Object.entries(closed)) {
    assert.ok((exits[reason] ?? 0) >= 1 && times >= 1, `${times} closed by ${reason}`);
  }
}

test("what was composed was entered or has a reason, and what was entered is closed or open", async () => {
  let entered = 0;
  const reasons = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(event, { minLength: 40, maxLength: 120 }),
      fc.constantFrom(...EXECUTIONS),
      async (events, sections) => {
        const config = configOf(sections);
        const result = await engineRun(tapeOf(events), config, outer, { markets: MARKETS });
        assertAddsUp(result);
        entered += notesOf(result).entered;
        for (const reason of Object.keys(notesOf(result).notEntered)) reasons.add(reason);
      },
    ),
    { numRuns: 60 },
  );
  // So that the sums above are sums of something.
  assert.ok(entered > 60, `only ${entered} entries`);
  assert.ok(reasons.size >= 5, `only ${[...reasons].join(", ")}`);
});
