import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SsmdError } from "../errors.ts";
import { type CursorFile, LineCursor } from "./line_cursor.ts";
import { MAX_LINE_BYTES } from "./line_splitter.ts";
import type { ByteStream } from "../storage/storage.ts";

/** A file of a test: its content, how it is cut into chunks and how it ends. */
interface TestFile {
  readonly lines: readonly string[];
  readonly hasLastNewline: boolean;
  readonly cuts: readonly number[];
  readonly growing: boolean;
  /** After how many bytes reading fails; undefined when it does not. */
  readonly damagedAt: number | undefined;
}

interface WalkedLine {
  readonly file: number;
  readonly line: number;
  readonly frame: string;
  readonly time: number;
}

interface Walk {
  readonly lines: WalkedLine[];
  readonly damaged: number[];
  readonly cursor: LineCursor<number>;
}

const DAMAGE = new SsmdError("damaged_gzip", "Cannot read gzip content: as asked for");
const NO_LOSSES = {
  damaged: () => assert.fail("nothing is damaged"),
  tooLong: () => assert.fail("no line is too long"),
};
const utf8 = new TextDecoder();

function contentOf({ lines, hasLastNewline }: TestFile): string {
  return lines.join("\n") + (hasLastNewline ? "\n" : "");
}

async function* open(file: TestFile): ByteStream {
  const bytes = new TextEncoder().encode(contentOf(file));
  const end = Math.min(file.damagedAt ?? Infinity, bytes.length);
  const stops = [...file.cuts, end].map((cut) => Math.min(cut, end)).sort((a, b) => a - b);
  let from = 0;
  for (const to of stops) {
    yield bytes.slice(from, to);
    from = to;
  }
  if (file.damagedAt !== undefined) throw DAMAGE;
}

async function walk(files: readonly TestFile[]): Promise<Walk> {
  const damaged: number[] = [];
  const sources: CursorFile<number>[] = files.map((file, source) => ({
    source,
    growing: file.growing,
    open: () => open(file),
  }));
  const cursor = new LineCursor(sources, "kalshi", {
    ...NO_LOSSES,
    damaged: (source, error) => {
      assert.equal(error, DAMAGE);
      damaged.push(source);
    },
  });
  const lines: WalkedLine[] = [];
  while (await cursor.fill()) {
    while (cursor.advance()) {
      const { reader, source, line, time } = cursor;
      const frame = utf8.decode(reader.data.subarray(reader.start, reader.end));
      lines.push({ file: source, line, frame, time });
    }
  }
  await cursor.close();
  return { lines, damaged, cursor };
}

/** The lines that can be read whole, with their numbers. */
function wholeLines(file: TestFile): { line: number; text: string }[] {
  // All of these files are ASCII: a character is a byte.
  const readable = contentOf(file).slice(0, file.damagedAt);
  const texts = readable.split("\n");
  if (file.growing || file.damagedAt !== undefined) texts.pop();
  return texts.map((text, i) => ({ line: i + 1, text })).filter(({ text }) => text.trim() !== "");
}

const FRAME = '{"type":"trade","n":1}';
const time = fc.integer({ min: 1, max: 50 });
const line = fc.oneof(
  time.map((at) => `${FRAME.slice(0, -1)},"_received_at":${at},"_session":"s","_seq":1}`),
  time.map((at) => `{"type":"trade","ts_ms":${at}}`),
  fc.constantFrom("", " ", "garbage", FRAME, "\r"),
);
const file: fc.Arbitrary<TestFile> = fc.record({
  lines: fc.array(line, { maxLength: 8 }),
  hasLastNewline: fc.boolean(),
  cuts: fc.array(fc.nat(300), { maxLength: 6 }),
  growing: fc.boolean(),
  damagedAt: fc.option(fc.nat(300), { nil: undefined, freq: 3 }),
});

test("Every whole line comes once, in order, however its file is cut and however it ends", async () => {
  await fc.assert(fc.asyncProperty(fc.array(file, { maxLength: 4 }), async (files) => {
    const { lines, damaged } = await walk(files);
    const expected = files.flatMap((one, source) =>
      wholeLines(one).map(({ line, text }) => ({
        file: source,
        line,
        frame: text.includes("_received_at") ? FRAME : text,
      }))
    );
    assert.deepEqual(lines.map(({ file, line, frame }) => ({ file, line, frame })), expected);
    const cut = files.flatMap((one, source) => one.damagedAt === undefined ? [] : [source]);
    assert.deepEqual(damaged, cut);
  }));
});

