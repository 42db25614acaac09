/**
 * The scanner and `JSON.parse` must agree on every input. Lines here are real shapes, bent: keys
 * moved, doubled, renamed and invented, values retyped, text cut, bytes flipped. `SSMD_CENT_TAPES`
 * sets how many tapes are tried.
 */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import fc from "fast-check";
import { readChunks } from "./cent_read_test_support.ts";

/** Objects as lists of members, so that order and repetition can be bent. */
type Members = [key: string, value: string | Members][];

const SHAPES: readonly Members[] = String.raw`
{"type":"ticker","sid":1,"msg":{"market_ticker":"KXC-123456","price":50,"yes_bid":47,"yes_ask":54,"volume":3,"dollar_volume":2,"open_interest":1000,"ts":1769000000}}
{"type":"trade","sid":2,"seq":2,"msg":{"market_ticker":"KXB-123456","yes_price":49,"count":39,"taker_side":"no","ts":1769000002}}
{"type":"ticker","sid":1,"msg":{"market_id":"ea73abc1-76c6-7bc8-e8e9-b44aff277f41","market_ticker":"KXBTCD-26JAN20Q42-T82","price":55,"yes_bid":54,"no_bid":44,"no_ask":46,"yes_ask":56,"price_dollars":"0.5500","yes_bid_dollars":"0.5400","yes_ask_dollars":"0.5600","volume":19763,"dollar_volume":31934,"ts":1768867200,"Clock":6598272995},"_received_at":1768867200123456,"_session":"s1","_seq":17}
{"type":"ticker","sid":1,"msg":{"dollar_volume":31934,"last_trade_size_fp":"37.00","market_ticker":"KXBTCD-26JAN20Q42-T82","open_interest_fp":"62990.00","price_dollars":"0.5500","time":"2026-01-20T00:00:00.000000Z","ts":1768867200,"ts_ms":1768867200000,"volume_fp":"19763.00","yes_ask_dollars":"0.5600","yes_bid_dollars":"0.5400","no_bid_dollars":"0.4400"}}
{"type":"trade","sid":11,"seq":3,"msg":{"trade_id":"0c66fae3-5ac2","market_ticker":"KXNBAGAME-26JAN20M12-T52","yes_price_dollars":"0.5700","no_price_dollars":"0.4300","count_fp":"111.00","taker_side":"no","taker_outcome_side":"no","side":"yes","is_block_trade":false,"ts":1768867200,"ts_ms":1768867200864}}
{"type":"orderbook_delta","sid":1,"seq":4137133,"msg":{"market_ticker":"KXGOLD15M-26AUG102300-00","price_dollars":"0.3800","delta_fp":"-40.00","side":"yes","ts":"2026-08-11T02:45:10.657414Z","ts_ms":1786416310657}}
{"type":"market_lifecycle_v2","sid":1,"seq":279597,"msg":{"market_ticker":"KXMLBSPREAD-26JUL19-ATH4","determination_ts":1784501722,"result":"no","event_type":"determined"}}
{"type":"gap","reason":"sequence","sid":1,"from":3,"to":7,"_received_at":1768867200123456,"_session":"s1","_seq":17}
`.trim().split("\n").map((line) => membersOf(JSON.parse(line) as object));

/** Values to stand in for right ones: other types, other notations, the edges of what is exact. */
const VALUES: readonly string[] = [
  ...String.raw`
null true false 0 -0 1 12 -3 96 96.5 96.55 0.38 0.380 0.38000 01 1e5 1E-2 1.0 0.0000001 -0.00
9007199254740993 9007199254740991 9007199254740991.0 123456789012345 1234567890123456
12345678901234567890 90071992547409.91 0.1234567890123456 0.123456789 0.1234567891 1e400 -1e400
0.30000000000000000000 1.00000000000000000001 0.49999999999999999999999 1769000000.5 - 1. .5 +1
0.57 1.15 2.675 100.005 4.35 0.29 -0.57 123456789.57 12345.6789012345
"" "0.57" "1.15" "0.5" "0.50000" "0.12345" "1.0001" "-0.0100" "-0" "-0.00" "12" "007" "1e5" "NaN"
"0000000000000000000000000.5" "90071992547409.91" "1786416310.5" "Infinity" "0x10" "1_0" "1." ".1"
"yes" "no" "YES" "yesx" "n" "true" "null" "A" "A/b" "a*b" "\\" "\u0000" "\u0041" "a\"b" "ü"
"KXB-123456" "KXB-12345" "KXB-1234567" "KXC-123457" "__proto__" "toString"
"2026-08-11T02:45:10Z" "2026-" "202-6" "2026" "12345-" [] {} [[]] [null] {"ts":5} {"price":1}
{"market_ticker":"KXZ-1"} ticker "ticker" "trade" "orderbook_delta"
`.trim().split(/\s+/),
  '"A b"',
  "[1 ,2]",
  '"a\tb"',
  '"\u007f"',
  '"\u2028"',
  `"${"A".repeat(200)}"`,
  `"${"A".repeat(201)}"`,
];

