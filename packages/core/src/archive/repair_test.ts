import assert from "node:assert/strict";
import { test } from "node:test";
import { constants, gunzipSync, gzipSync } from "node:zlib";
import { Archiver } from "./archiver.ts";
import { nodeGzip, sha256 } from "../fs/mod.ts";
import type { Gap } from "../gap.ts";
import { MemoryStorage } from "../storage/memory_storage.ts";
import { repairArchive } from "./repair.ts";
import { Replay } from "../replay/replay.ts";
import type { ArchiveIo, JournalStorage } from "../storage/storage.ts";
import { textOf } from "../testing/archived_records_test_support.ts";
import { cutPower, PowerCut } from "../testing/cut_power_test_support.ts";
import { ToyDecoder, toyDelta, ToySequence } from "../testing/toy_exchange_test_support.ts";
import { parseIsoTime } from "../time_text.ts";
import { verifyArchive } from "./verify.ts";

const NOON = parseIsoTime("2026-08-11T12:00:00Z")!;
const STREAM = { feed: "toy", stream: "books" };
const DAY = "toy/books/2026-08-11";
const DAMAGED = `${DAY}/1200.jsonl.gz`;
const SALVAGED = `${DAY}/1200-03.jsonl.gz`;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function ioOf(storage: JournalStorage): ArchiveIo {
  return { storage, gzip: nodeGzip, sha256 };
}

/**
 * Three files of one minute with the frames of two sessions by turns. Exchange numbers are missing
 * at the start of the second file, which is declared.
 */
async function recorded(): Promise<MemoryStorage> {
  const storage = new MemoryStorage();
  const archiver = await Archiver.open(ioOf(storage), STREAM, {
    rotateSeconds: 20,
    sequence: "checked",
  });
  for (let i = 0; i < 120; i++) {
    const session = i % 2 === 0 ? "even" : "odd";
    const seq = (i >> 1) + 1;
    const tsRecv = NOON + i * 500_000;
    if (i === 40) {
      const gap: Omit<Gap, "markets"> = {
        feed: "toy",
        session,
        reason: "sequence",
        sid: 1,
        from: 21,
        to: 22,
        tsRecv,
      };
      archiver.add(gap);
    }
    const number = session === "even" && i >= 40 ? seq + 2 : seq;
    // Prices that do not repeat, so that a cut file loses more than its last bytes.
    const data = bytes(toyDelta(1, number, "A", { price: (i * 7919 * 31) % 10_000 }));
    archiver.add({ feed: "toy", session, seq, tsRecv, data });
  }
  await archiver.close();
  return storage;
}

async function read(storage: JournalStorage, path: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of storage.read(path)) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

async function contentsOf(storage: JournalStorage): Promise<Map<string, string>> {
  const contents = new Map<string, string>();
  for (const { path } of await storage.list("")) {
    contents.set(path, Buffer.from(await read(storage, path)).toString("base64"));
  }
  return contents;
}

async function assertSound(storage: JournalStorage, what: string): Promise<void> {
  const report = await verifyArchive(ioOf(storage), { sequence: () => new ToySequence() });
  assert.deepEqual(report.problems, [], what);
  assert.deepEqual(report.notes.map(({ path }) => path), [DAMAGED], what);
}

/** The frames' numbers in a replay, by session, and its gaps by reason. */
async function replayed(
  storage: JournalStorage,
): Promise<[number, Partial<Record<string, number>>]> {
  const replay = new Replay(ioOf(storage), new ToyDecoder());
  for await (const batch of replay) assert.ok(batch.length > 0);
  assert.deepEqual(replay.coverage.damaged, []);
  return [replay.coverage.frames, replay.coverage.gaps];
}

