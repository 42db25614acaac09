/**
 * The scanner and the reader must agree on every input. Frames here are real shapes, bent: keys
 * moved, doubled, renamed and invented, values retyped, text cut, bytes flipped.
 */
import { EventBatch, exchangeTime } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { KalshiDecoder } from "../decoder.ts";
import { KalshiSequence } from "../sequence.ts";

/** Objects as lists of members, so that order and repetition can be bent. */
type Members = [key: string, value: string | Members][];

const SHAPES: readonly Members[] = String.raw`
{"type":"orderbook_delta","sid":1,"seq":4137133,"msg":{"market_ticker":"KXGOLD15M-26AUG102300-00","market_id":"6e7fd39d-990a-4178","price_dollars":"0.3800","delta_fp":"-40.00","side":"yes","ts":"2026-08-11T02:45:10.657414Z","ts_ms":1786416310657}}
{"type":"orderbook_delta","sid":2,"seq":3,"msg":{"market_ticker":"FED-23DEC-T3.00","price":96,"price_dollars":"0.960","delta":-54,"delta_fp":"-54.00","side":"no"}}
{"type":"orderbook_snapshot","sid":1,"seq":1,"msg":{"market_ticker":"KXGOLD15M-26AUG102300-00","market_id":"6e7fd39d-990a-4178","yes_dollars_fp":[["0.0100","1410.00"],["0.0200","5.50"]],"no_dollars_fp":[["0.0100","100.00"],["0.0200","2500.00"]]}}
{"type":"orderbook_snapshot","sid":2,"seq":2,"msg":{"market_ticker":"FED-23DEC-T3.00","yes":[[8,300],[22,333]],"yes_dollars":[["0.080",300],["0.220",333]],"yes_dollars_fp":[["0.0800","300.00"],["0.2200","333.00"]],"no":[[54,20],[56,146]]}}
{"type":"orderbook_snapshot","sid":1,"seq":9,"msg":{"market_ticker":"KXGOLD15M-26AUG102300-00","yes":[]}}
{"type":"ticker","sid":1,"msg":{"dollar_open_interest":309350,"dollar_volume":1116743,"last_trade_size_fp":"0.11","market_id":"e8117a18-7e83","market_ticker":"KXBTC15M-26JUL191145-45","open_interest_fp":"618700.14","price_dollars":"0.9990","time":"2026-07-19T15:45:00.544125Z","ts":1784475900,"ts_ms":1784475900544,"volume_fp":"2233487.48","yes_ask_dollars":"1.0000","yes_ask_size_fp":"0.00","yes_bid_dollars":"0.0000"}}
{"type":"ticker","sid":1,"msg":{"market_ticker":"KXBRASILEIROGAME-25NOV29CEACRU-CRU","price":0,"yes_bid":37,"yes_ask":43,"no_bid":57,"price_dollars":"","yes_bid_dollars":"0.3700","volume":0,"dollar_volume":0,"ts":1732579880,"Clock":6598272643}}
{"type":"trade","sid":2,"seq":248862,"msg":{"trade_id":"6c564d64-97c3","market_ticker":"KXGOLD15M-26AUG102300-00","yes_price_dollars":"0.5100","no_price_dollars":"0.4900","count_fp":"0.10","taker_side":"yes","taker_outcome_side":"yes","taker_book_side":"bid","is_block_trade":false,"ts":1786416313,"ts_ms":1786416313453}}
{"type":"trade","sid":2,"seq":17,"msg":{"market_ticker":"KXB-1","yes_price":49,"count":39,"taker_side":"no","ts":1769000002}}
{"type":"market_lifecycle_v2","sid":1,"seq":279597,"msg":{"market_ticker":"KXMLBSPREAD-26JUL19-ATH4","determination_ts":1784501722,"result":"no","settlement_value":"0.0000","event_type":"determined"}}
{"type":"ok","id":123,"sid":1,"seq":222,"msg":{"market_tickers":["A-1","B-2"]}}
{"type":"unsubscribed","id":102,"sid":2,"seq":7}
{"type":"subscribed","id":1,"msg":{"channel":"trade","sid":1}}
`.trim().split("\n").map((line) => membersOf(JSON.parse(line) as object));

