import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync, gzipSync } from "node:zlib";
import { type Ran, runHere, withFolder } from "../run_cli_test_support.ts";
import { moment, twoMarkets } from "../tape_test_support.ts";
import { contentBelow, filesBelow } from "../tree_test_support.ts";

const FILE = "kalshi/books/2026-01-05/1500.jsonl.gz";
const MANIFEST = "kalshi/books/2026-01-05/manifest.json";

/**
 * Runs `body` with an archive of {@link twoMarkets} in which one delta is lost; `more` deltas follow,
 * enough of which make the compressed file one of several blocks.
 */
async function withArchive(body: (archive: string) => Promise<void>, more = 0): Promise<void> {
  await withFolder(async (folder) => {
    const tape = join(folder, "tape");
    const writer = twoMarkets({ at: 7, sid: 1 });
    for (let i = 0; i < more; i++) {
      writer.delta(
        300 + i,
        "A",
        "yes",
        `0.${100 + i * 7919 % 800}0`,
        `${1 + i * 104_729 % 997}.25`,
      );
    }
    await writeFile(tape, writer.text);
    const archive = join(folder, "arch");
    const where = ["--feed", "kalshi", "--stream", "books", "--out", archive];
    const { code, err } = await runHere(["archive", "import", tape, ...where]);
    assert.equal(code, 0, err);
    await body(archive);
  });
}

async function change(path: string, edit: (bytes: Buffer) => Uint8Array): Promise<void> {
  await writeFile(path, edit(await readFile(path)));
}

const verify = (archive: string, ...more: string[]): Promise<Ran> =>
  runHere(["archive", "verify", archive, ...more]);
const repair = (archive: string, ...more: string[]): Promise<Ran> =>
  runHere(["archive", "repair", archive, ...more]);

test("A whole archive is proven, its declared gaps included", async () => {
  await withArchive(async (archive) => {
    const { code, out, err } = await verify(archive);
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^verified +1 file, 41 records, /);
    assert.match(
      out,
      /\ngaps +1 declared\nsequence +checked in 1 file\nresult +nothing is wrong\n$/,
    );
    const { ok, records, recordsByType, gaps, problems } = JSON.parse(
      (await verify(archive, "--json")).out,
    );
    assert.deepEqual({ ok, records, recordsByType, gaps, problems }, {
      ok: true,
      records: 41,
      recordsByType: { orderbook_snapshot: 2, orderbook_delta: 20, trade: 18, gap: 1 },
      gaps: 1,
      problems: [],
    });
  });
});

test("A changed byte anywhere in a file is found", async () => {
  await withArchive(async (archive) => {
    const path = join(archive, FILE);
    const whole = await readFile(path);
    for (let i = 0; i < 24; i++) {
      const place = Math.floor((whole.length - 1) * i / 23);
      await writeFile(path, whole.map((byte, at) => at === place ? byte ^ (1 << i % 8) : byte));
      const { code, out } = await verify(archive);
      assert.equal(code, 1, `byte ${place}: ${out}`);
      assert.match(out, new RegExp(`^${FILE}.*: `), `byte ${place}`);
      assert.match(out, /result +\d+ problem/, `byte ${place}`);
    }
    const { code, out } = await verify(archive, "--json");
    assert.deepEqual([code, JSON.parse(out).ok], [1, false]);
    await writeFile(path, whole);
    assert.equal((await verify(archive)).code, 0);
  });
});