test("Of a file that is cut anywhere every whole line is salvaged, and the loss is declared", async () => {
  const whole = await read(await recorded(), DAMAGED);
  const content = gunzipSync(whole).toString();
  for (let size = whole.length - 1; size > 20; size -= 29) {
    const storage = await recorded();
    const cut = whole.slice(0, size);
    await storage.write(DAMAGED, cut, { replace: true });
    // What zlib itself can read of it.
    const partial = gunzipSync(cut, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    const lines = partial.slice(0, partial.lastIndexOf("\n") + 1);
    const frames = lines.split("\n").length - 1;
    const before = await contentsOf(storage);

    const report = await repairArchive(ioOf(storage));
    const isComplete = lines === content;
    assert.deepEqual([...await read(storage, DAMAGED)], [...cut]);
    if (frames === 0) {
      assert.deepEqual([report.salvaged[0]?.records, report.salvaged[0]?.into], [0, undefined]);
      assert.deepEqual(await contentsOf(storage), before);
      continue;
    }
    const what = `cut to ${size}, ${frames} lines`;
    const salvaged = await textOf(nodeGzip.decompress(storage.read(SALVAGED)));
    assert.ok(salvaged.startsWith(lines), what);
    const gaps = salvaged.slice(lines.length).split("\n").slice(0, -1).map((line) =>
      JSON.parse(line) as Gap
    );
    const last = NOON + (frames - 1) * 500_000;
    const lost = isComplete ? [] : frames === 39 ? ["odd"] : ["even", "odd"];
    assert.deepEqual(
      gaps.map(({ reason, from, to }) => [reason, from, to]),
      lost.map(() => ["damage", last, NOON + 19_500_000]),
      what,
    );
    assert.deepEqual(
      report.salvaged.map(({ path, into, records, claimed }) => [path, into, records, claimed]),
      [
        [DAMAGED, SALVAGED, frames + lost.length, 40],
      ],
    );
    await assertSound(storage, what);
    const others = await verifyArchive(ioOf(storage), { files: (path) => path !== DAMAGED });
    assert.deepEqual(others.problems, []);
    const played = await replayed(storage);
    assert.deepEqual(played, [80 + frames, {
      sequence: 1,
      ...(isComplete ? {} : { damage: lost.length }),
    }], what);

    const after = await contentsOf(storage);
    for (const [path, text] of before) {
      if (path.endsWith(".gz")) assert.equal(after.get(path), text);
    }
    const again = await repairArchive(ioOf(storage));
    assert.deepEqual(
      [again, await contentsOf(storage)],
      [{ events: [], salvaged: [] }, after],
      what,
    );
  }
});

test("A file whose content is whole and whose bytes are not is salvaged without a gap", async () => {
  const storage = await recorded();
  const whole = await read(storage, DAMAGED);
  const marked = whole.slice();
  marked[4]! ^= 1; // the time in gzip's header
  for (const damaged of [marked, new Uint8Array(Buffer.concat([whole, Uint8Array.of(7)]))]) {
    const copy = await recorded();
    await copy.write(DAMAGED, damaged, { replace: true });
    const { salvaged } = await repairArchive(ioOf(copy));
    assert.equal(salvaged[0]?.records, 40);
    await assertSound(copy, "whole");
    assert.deepEqual(await replayed(copy), [120, { sequence: 1 }]);
  }
});

test("Lines that corruption took out of the middle are declared where they are missing", async () => {
  const storage = await recorded();
  const lines = gunzipSync(await read(storage, DAMAGED)).toString().split("\n");
  lines[10] = lines[10]!.replace(`"_session"`, `"_s#ssion"`);
  lines.splice(20, 2);
  await storage.write(DAMAGED, new Uint8Array(gzipSync(lines.join("\n"))), { replace: true });
  await repairArchive(ioOf(storage));
  await assertSound(storage, "middle");
  const salvaged = (await textOf(nodeGzip.decompress(storage.read(SALVAGED)))).split("\n");
  const gaps = salvaged.flatMap((line, i) => {
    const match = /"reason":"damage",.*"to":(\d+).*"_session":"(\w+)"/.exec(line);
    return match === null ? [] : [`${i + 1} ${match[2]} ${(Number(match[1]) - NOON) / 500_000}`];
  });
  assert.deepEqual(gaps, ["12 even 12", "21 even 22", "23 odd 23", "41 odd 39"]);

  // Salvaged once more after it lost its end, the losses within it are not declared again.
  const whole = await read(storage, SALVAGED);
  await storage.write(SALVAGED, whole.slice(0, whole.length - 40), { replace: true });
  const [second] = (await repairArchive(ioOf(storage))).salvaged;
  const text = await textOf(nodeGzip.decompress(storage.read(second!.into!)));
  const again = text.split("\n").slice(0, 30);
  assert.deepEqual(again, salvaged.slice(0, 30));
});

test("Numbers that an overflow stands for, and lines of what was sent, are not missing in a salvaged file", async () => {
  const storage = new MemoryStorage();
  const archiver = await Archiver.open(ioOf(storage), STREAM);
  for (let seq = 1; seq <= 200; seq++) {
    const tsRecv = NOON + seq;
    const gap = { feed: "toy", session: "s", from: tsRecv, to: tsRecv, missing: 3, tsRecv };
    if (seq === 5) archiver.add({ ...gap, reason: "overflow" });
    if (seq === 5 || seq === 9) {
      archiver.add({ feed: "toy", session: "s", tsSent: tsRecv, data: bytes(`{"id":${seq}}`) });
    }
    const data = bytes(`{"noise":${(seq * 7919 * 104_729) % 999_983}}`);
    archiver.add({ feed: "toy", session: "s", seq: seq < 5 ? seq : seq + 3, tsRecv, data });
  }
  await archiver.close();
  const whole = await read(storage, DAMAGED);
  await storage.write(DAMAGED, whole.slice(0, whole.length >> 1), { replace: true });
  const [salvaged] = (await repairArchive(ioOf(storage))).salvaged;
  const text = await textOf(nodeGzip.decompress(storage.read(salvaged!.into!)));
  assert.equal(text.split(`"reason":"damage"`).length - 1, 1);
  assert.equal(text.split(`{"type":"sent"`).length - 1, 2);
  await assertSound(storage, "overflow");
});

test("Only chosen files are salvaged, and a stream that is being written is refused", async () => {
  const storage = await recorded();
  await storage.write(DAMAGED, (await read(storage, DAMAGED)).slice(0, -9), { replace: true });
  const none = await repairArchive(ioOf(storage), { files: (path) => path !== DAMAGED });
  assert.deepEqual(none.salvaged, []);
  const lock = await storage.lock("toy/books/writer.lock");
  await assert.rejects(repairArchive(ioOf(storage)), { code: "stream_locked" });
  await lock.release();
  const signal = AbortSignal.abort(new Error("enough"));
  await assert.rejects(repairArchive(ioOf(storage), { signal }), /enough/);
  assert.equal((await repairArchive(ioOf(storage))).salvaged.length, 1);
});

test("A salvaged file that is damaged in its turn is salvaged again", async () => {
  const storage = await recorded();
  for (const path of [DAMAGED, SALVAGED]) {
    const whole = await read(storage, path);
    await storage.write(path, whole.slice(0, whole.length >> 1), { replace: true });
    assert.equal((await repairArchive(ioOf(storage))).salvaged[0]?.path, path);
  }
  const report = await verifyArchive(ioOf(storage), { sequence: () => new ToySequence() });
  assert.deepEqual([report.problems, report.notes.map(({ path }) => path)], [[], [
    DAMAGED,
    SALVAGED,
  ]]);
});

test("A power cut at any operation of a repair changes nothing that the next one cannot finish", async () => {
  for (let at = 1, isCut = true; isCut; at++) {
    for (const moment of ["before", "after"] as const) {
      const storage = await recorded();
      const whole = await read(storage, DAMAGED);
      await storage.write(DAMAGED, whole.slice(0, whole.length >> 1), { replace: true });
      const machine = cutPower(storage, at, moment);
      const end = await repairArchive(ioOf(machine.storage)).catch((error: unknown) => error);
      isCut = end instanceof PowerCut;
      await repairArchive(ioOf(storage));
      await assertSound(storage, `operation ${at}, ${moment}`);
      assert.equal((await storage.list("")).filter(({ path }) => path.endsWith(".gz")).length, 4);
    }
  }
});

test("What a crash left is completed, and files of other programs are left alone", async () => {
  const storage = new MemoryStorage();
  const line = `${toyDelta(1, 1).slice(0, -1)},"_received_at":${NOON},"_session":"s","_seq":1}\n`;
  await storage.write(`${DAY}/1200.jsonl.open`, bytes(`${line}torn`));
  const foreign = new Uint8Array(gzipSync(`${toyDelta(1, 1)}\n`.repeat(50)));
  await storage.write("old/trades/2026-08-11/1200.jsonl.gz", foreign.slice(0, -9));
  await storage.write("old/trades/2026-08-11/manifest.json", bytes(`{"format":"jsonl"}`));
  await storage.write("older/2026-08-11/1200.jsonl.gz", foreign.slice(0, -9));
  const before = await contentsOf(storage);
  const { events, salvaged } = await repairArchive(ioOf(storage));
  assert.deepEqual(events.map(({ type }) => type), ["torn_line_cut", "sealed"]);
  assert.deepEqual(salvaged.map(({ path, records, into }) => [path, records, into]), [
    ["old/trades/2026-08-11/1200.jsonl.gz", 0, undefined],
  ]);
  const after = await contentsOf(storage);
  for (const path of before.keys()) {
    if (path.startsWith("old")) assert.equal(after.get(path), before.get(path), path);
  }
});