/** Values to stand in for right ones: other types, other notations, the edges of what is exact. */
const VALUES: readonly string[] = [
  ...String.raw`
null true false 0 -0 1 12 -3 96 96.5 96.55 0.38 0.380 0.38000 01 1e5 1E-2 1.0 0.0000001 -0.00
9007199254740993 9007199254740991 9007199254740991.0 123456789012345 1234567890123456
12345678901234567890 90071992547409.91 90071992547409.92 45035996273704.97 0.1234567890123456
0.30000000000000000000 1.00000000000000000001 0.49999999999999999999999 1786416310657.5
1786416310657.1234 253402300800 -1 . - 1. .5 +1
"" "0.5" "0.50000" "0.12345" "1.0001" "1.0000" "-0.0100" "-0" "-0.00" "12" "007" "1e5" "NaN"
"0000000000000000000000000.5" "90071992547409.91" "90071992547409.92" "1786416310.5"
"yes" "no" "YES" "true" "A" "A/b" "." ".." "a*b" "x>y" "\\" "\u0000" "\u0041" "a\"b" "ü" "KXB-2"
"KXGOLD15M-26AUG102300-01" "2026-08-11T02:45:10Z" "2026-08-11T02:45:60Z"
"2026-08-11T02:45:10.1234567Z" "2026-08-11T02:45:10.123456000Z" "2026-08-11T02:45:10.1234560000Z"
"2026-08-11T02:45:10.Z" "2026-08-11t02:45:10z" "2026-08-11T02:45:10+01:00" "2026-08-11T02:45"
"2026-02-30T02:45:10Z" "0001-01-01T00:00:00Z" "2026-08-11T02:45:1Z" "2026-08-11T02:45:103Z"
"2026-08-11T02:46:10.5Z" [] {} [[]] [null] [["0.0100","1.00"],["0.02",3]]
[["0.0100","1.00"],["x","3"]] [["0.0100","1.00",1]] [["0.0100"]] [["0.0100",-1]] [[1,2],] [[1,2]
[[1,2],[3,4],[5,6]] [[0.5,1],[1.5,1]] [["1.0001","1"]] {"a":[1,{"b":null}]}
`.trim().split(/\s+/),
  '"A b"',
  "[[1 ,2]]",
  '"a\tb"',
  '"\u007f"',
  `"${"A".repeat(200)}"`,
  `"${"A".repeat(201)}"`,
  "[".repeat(300) + "]".repeat(300),
];

const KEYS: readonly string[] = [
  "",
  "k".repeat(120),
  ...String.raw`
type sid seq id msg market_ticker price price_dollars delta_fp side ts ts_ms time yes no
yes_dollars_fp is_block_trade brand_new another_new __proto__ constructor 7 ^seq ^a a tys \u0073id grün
`.trim().split(/\s+/),
];

function membersOf(object: object): Members {
  return Object.entries(object).map(([key, value]) => [
    key,
    key === "msg" ? membersOf(value as object) : JSON.stringify(value),
  ]);
}

/** Numbers from a seed (mulberry32). */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  below(bound: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)]!;
  }
}

/** Bends a copy of `members` once. */
function bend(members: Members, dice: Dice): void {
  const at = dice.below(members.length);
  const [key, value] = members[at]!;
  if (typeof value !== "string" && value.length > 0 && dice.below(8) !== 7) bend(value, dice);
  else {
    switch (dice.below(8)) {
      case 0:
      case 1:
      case 2:
        members[at] = [key, dice.pick(VALUES)];
        break;
      case 3:
        members.splice(at, 1);
        if (members.length === 0) members.push(["a", "1"]);
        break;
      case 4:
        members.splice(dice.below(members.length), 0, ...members.splice(at, 1));
        break;
      case 5:
        members.splice(at, 0, [dice.pick(KEYS), dice.pick(VALUES)]);
        break;
      case 6:
        members[at] = [dice.pick(KEYS), value];
        break;
      case 7:
        members.push([key, dice.below(2) === 0 ? value : dice.pick(VALUES)]);
    }
  }
}

function write(members: Members): string {
  const parts = members.map(([key, value]) =>
    `"${key}":${typeof value === "string" ? value : write(value)}`
  );
  return `{${parts.join(",")}}`;
}

