import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type CentRow, readChunks, readLines } from "./cent_read_test_support.ts";

const _ = NaN;
const BOTH = [{ scanner: true }, { scanner: false }];

/** The only row of a line whose `msg` has a market and `fields`; alike with and without scanner. */
function rowOf(fields: string, type = "ticker"): CentRow {
  const line = `{"type":"${type}","sid":1,"msg":{"market_ticker":"KXA-1",${fields}}}`;
  // The second line is read by the shape that the first one taught.
  const readings = BOTH.map((options) => readLines([line, line], options));
  const [first, second, ...more] = readings.flatMap(({ rows }) => rows);
  assert.equal(more.length, 2);
  for (const row of [second, ...more]) assert.deepEqual(row, first);
  return first!;
}

const COLUMNS = [
  "side",
  "ts",
  "price",
  "volume",
  "dollarVolume",
  "yesBid",
  "yesAsk",
  "noBid",
  "noAsk",
  "count",
];

/** One value of that row. */
function value(column: string, fields: string, type = "ticker"): number {
  return rowOf(fields, type)[2 + COLUMNS.indexOf(column)] as number;
}

test("A ticker in cents gives its quotes, totals and time, and nothing of NO", () => {
  const fields =
    `"price":50,"yes_bid":47,"yes_ask":54,"volume":3,"dollar_volume":2,"ts":1769000000`;
  assert.deepEqual(rowOf(fields), [1, "KXA-1", 0, 1769000000, 50, 3, 2, 47, 54, _, _, _]);
});

test("A trade in cents gives its price, count and taker's side", () => {
  const fields = `"yes_price":49,"count":39,"taker_side":"no","ts":1769000002`;
  assert.deepEqual(rowOf(fields, "trade"), [2, "KXA-1", 2, 1769000002, 49, _, _, _, _, _, _, 39]);
});

test("A fixed-point record gives what the same record in cents gives", () => {
  assert.deepEqual(
    rowOf(
      `"price_dollars":"0.5700","yes_bid_dollars":"0.2900","yes_ask_dollars":"0.5800","volume_fp":"3.50","dollar_volume":2,"ts":7,"ts_ms":7001`,
    ),
    rowOf(`"price":57,"yes_bid":29,"yes_ask":58,"volume":3.5,"dollar_volume":2,"ts":7`),
  );
  assert.deepEqual(
    rowOf(
      `"yes_price_dollars":"0.0700","no_price_dollars":"0.9300","count_fp":"39.00","taker_side":"yes","ts":7`,
      "trade",
    ),
    rowOf(`"yes_price":7,"count":39,"taker_side":"yes","ts":7`, "trade"),
  );
});

test("Dollars become the double nearest to the exact number of cents", () => {
  for (let price = 0; price <= 10_000; price++) {
    const text = (price / 10_000).toFixed(4);
    assert.equal(value("price", `"price_dollars":"${text}"`), Number((price / 100).toFixed(2)));
  }
  assert.equal(value("price", `"price_dollars":0.57`), 57);
  assert.equal(value("price", `"price_dollars":1e-7`), 0.00001);
  assert.equal(value("price", `"price_dollars":2e21`), 2e23);
  assert.equal(value("price", `"price_dollars":"0.123456789012345678"`), 12.3456789012345678);
});

test("Cents come before dollars, and price before yes_price before last_price", () => {
  assert.equal(value("price", `"price_dollars":"0.6000","price":50`), 50);
  assert.equal(value("price", `"last_price":3,"yes_price":2,"price":1`), 1);
  assert.equal(value("price", `"last_price":3,"yes_price":2,"price":null`), 2);
  assert.equal(value("price", `"last_price":3,"price_dollars":"0.01"`), 3);
  assert.equal(value("price", `"last_price_dollars":"0.03","yes_price_dollars":"0.02"`), 2);
  assert.equal(value("price", `"price":0,"price_dollars":"0.5000"`), 0);
  assert.equal(value("count", `"count_fp":"2.00","count":1`, "trade"), 1);
  assert.equal(value("volume", `"volume_fp":"2.00","volume":1`), 1);
});

