import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineEncoder } from "../lines/archive_line.ts";
import { ArchiveLineReader } from "../lines/archive_line_reader.ts";
import { ByteBuffer } from "../lines/byte_buffer.ts";
import { FileSummary, frameType, typeOfLine } from "./file_summary.ts";
import type { Gap } from "../gap.ts";

const encoder = new TextEncoder();
const STORED = { name: "0245.jsonl.gz", bytes: 10, sha256: "aa", contentSha256: "bb" };
const FACTS = { sequence: "checked", clock: "receive" } as const;

function summarise(lines: readonly string[]): FileSummary {
  const summary = new FileSummary();
  const reader = new ArchiveLineReader();
  for (const line of lines) {
    const data = encoder.encode(line);
    reader.read(data, 0, data.length);
    summary.add(reader);
    reader.restore();
  }
  return summary;
}

function stamped(frame: string, tsRecv: number, session: string, seq: number): string {
  const out = new ByteBuffer();
  new LineEncoder().frame(out, encoder.encode(frame), session, seq, tsRecv);
  return new TextDecoder().decode(out.view());
}

function gapLine(gap: Gap, seq: number): string {
  const out = new ByteBuffer();
  new LineEncoder().gap(out, gap, seq);
  return new TextDecoder().decode(out.view());
}

/** The type of `frame`, read where other bytes lie around it. */
function typeOf(frame: string): string {
  const around = '{"type":"other"}';
  const bytes = encoder.encode(`${around}${frame}${around}`);
  return frameType(bytes, around.length, bytes.length - around.length);
}

test("A file's entry counts its lines by type and session, and spans their times", () => {
  const gap: Gap = {
    feed: "",
    session: "s2",
    reason: "overflow",
    from: 12,
    to: 14,
    missing: 2,
    tsRecv: 14,
  };
  const summary = summarise([
    stamped('{"type":"trade","n":1}', 10, "s1", 1),
    "\n",
    stamped('{"type":"orderbook_delta"}', 11, "s1", 2),
    stamped('{"id":1}', 12, "s2", 7),
    stamped("no JSON", 12, "s1", 3),
    gapLine(gap, 7),
    stamped('{"a":0,"type":"trade"}', 15, "s2", 10),
  ]);
  assert.deepEqual(summary.entry(STORED, FACTS), {
    ...STORED,
    ...FACTS,
    records: 6,
    recordsByType: { trade: 2, orderbook_delta: 1, "(none)": 1, raw: 1, gap: 1 },
    firstReceivedAt: 10,
    lastReceivedAt: 15,
    sessions: [{ id: "s1", firstSeq: 1, lastSeq: 3 }, { id: "s2", firstSeq: 7, lastSeq: 10 }],
    gaps: [gap],
  });
});

test("A gap line does not count as a frame of its session", () => {
  const gap: Gap = { feed: "", session: "s", reason: "restart", from: 1, to: 2, tsRecv: 2 };
  assert.deepEqual(summarise([gapLine(gap, 5)]).sessions(), [{ id: "s", firstSeq: 0, lastSeq: 0 }]);
  const around = [
    gapLine(gap, 5),
    stamped('{"a":1}', 3, "s", 6),
    gapLine({ ...gap, tsRecv: 4 }, 6),
  ];
  assert.deepEqual(summarise(around).sessions(), [{ id: "s", firstSeq: 6, lastSeq: 6 }]);
});

test("What we sent is counted as such, and not as a frame of its session", () => {
  const sent = (seq: number): string =>
    `{"type":"sent","data":{"type":"trade"},"_received_at":3,"_session":"s","_seq":${seq}}`;
  const summary = summarise([sent(0), stamped('{"a":1}', 3, "s", 6), sent(6)]);
  assert.deepEqual(summary.types(), { sent: 2, "(none)": 1 });
  assert.deepEqual(summary.sessions(), [{ id: "s", firstSeq: 6, lastSeq: 6 }]);
  assert.deepEqual(summarise([sent(9)]).sessions(), [{ id: "s", firstSeq: 0, lastSeq: 0 }]);
});

test("Lines without our fields count, and have no time or session", () => {
  const summary = summarise(['{"type":"trade"}', "garbage", "[1]"]);
  assert.deepEqual(summary.entry(STORED, FACTS), {
    ...STORED,
    ...FACTS,
    records: 3,
    recordsByType: { trade: 1, "(none)": 2 },
    firstReceivedAt: 0,
    lastReceivedAt: 0,
    sessions: [],
    gaps: [],
  });
});

test("A type named like a property of every object is counted as any other", () => {
  const types = summarise([
    stamped('{"type":"__proto__"}', 1, "s", 1),
    stamped('{"type":"constructor"}', 1, "s", 2),
    stamped('{"type":"__proto__"}', 1, "s", 3),
  ]).types();
  assert.deepEqual(Object.entries(types), [["__proto__", 2], ["constructor", 1]]);
});

test("Types beyond the two hundredth are counted together", () => {
  const lines = Array.from({ length: 250 }, (_, i) => `{"type":"t${i}"}`);
  const types = summarise([...lines, '{"type":"t5"}', '{"type":"t249"}']).types();
  assert.equal(Object.keys(types).length, 201);
  assert.equal(types["t5"], 2);
  assert.equal(types["(more)"], 51);
});

test("A frame's type is its own member's text, wherever it stands and however it is escaped", () => {
  const type = fc.oneof(
    fc.string({ unit: "grapheme-ascii", maxLength: 20 }),
    fc.string({ unit: "binary", maxLength: 8 }),
    fc.constantFrom("trade", "ticker", "orderbook_delta", "orderbook_snapshot"),
  );
  const member = fc.tuple(fc.constantFrom("a", "msg", "types"), fc.jsonValue({ maxDepth: 2 }));
  const members = fc.array(member, { maxLength: 3 });
  fc.assert(fc.property(type, members, fc.nat(3), fc.boolean(), (name, others, at, isSpaced) => {
    const entries: (readonly [string, unknown])[] = [...others];
    entries.splice(at, 0, ["type", name]);
    const text = JSON.stringify(Object.fromEntries(entries), null, isSpaced ? 1 : 0);
    assert.equal(typeOf(text), name);
  }));
});

test("What has no type that is short text has none", () => {
  for (
    const frame of [
      ...[
        "",
        "{}",
        "[]",
        "garbage",
        '"type"',
        '{"type":5}',
        '{"type":null}',
        '{"msg":{"type":"trade"}}',
      ],
      ...['{"a":1,"type":"trade"', '{"type":"', '{"type":"tr', `{"types":"trade"}`],
    ]
  ) assert.equal(typeOf(frame), "(none)", frame);
});

test("A type of up to 64 bytes is short, at the front and behind other members", () => {
  const [short, long] = ["t".repeat(64), "t".repeat(65)];
  for (const front of ["", '"a":1,', " "]) {
    assert.equal(typeOf(`{${front}"type":"${short}"}`), short);
    assert.equal(typeOf(`{${front}"type":"${long}"}`), "(none)");
  }
});

test("A line's type is told apart from that of the frame in it", () => {
  const reader = new ArchiveLineReader();
  const line = encoder.encode(stamped('{"type":"gap","a":1}', 1, "s", 1).trimEnd());
  reader.read(line, 0, line.length);
  assert.equal(typeOfLine(reader), "raw");
  assert.equal(frameType(reader.data, reader.start, reader.end), "gap");
});
