import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { Archiver } from "./archiver.ts";
import { nodeGzip, sha256 } from "../fs/mod.ts";
import { MAX_STORED_LINE_BYTES } from "../lines/line_splitter.ts";
import { type Manifest, type ManifestFile, mergeManifest, parseManifest } from "./manifest.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import { describeSealed } from "./seal.ts";
import type { ArchiveIo } from "../storage/storage.ts";
import { textOf } from "../testing/archived_records_test_support.ts";
import { toyDelta, ToySequence } from "../testing/toy_exchange_test_support.ts";
import { parseIsoTime } from "../time_text.ts";
import { type ArchiveProblem, verifyArchive, type VerifyReport } from "./verify.ts";

const NOON = parseIsoTime("2026-08-11T12:00:00Z")!;
const DAY = "toy/books/2026-08-11";
const [FIRST, SECOND, THIRD] = ["1200", "1201", "1202"].map((base) =>
  `${DAY}/${base}.jsonl.gz`
) as [
  string,
  string,
  string,
];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Three files of five frames each; before the third frame of the second one two are missing. */
async function recorded(): Promise<ArchiveIo> {
  const io: ArchiveIo = { storage: new MemoryStorage(), gzip: nodeGzip, sha256 };
  const stream = { feed: "toy", stream: "books" };
  const archiver = await Archiver.open(io, stream, { rotateSeconds: 60, sequence: "checked" });
  for (let seq = 1; seq <= 15; seq++) {
    const tsRecv = NOON + Math.floor((seq - 1) / 5) * 60_000_000 + seq;
    if (seq === 8) {
      const hole = { sid: 1, from: 8, to: 9, missing: 2, markets: ["A"] };
      archiver.add({ feed: "toy", session: "s", reason: "sequence", tsRecv, ...hole });
    }
    const data = bytes(toyDelta(1, seq < 8 ? seq : seq + 2));
    archiver.add({ feed: "toy", session: "s", seq, tsRecv, data });
  }
  await archiver.close();
  return io;
}

async function verify(io: ArchiveIo): Promise<VerifyReport> {
  return await verifyArchive(io, { sequence: () => new ToySequence() });
}

async function read(io: ArchiveIo, path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of io.storage.read(path)) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

async function editManifest(
  io: ArchiveIo,
  edit: (files: readonly ManifestFile[]) => readonly ManifestFile[],
): Promise<void> {
  const path = `${DAY}/manifest.json`;
  const manifest: Manifest = parseManifest(await textOf(io.storage.read(path)), path)!;
  const text = JSON.stringify({ ...manifest, files: edit(manifest.files) });
  await io.storage.write(path, bytes(text), { replace: true });
}

/**
 * Changes a sealed file's lines and gives what is found wrong then. Somebody who covers up his
 * traces also makes the manifest say what the file now holds.
 */
async function tampered(
  path: string,
  edit: (lines: string[]) => readonly string[],
  coversUp: boolean,
): Promise<ArchiveProblem[]> {
  const io = await recorded();
  const content = await textOf(io.gzip.decompress(io.storage.read(path)));
  const lines = edit(content.slice(0, -1).split("\n"));
  await io.storage.write(path, new Uint8Array(gzipSync(`${lines.join("\n")}\n`)), {
    replace: true,
  });
  if (coversUp) {
    const entry = await describeSealed(io, path, "toy", { sequence: "checked", clock: "receive" });
    await editManifest(
      io,
      (files) => files.map((file) => (file.name === entry.name ? entry : file)),
    );
  }
  const { ok, problems, problemCount } = await verify(io);
  assert.equal(ok, problems.length === 0);
  assert.equal(problemCount, problems.length);
  return [...problems];
}

/** `lines` with others in the place of some; Array.prototype.toSpliced is too new. */
function spliced(lines: string[], start: number, count: number, ...others: string[]): string[] {
  return [...lines.slice(0, start), ...others, ...lines.slice(start + count)];
}

test("A sound archive has no problems, and every figure is told", async () => {
  const { bytes: size, ...report } = await verify(await recorded());
  assert.deepEqual(report, {
    ok: true,
    files: 3,
    records: 16,
    recordsByType: { delta: 15, gap: 1 },
    gaps: 1,
    sequence: { checked: 3, partial: 0, unchecked: 0 },
    problems: [],
    problemCount: 0,
    notes: [],
  });
  assert.ok(size > 1500);
});

