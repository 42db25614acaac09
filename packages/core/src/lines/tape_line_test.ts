import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readTapeLine } from "./tape_line.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The frame and time of `line`, read where other bytes lie around it. */
function read(line: string): { frame: string; tsRecv: number } | undefined {
  const data = encoder.encode(`{"recv_ms":1}\n${line}\n{}`);
  const start = data.indexOf(0x0a) + 1;
  const tape = readTapeLine(data, start, start + encoder.encode(line).length);
  if (tape === undefined) return undefined;
  return { frame: decoder.decode(data.subarray(tape.start, tape.end)), tsRecv: tape.tsRecv };
}

test("Members may come in any order, with others beside them and any white space", () => {
  const event = { type: "trade", sid: 1, msg: { recv_ms: 7, event: { nested: true } } };
  const others = fc.dictionary(
    fc.string().filter((key) => !["recv_ms", "event", "type"].includes(key)),
    fc.jsonValue(),
    { maxKeys: 3 },
  );
  const space = fc.constantFrom("", " ", "\t ");
  fc.assert(fc.property(others, space, fc.nat(), fc.maxSafeNat(), (beside, gap, at, ms) => {
    const recvMs = ms % 9_007_199_254_740;
    const members = Object.entries(beside).map(([key, value]) => [key, JSON.stringify(value)]);
    members.splice(at % (members.length + 1), 0, ["event", JSON.stringify(event)]);
    members.splice(at % (members.length + 1), 0, ["recv_ms", String(recvMs)]);
    const texts = members.map(([key, value]) => `${JSON.stringify(key)}${gap}:${gap}${value}`);
    const line = `${gap}{${gap}${texts.join(`${gap},${gap}`)}${gap}}${gap}`;
    assert.deepEqual(read(line), { frame: JSON.stringify(event), tsRecv: recvMs * 1000 }, line);
  }));
});

test("The time is a number or text with up to three decimals, to the microsecond", () => {
  const times = {
    "5": 5000,
    "5.1": 5100,
    '"5.123"': 5123,
    "0": 0,
    "1786416310578": 1786416310578000,
  };
  for (const [text, tsRecv] of Object.entries(times)) {
    assert.deepEqual(read(`{"recv_ms":${text},"event":{}}`), { frame: "{}", tsRecv });
  }
});

test("A time that is none leaves the frame without one", () => {
  const values = 'null|true|-1|1e3|5.1234|""|" 5"|"x"|"5|"|{}|[5]|{"a":5}|9007199254741|"\\u0035"';
  for (const text of [...values.split("|"), "17864163105780000000"]) {
    if (text === '"5' || text === '"') continue;
    assert.deepEqual(
      read(`{"recv_ms":${text},"event":{"a":1}}`),
      { frame: '{"a":1}', tsRecv: NaN },
      text,
    );
  }
});

test("A line without a time or an object as its event is no tape's line", () => {
  for (
    const line of [
      ...["", " ", "{}", "[]", '{"recv_ms":5}', '{"event":{}}', '{"recv_ms":5,"event":[]}', '{"'],
      ...['{"recv_ms":5,"event":"{}"}', '{"recv_ms":5,"event":null}', '{"recv_ms":5,"event":{}'],
      ...[
        '{"recv_ms":5,"event":{}}x',
        '[{"recv_ms":5,"event":{}}]',
        '{"a":{"recv_ms":5,"event":{}}}',
      ],
      ...['{"RECV_MS":5,"event":{}}', '{"recv_ms":5,"event":{"a":}}'],
    ]
  ) assert.equal(read(line), undefined, line);
});

test("What begins with its type is a frame, whatever else it has", () => {
  assert.equal(read('{"type":"x","recv_ms":5,"event":{}}'), undefined);
  assert.equal(read('{ "type" : "x","recv_ms":5,"event":{}}'), undefined);
  assert.deepEqual(read('{"types":1,"recv_ms":5,"event":{}}'), { frame: "{}", tsRecv: 5000 });
});