/** A frame with some bends, and sometimes damaged bytes. */
function oddFrame(dice: Dice): Uint8Array {
  const members = structuredClone(dice.pick(SHAPES));
  for (let bends = dice.pick([0, 0, 0, 1, 1, 1, 2, 4]); bends > 0; bends--) bend(members, dice);
  if (dice.below(3) === 0) {
    const seq = members.findIndex(([key]) => key === "seq");
    if (seq >= 0) members[seq] = ["seq", String(dice.below(8))];
  }
  let bytes = new TextEncoder().encode(write(members));
  for (let damages = dice.pick([0, 0, 0, 0, 0, 0, 0, 1]); damages > 0; damages--) {
    const at = dice.below(4) === 0 ? bytes.length : dice.below(bytes.length);
    const junk = dice.pick([
      [],
      [0x20],
      [0x0a],
      [0],
      [0xff],
      [0xc3, 0xa4],
      [0x2c],
      [0x22],
      [0x7d],
      [
        0x31,
      ],
      [0x65],
      [0x5c],
    ]);
    const cut = dice.pick([0, 1, 1, 1, 7, bytes.length]);
    bytes = Uint8Array.from([...bytes.subarray(0, at), ...junk, ...bytes.subarray(at + cut)]);
  }
  return bytes;
}

/** A tape that a failed property prints readably. */
interface Tape {
  readonly exact: boolean;
  /** Whether frames lie in one file, each in a message of its own, or each behind a header. */
  readonly layout: "file" | "messages" | "records";
  readonly frames: readonly Uint8Array[];
  readonly [fc.toStringMethod]: () => string;
}

const oddTapes = fc.noShrink(fc.noBias(fc.nat())).map((seed): Tape => {
  const dice = new Dice(seed);
  const frames: Uint8Array[] = [];
  for (let count = 1 + dice.below(6); count > 0; count--) frames.push(oddFrame(dice));
  const texts = frames.map((frame) => new TextDecoder().decode(frame));
  return {
    exact: dice.below(2) === 0,
    layout: dice.pick(["file", "messages", "records"] as const),
    frames,
    [fc.toStringMethod]: () => `seed ${seed}: ${texts.join("\n")}`,
  };
});

/** The frames of a tape as its layout has them: where they lie, from where and to where. */
function placesOf({ layout, frames }: Tape): (readonly [Uint8Array, number, number])[] {
  const file = Uint8Array.from(frames.flatMap((frame) => [...frame, 0x0a]));
  let start = 0;
  return frames.map((frame) => {
    const { length } = frame;
    if (layout === "messages") return [frame, 0, length];
    if (layout === "records") return [Uint8Array.from([0x7b, ...frame]), 1, length + 1];
    const from = start;
    start += length + 1;
    return [file, from, from + length];
  });
}

/**
 * Everything that a decoder gave for a tape. One that `looks` is asked for the time of each frame before
 * it decodes it, and of frames that it decodes later or never.
 */
function decodeAll(tape: Tape, scanner: boolean, looks = false) {
  const decoder = new KalshiDecoder({ scanner });
  const batch = new EventBatch(decoder.symbols, 2);
  const sizes: number[] = [];
  const places = placesOf(tape);
  for (const [k, [data, from, to]] of places.entries()) {
    const session = { id: "s", exact: tape.exact };
    const later = places[(k + 1) % places.length]!;
    if (looks && k % 4 < 2) assertSameTime(decoder, data, from, to);
    if (looks && (k % 4 === 1 || k % 4 === 2)) assertSameTime(decoder, ...later);
    if (looks && k % 4 === 1) assertSameTime(decoder, data, from, to);
    decoder.decode(data, from, to, session, 1e15 + k, batch);
    sizes.push(batch.length);
  }
  const { frames, malformed, duplicates, types, unknownTypes, unknownFields, invalidFields } =
    decoder.counts;
  return {
    sizes,
    kind: [...batch.kind.subarray(0, batch.length)],
    market: [...batch.market.subarray(0, batch.length)],
    tsEvent: [...batch.tsEvent.subarray(0, batch.length)],
    tsRecv: [...batch.tsRecv.subarray(0, batch.length)],
    side: [...batch.side.subarray(0, batch.length)],
    price: [...batch.price.subarray(0, batch.length)],
    size: [...batch.size.subarray(0, batch.length)],
    ref: [...batch.ref.subarray(0, batch.length)],
    flags: [...batch.flags.subarray(0, batch.length)],
    quotes: Array.from({ length: batch.quotes.length }, (_, row) => batch.quotes.at(row)),
    details: [...batch.details],
    symbols: Array.from({ length: decoder.symbols.size }, (_, id) => decoder.symbols.name(id)),
    counts: {
      frames,
      malformed,
      duplicates,
      types: [...types],
      unknownTypes: [...unknownTypes],
      unknownFields: [...unknownFields],
      invalidFields: [...invalidFields],
    },
  };
}

