/** What is told of a moment may rest on what was known by then and on nothing else. */
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type KnownClose, SymbolTable } from "@ssmd/core";
import {
  batchOf,
  type Frame,
  frames,
  type LogEntry,
  rowsOf,
  START,
} from "./random_tape_test_support.ts";
import {
  closes,
  dataOf,
  numRuns,
  PLAIN_VARIANT,
  type Variant,
  variant,
  variantOf,
  yesValues,
} from "./random_variant_test_support.ts";
import { Simulation } from "./simulation.ts";

/**
 * In one future A closes a second after the cut, which is told only later; the wanderer's first order
 * is for A and comes between.
 */
function closeToldLate(): [
  [Frame[], Frame[], Frame[]],
  Variant,
  [[number, number], [number, number]],
  [number, [KnownClose[][], KnownClose[][], KnownClose[][]], boolean],
] {
  const at = (seconds: number) => START + seconds * 1_000_000;
  const gap: Frame = { kind: "gap", after: 0, reason: "unsubscribed" };
  const later: Frame[] = [{ ...gap, after: 60_000_000 }];
  const known = [[{ time: START, closeTime: at(100) }]];
  const late = [[{ time: at(6), closeTime: at(1) }]];
  const early = [[{ time: at(6), closeTime: at(6) }]];
  return [
    [[gap], later, later],
    PLAIN_VARIANT,
    [[0, 0], [0, 0]],
    [0, [known, late, early], true],
  ];
}

test("Nothing before a moment depends on what the data say after it", () => {
  const cut = fc.nat(1000);
  fc.assert(
    fc.property(
      fc.tuple(frames, frames, frames),
      variant,
      fc.tuple(yesValues, yesValues),
      fc.tuple(cut, fc.tuple(closes, closes, closes), fc.boolean()),
      ([past, one, other], each, values, [cut, [known, ...later], given]) => {
        const shared = past.slice(0, 1 + cut % past.length);
        const seen = [one, other].map((future, index) => {
          const symbols = new SymbolTable();
          const batch = batchOf([...shared, ...future], symbols);
          const rows = batchOf(shared, new SymbolTable()).length;
          const now = Math.max(...batch.tsRecv.subarray(0, rows));
          const told = known.map((each, market) => foreseen(each, later[index]![market], now));
          // What a market pays may differ as long as it is not yet paid at the cut.
          const paid = now >= START + 180_000_000;
          const variant = variantOf(each);
          const data = dataOf(values[paid ? 0 : index]!, told);
          const { settlements } = data;
          const simulation = new Simulation(given ? data : { settlements }, [variant]);
          for (let row = 0; row < rows; row++) simulation.onBatch(rowsOf(batch, row, row + 1));
          const before = structuredClone(simulation.results());
          const logged = variant.strategy.log.length;
          for (let row = rows; row < batch.length; row++) {
            simulation.onBatch(rowsOf(batch, row, row + 1));
          }
          simulation.finish();
          const news = told.flat().map(({ time }) => time).filter((time) => time >= now);
          // The last close ends trading, though it may be told only later.
          const ends = told.map((each) => each.at(-1)!.closeTime);
          const next = Math.min(
            batch.tsRecv[rows] ?? Infinity,
            START + 180_000_000,
            ...news,
            ...ends,
          );
          return { before, log: variant.strategy.log, logged, next };
        });
        const [a, b] = seen as [typeof seen[0], typeof seen[0]];
        assert.deepEqual(a.before, b.before);
        const until = Math.min(a.next, b.next);
        assert.deepEqual(logUntil(a.log, a.logged, until), logUntil(b.log, b.logged, until));
      },
    ),
    { numRuns, examples: [closeToldLate()] },
  );
});

/**
 * The closes of `known` that were told before `now`, the first one by then at the latest, and after
 * them `later` ones: whatever those say, they are told later, and nothing has closed by them before.
 */
function foreseen(
  known: readonly KnownClose[],
  later: readonly KnownClose[] | undefined,
  now: number,
): readonly KnownClose[] {
  const [first, ...rest] = known;
  return [
    { ...first!, time: Math.min(first!.time, now - 1) },
    ...rest.filter(({ time }) => time < now),
    ...(later ?? [{ time: START, closeTime: START + 1 }])
      .map(({ time, closeTime }) => ({
        time: now + time - START,
        closeTime: now + closeTime - START,
      })),
  ];
}

/** What was told with the first rows, and what happened after them but before `until`. */
function logUntil(log: readonly LogEntry[], logged: number, until: number): readonly LogEntry[] {
  return log.filter(([, time], index) => index < logged || time < until);
}
