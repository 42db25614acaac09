import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { writeSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Archiver } from "./archiver.ts";
import { fileArchive } from "../fs/mod.ts";
import { archivedRecords } from "../testing/archived_records_test_support.ts";
import { toyDelta, ToySequence } from "../testing/toy_exchange_test_support.ts";
import { verifyArchive } from "./verify.ts";

// This file is the test and, started by it with these variables, the process that is killed.
const FOLDER = process.env["SSMD_KILL_FOLDER"];
const SESSION = process.env["SSMD_KILL_SESSION"] ?? "";
const STREAM = { feed: "toy", stream: "books" };
const START = 1_786_449_600_000_000;
const SELF = fileURLToPath(import.meta.url);

/** Writes frames until it is killed, and says of each flush that it is durable when it is. */
async function writeForEver(folder: string, session: string): Promise<never> {
  const archiver = await Archiver.open(fileArchive(folder), STREAM, {
    rotateSeconds: 60,
    rotateBytes: 3000,
    sync: "batch",
    sequence: "checked",
  });
  for (let seq = 1;; seq++) {
    const data = new TextEncoder().encode(toyDelta(1, seq));
    archiver.add({ feed: "toy", session, seq, tsRecv: START + seq * 1_000_000, data });
    if (seq % 3 > 0) continue;
    await archiver.flush();
    writeSync(1, `durable ${session} ${seq}\n`);
  }
}

function start(folder: string, session: string): ChildProcess {
  const flags = "Deno" in globalThis
    ? ["run", "-A", "--no-check", "--conditions=ssmd-source"]
    : "Bun" in globalThis
    ? ["--conditions=ssmd-source"]
    : ["--import", "tsx", "--conditions=ssmd-source"];
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    SSMD_KILL_FOLDER: folder,
    SSMD_KILL_SESSION: session,
  };
  // What Node's test runner tells its children would make this one talk to the runner.
  delete env["NODE_TEST_CONTEXT"];
  return spawn(process.execPath, [...flags, SELF], { env, stdio: ["ignore", "pipe", "inherit"] });
}

/** Kills the writer after so many flushes and gives the last number that it called durable. */
async function killAfter(child: ChildProcess, flushes: number): Promise<number> {
  const exited = new Promise<string | null>((resolve) =>
    child.on("exit", (_, signal) => resolve(signal))
  );
  let durable = 0;
  let count = 0;
  for await (const line of createInterface({ input: child.stdout! })) {
    const match = /^durable \S+ (\d+)$/.exec(line);
    assert.ok(match !== null, `the writer said: ${line}`);
    durable = Number(match[1]);
    if (++count === flushes) child.kill("SIGKILL");
  }
  assert.equal(await exited, "SIGKILL");
  return durable;
}

if (FOLDER !== undefined) await writeForEver(FOLDER, SESSION);
else {
  test("After kill -9 every durable frame is there once, and the next writer goes on", async () => {
    const folder = await mkdtemp(join(tmpdir(), "ssmd-"));
    try {
      const io = fileArchive(folder);
      const durable = new Map<string, number>();
      for (const [round, flushes] of [1, 17, 40].entries()) {
        const session = `run${round}`;
        durable.set(session, await killAfter(start(folder, session), flushes));
      }
      const events: string[] = [];
      const next = await Archiver.open(io, STREAM, {
        onEvent: ({ type }) => void events.push(type),
      });
      await next.close();
      assert.ok(events.includes("lock_taken_over"));

      const records = await archivedRecords(io, "toy/books");
      for (const [session, last] of durable) {
        const seqs = records.filter((record) => record.session === session).map(({ seq }) => seq);
        assert.deepEqual(seqs, seqs.map((_, i) => i + 1));
        assert.ok(seqs.length >= last, `${session}: ${seqs.length} of ${last} durable frames`);
      }
      const { problems } = await verifyArchive(io, { sequence: () => new ToySequence() });
      assert.deepEqual(problems, []);
      const left = await readdir(folder, { recursive: true });
      assert.deepEqual(left.filter((path) => /open|lock|tmp/.test(path)), []);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
}
