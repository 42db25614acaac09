import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { Archiver } from "@ssmd/core";
import { fileArchive } from "@ssmd/core/fs";
import { runHere, withFolder } from "../run_cli_test_support.ts";
import { moment, twoMarkets } from "../tape_test_support.ts";

interface Line {
  readonly type: string;
  readonly msg?: { readonly market_ticker: string };
  readonly _received_at: number;
  readonly _seq: number;
}

const TAPE = twoMarkets({ at: 7, sid: 1 });

/** Runs `body` with a way to print lines of an archive of {@link TAPE}, from two streams. */
async function withArchive(
  body: (cat: (...more: string[]) => Promise<string[]>, archive: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const archive = join(folder, "arch");
    // Every other line into another stream: the numbers then have holes that mean nothing.
    for (const half of [0, 1]) {
      const tape = join(folder, `tape${half}`);
      const lines = TAPE.lines.filter((_, index) => index % 2 === half);
      await writeFile(tape, `${lines.join("\n")}\n`);
      const where = ["--feed", "kalshi", "--stream", `s${half}`, "--out", archive, "--partial"];
      assert.equal((await runHere(["archive", "import", tape, ...where])).code, 0);
    }
    await body(async (...more) => {
      const { code, out, err } = await runHere(["archive", "cat", archive, ...more]);
      assert.deepEqual([code, err], [0, ""]);
      assert.ok(out === "" || out.endsWith("\n"));
      return out.split("\n").slice(0, -1);
    }, archive);
  });
}

const frames = TAPE.lines.map((line) => JSON.stringify(JSON.parse(line).event));

test("cat prints every stored line of all streams in time order", async () => {
  await withArchive(async (cat) => {
    const lines = (await cat()).map((line): Line => JSON.parse(line));
    assert.equal(lines.length, TAPE.lines.length);
    const times = lines.map((line) => line._received_at);
    assert.deepEqual(times, [...times].sort((a, b) => a - b));
    assert.deepEqual(lines.map((line) => line._seq).filter((seq) => seq === 1), [1, 1]);
  });
});

test("With --frames the bytes are those that were received, and gaps are left out", async () => {
  await withArchive(async (cat, archive) => {
    assert.deepEqual((await cat("--frames")).sort(), [...frames].sort());
    const tape = join(archive, "../whole");
    await writeFile(tape, TAPE.text);
    const other = join(archive, "../other");
    const where = ["--feed", "kalshi", "--stream", "s", "--out", other];
    assert.equal((await runHere(["archive", "import", tape, ...where])).code, 0);
    assert.equal((await runHere(["archive", "cat", other])).out.split("\n").length, 42);
    const { out } = await runHere(["archive", "cat", other, "--frames"]);
    assert.deepEqual(out.split("\n"), [...frames, ""]);
  });
});

test("Market, type and time choose lines together", async () => {
  await withArchive(async (cat) => {
    const chosen =
      (await cat("--ticker", "B", "--type", "trade", "--from", moment(60), "--to", moment(150)))
        .map((line): Line => JSON.parse(line));
    const times = chosen.map((line) => line._received_at / 1000 - Number(moment(0)));
    assert.deepEqual(times, [60, 90, 120, 150]);
    assert.ok(chosen.every(({ type, msg }) => type === "trade" && msg?.market_ticker === "B"));
    assert.deepEqual(await cat("--ticker", "C"), []);
    assert.equal((await cat("--to", moment(0))).length, 2);
  });
});

test("What was sent is a line, chosen by type and by the markets it names, and is no frame", async () => {
  await withFolder(async (folder) => {
    const archiver = await Archiver.open(fileArchive(folder), { feed: "kalshi", stream: "s" });
    const at = { feed: "kalshi", session: "s", tsSent: 1_786_416_310_578_000 };
    const send = (message: string): boolean =>
      archiver.add({ ...at, data: new TextEncoder().encode(message) });
    send('{"cmd":"subscribe","params":{"market_tickers":["A"]}}');
    send('{"cmd":"subscribe","params":{"channels":["trade"]}}');
    await archiver.close();
    const cat = async (...more: string[]): Promise<(string | undefined)[]> => {
      const { code, out } = await runHere(["archive", "cat", folder, ...more]);
      assert.equal(code, 0);
      return out.split("\n").slice(0, -1).map((line) => /"params":\{"(\w+)"/.exec(line)?.[1]);
    };
    const both = ["market_tickers", "channels"];
    assert.deepEqual(await cat(), both);
    assert.deepEqual(await cat("--type", "sent", "--ticker", "A"), both);
    assert.deepEqual(await cat("--ticker", "B"), ["channels"]);
    assert.deepEqual(await cat("--type", "trade"), []);
    assert.deepEqual(await cat("--frames"), []);
  });
});

test("With --json each line is JSON already", async () => {
  await withArchive(async (cat) => {
    assert.deepEqual(await cat("--json"), await cat());
  });
});

test("A damaged file is told, with exit code 1, after what can be read of it", async () => {
  await withArchive(async (_, archive) => {
    const path = join(archive, "kalshi/s0/2026-01-05/1500.jsonl.gz");
    await writeFile(path, "rubbish");
    const { code, out, err } = await runHere(["archive", "cat", archive]);
    assert.equal(code, 1);
    assert.equal(out.split("\n").length - 1, Math.floor(TAPE.lines.length / 2));
    assert.match(err, /^warning: kalshi\/s0\/2026-01-05\/1500\.jsonl\.gz: [^\n]+\n$/);
  });
});
