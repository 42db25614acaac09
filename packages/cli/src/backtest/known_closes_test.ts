import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { runHere, withFolder } from "../run_cli_test_support.ts";
import { START_MS, TapeWriter } from "../tape_test_support.ts";

const TICKER = "KXA-26JAN05-T1";
const iso = (ms: number): string => new Date(START_MS + ms).toISOString();

/** A market object as REST gives it while the market is open. */
function market(updated: number, close: number, more: object = {}): object {
  const about = { ticker: TICKER, event_ticker: "KXA-26JAN05", title: "A market", result: "" };
  const times = { open_time: iso(0), close_time: iso(close), updated_time: iso(updated) };
  return { ...about, ...times, settlement_ts: null, ...more };
}

/** Buys the favourite 300 s before the close, with the objects of `lines`, one a line. */
async function favourite(folder: string, lines: readonly object[]) {
  const file = join(folder, "objects.jsonl");
  await writeFile(file, lines.map((line) => JSON.stringify(line)).join("\n"));
  const { code, out, err } = await runHere([
    ...["backtest", "--archive", join(folder, "arch"), "--strategy", "favourite", "--json"],
    ...["--out", join(folder, "results"), "--markets", file],
  ]);
  assert.equal(code, 0, err);
  const { runId, hindsightCloses } = JSON.parse(out);
  const trade = await readFile(join(folder, "results", runId, "trades.jsonl"), "utf8");
  const entered = (Date.parse(JSON.parse(trade).entryTime) - START_MS) / 1000;
  return { entered, hindsightCloses, err };
}

test("A close counts from when it was known, and the result says where nobody can tell", async () => {
  await withFolder(async (folder) => {
    const tape = new TapeWriter();
    tape.snapshot(0, TICKER, [["0.7900", "100.00"]], [["0.2000", "100.00"]]);
    tape.delta(500_000, TICKER, "yes", "0.0100", "1.00");
    await writeFile(join(folder, "tape"), tape.text);
    const where = ["--feed", "kalshi", "--stream", "s", "--out", join(folder, "arch")];
    assert.equal((await runHere(["archive", "import", join(folder, "tape"), ...where])).code, 0);

    const settled = { result: "yes", settlement_ts: iso(405_000) };
    const objects = [
      market(-2000, 600_000),
      market(200_000, 400_000),
      market(410_000, 400_000, settled),
    ];
    const received = [-1000, 201_000, 411_000].map((ms) => (START_MS + ms) * 1000);
    const lines = objects.map((market, i) => ({ market, _received_at: received[i] }));
    // It was to close at 600 s; that it closes at 400 s was known when 100 s had passed.
    const dated = await favourite(folder, lines);
    assert.deepEqual([dated.entered, dated.hindsightCloses], [201, 0]);
    const byExchange = await favourite(folder, objects);
    assert.deepEqual([byExchange.entered, byExchange.hindsightCloses], [200, 0]);
    assert.ok(!byExchange.err.includes("hindsight"));
    const { updated_time: _, ...undated } = { updated_time: "", ...objects[2] };
    for (const object of [lines[2]!, undated]) {
      const foreseen = await favourite(folder, [object]);
      assert.deepEqual([foreseen.entered, foreseen.hindsightCloses], [100, 1]);
      assert.match(
        foreseen.err,
        /warning: 1 market traded whose close is known by hindsight only: an early one would have been known/,
      );
    }
  });
});