test("Any flipped byte of a sealed file is noticed and the file named", async () => {
  const io = await recorded();
  const whole = await read(io, FIRST);
  for (let at = 0; at < whole.length; at++) {
    const flipped = whole.slice();
    flipped[at]! ^= 1 << (at % 8);
    await io.storage.write(FIRST, flipped, { replace: true });
    const { problems } = await verify(io);
    assert.ok(problems.some(({ path }) => path === FIRST), `byte ${at}`);
  }
});

test("A sealed file that is cut anywhere, or goes on, is noticed", async () => {
  const io = await recorded();
  const whole = await read(io, FIRST);
  for (let size = 0; size < whole.length; size++) {
    await io.storage.write(FIRST, whole.slice(0, size), { replace: true });
    const [problem] = (await verify(io)).problems;
    assert.equal(problem?.path, FIRST, `cut to ${size}`);
    assert.match(problem?.message ?? "", /gzip/);
    assert.ok(problem?.line !== undefined && problem.line >= 1 && problem.line <= 6);
  }
  for (const more of [Uint8Array.of(0, 0), Uint8Array.of(1), new Uint8Array(gzipSync(""))]) {
    const longer = new Uint8Array(Buffer.concat([whole, more]));
    await io.storage.write(FIRST, longer, { replace: true });
    assert.equal((await verify(io)).problems[0]?.path, FIRST);
  }
});

test("Edited content is noticed though it is well compressed", async () => {
  const problems = await tampered(
    FIRST,
    (lines) => lines.map((line) => line.replace(`"price":5`, `"price":6`)),
    false,
  );
  assert.deepEqual(problems.map(({ path, message }) => [path, message.split(" ")[0]]), [
    [FIRST, "sha256"],
    [FIRST, "contentSha256"],
  ]);
});

test("A line that is removed, repeated or moved is named, also when the traces are covered up", async () => {
  const edits: [string, (lines: string[]) => string[], number][] = [
    ["removed", (lines) => spliced(lines, 1, 1), 2],
    ["repeated", (lines) => spliced(lines, 1, 0, lines[1]!), 3],
    ["swapped", (lines) => [lines[0]!, lines[2]!, lines[1]!, lines[3]!, lines[4]!], 2],
  ];
  for (const [name, edit, line] of edits) {
    assert.ok((await tampered(FIRST, edit, false)).length > 0, name);
    const problems = await tampered(FIRST, edit, true);
    assert.ok(problems.length > 0, name);
    assert.deepEqual([problems[0]?.path, problems[0]?.line], [FIRST, line], name);
  }
  // The last line of a file is missed in the next one.
  const [problem] = await tampered(FIRST, (lines) => lines.slice(0, -1), true);
  assert.deepEqual([problem?.path, problem?.line], [SECOND, 1]);
});

test("A receive time that goes back is named with its line", async () => {
  const edit = (lines: string[]): string[] =>
    lines.map((line) => line.replace(`"_received_at":${NOON + 3}`, `"_received_at":${NOON + 1}`));
  const problems = await tampered(FIRST, edit, true);
  assert.deepEqual(problems, [{
    path: FIRST,
    line: 3,
    message: `receive time ${NOON + 1} is before that of an earlier line`,
  }]);
});

test("A gap line that is removed or invented, and a hole nobody declared, are named with their lines", async () => {
  const isGap = (line: string): boolean => line.startsWith(`{"type":"gap"`);
  const removed = await tampered(SECOND, (lines) => lines.filter((line) => !isGap(line)), true);
  assert.deepEqual(removed, [{
    path: SECOND,
    line: 3,
    message: "frames 8 to 9 of sid 1 are missing and no gap is declared",
  }]);
  const gapLine = (from: number, lines: readonly string[]): string =>
    `{"type":"gap","reason":"sequence","sid":1,"from":${from},"to":${from}${
      lines[1]!.slice(lines[1]!.indexOf(`,"_received_at"`))
    }`;
  const invented = await tampered(FIRST, (lines) => spliced(lines, 2, 0, gapLine(3, lines)), true);
  assert.deepEqual(invented, [{
    path: FIRST,
    line: 4,
    message: "a gap 3 to 3 of sid 1 is declared before this line and there is none",
  }]);
  const undeclared = await tampered(
    THIRD,
    (lines) =>
      lines.map((
        line,
        i,
      ) => (i < 3 ? line : line.replace(/"seq":(\d+)/, (_, seq) => `"seq":${Number(seq) + 1}`))),
    true,
  );
  assert.deepEqual(undeclared.map(({ path, line }) => [path, line]), [[THIRD, 4]]);
});

