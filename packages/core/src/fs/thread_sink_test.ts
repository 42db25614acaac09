import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { writeFile } from "node:fs/promises";
import { type ArchiveEvent, capture, type Durable, type Sink, verifyArchive } from "../mod.ts";
import { archivedRecords } from "../testing/archived_records_test_support.ts";
import { ToyConnector, until } from "../capture/toy_connector_test_support.ts";
import { toyDelta } from "../testing/toy_exchange_test_support.ts";
import { fileArchive } from "./file_archive.ts";
import { fileSink } from "./file_sink.ts";
import { threadSink } from "./thread_sink.ts";

const STREAM = { feed: "toy", stream: "all" };
const NOON = Date.UTC(2026, 0, 5, 12) * 1000;

async function withFolder(body: (root: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ssmd-"));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const SINKS: Readonly<Record<string, (root: string) => Sink>> = {
  "in its own thread": (root) => threadSink(root, STREAM),
  "on the capture's thread": (root) => fileSink(root, STREAM),
};

for (const [where, open] of Object.entries(SINKS)) {
  test(`A sink ${where} archives what a connector brings and reports what is durable`, async () => {
    await withFolder(async (root) => {
      for (const run of [1, 2]) {
        const connector = new ToyConnector();
        const durable: Durable[] = [];
        const events: ArchiveEvent[] = [];
        const running = capture(connector, open(root), {
          onDurable: (one) => void durable.push(one),
          onArchiveEvent: (event) => void events.push(event),
        });
        await connector.started;
        const session = `s${run}`;
        for (let seq = 1; seq <= 5000; seq++) {
          connector.frame(NOON + run * 10_000 + seq, toyDelta(1, seq), session);
        }
        await until(() => running.health().sink?.writing === true);
        const summary = await running.close();
        assert.equal(summary.records, run === 1 ? 5000 : 5001);
        assert.deepEqual(summary.gaps, run === 1 ? {} : { restart: 1 });
        assert.deepEqual(durable.at(-1), { session, seq: 5000 });
        assert.ok(events.some(({ type }) => type === "sealed"));
        assert.ok((running.health().sink?.freeBytes ?? 0) > 0);
      }
      const io = fileArchive(root);
      const records = await archivedRecords(io, "toy/all");
      assert.equal(records.length, 10_001);
      assert.equal(records[5000]!.text, "gap restart");
      assert.equal(records[10_000]!.text, toyDelta(1, 5000));
      assert.deepEqual((await verifyArchive(io)).problems, []);
    });
  });

  test(`A sink ${where} refuses a stream that somebody else writes, with its code`, async () => {
    await withFolder(async (root) => {
      const connector = new ToyConnector();
      const first = capture(connector, open(root));
      await connector.started;
      const second = new ToyConnector();
      await assert.rejects(capture(second, open(root)).done, { code: "stream_locked" });
      assert.equal(second.runs, 0);
      await first.close();
    });
  });
}

test("A worker looks at frames with the decoder that it is told to import", async () => {
  await withFolder(async (root) => {
    const decoder = {
      module: new URL("../testing/toy_exchange_test_support.ts", import.meta.url).href,
      name: "ToyDecoder",
    };
    const connector = new ToyConnector();
    const running = capture(connector, threadSink(root, STREAM, { decoder }));
    await connector.started;
    connector.frame(NOON, "no json");
    await running.close();
    assert.equal(running.health().sink?.frames?.malformed, 1);
  });
});

test("A decoder that is not there is an error before any connection", async () => {
  await withFolder(async (root) => {
    const module = new URL("./sha256.ts", import.meta.url).href;
    const connector = new ToyConnector();
    const sink = threadSink(root, STREAM, { decoder: { module, name: "NoDecoder" } });
    await assert.rejects(capture(connector, sink).done, {
      code: "invalid_input",
      message: `Cannot decode with NoDecoder of ${module}: the module exports no such class`,
    });
    assert.equal(connector.runs, 0);
  });
});

test("A worker that dies ends the capture and leaves its message", async () => {
  await withFolder(async (root) => {
    const file = join(root, "dying.mjs");
    await writeFile(
      file,
      `import { parentPort } from "node:worker_threads";
      parentPort.once("message", () => {
        parentPort.postMessage({ type: "ready" });
        setTimeout(() => { throw new Error("out of luck"); }, 20);
      });`,
    );
    const connector = new ToyConnector();
    const running = capture(connector, threadSink(root, STREAM, { worker: pathToFileURL(file) }));
    await connector.started;
    await assert.rejects(running.done, /the worker that writes the archive died: .*out of luck/);
    assert.ok(connector.stopped);
  });
});

test("A worker that just ends is no quiet end of the capture", async () => {
  await withFolder(async (root) => {
    const file = join(root, "leaving.mjs");
    await writeFile(file, `import process from "node:process"; process.exit(3);`);
    const connector = new ToyConnector();
    const sink = threadSink(root, STREAM, { worker: pathToFileURL(file) });
    await assert.rejects(capture(connector, sink).done, /archive died: exit code/);
    assert.equal(connector.runs, 0);
  });
});
