import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { ArchiveLineReader } from "./archive_line_reader.ts";
import { exchangeTime } from "./exchange_time.ts";
import { frameType } from "../archive/file_summary.ts";
import { frameMarket } from "./frame_market.ts";
import { LineSplitter } from "./line_splitter.ts";

const shared = process.env.SSMD_DATA;
const skip = shared === undefined ? "SSMD_DATA is not set" : false;

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const FRAME = '{"type":"trade","sid":2,"msg":{"market_ticker":"KXB-1","count":3}}';

interface Read {
  readonly kind: string;
  readonly frame: string;
  readonly tsRecv: number;
  readonly session: string;
  readonly seq: number;
  readonly shard: string;
  readonly wrapped: boolean;
}

/** Reads `line` where other lines lie around it, and proves that it can be put back. */
function read(line: string): Read {
  const before = `{"a":1,"_received_at":5,"_session":"other","_seq":6}\n`;
  const data = encoder.encode(`${before}${line}\n"_seq":7}`);
  const start = before.length;
  const end = start + encoder.encode(line).length;
  const reader = new ArchiveLineReader("kalshi");
  reader.read(data, start, end);
  const { kind, tsRecv, session, seq, shard, wrapped } = reader;
  const frame = decoder.decode(reader.data.subarray(reader.start, reader.end));
  assert.equal(decoder.decode(reader.storedLine()), line);
  assert.equal(decoder.decode(data.subarray(start, end)), line);
  return { kind, frame, tsRecv, session, seq, shard, wrapped };
}

/** What is read of a frame without any field of ours. */
function bare(frame: string): Read {
  return { kind: "frame", frame, tsRecv: NaN, session: "", seq: 0, shard: "", wrapped: false };
}

test("A bare frame is the line", () => {
  for (
    const line of [
      ...[
        FRAME,
        ` ${FRAME} `,
        `${FRAME}\r`,
        "{}",
        "[1]",
        "garbage",
        "}",
        '{"a":1',
        "\0",
        "\ufeff{}",
      ],
      ...['{"type":"gap"}', '{"type":"raw","encoding":"utf8","data":"x"}', '{"id":1,"type":"ok"}'],
    ]
  ) assert.deepEqual(read(line), bare(line));
});

test("A line of white space is blank", () => {
  for (const line of ["", " ", "\r", "\t \r"]) assert.equal(read(line).kind, "blank");
});

test("The original's fields are cut off in any order and with any white space", () => {
  const fields = fc.shuffledSubarray(["_received_at", "_nats_seq", "_shard_id"], { minLength: 1 });
  const space = fc.constantFrom("", " ", "\t", "  ");
  const values: Record<string, string> = {
    _received_at: "1769000000123456",
    _nats_seq: "42",
    _shard_id: "3",
  };
  fc.assert(fc.property(fields, space, space, space, (names, before, after, atEnd) => {
    const tail = names.map((name) =>
      `${before},${after}"${name}"${before}:${after}${values[name]}`
    );
    assert.deepEqual(read(`${FRAME.slice(0, -1)}${tail.join("")}${before}}${atEnd}`), {
      ...bare(`${FRAME.slice(0, -1)}${before}}${atEnd}`),
      tsRecv: names.includes("_received_at") ? 1_769_000_000_123_456 : NaN,
      shard: names.includes("_shard_id") ? "3" : "",
    });
  }));
});

test("Two long names of the original's connections are told apart", () => {
  const shardOf = (name: string) =>
    read(`{"type":"x","_received_at":1,"_shard_id":"${name}"}`).shard;
  const name = "ssmd-connector-kalshi-politics-shard-";
  assert.notEqual(shardOf(`${name}1`), shardOf(`${name}2`));
});