test("A missing file, one that no manifest lists, and each edited figure are named", async () => {
  const missing = await recorded();
  await missing.storage.remove(SECOND);
  const found = (await verify(missing)).problems.map(({ path, line }) => [path, line]);
  assert.deepEqual(found, [[SECOND, undefined], [THIRD, 1], [THIRD, 1]]);

  const extra = await recorded();
  await extra.storage.write(`${DAY}/1300.jsonl.gz`, await read(extra, FIRST));
  assert.deepEqual((await verify(extra)).problems.map(({ path }) => path), [
    `${DAY}/1300.jsonl.gz`,
  ]);

  const changes: Partial<ManifestFile>[] = [
    { records: 4 },
    { bytes: 1 },
    { firstReceivedAt: NOON },
    { lastReceivedAt: NOON + 6 },
    { recordsByType: { delta: 4, trade: 1 } },
    { sessions: [{ id: "s", firstSeq: 1, lastSeq: 4 }] },
    { sessions: [] },
    { sha256: "0" },
    { contentSha256: "0" },
    { gaps: [{ feed: "toy", session: "s", reason: "restart", from: 1, to: 1, tsRecv: 1 }] },
  ];
  for (const change of changes) {
    const io = await recorded();
    await editManifest(io, ([first, ...others]) => [{ ...first!, ...change }, ...others]);
    const { problems } = await verify(io);
    assert.deepEqual(problems.map(({ path }) => path), [FIRST], JSON.stringify(change));
  }
});

test("A manifest that gives another gap than its file holds is named", async () => {
  const io = await recorded();
  await editManifest(
    io,
    (files) =>
      files.map((file) => ({ ...file, gaps: file.gaps.map((gap) => ({ ...gap, missing: 1 })) })),
  );
  assert.deepEqual((await verify(io)).problems.map(({ path }) => path), [SECOND]);
});

test("A last line without its newline, and one that is too long to be read, are named", async () => {
  const line = `${toyDelta(1, 1).slice(0, -1)},"_received_at":${NOON},"_session":"s","_seq":1}`;
  const cases = [
    [line, 1, /the last line has no newline/],
    [
      `${line}\n${"x".repeat(MAX_STORED_LINE_BYTES + 1)}\n`,
      undefined,
      /1 lines are too long to be read/,
    ],
  ] as const;
  for (const [content, at, message] of cases) {
    const io: ArchiveIo = { storage: new MemoryStorage(), gzip: nodeGzip, sha256 };
    await io.storage.write(FIRST, new Uint8Array(gzipSync(content)));
    const entry = await describeSealed(io, FIRST, "toy", { sequence: "checked", clock: "receive" });
    const day = { feed: "toy", stream: "books", date: "2026-08-11" };
    await mergeManifest(io.storage, DAY, day, [entry]);
    const { problems } = await verify(io);
    assert.deepEqual(problems.map(({ path, line: found }) => [path, found]), [[FIRST, at]]);
    assert.match(problems[0]!.message, message);
  }
});

test("An open file is a note, its whole lines are proven, and its torn line is not there yet", async () => {
  const io = await recorded();
  const line = (seq: number): string =>
    `${toyDelta(1, seq + 2).slice(0, -1)},"_received_at":${
      NOON + 180_000_000
    },"_session":"s","_seq":${seq}}\n`;
  const open = `${DAY}/1203.jsonl.open`;
  await io.storage.write(open, bytes(line(16) + line(17).slice(0, 30)));
  const good = await verify(io);
  assert.deepEqual([good.ok, good.records, good.notes.map(({ path }) => path)], [true, 17, [open]]);
  await io.storage.write(open, bytes(line(16) + line(18)), { replace: true });
  assert.deepEqual((await verify(io)).problems.map(({ path, line: at }) => [path, at]), [[
    open,
    2,
  ]]);
});

test("Only the files asked for are read, and the others are believed", async () => {
  const io = await recorded();
  await io.storage.write(FIRST, bytes("damaged"), { replace: true });
  await io.storage.remove(THIRD);
  const report = await verifyArchive(io, {
    sequence: () => new ToySequence(),
    files: (path) => path === SECOND,
  });
  assert.deepEqual([report.problems, report.files], [[], 1]);
});

test("Verifying tells how far it is, and ends with the signal's reason", async () => {
  const io = await recorded();
  const done: number[] = [];
  const stop = new AbortController();
  const onProgress = (bytesDone: number, total: number): void => void done.push(bytesDone / total);
  await verifyArchive(io, { onProgress });
  assert.equal(done[0], 0);
  assert.equal(done.at(-1), 1);
  assert.deepEqual(done, [...done].sort((a, b) => a - b));
  stop.abort(new Error("enough"));
  await assert.rejects(verifyArchive(io, { signal: stop.signal }), /enough/);
});