test("Time is the line's own, never less than the line before, and lines without one are counted", async () => {
  await fc.assert(fc.asyncProperty(fc.array(file, { maxLength: 3 }), async (files) => {
    const { lines, cursor } = await walk(files);
    let latest = 0;
    let without = 0;
    const times = files.flatMap(wholeLines).map(({ text }) => {
      const received = /"_received_at":(\d+)/.exec(text)?.[1];
      const millis = /"ts_ms":(\d+)/.exec(text)?.[1];
      if (received === undefined) without++;
      latest = Math.max(latest, Number(received ?? 0), Number(millis ?? 0) * 1000);
      return latest;
    });
    assert.deepEqual(lines.map((walked) => walked.time), times);
    assert.equal(cursor.withoutReceiveTime, without);
  }));
});

test("A gap line carries the feed that the cursor was told", async () => {
  const gap =
    '{"type":"gap","reason":"restart","from":1,"to":2,"_received_at":5,"_session":"s","_seq":0}';
  const content = new TextEncoder().encode(gap);
  const files = [{
    source: 0,
    open: async function* () {
      yield content;
    },
  }];
  const cursor = new LineCursor(files, "kalshi", NO_LOSSES);
  assert.ok(await cursor.fill());
  assert.ok(!cursor.advance());
  assert.ok(await cursor.fill());
  assert.ok(cursor.advance());
  assert.equal(cursor.reader.gap?.feed, "kalshi");
  assert.equal(cursor.time, 5);
});

test("A line longer than the limit is passed over and counted for its file", async () => {
  const mebibyte = new Uint8Array(1024 * 1024).fill(0x20);
  const tooLong: [number, number][] = [];
  const files = [0, 1].map((source) => ({
    source,
    open: async function* (): ByteStream {
      yield new TextEncoder().encode(`${FRAME}\n`);
      for (let size = 0; source === 1 && size <= MAX_LINE_BYTES; size += mebibyte.length) {
        yield mebibyte;
      }
      yield new TextEncoder().encode(`\n${FRAME}`);
    },
  }));
  const cursor = new LineCursor(files, "kalshi", {
    ...NO_LOSSES,
    tooLong: (source, lines) => tooLong.push([source, lines]),
  });
  const read: [number, number][] = [];
  while (await cursor.fill()) while (cursor.advance()) read.push([cursor.source, cursor.line]);
  assert.deepEqual(read, [[0, 1], [0, 3], [1, 1], [1, 3]]);
  assert.deepEqual(tooLong, [[1, 1]]);
});

test("An error that is no damage is thrown on", async () => {
  for (const error of [new SsmdError("not_found", "Cannot read x: gone"), new Error("no memory")]) {
    const failing = async function* (): ByteStream {
      yield new TextEncoder().encode(`${FRAME}\n`);
      throw error;
    };
    const cursor = new LineCursor([{ source: 0, open: failing }], "kalshi", NO_LOSSES);
    assert.ok(await cursor.fill());
    assert.ok(cursor.advance());
    assert.ok(!cursor.advance());
    await assert.rejects(() => cursor.fill(), error);
    await cursor.close();
  }
});

test("Closing closes the file that is being read, and no other; twice is safe", async () => {
  const events: string[] = [];
  const files = ["a", "b", "c"].map((source) => ({
    source,
    open: async function* (): ByteStream {
      events.push(`open ${source}`);
      try {
        yield new TextEncoder().encode(`${FRAME}\n`);
        if (source === "b") yield new TextEncoder().encode(`${FRAME}\n`);
      } finally {
        events.push(`close ${source}`);
      }
    },
  }));
  const cursor = new LineCursor(files, "kalshi", NO_LOSSES);
  await cursor.close();
  while (await cursor.fill()) {
    assert.ok(cursor.advance());
    if (cursor.source === "b") break;
    assert.ok(!cursor.advance());
  }
  await cursor.close();
  await cursor.close();
  assert.deepEqual(events, ["open a", "close a", "open b", "close b"]);
});