test("The original's fields are left where a frame's fields follow them or there are no others", () => {
  const line = '{"_received_at":7,"type":"trade","_x":1}';
  assert.deepEqual(read(line), { ...bare(line), tsRecv: 7 });
  const only = '{"_received_at":7,"_nats_seq":1}';
  assert.deepEqual(read(only), { ...bare(only), tsRecv: 7 });
  const inside = '{"type":"trade","msg":{"a":1,"_received_at":7,"_nats_seq":1}}';
  assert.deepEqual(read(inside), bare(inside));
  const before = '{"_received_at":7,"type":"trade","msg":{"a":1}}';
  assert.deepEqual(read(before), { ...bare(before), tsRecv: 7 });
  const long = before.replace("1}", `"${"x".repeat(200)}"}`);
  assert.deepEqual(read(long), bare(long));
});

test("A receive time of the original that is no whole number of microseconds is none", () => {
  for (
    const value of ["1.5", "-1", '"1"', "null", "1e9", "17690000001234567", "9007199254740993"]
  ) {
    const line = `{"type":"trade","_received_at":${value},"_nats_seq":1}`;
    assert.deepEqual(read(line), bare('{"type":"trade"}'), value);
  }
});

test("A tape's line gives its frame and the recorder's time", () => {
  const timed = { ...bare(FRAME), tsRecv: 1_786_416_310_578_000 };
  for (
    const line of [
      `{"recv_ms":1786416310578,"event":${FRAME}}`,
      `{"recv_ms": 1786416310578, "event": ${FRAME}}`,
      `{"event":${FRAME},"recv_ms":"1786416310578.000"}`,
      `  { "conn" : 1 , "recv_ms" : 1786416310578 , "event" : ${FRAME} , "n" : [ ] }  \r`,
      `{"topic":"books","ts":5,"recv_ms":1786416310578,"event":${FRAME}}`,
    ]
  ) assert.deepEqual(read(line), timed, line);
});

test("What ends like our fields but within something else is no line of ours", () => {
  const nested = '{"type":"x","msg":{"a":1,"_received_at":1,"_session":"s","_seq":2}}';
  const text =
    '{"type":"x","msg":"{\\"a\\":1,\\"_received_at\\":1,\\"_session\\":\\"s\\",\\"_seq\\":2}"}';
  for (
    const line of [nested, text, ',"_seq":7}', '"_session":"s","_seq":7}', '"other","_seq":7}']
  ) {
    assert.deepEqual(read(line), bare(line));
  }
});

test("What stands before a line is no part of it", () => {
  const data = encoder.encode(`{"a":1,"_received_at":5,"_session":"s","_seq":6}`);
  const reader = new ArchiveLineReader();
  for (let start = 1; start < data.length; start++) {
    reader.read(data.slice(), start, data.length);
    assert.equal(reader.session === "s", start <= data.indexOf(0x2c), `from byte ${start}`);
  }
});

test("A line whose numbers we could not have written is no line of ours", () => {
  const line = (receivedAt: string, seq: string) =>
    `{"a":1,"_received_at":${receivedAt},"_session":"s","_seq":${seq}}`;
  assert.equal(read(line("9007199254740991", "9007199254740991")).frame, '{"a":1}');
  for (
    const number of ["9007199254740992", "12345678901234567890", "", "-1", "1.5", '"1"', "1e3"]
  ) {
    assert.equal(read(line("1", number)).session, "", number);
    assert.equal(read(line(number, "1")).session, "", number);
  }
});

test("A line of ours that became one with CRLF keeps its frame, the carriage return behind it", () => {
  const line = `${FRAME.slice(0, -1)},"_received_at":5,"_session":"s-2","_seq":6}\r`;
  const expected = { ...bare(`${FRAME}\r`), tsRecv: 5, session: "s-2", seq: 6 };
  assert.deepEqual(read(line), expected);
});

test("A wrapped frame is given unwrapped", () => {
  const suffix = `"_received_at":5,"_session":"s","_seq":6}`;
  const expected = { ...bare("{}\n"), tsRecv: 5, session: "s", seq: 6, wrapped: true };
  assert.deepEqual(read(`{"type":"raw","encoding":"utf8","data":"{}\\n",${suffix}`), expected);
  assert.deepEqual(read(`{"type":"raw","encoding":"base64","data":"e30K",${suffix}\r`), expected);
});

