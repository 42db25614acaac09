import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineEncoder } from "./archive_line.ts";
import { ByteBuffer } from "./byte_buffer.ts";
import { SsmdError } from "../errors.ts";
import { LineCursor } from "./line_cursor.ts";
import { LineMerge } from "./line_merge.ts";
import type { ByteStream } from "../storage/storage.ts";

interface TestFile {
  /** Receive times of its lines; they may go back. */
  readonly times: readonly number[];
  readonly cuts: readonly number[];
  readonly isDamaged: boolean;
}
/** A file's place: the cursor, then the file within it. */
type Place = readonly [cursor: number, file: number];
type RankOf = (place: Place, begun: boolean) => number;

interface MergedLine {
  readonly id: string;
  readonly time: number;
}

const utf8 = new TextDecoder();

async function* open(file: TestFile, place: Place): ByteStream {
  const out = new ByteBuffer();
  const lines = new LineEncoder();
  file.times.forEach((time, i) => {
    const frame = new TextEncoder().encode(JSON.stringify({ id: [...place, i].join("-") }));
    lines.frame(out, frame, "s", 1, time);
  });
  const bytes = out.view();
  const stops = [...file.cuts, bytes.length].map((cut) => Math.min(cut, bytes.length));
  let from = 0;
  for (const to of stops.sort((a, b) => a - b)) {
    yield bytes.slice(from, to);
    from = to;
  }
  if (!file.isDamaged) return;
  yield new TextEncoder().encode('{"id":"to');
  throw new SsmdError("damaged_gzip", "Cannot read gzip content: as asked for");
}

function makeCursors(
  runs: readonly (readonly TestFile[])[],
  damaged: Place[],
): LineCursor<Place>[] {
  return runs.map((files, cursor) => {
    const sources = files.map((file, i) => {
      const source: Place = [cursor, i];
      return { source, open: () => open(file, source) };
    });
    return new LineCursor(sources, "kalshi", {
      damaged: (place) => void damaged.push(place),
      tooLong: () => assert.fail("no line is too long"),
    });
  });
}

async function mergeAll(
  cursors: readonly LineCursor<Place>[],
  rankOf: RankOf,
): Promise<MergedLine[]> {
  const merge = new LineMerge(cursors, rankOf);
  const merged: MergedLine[] = [];
  for (let more = true; more;) {
    more = await merge.fill();
    while (merge.next()) {
      const { reader, time } = merge.current;
      const frame = utf8.decode(reader.data.subarray(reader.start, reader.end));
      merged.push({ id: (JSON.parse(frame) as { id: string }).id, time });
    }
  }
  assert.ok(!merge.next());
  await merge.close();
  return merged;
}

/** The same merge, by looking at the first line of every run each time. */
function expectedMerge(runs: readonly (readonly TestFile[])[], rankOf: RankOf): MergedLine[] {
  const queues = runs.map((files, cursor) => {
    let latest = 0;
    return files.flatMap(({ times }, i) =>
      times.map((time, n) => {
        latest = Math.max(latest, time);
        return { id: [cursor, i, n].join("-"), time: latest, place: [cursor, i] as const };
      })
    );
  });
  const lengths = queues.map((queue) => queue.length);
  const merged: MergedLine[] = [];
  for (;;) {
    const heads = queues.flatMap((queue, i) => {
      const [head] = queue;
      if (head === undefined) return [];
      return [{ queue, head, rank: rankOf(head.place, queue.length < lengths[i]!) }];
    });
    heads.sort((a, b) => a.head.time - b.head.time || a.rank - b.rank);
    const [first] = heads;
    if (first === undefined) return merged;
    first.queue.shift();
    merged.push({ id: first.head.id, time: first.head.time });
  }
}

const file: fc.Arbitrary<TestFile> = fc.record({
  times: fc.array(fc.nat(12), { maxLength: 6 }),
  cuts: fc.array(fc.nat(500), { maxLength: 6 }),
  isDamaged: fc.boolean(),
});
const runs = fc.array(fc.array(file, { maxLength: 3 }), { maxLength: 5 });

test("Lines come in order of time; at equal times the lower rank goes first", async () => {
  await fc.assert(fc.asyncProperty(runs, fc.boolean(), async (list, isReversed) => {
    const rankOf: RankOf = ([cursor, i]) => isReversed ? 1000 - cursor * 10 - i : cursor * 10 + i;
    const merged = await mergeAll(makeCursors(list, []), rankOf);
    assert.deepEqual(merged, expectedMerge(list, rankOf));
    merged.reduce((latest, { time }) => {
      assert.ok(time >= latest);
      return time;
    }, 0);
  }));
});

test("A rank may depend on whether the cursor has begun", async () => {
  await fc.assert(fc.asyncProperty(runs, async (list) => {
    const rankOf: RankOf = ([cursor], begun) => begun ? cursor : list.length + cursor;
    assert.deepEqual(await mergeAll(makeCursors(list, []), rankOf), expectedMerge(list, rankOf));
  }));
});

test("A recording that was cut in two goes on with its second part, in whatever order they are given", async () => {
  const first = { times: [1, 2, 2], cuts: [], isDamaged: false };
  const second = { times: [2, 2, 3], cuts: [], isDamaged: false };
  const rankOf: RankOf = ([cursor], begun) => begun ? cursor : 2 + cursor;
  for (const list of [[[first], [second]], [[second], [first]]]) {
    const merged = await mergeAll(makeCursors(list, []), rankOf);
    const [a, b] = list[0]![0] === first ? [0, 1] : [1, 0];
    const ids = [`${a}-0-0`, `${a}-0-1`, `${a}-0-2`, `${b}-0-0`, `${b}-0-1`, `${b}-0-2`];
    assert.deepEqual(merged.map(({ id }) => id), ids);
  }
});

test("A damaged file gives every whole line, is reported once, and the others go on", async () => {
  await fc.assert(fc.asyncProperty(runs, async (list) => {
    const damaged: Place[] = [];
    const merged = await mergeAll(makeCursors(list, damaged), ([cursor]) => cursor);
    assert.equal(merged.length, list.flat().flatMap(({ times }) => times).length);
    const expected = list.flatMap((files, cursor) =>
      files.flatMap(({ isDamaged }, i) => isDamaged ? [`${cursor}-${i}`] : [])
    );
    assert.deepEqual(damaged.map((place) => place.join("-")).sort(), expected.sort());
  }));
});

test("A merge of nothing is over at once", async () => {
  assert.deepEqual(await mergeAll([], () => 0), []);
});

test("Closing closes every cursor, also when one of them fails", async () => {
  const closed: number[] = [];
  const close = (source: number): void => {
    closed.push(source);
    if (source === 0) throw new Error("cannot close");
  };
  const cursors = [0, 1, 2].map((source) => {
    const stream = async function* (): ByteStream {
      try {
        yield new TextEncoder().encode('{"a":1}\n{"a":2}\n');
      } finally {
        close(source);
      }
    };
    return new LineCursor([{ source, open: stream }], "kalshi", {
      damaged: () => assert.fail("nothing is damaged"),
      tooLong: () => assert.fail("no line is too long"),
    });
  });
  const merge = new LineMerge(cursors, (source) => source);
  assert.ok(await merge.fill());
  assert.ok(merge.next());
  await assert.rejects(() => merge.close(), /cannot close/);
  assert.deepEqual(closed.sort(), [0, 1, 2]);
  await merge.close();
});