const KEYS: readonly string[] = [
  "",
  "k".repeat(120),
  ...String.raw`
type sid msg market_ticker price yes_price last_price price_dollars yes_price_dollars last_price_dollars
side taker_side taker_outcome_side ts ts_ms volume volume_fp count count_fp dollar_volume yes_bid
yes_bid_dollars yes_ask no_bid no_bid_dollars no_ask_dollars _received_at brand_new __proto__
constructor 7 ^type ^msg pr\u0069ce \u006dsg grün
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
  if (typeof value !== "string" && value.length > 0 && dice.below(12) !== 0) {
    return bend(value, dice);
  }
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

function write(members: Members, space: string): string {
  const parts = members.map(([key, value]) =>
    `"${key}":${space}${typeof value === "string" ? value : write(value, space)}`
  );
  return `{${parts.join(`,${space}`)}}`;
}

const JUNK: readonly (readonly number[])[] = [
  [],
  [0x20],
  [0x0a],
  [0x0d],
  [0],
  [0xff],
  [0xc3, 0xa4],
  [0xef, 0xbb, 0xbf],
  [0x2c],
  [0x22],
  [0x7d],
  [0x31],
  [0x65],
  [0x5c],
];

/** A line with some bends, and sometimes damaged bytes. */
function oddLine(shape: Members, dice: Dice): Uint8Array {
  const members = structuredClone(shape);
  for (let bends = dice.pick([0, 0, 0, 1, 1, 1, 2, 4]); bends > 0; bends--) bend(members, dice);
  const end = dice.pick(["\n", "\n", "\n", "\n", "\r\n", " \n", "\n\n"]);
  const space = dice.pick(["", "", "", "", " "]);
  let bytes = new TextEncoder().encode(write(members, space) + end);
  for (let damages = dice.pick([0, 0, 0, 0, 0, 0, 0, 1]); damages > 0; damages--) {
    const at = dice.below(4) === 0 ? bytes.length : dice.below(bytes.length);
    const cut = dice.pick([0, 1, 1, 1, 7, bytes.length]);
    const rest = bytes.subarray(at + cut);
    bytes = Uint8Array.from([...bytes.subarray(0, at), ...dice.pick(JUNK), ...rest]);
  }
  return bytes;
}

/** Chunks of a file that a failed property prints readably. */
interface Tape {
  readonly chunks: readonly Uint8Array[];
  readonly [fc.toStringMethod]: () => string;
}

const oddTapes = fc.noShrink(fc.noBias(fc.nat())).map((seed): Tape => {
  const dice = new Dice(seed);
  // Lines of one shape after another: what one teaches must not mislead the next.
  const shapes = [dice.pick(SHAPES), dice.pick(SHAPES)];
  const lines = Array.from({ length: 1 + dice.below(12) }, () => oddLine(dice.pick(shapes), dice));
  const bytes = Uint8Array.from(lines.flatMap((line) => [...line]));
  const size = dice.pick([bytes.length, bytes.length, 300, 64]);
  return {
    chunks: Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, k) => bytes.slice(k * size, (k + 1) * size),
    ),
    [fc.toStringMethod]: () => `seed ${seed}: ${new TextDecoder().decode(bytes)}`,
  };
});

test("The scanner reads every line as JSON.parse does", () => {
  let scanned = 0;
  let parsed = 0;
  fc.assert(
    fc.property(oddTapes, ({ chunks }) => {
      const fast = readChunks(chunks, { capacity: 5 });
      const slow = readChunks(chunks, { capacity: 5, scanner: false });
      scanned += fast.counts.scanned;
      parsed += fast.counts.parsed;
      assert.deepEqual(fast.batches, slow.batches);
      assert.deepEqual(fast.received, slow.received);
      const { scanned: byBytes, parsed: byJson, ...losses } = fast.counts;
      const { scanned: none, parsed: all, ...expected } = slow.counts;
      assert.deepEqual(losses, expected);
      assert.equal(none, 0);
      assert.equal(byBytes + byJson, all);
    }),
    { numRuns: Number(process.env["SSMD_CENT_TAPES"] ?? 1500) },
  );
  // Otherwise one of the two would compare nothing.
  assert.ok(scanned > 1000 && parsed > 1000, `${scanned} scanned, ${parsed} parsed`);
});