test("A line of ours that is neither a wrapped frame nor a gap after all is a frame", () => {
  for (
    const frame of [
      '{"type":"raw"}',
      '{"type":"raw","encoding":"utf8"}',
      '{"type":"raw","encoding":"utf8","data":5}',
      '{"type":"raw","encoding":"base64","data":"e3="}',
      '{"type":"raw","encoding":"base64","data":"e30_"}',
      '{"type":"raw","encoding":"hex","data":"00"}',
      '{"type":"gap"}',
      '{"type":"gap","reason":"unheard of","from":1,"to":2}',
      '{"type":"gap","reason":"overflow","from":"1","to":2}',
      '{"type":"gap","reason":"overflow","from":1e999,"to":2}',
      '{"type":"gap","reason":"overflow","from":1,"to":2,}',
    ]
  ) {
    const line = `${frame.slice(0, -1)},"_received_at":5,"_session":"s","_seq":6}`;
    assert.deepEqual(read(line), { ...bare(frame), tsRecv: 5, session: "s", seq: 6 }, frame);
  }
});

test("A gap whose list of markets cannot be read concerns every market", () => {
  const reader = new ArchiveLineReader("kalshi");
  const line = encoder.encode(
    `{"type":"gap","reason":"restart","sid":null,"from":1,"to":2,"markets":["A",1],"_received_at":5,"_session":"s","_seq":6}`,
  );
  reader.read(line, 0, line.length);
  const gap = { feed: "kalshi", session: "s", reason: "restart", from: 1, to: 2, tsRecv: 5 };
  assert.deepEqual(reader.gap, gap);
});

test("A reader shows nothing of the line before", () => {
  const reader = new ArchiveLineReader();
  const lines = [
    `{"type":"gap","reason":"restart","from":1,"to":2,"_received_at":5,"_session":"s","_seq":6}`,
    `{"type":"raw","encoding":"utf8","data":"x","_received_at":5,"_session":"s","_seq":6}`,
    `{"a":1,"_received_at":5,"_shard_id":6}`,
  ];
  for (const line of lines) {
    const data = encoder.encode(line);
    reader.read(data, 0, data.length);
    const other = encoder.encode(FRAME);
    reader.read(other, 0, other.length);
    const { kind, tsRecv, session, seq, shard, wrapped } = reader;
    const frame = decoder.decode(reader.data.subarray(reader.start, reader.end));
    assert.deepEqual({ kind, frame, tsRecv, session, seq, shard, wrapped }, bare(FRAME));
    assert.equal(reader.gap, undefined);
  }
});

test("Of a recorded tape every line is read as JSON.parse reads it", { skip }, () => {
  const tape = gunzipSync(readFileSync(`${shared}/gold/KXGOLD15M-26AUG102300-00.ndjson.gz`));
  const lines = tape.toString().trimEnd().split("\n");
  const splitter = new LineSplitter();
  const reader = new ArchiveLineReader();
  splitter.push(tape);
  let count = 0;
  while (splitter.next()) {
    const { recv_ms, event } = JSON.parse(lines[count++]!) as {
      recv_ms: number;
      event: { type: string; msg: { market_ticker: string; ts_ms?: number } };
    };
    reader.read(splitter.data, splitter.start, splitter.end);
    const { data, start, end } = reader;
    assert.equal(reader.tsRecv, recv_ms * 1000);
    assert.equal(decoder.decode(data.subarray(start, end)), JSON.stringify(event));
    assert.equal(exchangeTime(data, start, end), (event.msg.ts_ms ?? NaN) * 1000);
    assert.equal(frameMarket(data, start, end), event.msg.market_ticker);
    assert.equal(frameType(data, start, end), event.type);
  }
  assert.equal(count, lines.length);
  assert.ok(count > 40_000);
});