test("A value that is empty, null or no plain decimal counts as absent", () => {
  for (
    const odd of [
      `""`,
      "null",
      "true",
      "{}",
      "[1]",
      `"abc"`,
      `"1e2"`,
      `" 1"`,
      `"+1"`,
      `".5"`,
      "1e999",
    ]
  ) {
    assert.equal(value("price", `"price":${odd},"price_dollars":"0.4400"`), 44, odd);
    assert.equal(value("yesBid", `"yes_bid":${odd}`), NaN, odd);
    assert.equal(value("ts", `"ts":${odd}`), 0, odd);
  }
  assert.equal(value("ts", `"ts":"2026-08-11T02:45:10.657414Z"`), 0);
});

test("A text with a plain decimal counts as a number", () => {
  assert.equal(value("price", `"price":"050"`), 50);
  assert.equal(value("yesBid", `"yes_bid":"-3.5"`), -3.5);
  assert.equal(value("ts", `"ts":"1769000000"`), 1769000000);
});

test("Zero has no sign", () => {
  for (const zero of ["-0", "-0.0", `"-0.00"`, "-0e5"]) {
    assert.ok(Object.is(value("price", `"price":${zero}`), 0), zero);
    assert.ok(Object.is(value("price", `"price_dollars":${zero}`), 0), zero);
  }
});

test("The side is that of taker_side, else of side, else of taker_outcome_side", () => {
  const side = (fields: string) => value("side", fields, "trade");
  assert.equal(side(`"side":"yes","taker_side":"no"`), 2);
  assert.equal(side(`"side":"yes","taker_side":null`), 1);
  assert.equal(side(`"side":"yes","taker_side":""`), 1);
  assert.equal(side(`"taker_outcome_side":"no","side":"yes"`), 1);
  assert.equal(side(`"taker_outcome_side":"no"`), 2);
  assert.equal(side(`"taker_side":"buy","side":"yes"`), 0);
  assert.equal(side(`"taker_side":1,"side":"yes"`), 0);
  assert.equal(side(`"count":1`), 0);
});

test("Every other type gives its market and its time alone", () => {
  const fields = `"price":50,"yes_bid":47,"count":3,"side":"yes","ts":7`;
  const expected = [0, "KXA-1", 0, 7, _, _, _, _, _, _, _, _];
  for (const type of ["orderbook_delta", "", "Ticker", "market_lifecycle_v2"]) {
    assert.deepEqual(rowOf(fields, type), expected);
  }
  for (const options of BOTH) {
    const line = `{"msg":{"market_ticker":"KXA-1",${fields}}}`;
    assert.deepEqual(readLines([line, `{"type":5,${line.slice(1)}`], options).rows, [
      expected,
      expected,
    ]);
  }
});

test("What stands beside msg, or deeper in it, is not read", () => {
  const line =
    `{"type":"ticker","price":9,"ts":9,"msg":{"market_ticker":"KXA-1","x":{"price":8,"market_ticker":"KXB"},"__proto__":{"ts":5}}}`;
  const expected = [1, "KXA-1", 0, 0, _, _, _, _, _, _, _, _];
  for (const options of BOTH) assert.deepEqual(readLines([line], options).rows, [expected]);
});

test("A member of msg is never taken for one beside it", () => {
  for (const options of BOTH) {
    const line = `{"msg":{"^type":"ticker","market_ticker":"KXMARKET","price":5}}`;
    assert.deepEqual(readLines([line, line], options).rows.map(([kind]) => kind), [0, 0]);
  }
});

test("Of a repeated key the last one counts", () => {
  assert.equal(value("price", `"price":1,"price":2`), 2);
  assert.equal(value("price", String.raw`"price":1,"pr\u0069ce":2`), 2);
});

test("A line that looks like the one before it, but is not JSON, is no row", () => {
  const lines = (value: string) =>
    ["5", "57", value, "5"].map((price) =>
      `{"type":"ticker","msg":{"market_ticker":"KXMARKET","price":${price}}}`
    );
  const odd = "01 00 -01 1. .5 - -- +1 1e 1e+ 0x1 1_0 1..2 1.2.3 NaN Infinity tru nul 'a' \"5";
  for (const value of [...odd.split(" "), "", "5 5", '5"', '"\t"', '"\\x"', "[5", "{5}"]) {
    for (const options of BOTH) {
      const { rows, counts } = readLines(lines(value), options);
      assert.equal(rows.length, 3, value);
      assert.equal(counts.parseErrors, 1, value);
    }
  }
});

