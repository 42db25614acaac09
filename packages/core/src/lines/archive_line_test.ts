import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LineEncoder } from "./archive_line.ts";
import { ArchiveLineReader } from "./archive_line_reader.ts";
import { ByteBuffer } from "./byte_buffer.ts";
import { SsmdError } from "../errors.ts";
import type { Gap, GapReason } from "../gap.ts";
import { MAX_DEPTH } from "./json_text.ts";
import { LineSplitter } from "./line_splitter.ts";
import type { SentMessage } from "../sent_message.ts";

interface Frame {
  readonly data: Uint8Array;
  readonly session: string;
  readonly seq: number;
  readonly tsRecv: number;
}
type Entry =
  | Frame
  | { readonly gap: Gap; readonly seq: number }
  | { readonly sent: SentMessage; readonly seq: number };

const OWN_KEYS = ["_received_at", "_session", "_seq", "_nats_seq", "_shard_id"];
const SUFFIX = `,"_received_at":1,"_session":"s","_seq":1}`;

const encoder = new TextEncoder();
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

const session = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/);
const seq = fc.oneof(fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER));
const tsRecv = fc.oneof(fc.integer({ min: 0, max: 2e15 }), fc.maxSafeNat());
const key = fc.oneof(
  fc.constantFrom(...OWN_KEYS, "type", "msg", "__proto__", "", "_SEQ", "data", "encoding"),
  fc.string({ unit: "grapheme" }),
);
const value = fc.oneof(
  fc.jsonValue(),
  fc.constantFrom("raw", "gap", "sent", SUFFIX, { _seq: 1 }, {
    a: 1,
    _received_at: 1,
    _session: "s",
    _seq: 2,
  }),
);
const spaced = fc.constantFrom("", " ", "\t", "\r", "\n", " \r ");
const objectText = fc.tuple(fc.array(fc.tuple(key, value), { maxLength: 4 }), spaced).map(
  ([members, space]) => {
    const texts = members.map(([k, v]) =>
      `${JSON.stringify(k)}${space}:${space}${JSON.stringify(v)}`
    );
    return `${space}{${space}${texts.join(`${space},${space}`)}${space}}${space}`;
  },
);
const oddText = fc.constantFrom(
  ...[
    "",
    "{}",
    "{ }",
    "[]",
    "[1]",
    "1",
    "null",
    '"text"',
    "}",
    "{",
    "\n",
    "\r\n",
    "\0",
    "\ufeff{}",
  ],
  ...[
    '{"a":1}\n',
    '{"a":"\u2028"}',
    `{"a":1${SUFFIX}`,
    `{${SUFFIX.slice(1)}`,
    `${SUFFIX}${SUFFIX}`,
  ],
  ...['{"type":"raw"}', '{"type":"gap"}', '{"type":"gap","reason":"overflow","from":1,"to":2}'],
  ...['{"type":"sent","data":{"a":1}}', '{"type":"sent"}', '{"type":"sent2","data":{}}'],
  ...['{"type":"raw","encoding":"utf8","data":"x"}', '{"type":"gapless"}', '{ "type":"gap"}'],
  ...['{"recv_ms":5,"event":{"a":1}}', '{"a":1}}', '{"a":1} {"b":2}', `{"a":${"[".repeat(400)}`],
);
const data = fc.oneof(
  objectText.map((text) => encoder.encode(text)),
  oddText.map((text) => encoder.encode(text)),
  fc.uint8Array({ maxLength: 40 }),
  fc.tuple(objectText, fc.nat(), fc.nat(255)).map(([text, at, byte]) => {
    const bytes = encoder.encode(text);
    if (bytes.length > 0) bytes[at % bytes.length] = byte;
    return bytes;
  }),
);
const frame: fc.Arbitrary<Frame> = fc.record({ data, session, seq, tsRecv });
const reason = fc.constantFrom<GapReason>(
  "sequence",
  "overflow",
  "disconnect",
  "restart",
  "damage",
  "unsubscribed",
);
const gap: fc.Arbitrary<Gap> = fc.record({
  feed: fc.constant("kalshi"),
  session,
  reason,
  from: fc.maxSafeNat(),
  to: fc.maxSafeNat(),
  tsRecv,
  sid: fc.nat(),
  missing: fc.maxSafeNat(),
  bytes: fc.maxSafeNat(),
  markets: fc.array(fc.string({ unit: "binary" }), { maxLength: 3 }),
  books: fc.constant(false as const),
}, { requiredKeys: ["feed", "session", "reason", "from", "to", "tsRecv"], noNullPrototype: true });
const sent: fc.Arbitrary<SentMessage> = fc.record({
  feed: fc.constant("kalshi"),
  session,
  tsSent: tsRecv,
  data: fc.dictionary(key, value).map((message) => encoder.encode(JSON.stringify(message))),
}, { noNullPrototype: true });
const entry: fc.Arbitrary<Entry> = fc.oneof(
  { arbitrary: frame, weight: 4 },
  { arbitrary: fc.record({ gap, seq }), weight: 1 },
  { arbitrary: fc.record({ sent, seq }), weight: 1 },
);

