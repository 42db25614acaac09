import { type EventBatch, ManualClock, MICROS_PER_SECOND } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { configOf, line, yesAt } from "../momentum/engine_test_support.ts";
import { momentumRuns } from "../momentum/momentum_runs.ts";
import { Tape } from "../momentum/tape_test_support.ts";
import { noFees } from "../scenario_test_support.ts";
import { settlementsOf } from "../settlement.ts";
import { paper } from "./paper.ts";
import { type PaperCheckpoint, PaperRun } from "./paper_run.ts";

const QUOTE = { price: 50, yesBid: 49, yesAsk: 51, yesBidSize: 50, yesAskSize: 50 };

function entering(): Tape {
  return new Tape().ticker(1, "A", { ...QUOTE, volume: 0, dollarVolume: 0 })
    .ticker(2, "A", { ...QUOTE, volume: 100, dollarVolume: 50 });
}

function paperRun(): PaperRun {
  const runs = momentumRuns([configOf()], noFees, { functions: new Map([["mine", yesAt(50)]]) });
  return new PaperRun({ settlements: settlementsOf([]) }, runs);
}

test("a stream that falls silent is left on time by the clock", async () => {
  const clock = new ManualClock(3 * MICROS_PER_SECOND);
  const run = paperRun();
  let silent: (() => void) | undefined;
  async function* batches(): AsyncGenerator<EventBatch> {
    yield entering().batch;
    await new Promise<void>((resolve) => silent = resolve);
  }
  const results = await paper(batches(), run, {
    clock,
    tickMs: 1,
    onProgress: () => {
      if (run.now < 1000 * MICROS_PER_SECOND) clock.set(clock.now() + 100 * MICROS_PER_SECOND);
      else silent?.();
    },
  });
  assert.deepEqual(results[0]!.trades.map(line), ["yes 10 51→49 2→902 time-stop"]);
});

test("checkpoints come by data time and at the end", async () => {
  const times: number[] = [];
  const onCheckpoint = ({ simulation }: PaperCheckpoint): void => {
    times.push(simulation.now / MICROS_PER_SECOND);
  };
  const tape = entering().ticker(50, "A", QUOTE).ticker(70, "A", QUOTE).ticker(80, "A", QUOTE);
  await paper(tape.batches(1), paperRun(), { onCheckpoint });
  assert.deepEqual(times, [70, 80]);
});

test("what a callback throws ends the run", async () => {
  const error = new Error("disk full");
  const failing = paper(entering().batches(), paperRun(), {
    onCheckpoint: () => {
      throw error;
    },
  });
  await assert.rejects(failing, error);
});
