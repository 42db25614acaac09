import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { runCli, runHere, withFolder } from "../run_cli_test_support.ts";

test("The demo runs in an empty folder without being told anything, and again with JSON", async () => {
  await withFolder(async (folder) => {
    const { code, out, err } = await runCli(["demo"], { cwd: folder });
    assert.equal(code, 0, err);
    for (const title of ["Sign in", "Prove", "Replay to a book", "Buy each market's favourite"]) {
      assert.match(out, new RegExp(`\n${title}`));
    }
    for (const line of out.split("\n")) assert.ok(line.length <= 80 || line.startsWith("$ "), line);
    assert.deepEqual(await readdir(folder), ["ssmd-demo"]);
    const made = join(folder, "ssmd-demo");

    // The second time with --json: then it gives what each of its commands gives.
    const again = await runHere(["demo", "--out", made, "--json"]);
    assert.equal(again.code, 0, again.err);
    const { folder: where, steps } = JSON.parse(again.out);
    assert.equal(where, made);
    const [captured, ...typed] = steps;
    const { summary, tickers, faults } = captured.result;
    assert.deepEqual(faults, ["sequence_gap", "cut_mid_frame"]);
    assert.equal(tickers.length, 6);
    assert.equal(summary.gaps.sequence, 1);
    assert.ok(summary.gaps.disconnect >= 2);
    assert.deepEqual([summary.reconnects, summary.dropped, summary.lost], [1, 0, 0]);
    const [verified, book, backtest] = typed;
    assert.deepEqual([verified.result.ok, verified.result.records], [true, summary.records]);
    assert.equal(book.result.stale, false);
    assert.equal(backtest.result.fees.source, "series");
    const skipped = Object.values<number>(backtest.result.skipped).reduce((sum, n) => sum + n, 0);
    assert.equal(backtest.result.trades.count + skipped, 6);
    const run = join(made, "results", backtest.result.runId, "summary.json");
    assert.deepEqual(JSON.parse(await readFile(run, "utf8")), backtest.result);

    for (const { command, result } of typed) {
      const ran = await runHere([...command.split(" ").slice(1), "--json"]);
      assert.equal(ran.code, 0, ran.err);
      assert.deepEqual(JSON.parse(ran.out), result, command);
    }
  });
});

test("The demo leaves a folder alone that somebody else has filled", async () => {
  await withFolder(async (folder) => {
    await writeFile(join(folder, "thesis.txt"), "ten years of work");
    await mkdir(join(folder, "archive"));
    const { code, out, err } = await runHere(["demo", "--out", folder]);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(err, /^ssmd: Cannot put the demo into [^\n]*choose another with --out\n$/);
    await writeFile(join(folder, "made-by-ssmd-demo"), "");
    assert.equal((await runHere(["demo", "--out", folder])).code, 2);
    assert.deepEqual((await readdir(folder)).sort(), [
      "archive",
      "made-by-ssmd-demo",
      "thesis.txt",
    ]);
    const file = await runHere(["demo", "--out", join(folder, "thesis.txt")]);
    assert.equal(file.code, 2);
    assert.match(file.err, /^ssmd: [^\n]+\n$/);
  });
});
