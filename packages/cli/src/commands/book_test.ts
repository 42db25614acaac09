import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type Ran, runHere, withFolder } from "../run_cli_test_support.ts";
import { bookDigest, moment, START_MS, twoMarkets } from "../tape_test_support.ts";

const DIGEST = /\b[0-9a-f]{64}\b/g;
const TAPE = twoMarkets({ at: 16, sid: 1 });

/** Runs `body` with a way to show books of an archive of {@link TAPE}. */
async function withBooks(
  body: (book: (ticker: string, at: string, ...more: string[]) => Promise<Ran>) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const archive = join(folder, "arch");
    const tape = join(folder, "tape");
    await writeFile(tape, TAPE.text);
    const where = ["--feed", "kalshi", "--stream", "s", "--out", archive];
    assert.equal((await runHere(["archive", "import", tape, ...where])).code, 0);
    await body((ticker, at, ...more) =>
      runHere(["book", ticker, "--at", at, "--archive", archive, ...more])
    );
  });
}

function linesUpTo(ms: number): string[] {
  return TAPE.lines.filter((line) => JSON.parse(line).recv_ms <= START_MS + ms);
}

test("The book at a moment includes what was received at that very moment", async () => {
  await withBooks(async (book) => {
    for (const ms of [0, 9, 10, 11, 50, 59, 60, 150, 199, 200, 999_999]) {
      for (const ticker of ["A", "B"]) {
        const { code, out } = await book(ticker, moment(ms), "--hash", "--json");
        assert.equal(code, 0);
        assert.equal(JSON.parse(out).hash, bookDigest(linesUpTo(ms), ticker), `${ticker} ${ms}`);
      }
    }
  });
});

test("A moment can be written in several ways", async () => {
  await withBooks(async (book) => {
    const expected = await book("A", moment(60), "--json");
    for (
      const at of [
        "2026-01-05T15:00:00.06Z",
        "2026-01-05T15:00:00.060000Z",
        "2026-01-05T16:00:00.060+01:00",
        "2026-01-05T10:00:00.060-05:00",
      ]
    ) assert.deepEqual(await book("A", at, "--json"), expected, at);
  });
});

test("The one digest in the output is the book's, and only when it is asked for", async () => {
  await withBooks(async (book) => {
    const digest = bookDigest(linesUpTo(100), "A");
    const json = await book("A", moment(100), "--hash", "--json");
    assert.deepEqual(json.out.match(DIGEST), [digest]);
    const words = await book("A", moment(100), "--hash");
    assert.deepEqual(words.out.match(DIGEST), [digest]);
    assert.ok(words.out.split("\n").includes(`sha256 ${digest}`));
    for (const more of [[], ["--json"]]) {
      const { out, err } = await book("A", moment(100), ...more);
      assert.equal((out + err).match(DIGEST), null);
    }
  });
});

test("A stale book is shown and hashed, and says since when and why", async () => {
  await withBooks(async (book) => {
    const { code, out, err } = await book("B", moment(170), "--hash", "--json");
    assert.equal(code, 0);
    const { hash, stale, staleReason, staleSince } = JSON.parse(out);
    assert.deepEqual({ hash, stale, staleReason, staleSince }, {
      hash: bookDigest(linesUpTo(170), "B"),
      stale: true,
      staleReason: "sequence",
      staleSince: "2026-01-05T15:00:00.160Z",
    });
    assert.match(err, /^warning: the book is stale since 2026-01-05T15:00:00\.160Z \(sequence\): /);
    const fresh = await book("B", moment(159), "--json");
    assert.equal(JSON.parse(fresh.out).stale, false);
    assert.equal(fresh.err, "");
  });
});

test("The levels are bids of both sides, best first, and asks are what is left of a dollar", async () => {
  await withBooks(async (book) => {
    const { out } = await book("A", moment(40), "--json");
    assert.deepEqual(JSON.parse(out), {
      ticker: "A",
      at: "2026-01-05T15:00:00.040Z",
      stale: false,
      bestYesBid: ["0.4000", "100.00"],
      bestYesAsk: ["0.4500", "80.00"],
      levels: { yes: 3, no: 2 },
      totalSize: { yes: "106.50", no: "81.25" },
      bids: {
        yes: [["0.4000", "100.00"], ["0.2400", "4.25"], ["0.2200", "2.25"]],
        no: [["0.5500", "80.00"], ["0.2100", "1.25"]],
      },
      sequence: "checked",
    });
    const top = JSON.parse((await book("A", moment(40), "--depth", "1", "--json")).out);
    assert.deepEqual(top.bids, { yes: [["0.4000", "100.00"]], no: [["0.5500", "80.00"]] });
    assert.deepEqual(top.levels, { yes: 3, no: 2 });
    const empty = JSON.parse((await book("B", moment(0), "--json")).out);
    assert.deepEqual([empty.bestYesAsk, empty.bids.no], [null, []]);
  });
});

test("Another stream's books are left out with --stream", async () => {
  await withBooks(async (book) => {
    assert.equal((await book("A", moment(100), "--stream", "s")).code, 0);
    assert.equal((await book("A", moment(100), "--stream", "kalshi/s")).code, 0);
    assert.equal((await book("A", moment(100), "--stream", "other")).code, 2);
  });
});