function assertSameTime(
  decoder: KalshiDecoder,
  data: Uint8Array,
  start: number,
  end: number,
): void {
  assert.equal(decoder.exchangeTime(data, start, end), exchangeTime(data, start, end));
}

const numRuns = Number(process.env["SSMD_FUZZ_RUNS"] ?? 1000);

test("A decoder with its scanner gives what it gives without, on every tape", () => {
  fc.assert(
    fc.property(oddTapes, (tape) => {
      assert.deepEqual(decodeAll(tape, true), decodeAll(tape, false));
      assert.deepEqual(decodeAll(tape, true, true), decodeAll(tape, false));
    }),
    { numRuns },
  );
});

/** Compares both paths on frames without numbers, which are therefore all applied. */
function assertEqual(frames: readonly Uint8Array[]): void {
  const tape: Tape = { exact: true, layout: "records", frames, [fc.toStringMethod]: () => "" };
  assert.deepEqual(decodeAll(tape, true), decodeAll(tape, false));
  assert.deepEqual(decodeAll(tape, true, true), decodeAll(tape, false));
}

test("The paths agree on every odd value of every field, once its shape is known", () => {
  for (const shape of SHAPES.map(withoutSeq)) {
    const known = new TextEncoder().encode(write(shape));
    for (const members of [shape, shape.find(([key]) => key === "msg")?.[1] ?? []]) {
      if (typeof members === "string") continue;
      for (const member of members) {
        const value = member[1];
        assertEqual(VALUES.flatMap((odd) => {
          member[1] = odd;
          return [known, new TextEncoder().encode(write(shape))];
        }));
        member[1] = value;
      }
    }
  }
});

test("The paths agree on frames that are cut, prolonged or changed in any byte", () => {
  for (const shape of SHAPES.map(withoutSeq)) {
    const known = new TextEncoder().encode(write(shape));
    const frames = [known];
    for (let at = 0; at <= known.length; at++) {
      frames.push(known.subarray(0, at));
      for (const junk of ' "0}\\\xff') {
        const byte = junk.charCodeAt(0);
        frames.push(Uint8Array.from([...known.subarray(0, at), byte, ...known.subarray(at + 1)]));
        if (at > known.length - 4) {
          frames.push(Uint8Array.from([...known.subarray(0, at), byte, ...known.subarray(at)]));
        }
      }
    }
    assertEqual(frames);
  }
});

function withoutSeq(shape: Members): Members {
  return structuredClone(shape).filter(([key]) => key !== "seq");
}

test("A sequence check with its scanner judges as it judges without, on every tape", () => {
  fc.assert(
    fc.property(oddTapes, fc.constantFrom("restart", "late"), ({ frames }, onLower) => {
      const fast = new KalshiSequence({ onLower });
      const slow = new KalshiSequence({ onLower, scanner: false });
      for (const [k, frame] of frames.entries()) {
        assert.deepEqual(
          fast.observe("s", frame, 0, frame.length, k),
          slow.observe("s", frame, 0, frame.length, k),
        );
      }
    }),
    { numRuns },
  );
});

test("The odd tapes reach the scanner, its refusals and every count", () => {
  const seen = { scanned: 0, frames: 0, malformed: 0, duplicates: 0, unknown: 0, invalid: 0 };
  for (const tape of fc.sample(oddTapes, { numRuns: 400, seed: 7 })) {
    const decoder = new KalshiDecoder();
    const batch = new EventBatch(decoder.symbols);
    for (const frame of tape.frames) {
      decoder.decode(frame, 0, frame.length, { id: "s", exact: tape.exact }, 1, batch);
    }
    seen.scanned += decoder.scanned;
    seen.frames += decoder.counts.frames;
    seen.malformed += decoder.counts.malformed;
    seen.duplicates += decoder.counts.duplicates;
    seen.unknown += decoder.counts.unknownFields.size;
    seen.invalid += decoder.counts.invalidFields.size;
  }
  assert.ok(seen.scanned > seen.frames / 5, JSON.stringify(seen));
  for (const count of Object.values(seen)) assert.ok(count > 20, JSON.stringify(seen));
});
