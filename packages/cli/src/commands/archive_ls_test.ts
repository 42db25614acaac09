import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { runHere, withFolder } from "../run_cli_test_support.ts";
import { moment, twoMarkets } from "../tape_test_support.ts";

/** The lines of {@link twoMarkets}, numbered hour after hour in an archive with three streams. */
async function withArchive(body: (archive: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const archive = join(folder, "arch");
    for (const stream of ["one", "two", "three"]) {
      const tape = join(folder, `${stream}.ndjson`);
      await writeFile(tape, stream === "one" ? hours() : twoMarkets({ at: 7, sid: 1 }).text);
      const where = ["--feed", "kalshi", "--stream", stream, "--out", archive];
      assert.equal((await runHere(["archive", "import", tape, ...where])).code, 0);
    }
    await body(archive);
  });
}

/** One trade in market C at each of four hours, so that there are four files. */
function hours(): string {
  const tape = twoMarkets();
  tape.lines.length = 0;
  for (const hour of [0, 1, 2, 9]) tape.trade(hour * 3_600_000, "C", "0.5000", "1.00");
  return tape.text;
}

interface Listed {
  readonly path: string;
  readonly state: string;
  readonly records: number;
  readonly gaps: number;
}

async function list(archive: string, ...more: string[]): Promise<Listed[]> {
  const { code, out, err } = await runHere(["archive", "ls", archive, ...more, "--json"]);
  assert.deepEqual([code, err], [0, ""]);
  return JSON.parse(out).files;
}

const paths = (files: readonly Listed[]): string[] => files.map(({ path }) => path);

test("ls lists the files with what their manifests say, in the order of the archive", async () => {
  await withArchive(async (archive) => {
    const files = await list(archive);
    assert.deepEqual(files.map(({ path, state, records, gaps }) => [path, state, records, gaps]), [
      ["kalshi/one/2026-01-05/1500.jsonl.gz", "sealed", 1, 0],
      ["kalshi/one/2026-01-05/1600.jsonl.gz", "sealed", 1, 0],
      ["kalshi/one/2026-01-05/1700.jsonl.gz", "sealed", 1, 0],
      ["kalshi/one/2026-01-06/0000.jsonl.gz", "sealed", 1, 0],
      ["kalshi/three/2026-01-05/1500.jsonl.gz", "sealed", 41, 1],
      ["kalshi/two/2026-01-05/1500.jsonl.gz", "sealed", 41, 1],
    ]);
    const { out } = await runHere(["archive", "ls", archive]);
    assert.match(out, /^FILE +RECORDS/);
    assert.match(out, /\n6 files, 86 records\n$/);
  });
});

test("A filter leaves the files that hold chosen lines, with how many", async () => {
  await withArchive(async (archive) => {
    const counts = async (...more: string[]) =>
      (await list(archive, ...more)).map(({ path, records }) => [path.split("/")[1], records]);
    const hour = ["one", 1];
    assert.deepEqual(await counts("--ticker", "C"), [hour, hour, hour, hour]);
    assert.deepEqual(await counts("--ticker", "B", "--type", "trade"), [["three", 6], ["two", 6]]);
    assert.deepEqual(await counts("--type", "gap"), [["three", 1], ["two", 1]]);
    assert.deepEqual(await counts("--type", "gap", "--ticker", "B"), [["three", 1], ["two", 1]]);
    assert.deepEqual(await counts("--type", "gap", "--ticker", "C"), []);
    assert.deepEqual(await counts("--type", "nothing"), []);
  });
});

test("Both ends of a time range are included", async () => {
  await withArchive(async (archive) => {
    const hour = 3_600_000;
    const within = async (from: number, to: number) =>
      paths(await list(archive, "--ticker", "C", "--from", moment(from), "--to", moment(to)))
        .map((path) => path.slice(-13, -9));
    assert.deepEqual(await within(hour, 2 * hour), ["1600", "1700"]);
    assert.deepEqual(await within(hour + 1, 2 * hour - 1), []);
    assert.deepEqual(await within(2 * hour, 1000 * hour), ["1700", "0000"]);
    assert.equal((await list(archive, "--to", "2026-01-05T15:00:00Z")).length, 3);
    assert.deepEqual(
      await list(archive, "--from", "2026-01-05T17:00:00.000+01:00", "--ticker", "C"),
      await list(archive, "--from", "2026-01-05T16:00:00Z", "--ticker", "C"),
    );
  });
});

test("The list fits a narrow terminal", async () => {
  await withArchive(async (archive) => {
    for (const columns of [40, 80, 120]) {
      const { out } = await runHere(["archive", "ls", archive], { columns });
      for (const line of out.split("\n")) assert.ok(line.length <= columns, `${columns}: ${line}`);
    }
  });
});
