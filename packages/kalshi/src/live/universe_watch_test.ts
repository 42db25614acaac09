import assert from "node:assert/strict";
import { test } from "node:test";
import { UniverseWatch } from "./universe_watch.ts";

/** Lets everything that is ready to run do so. */
const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

/** A watch whose questions a test answers. */
function watched(everyMs = 100) {
  const heard: string[] = [];
  const questions: { tell(markets: readonly string[]): void; fail(error: Error): void }[] = [];
  const watch = new UniverseWatch(
    () => new Promise((tell, fail) => questions.push({ tell, fail })),
    everyMs,
    {
      onMarkets: (markets) => heard.push([...markets].join()),
      onTrouble: (reason) => heard.push(reason),
    },
  );
  return { watch, heard, questions };
}

test("It asks at once and then every so often", async () => {
  const { watch, heard, questions } = watched();
  for (let now = 0; now <= 250; now += 10) {
    watch.pulse(now);
    questions.splice(0).forEach(({ tell }) => tell([String(now)]));
    await turn();
  }
  assert.deepEqual(heard, ["0", "100", "200"]);
});

test("A failure is told, and the next question comes all the same", async () => {
  const { watch, heard, questions } = watched();
  watch.pulse(0);
  questions[0]!.fail(new Error("no list"));
  await turn();
  watch.pulse(100);
  questions[1]!.tell(["A"]);
  await turn();
  assert.deepEqual(heard, ["the markets to follow could not be told: no list", "A"]);
});

test("An answer that does not come is reported, and is nothing any more when it comes late", async () => {
  const { watch, heard, questions } = watched(5000);
  watch.pulse(0);
  watch.pulse(5000);
  questions[1]!.tell(["new"]);
  await turn();
  questions[0]!.tell(["old"]);
  await turn();
  assert.deepEqual(heard, ["the markets to follow were not told in 5 s", "new"]);
});

test("Asking on demand waits for the open question and then asks anew", async () => {
  const { watch, heard, questions } = watched();
  watch.pulse(0);
  const refreshed = watch.refresh(10);
  questions[0]!.tell(["before"]);
  await turn();
  questions[1]!.tell(["after"]);
  await refreshed;
  assert.deepEqual(heard, ["before", "after"]);
});

test("After the stop answers mean nothing", async () => {
  const { watch, heard, questions } = watched();
  watch.pulse(0);
  watch.stop();
  questions[0]!.tell(["A"]);
  await turn();
  watch.pulse(1e9);
  assert.deepEqual([heard, questions.length], [[], 1]);
});