test("Lines that are no records are counted by what they are, and blank ones not", () => {
  for (const options of BOTH) {
    const { rows, counts } = readLines([
      "",
      " \t\r",
      "garbage",
      `{"type":"ticker","msg":`,
      "\u0000",
      "[]",
      "null",
      "17",
      `{"type":"gap"}`,
      `{"msg":null}`,
      `{"msg":[1]}`,
      `{"msg":{}}`,
      `{"msg":{"market_ticker":""}}`,
      `{"msg":{"market_ticker":7}}`,
      `{"msg":{"market_ticker":"KXA-1"}}`,
    ], options);
    const { parseErrors, withoutMessage, withoutMarket } = counts;
    assert.deepEqual({ parseErrors, withoutMessage, withoutMarket }, {
      parseErrors: 3,
      withoutMessage: 6,
      withoutMarket: 3,
    });
    assert.deepEqual(rows.map(([, ticker]) => ticker), ["KXA-1"]);
  }
});

test("Frequent lines are scanned, and odd ones parsed", () => {
  const line = (ticker: string, rest = "") =>
    `{"type":"ticker","msg":{"market_ticker":"${ticker}","price":5${rest}}}`;
  const { counts } = readLines([
    line("KXA-12345"),
    line("KXB-12345"),
    line("KXA-12345", `,"extra":[1]`),
    line("KXÄ-12345"),
    line("KXA-12345", "e0"),
    `${line("KXA-12345")}\r`,
    line("KXA-12345").replaceAll(":", ": "),
  ]);
  assert.equal(counts.scanned, 4);
  assert.equal(counts.parsed, 3);
});

test("Batches hold the same rows however the text is cut into chunks", () => {
  const lines = Array.from({ length: 23 }, (_, k) => {
    const comma = k % 5 === 0 ? " ," : ",";
    const noise = k % 4 === 0 ? "\n\nnoise" : "";
    return `{"type":"ticker","msg":{"market_ticker":"KXMARKET-${
      k % 3
    }"${comma}"price":${k}},"_received_at":${100 + k}}${noise}`;
  });
  const bytes = new TextEncoder().encode(lines.join("\n"));
  for (const capacity of [1, 2, 7, 23, 64]) {
    const expected = readChunks([bytes], { capacity });
    assert.deepEqual(expected.batches.flat().map((row) => row[4]), [...lines.keys()]);
    assert.equal(expected.received.at(-1), 122);
    fc.assert(
      fc.property(
        fc.array(fc.nat(bytes.length), { maxLength: 40 }),
        fc.boolean(),
        (cuts, scanner) => {
          const ends = [...cuts, bytes.length].sort((a, b) => a - b);
          const chunks = ends.map((end, k) => bytes.slice(k === 0 ? 0 : ends[k - 1], end));
          const reading = readChunks(chunks, { capacity, scanner });
          assert.deepEqual(reading.batches, expected.batches);
          assert.deepEqual(reading.received, expected.received);
        },
      ),
      { numRuns: 40 },
    );
  }
});

test("A line longer than the limit is skipped and counted, whole or in pieces", () => {
  const short = `{"type":"ticker","msg":{"market_ticker":"KXMARKET","price":1}}`;
  const long = short.replace("KXMARKET", "KXMARKET-LONG");
  const bytes = new TextEncoder().encode([short, long, short, "x".repeat(500), short].join("\n"));
  for (const size of [7, 100, bytes.length]) {
    for (const scanner of [true, false]) {
      const chunks = Array.from(
        { length: Math.ceil(bytes.length / size) },
        (_, k) => bytes.slice(k * size, (k + 1) * size),
      );
      const { batches, counts } = readChunks(chunks, { longestLine: short.length + 1, scanner });
      assert.deepEqual(batches.flat().map(([, ticker]) => ticker), Array(3).fill("KXMARKET"));
      assert.equal(counts.tooLong, 2);
    }
  }
});

test("The receive time is the last row's own, else the exchange's", () => {
  const line = (fields: string, beside = "") =>
    `{"type":"ticker","msg":{"market_ticker":"KXMARKET"${fields}}${beside}}`;
  const after = (...lines: string[]) => readLines(lines).received.at(-1);
  assert.equal(
    after(line(`,"ts":5`, `,"_received_at":1769000000123456,"_seq":1`)),
    1769000000123456,
  );
  assert.equal(after(line(`,"ts":5,"ts_ms":5250`)), 5_250_000);
  assert.equal(after(line(`,"ts":5`)), 5_000_000);
  assert.equal(after(line(`,"ts":5`), line(""), `{"type":"gap","_received_at":9}`), 5_000_000);
  assert.equal(after(line("")), 0);
});
