import assert from "node:assert/strict";
import { test } from "node:test";
import { runPasses } from "./run_passes.ts";
import type { PassProgress, PassRunner, SweepPass } from "./sweep_pass.ts";
import type { LoggedTrial } from "./trial_log.ts";

const FIGURES = { trades: 0, wins: 0, open: 0, pnl: 0, fees: 0, maxDrawdown: 0, touchedGap: 0 };

/** Answers after some turns of the event loop; fails at the trial `bad`; hangs at `never`. */
class ToyRunner implements PassRunner {
  closed = false;
  #fail: (error: Error) => void = () => {};

  async run({ trials }: SweepPass, onProgress: PassProgress): Promise<readonly LoggedTrial[]> {
    for (const [index, { id }] of trials.entries()) {
      await new Promise<void>((resolve, reject) => {
        this.#fail = reject;
        if (id === "bad") reject(new Error("it went wrong"));
        else if (id !== "never") setImmediate(resolve);
      });
      onProgress((index + 1) / trials.length);
    }
    return trials.map(({ id, parameters }) => ({
      id,
      parameters,
      figures: FIGURES,
      isDamaged: false,
    }));
  }

  close(): Promise<void> {
    this.closed = true;
    this.#fail(new Error("it was stopped"));
    return Promise.resolve();
  }
}

const passOf = (...ids: string[]): SweepPass => ({
  days: {},
  dataSha256: "",
  trials: ids.map((id) => ({ id, parameters: {} })),
});

function collector() {
  const kept: string[] = [];
  const shares: number[] = [];
  const options = {
    onFinished: (trials: readonly LoggedTrial[]) => {
      kept.push(...trials.map(({ id }) => id));
      return Promise.resolve();
    },
    onProgress: (done: number, all: number) => void shares.push(done / all),
  };
  return { kept, shares, options };
}

test("every pass is run once, and progress goes up to all of them", async () => {
  const { kept, shares, options } = collector();
  const passes = [passOf("a", "b"), passOf("c"), passOf("d", "e", "f"), passOf("g")];
  const { signal } = new AbortController();
  await runPasses(passes, [new ToyRunner(), new ToyRunner()], { ...options, signal });
  assert.deepEqual(kept.sort(), ["a", "b", "c", "d", "e", "f", "g"]);
  assert.deepEqual(shares, [...shares].sort((a, b) => a - b));
  assert.equal(shares.at(-1), 1);
});

test("after a failure what was under way is still kept, and nothing new is begun", async () => {
  const { kept, options } = collector();
  const passes = [passOf("bad"), passOf("a", "b", "c"), passOf("d"), passOf("e")];
  const { signal } = new AbortController();
  await assert.rejects(
    runPasses(passes, [new ToyRunner(), new ToyRunner()], { ...options, signal }),
    { message: "it went wrong" },
  );
  assert.deepEqual(kept, ["a", "b", "c"]);
});

test("an abort closes the runners, keeps what is finished and rejects with its reason", async () => {
  const { kept, options } = collector();
  const runners = [new ToyRunner(), new ToyRunner()];
  const abort = new AbortController();
  const reason = new Error("told to stop");
  const running = runPasses([passOf("never"), passOf("a"), passOf("b"), passOf("never")], runners, {
    ...options,
    onProgress: () => {
      if (kept.length === 2) abort.abort(reason);
    },
    signal: abort.signal,
  });
  await assert.rejects(running, reason);
  assert.deepEqual(kept, ["a", "b"]);
  assert.ok(runners.every(({ closed }) => closed));
});