function encode(entries: readonly Entry[]): Uint8Array {
  const out = new ByteBuffer(16);
  const lines = new LineEncoder();
  for (const e of entries) {
    if ("gap" in e) lines.gap(out, e.gap, e.seq);
    else if ("sent" in e) lines.sent(out, e.sent, e.seq);
    else lines.frame(out, e.data, e.session, e.seq, e.tsRecv);
  }
  return out.view().slice();
}

function lineOf(frame: string | Uint8Array): string {
  const bytes = typeof frame === "string" ? encoder.encode(frame) : frame;
  return utf8.decode(encode([{ data: bytes, session: "s", seq: 1, tsRecv: 1 }]));
}

/** Whether a frame may keep its bytes, by `JSON.parse` instead of our scan. */
function mayBeSpliced(bytes: Uint8Array): boolean {
  try {
    const text = utf8.decode(bytes);
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) &&
      Object.keys(parsed).length > 0 && !Object.keys(parsed).some((k) => OWN_KEYS.includes(k)) &&
      !text.includes("\n") && !/^\{"type":"(raw|gap|sent)"/.test(text);
  } catch {
    return false;
  }
}

test("Whatever a frame's bytes are, its line gives them back, and can be put back itself", () => {
  const reader = new ArchiveLineReader("kalshi");
  const cuts = fc.array(fc.nat(4000), { maxLength: 6 });
  fc.assert(fc.property(fc.array(entry, { minLength: 1, maxLength: 6 }), cuts, (entries, at) => {
    const content = encode(entries);
    const splitter = new LineSplitter();
    let count = 0;
    const sorted = [...at, content.length].map((cut) => Math.min(cut, content.length));
    let from = 0;
    for (const to of sorted.sort((a, b) => a - b)) {
      splitter.push(content.slice(from, to));
      from = to;
      while (splitter.next()) {
        const line = splitter.data.slice(splitter.start, splitter.end);
        reader.read(splitter.data, splitter.start, splitter.end);
        checkRead(reader, entries[count++]!);
        reader.restore();
        assert.deepEqual(splitter.data.slice(splitter.start, splitter.end), line);
      }
    }
    assert.equal(count, entries.length);
    assert.equal(splitter.pending, 0);
  }));
});

function checkRead(reader: ArchiveLineReader, written: Entry): void {
  assert.equal(reader.seq, written.seq);
  if ("gap" in written) {
    assert.equal(reader.kind, "gap");
    assert.deepEqual(reader.gap, written.gap);
    assert.equal(reader.tsRecv, written.gap.tsRecv);
    assert.equal(reader.session, written.gap.session);
  } else if ("sent" in written) {
    assert.equal(reader.kind, "sent");
    assert.equal(reader.gap, undefined);
    assert.equal(reader.tsRecv, written.sent.tsSent);
    assert.equal(reader.session, written.sent.session);
    assert.deepEqual(reader.data.slice(reader.start, reader.end), written.sent.data);
  } else {
    assert.equal(reader.kind, "frame");
    assert.equal(reader.gap, undefined);
    assert.equal(reader.tsRecv, written.tsRecv);
    assert.equal(reader.session, written.session);
    assert.deepEqual(reader.data.slice(reader.start, reader.end), written.data);
    assert.equal(reader.wrapped, !mayBeSpliced(written.data));
  }
}

test("Every line is one JSON object that ends with our fields", () => {
  fc.assert(fc.property(entry, (written) => {
    const text = utf8.decode(encode([written]));
    assert.equal(text.indexOf("\n"), text.length - 1);
    const parsed = JSON.parse(text) as Record<string, unknown>;
    const { session, tsRecv } = "gap" in written
      ? written.gap
      : "sent" in written
      ? { ...written.sent, tsRecv: written.sent.tsSent }
      : written;
    assert.deepEqual(
      [parsed["_received_at"], parsed["_session"], parsed["_seq"]],
      [tsRecv, session, written.seq],
    );
  }));
});

test("Our fields stand before a frame's last brace", () => {
  assert.equal(lineOf('{"a":1}'), `{"a":1${SUFFIX}\n`);
  assert.equal(lineOf(' { "a" : 1 }\t\r'), ` { "a" : 1 ${SUFFIX}\t\r\n`);
});

