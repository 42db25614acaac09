import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

/** A file system of its own for a child, which vanishes with it; needs root. */
const canMount = process.platform === "linux" &&
  spawnSync("unshare", ["-m", "true"], { stdio: "ignore" }).status === 0;

const here = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);

/** Captures onto a disk that is full for a while, and says what became of everything. */
const PROGRAM = `
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { capture, verifyArchive } from ${here("../mod.ts")};
import { fileArchive, fileSink, threadSink } from ${here("./mod.ts")};
import { ToyConnector, turn, until } from ${here("../capture/toy_connector_test_support.ts")};
import { archivedRecords } from ${here("../testing/archived_records_test_support.ts")};

const [root, kind, floor] = process.argv.slice(2);
const ballast = join(root, "ballast");
await writeFile(ballast, new Uint8Array(6 * 2 ** 20));
const problems = [];
const connector = new ToyConnector();
const open = kind === "thread" ? threadSink : fileSink;
const sink = open(root, { feed: "toy", stream: "all" }, { minFreeBytes: Number(floor) });
const running = capture(connector, sink, {
  ringBytes: 2 ** 18,
  onError: (error) => problems.push(error.message),
});
await connector.started;
const text = JSON.stringify({ text: "x".repeat(1000) });
let frames = 0;
const begin = Date.now() * 1000;
const send = () => connector.frame(begin + ++frames, text);
while (problems.length === 0) {
  for (let i = 0; i < 50; i++) send();
  await turn();
}
const during = running.health();
while (send() === "kept");
for (let i = 0; i < 100; i++) send();
await rm(ballast);
await until(() => running.health().sink.writing && running.health().buffer.pending === 0);
for (let i = 0; i < 100; i++) send();
const summary = await running.close();
const io = fileArchive(root);
const report = await verifyArchive(io);
const records = await archivedRecords(io, "toy/all");
process.stdout.write(JSON.stringify({
  problems, frames, summary,
  during: { ready: during.ready, connected: during.connected, writing: during.sink.writing },
  verified: report.problems,
  lastSeq: records.at(-1).seq,
  stored: records.filter(({ text }) => !text.startsWith("gap")).length,
}) + "\\n");
`;

interface Outcome {
  readonly problems: readonly string[];
  readonly frames: number;
  readonly during: {
    readonly ready: boolean;
    readonly connected: boolean;
    readonly writing: boolean;
  };
  readonly summary: {
    readonly dropped: number;
    readonly lost: number;
    readonly gaps: Readonly<Record<string, number>>;
  };
  readonly verified: readonly unknown[];
  readonly lastSeq: number;
  readonly stored: number;
}

/** How this runtime runs a program that imports this package's sources. */
function runtimeArguments(): string[] {
  if ("deno" in process.versions) {
    const config = fileURLToPath(new URL("../../../../deno.json", import.meta.url));
    return ["run", "-A", "--no-check", "--conditions=ssmd-source", `--config=${config}`];
  }
  if ("bun" in process.versions) return ["--conditions=ssmd-source"];
  return process.execArgv.filter((argument) => !argument.startsWith("--test"));
}

/** Runs the program on a disk of 8 MB. */
async function captureOnSmallDisk(kind: string, minFreeBytes: number): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), "ssmd-"));
  try {
    const root = join(folder, "root");
    await mkdir(root);
    const program = join(folder, "child.mjs");
    await writeFile(program, PROGRAM);
    const mount = `mount -t tmpfs -o size=8m tmpfs "${root}" && exec "$@"`;
    const command = [process.execPath, ...runtimeArguments(), program, root, kind];
    const child = spawn(
      "unshare",
      ["-m", "sh", "-c", mount, "sh", ...command, String(minFreeBytes)],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => output += text);
    const code = await new Promise((resolve) => child.once("close", resolve));
    assert.equal(code, 0);
    return JSON.parse(output);
  } finally {
    await rm(folder, { recursive: true });
  }
}

for (const kind of ["thread", "own"]) {
  const where = kind === "thread" ? "a worker" : "the capture's thread";
  test(`A full disk is said, counted to the frame and outlived, written from ${where}`, {
    skip: canMount ? false : "needs the right to mount",
  }, async () => {
    const { problems, frames, during, summary, verified, lastSeq, stored } =
      await captureOnSmallDisk(kind, 0);
    assert.match(problems[0]!, /the disk is full; free some space \(ENOSPC\)/);
    assert.deepEqual(during, { ready: false, connected: true, writing: false });
    assert.deepEqual(verified, []);
    assert.equal(lastSeq, frames);
    assert.ok(summary.dropped > 100 && summary.lost > 0, JSON.stringify(summary));
    assert.ok(summary.gaps["overflow"]! >= 2);
    assert.equal(stored + summary.dropped + summary.lost, frames);
  });
}

test("A disk floor stops writing before the disk is full, and nothing that was taken is lost", {
  skip: canMount ? false : "needs the right to mount",
}, async () => {
  const { problems, frames, during, summary, verified, lastSeq, stored } = await captureOnSmallDisk(
    "thread",
    1.5 * 2 ** 20,
  );
  assert.match(problems[0]!, /^the disk has less left than the 1\.6 MB to keep free/);
  assert.deepEqual(during, { ready: false, connected: true, writing: false });
  assert.deepEqual(verified, []);
  assert.equal(lastSeq, frames);
  assert.equal(summary.lost, 0);
  assert.equal(stored + summary.dropped, frames);
});