test("A changed byte beside the data spares the lines: after the repair all is proven", async () => {
  await withArchive(async (archive) => {
    const path = join(archive, FILE);
    const whole = await readFile(path);
    const lines = (await runHere(["archive", "cat", archive])).out;
    const before = await contentBelow(archive);
    // In the header, in the checksum and in the length at the end.
    for (const place of [9, whole.length - 7, whole.length - 1]) {
      const damaged = whole.map((byte, i) => i === place ? byte ^ 0x10 : byte);
      await writeFile(path, damaged);
      assert.equal((await verify(archive)).code, 1);
      const repaired = await repair(archive);
      const after = await verify(archive);
      assert.equal(after.code, 0, `byte ${place}: ${repaired.out}${after.out}`);
      assert.deepEqual(await readFile(path), Buffer.from(damaged), "it stays as it is");
      const salvaged = (await runHere(["archive", "cat", archive])).out;
      if (place === 9) assert.equal(salvaged, lines);
      else {
        const gap = salvaged.lastIndexOf("\n", salvaged.length - 2) + 1;
        assert.match(salvaged.slice(gap), /^\{"type":"gap","reason":"damage",/);
        assert.ok(gap > 0 && lines.startsWith(salvaged.slice(0, gap)));
      }
      const again = await repair(archive);
      assert.deepEqual([again.code, again.out], [0, "nothing to repair\n"]);

      for (const name of await filesBelow(archive)) {
        if (!(name in before)) await rm(join(archive, name));
      }
      for (const [name, content] of Object.entries(before)) {
        await writeFile(join(archive, name), Buffer.from(content, "base64"));
      }
    }
  }, 3000);
});

test("Of a cut file every readable line is salvaged, and what is lost is a gap", async () => {
  await withArchive(async (archive) => {
    const lines = gunzipSync(await readFile(join(archive, FILE))).toString().split("\n");
    await change(join(archive, FILE), (bytes) => bytes.subarray(0, bytes.length * 0.9));
    assert.equal((await verify(archive)).code, 1);
    const cut = (await runHere(["archive", "cat", archive])).out;
    const { code, out } = await repair(archive, "--json");
    assert.equal(code, 0);
    const { path, into, claimed, records } = JSON.parse(out).salvaged[0];
    assert.deepEqual([path, claimed], [FILE, 3041]);
    const salvaged = gunzipSync(await readFile(join(archive, into))).toString();
    assert.ok(salvaged.startsWith(cut) && cut.length > 0, salvaged);
    const rest = salvaged.slice(cut.length);
    assert.match(rest, /^\{"type":"gap","reason":"damage",[^\n]*\n$/);
    assert.equal(salvaged.trimEnd().split("\n").length, records);
    assert.ok(cut.split("\n").every((line) => lines.includes(line)));
    const after = await verify(archive);
    assert.equal(after.code, 0, after.out);
    const book = await runHere([
      ...["book", "A", "--at", moment(10_000), "--archive", archive, "--json"],
    ]);
    assert.equal(JSON.parse(book.out).stale, true);
  }, 3000);
});

test("A file of which nothing can be read is told and stays bad data", async () => {
  await withArchive(async (archive) => {
    await change(join(archive, FILE), (bytes) => bytes.fill(0x55, 0, 20));
    const { code, out } = await repair(archive);
    assert.equal(code, 1);
    assert.match(out, new RegExp(`^${FILE}: .*; nothing in it can be read\n`));
    assert.equal((await verify(archive)).code, 1);
  });
});

test("What a manifest claims and the data deny is a problem", async () => {
  const edits: readonly (readonly [from: RegExp, to: string])[] = [
    [/"records": ?41/, '"records": 42'],
    [/"trade": ?18/, '"trade": 17'],
    [/"lastSeq": ?40/, '"lastSeq": 41'],
    [/"sha256": ?"./, '"sha256": "x'],
    [/"missing": ?1/, '"missing": 2'],
    [/"lastReceivedAt": ?(\d+)\d/, '"lastReceivedAt": $19'],
  ];
  await withArchive(async (archive) => {
    const text = await readFile(join(archive, MANIFEST), "utf8");
    for (const [from, to] of edits) {
      const edited = text.replace(from, to);
      assert.notEqual(edited, text, String(from));
      await writeFile(join(archive, MANIFEST), edited);
      assert.equal((await verify(archive)).code, 1, to);
    }
    await writeFile(join(archive, MANIFEST), text);
    assert.equal((await verify(archive)).code, 0);
    await rm(join(archive, FILE));
    const { code, out } = await verify(archive);
    assert.equal(code, 1);
    assert.match(out, new RegExp(`^${FILE}: the manifest lists this file and it is not there\n`));
  });
});

test("A hole that no gap declares is a problem", async () => {
  await withArchive(async (archive) => {
    await change(join(archive, FILE), (bytes) => {
      const lines = gunzipSync(bytes).toString().split("\n");
      return gzipSync(lines.filter((line) => !line.includes(`"type":"gap"`)).join("\n"));
    });
    const { code, out } = await verify(archive, "--json");
    assert.equal(code, 1);
    const messages = JSON.parse(out).problems.map(({ message }: { message: string }) => message);
    assert.ok(messages.includes("frames 9 to 9 of sid 1 are missing and no gap is declared"));
  });
});

test("A manifest that is no JSON is one line and exit code 1", async () => {
  await withArchive(async (archive) => {
    await writeFile(join(archive, MANIFEST), `{"format": "ssmd-archive", "version": 1, "files": [`);
    for (const command of ["verify", "ls", "cat", "repair"]) {
      const { code, out, err } = await runHere(["archive", command, archive]);
      assert.deepEqual([command, code, out], [command, 1, ""]);
      assert.match(err, /^ssmd: [^\n]*manifest\.json[^\n]*\n$/);
    }
  });
});

test("With a filter only the files that hold chosen lines are judged", async () => {
  await withArchive(async (archive) => {
    await change(join(archive, FILE), (bytes) => bytes.subarray(0, bytes.length - 8));
    const later = String(Number(moment(0)) + 86_400_000);
    assert.equal((await verify(archive, "--from", later)).code, 0);
    assert.equal((await verify(archive, "--to", moment(10))).code, 1);
    assert.match((await repair(archive, "--from", later)).out, /^nothing to repair\n$/);
    assert.match((await repair(archive, "--ticker", "A")).out, /salvaged into/);
  });
});