test("What cannot be spliced is wrapped, as text when it is UTF-8 and else in base64", () => {
  assert.equal(lineOf("{}"), `{"type":"raw","encoding":"utf8","data":"{}"${SUFFIX}\n`);
  assert.equal(lineOf("a\n"), `{"type":"raw","encoding":"utf8","data":"a\\n"${SUFFIX}\n`);
  const bytes = Uint8Array.from([0x7b, 0xff]);
  assert.equal(lineOf(bytes), `{"type":"raw","encoding":"base64","data":"e/8="${SUFFIX}\n`);
  const deep = `{"a":${"[".repeat(MAX_DEPTH)}${"]".repeat(MAX_DEPTH)}}`;
  assert.ok(lineOf(deep).startsWith('{"type":"raw"'));
});

test("A frame of several megabytes is kept, as an object and as bytes", () => {
  const text = `{"a":"${"x".repeat(3_000_000)}"}`;
  const reader = new ArchiveLineReader();
  for (
    const bytes of [
      encoder.encode(text),
      Uint8Array.from({ length: 3_000_000 }, (_, i) => i % 251),
    ]
  ) {
    const line = encode([{ data: bytes, session: "s", seq: 1, tsRecv: 1 }]);
    reader.read(line, 0, line.length - 1);
    assert.ok(Buffer.from(reader.data.subarray(reader.start, reader.end)).equals(bytes));
  }
});

test("What a reader would not take for our fields is refused, and nothing is written", () => {
  const out = new ByteBuffer();
  const lines = new LineEncoder();
  const bytes = encoder.encode('{"a":1}');
  const written: Gap = { feed: "f", session: "s", reason: "overflow", from: 1, to: 2, tsRecv: 1 };
  const message: SentMessage = { feed: "f", session: "s", tsSent: 1, data: bytes };
  for (const name of ["", 'a"b', "a\\", "a\n", "a b", "ä", "x".repeat(65)]) {
    const refused = (error: unknown) => error instanceof SsmdError && error.code === "invalid_name";
    assert.throws(() => lines.frame(out, bytes, name, 1, 1), refused, name);
    assert.throws(() => lines.gap(out, { ...written, session: name }, 1), refused, name);
    assert.throws(() => lines.sent(out, { ...message, session: name }, 1), refused, name);
  }
  for (const number of [NaN, -1, 0.5, Infinity, 2 ** 53]) {
    assert.throws(() => lines.frame(out, bytes, "s", number, 1), RangeError);
    assert.throws(() => lines.frame(out, bytes, "s", 1, number), RangeError);
    assert.throws(() => lines.gap(out, written, number), RangeError);
    assert.throws(() => lines.sent(out, message, number), RangeError);
    assert.throws(() => lines.sent(out, { ...message, tsSent: number }, 1), RangeError);
    assert.throws(() => lines.gap(out, { ...written, tsRecv: number }, 1), RangeError);
    for (const field of ["from", "to", "sid", "missing", "bytes"]) {
      assert.throws(() => lines.gap(out, { ...written, [field]: number }, 1), RangeError, field);
    }
  }
  for (const text of ["", "1", "[]", '"a"', '{"a":1', '{"a":\n1}', "{} {}"]) {
    const odd = { ...message, data: encoder.encode(text) };
    assert.throws(() => lines.sent(out, odd, 1), TypeError, text);
  }
  assert.equal(out.length, 0);
});

test("What we sent stands in a line as it is", () => {
  const out = new ByteBuffer();
  const data = encoder.encode(' {"id":1, "cmd":"subscribe"}');
  new LineEncoder().sent(out, { feed: "f", session: "s", tsSent: 1, data }, 1);
  const line = out.view().slice();
  assert.equal(
    utf8.decode(line),
    `{"type":"sent","data": {"id":1, "cmd":"subscribe"}${SUFFIX}\n`,
  );
  const reader = new ArchiveLineReader();
  reader.read(line, 0, line.length - 1);
  assert.equal(
    utf8.decode(reader.data.subarray(reader.start, reader.end)),
    '{"id":1, "cmd":"subscribe"}',
  );
});

test("A stamped line that begins like what we sent and is not so stays a frame", () => {
  const reader = new ArchiveLineReader();
  for (
    const text of [
      '{"type":"sent"',
      '{"type":"sent","data":1',
      '{"type":"sent","data":{},"data":[]',
    ]
  ) {
    const line = encoder.encode(`${text}${SUFFIX}`);
    reader.read(line, 0, line.length);
    assert.equal(reader.kind, "frame");
    assert.equal(utf8.decode(reader.data.subarray(reader.start, reader.end)), `${text}}`);
  }
});
