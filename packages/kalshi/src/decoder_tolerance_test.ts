import { EventBatch, type MarketEvent } from "@ssmd/core";
import assert from "node:assert/strict";
import { test } from "node:test";
import { KalshiDecoder } from "./decoder.ts";

/** The events of one frame by both paths, and how often the scanner took it. */
function decode(frame: string | Uint8Array | object): {
  events: MarketEvent[];
  invalid: string[];
  unknown: string[];
  types: string[];
  malformed: number;
  scanned: number;
} {
  const data = frame instanceof Uint8Array
    ? frame
    : new TextEncoder().encode(typeof frame === "string" ? frame : JSON.stringify(frame));
  const [fast, slow] = [true, false].map((scanner) => {
    const decoder = new KalshiDecoder({ scanner });
    const batch = new EventBatch(decoder.symbols);
    decoder.decode(data, 0, data.length, { id: "a", exact: true }, 5, batch);
    const { invalidFields, unknownFields, unknownTypes, malformed } = decoder.counts;
    return {
      events: Array.from({ length: batch.length }, (_, row) => batch.at(row)),
      invalid: [...invalidFields.keys()],
      unknown: [...unknownFields.keys()],
      types: [...unknownTypes.keys()],
      malformed,
      scanned: decoder.scanned,
    };
  });
  assert.deepEqual({ ...fast, scanned: 0 }, slow);
  return fast!;
}

function delta(fields: object): ReturnType<typeof decode> {
  const msg = { market_ticker: "A-1", price_dollars: "0.3800", delta_fp: "-40.00", side: "yes" };
  return decode({ type: "orderbook_delta", sid: 1, seq: 2, msg: { ...msg, ...fields } });
}

test("A price is taken when it is exact, in dollars or else in cents", () => {
  const cases: [dollars: unknown, cents: unknown, price: number | undefined, ...odd: string[]][] = [
    ["0.3800", undefined, 3800],
    ["0.38", 99, 3800],
    [0.38, undefined, 3800],
    ["0.38000000", undefined, 3800],
    ["1", undefined, 10000],
    ["-0", undefined, 0],
    ["00.5", undefined, 5000],
    [1e-7, 12, 1200, "price_dollars"],
    ["0.38001", 12, 1200, "price_dollars"],
    ["1.0001", 12, 1200, "price_dollars"],
    ["-0.0100", 12, 1200, "price_dollars"],
    ["1e-1", 12, 1200, "price_dollars"],
    ["", 12, 1200, "price_dollars"],
    ["NaN", 12, 1200, "price_dollars"],
    [".5", 12, 1200, "price_dollars"],
    [null, 12, 1200, "price_dollars"],
    [{}, 12, 1200, "price_dollars"],
    [true, "12", 1200, "price_dollars"],
    [["0.38"], "12.5", 1250, "price_dollars"],
    [undefined, 101, undefined, "price"],
    ["x", "12.555", undefined, "price_dollars", "price"],
    [undefined, undefined, undefined, "price_dollars"],
  ];
  for (const [price_dollars, price, expected, ...odd] of cases) {
    const { events, invalid } = delta({ price_dollars, price });
    assert.equal(events[0]!.price, expected, String(price_dollars));
    assert.deepEqual(invalid, odd.map((name) => `orderbook_delta.${name}`));
  }
});

test("A size is taken when it is exact, in hundredths or else in whole contracts", () => {
  const cases: [exact: unknown, whole: unknown, size: number | undefined, ...odd: string[]][] = [
    ["-40.00", 7, -4000],
    [-40, undefined, -4000],
    ["0.11", undefined, 11],
    ["0.110000", undefined, 11],
    ["-0.00", undefined, 0],
    [undefined, "-7", -700],
    ["0.111", 7, 700, "delta_fp"],
    ["123456789012345.67", undefined, undefined, "delta_fp"],
    ["12345678901234.56", undefined, 1234567890123456],
    [9007199254740993, -1, -100, "delta_fp"],
    ["+5", [5], undefined, "delta_fp", "delta"],
  ];
  for (const [delta_fp, whole, expected, ...odd] of cases) {
    const { events, invalid } = delta({ delta_fp, delta: whole });
    assert.equal(events[0]!.size, expected, String(delta_fp));
    assert.deepEqual(invalid, odd.map((name) => `orderbook_delta.${name}`));
  }
});

test("A delta without a side comes all the same, so that the book can notice", () => {
  for (const side of ["YES", null, 1, undefined]) {
    const { events, invalid } = delta({ side });
    assert.deepEqual(events, [
      { kind: "delta", market: "A-1", tsRecv: 5, price: 3800, size: -4000, last: true },
    ]);
    assert.deepEqual(invalid, ["orderbook_delta.side"]);
  }
});

test("A time is taken from ts_ms, else from ts in seconds or as text", () => {
  const cases: [ts_ms: unknown, ts: unknown, time: number | undefined, ...odd: string[]][] = [
    [1786416310657, "2000-01-01T00:00:00Z", 1786416310657000],
    ["1786416310657.25", undefined, 1786416310657250],
    [undefined, 1669149841, 1669149841000000],
    [undefined, "1669149841.5", 1669149841500000],
    [undefined, "2026-08-11T02:45:10.657414Z", 1786416310657414],
    [undefined, "2026-08-11T02:45:10.66071Z", 1786416310660710],
    [undefined, "2026-08-11t04:45:10.660710000+02:00", 1786416310660710],
    [-1, 1669149841, 1669149841000000, "ts_ms"],
    ["soon", "1970-01-01T00:00:00Z", 0, "ts_ms"],
    [1786416310657.1234, undefined, undefined, "ts_ms"],
    [undefined, "2026-08-11T02:45:10.1234567Z", undefined, "ts"],
    [undefined, "2026-08-11T02:45:10", undefined, "ts"],
    [undefined, "2026-02-30T02:45:10Z", undefined, "ts"],
    [undefined, "0001-01-01T00:00:00Z", undefined, "ts"],
    [null, 9007199254740993, undefined, "ts_ms", "ts"],
  ];
  for (const [ts_ms, ts, expected, ...odd] of cases) {
    const { events, invalid } = delta({ ts_ms, ts });
    assert.equal(events[0]!.tsEvent, expected, `${ts_ms} ${ts}`);
    assert.deepEqual(invalid, odd.map((name) => `orderbook_delta.${name}`));
  }
});

test("A ticker is 1 to 200 printable characters that are no path and no wildcard", () => {
  for (const name of ["A", "KXA-26(B)-T0.5", "a\"b'c", "A".repeat(200), "..."]) {
    const { events, invalid } = delta({ market_ticker: name });
    assert.deepEqual([events[0]!.market, invalid], [name, []]);
  }
  const odd = ["", ".", "..", "A B", "A/B", "A\\B", "A*B", "A>B", "Ä", "\u0000", "A".repeat(201)];
  for (const name of [...odd, 12, null, undefined, ["A"]]) {
    const { events, invalid } = delta({ market_ticker: name });
    assert.deepEqual([events[0]!.market, invalid], [undefined, ["orderbook_delta.market_ticker"]]);
    assert.equal(events[0]!.price, 3800);
  }
});

test("A bad entry of a ladder is a level without the bad part", () => {
  const snapshot = (msg: object) => {
    const frame = { type: "orderbook_snapshot", msg: { market_ticker: "A-1", ...msg } };
    const { events, invalid } = decode(frame);
    return [events.slice(1).map(({ side, price, size }) => [side, price, size]), invalid];
  };
  const yes_dollars_fp = [
    ["0.0100", "1.00"],
    ["1.0100", "1.00"],
    ["0.0200", "-1.00"],
    ["0.0300"],
    ["0.0400", "1.00", 1],
    null,
  ];
  assert.deepEqual(snapshot({ yes_dollars_fp }), [[
    ["yes", 100, 100],
    ["yes", undefined, 100],
    ["yes", 200, undefined],
    ["yes", undefined, undefined],
    ["yes", undefined, undefined],
    ["yes", undefined, undefined],
  ], ["orderbook_snapshot.yes_dollars_fp"]]);
  // A complete ladder in another form is better; one that is no list at all is still one bad level.
  assert.deepEqual(snapshot({ yes_dollars_fp, yes: [[8, 300]] }), [
    [["yes", 800, 30000]],
    ["orderbook_snapshot.yes_dollars_fp"],
  ]);
  assert.deepEqual(snapshot({ no_dollars_fp: null }), [
    [["no", undefined, undefined]],
    ["orderbook_snapshot.no_dollars_fp"],
  ]);
});

test("A bad ladder is not remembered", () => {
  const decoder = new KalshiDecoder({ scanner: false });
  const batch = new EventBatch(decoder.symbols);
  for (const yes of ['"yes":7,', ""]) {
    const text = `{"type":"orderbook_snapshot","msg":{${yes}"market_ticker":"A-1"}}`;
    const data = new TextEncoder().encode(text);
    decoder.decode(data, 0, data.length, { id: "a", exact: true }, 5, batch);
  }
  assert.deepEqual(Array.from({ length: batch.length }, (_, row) => batch.at(row).kind), [
    "snapshot",
    "level",
    "snapshot",
  ]);
});

test("A trade says what it lacks", () => {
  assert.deepEqual(decode({ type: "trade", msg: { market_ticker: "A-1", count: 1 } }).invalid, [
    "trade.yes_price_dollars",
  ]);
  const { events, invalid } = decode({ type: "trade", sid: {}, seq: "1e3", msg: [] });
  assert.deepEqual(events, [{ kind: "trade", tsRecv: 5, last: true }]);
  const lost = ["^sid", "^seq", "^msg", "market_ticker", "yes_price_dollars", "count_fp"];
  assert.deepEqual(invalid, lost.map((name) => `trade.${name}`));
});

test("Bytes that are no JSON object in UTF-8 are malformed", () => {
  const frames = [
    "",
    "null",
    "[]",
    "12",
    '"x"',
    "{",
    '{"type":"trade","msg":{}',
    '{"type":"trade","msg":{},}',
    '{"type":"trade","msg":{"count":1}}}',
    '{"type":"trade","msg":{"count":1}} {}',
    '{"type":"trade","msg":{"count":01}}',
    "[".repeat(100_000),
    new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
  ];
  for (const frame of frames) {
    const { events, malformed } = decode(frame);
    assert.deepEqual([events, malformed], [[{ kind: "other", tsRecv: 5, last: true }], 1]);
  }
});

test("An unknown type is counted, and so is a frame without one", () => {
  const other = [{ kind: "other", tsRecv: 5, last: true }];
  for (
    const [frame, name] of [
      [{ type: "brand_new", msg: { market_ticker: "A-1", x: 1 } }, "brand_new"],
      [{ type: "__proto__" }, "__proto__"],
      [{ type: 5 }, "(none)"],
      [{}, "(none)"],
    ] as const
  ) {
    const { events, types, unknown } = decode(frame);
    assert.deepEqual([events, types, unknown], [other, [name], []]);
  }
});

test("A new field of a known type is counted, and does not cost the scanner", () => {
  const text = (field: string) =>
    `{"type":"trade","sid":1,"new":null,"msg":{"market_ticker":"A-1","count_fp":"1.00",${field},` +
    `"yes_price_dollars":"0.5000"}}`;
  for (const value of ['"text"', "12.5", "true", "null", "-0"]) {
    const { events, unknown, scanned } = decode(text(`"newer":${value}`));
    assert.deepEqual(events, [
      { kind: "trade", market: "A-1", tsRecv: 5, price: 5000, size: 100, last: true },
    ]);
    assert.deepEqual([unknown, scanned], [["trade.^new", "trade.newer"], 1]);
  }
  for (const value of ["[1]", "{}", "1e5", '"\\n"', '"ü"']) {
    const { unknown, scanned } = decode(text(`"newer":${value}`));
    assert.deepEqual([unknown, scanned], [["trade.^new", "trade.newer"], 0]);
  }
  // JSON.parse puts keys that are array indexes first.
  assert.deepEqual(decode('{"type":"trade","msg":{"b":1,"7":1,"count":1,"price":1}}').unknown, [
    "trade.7",
    "trade.b",
  ]);
  assert.deepEqual(decode(text('"__proto__":{"count_fp":"9.00"}')).unknown, [
    "trade.^new",
    "trade.__proto__",
  ]);
});

test("Of a repeated key the last value counts, as in JSON.parse", () => {
  const { events } = decode(
    '{"type":"trade","type":"trade","msg":{"market_ticker":"A","count":1,"count":2,"price":3}}',
  );
  assert.equal(events[0]!.size, 200);
});

test("Names that are counted stay bounded", () => {
  const decoder = new KalshiDecoder();
  const batch = new EventBatch(decoder.symbols);
  const feed = (text: string) => {
    const data = new TextEncoder().encode(text);
    decoder.decode(data, 0, data.length, { id: "a", exact: true }, 5, batch);
  };
  for (let k = 0; k < 1500; k++) feed(`{"type":"trade","msg":{"f${k}":1}}`);
  for (let k = 0; k < 1500; k++) feed(`{"type":"t${k}"}`);
  feed(`{"type":"${"x".repeat(1000)}"}`);
  const { unknownFields, unknownTypes, types } = decoder.counts;
  assert.equal(unknownFields.size, 1001);
  assert.equal(unknownFields.get("(more)"), 500);
  assert.equal(unknownFields.get("trade.f999"), 1);
  assert.equal(unknownTypes.get("(more)"), 501);
  assert.equal(types.get("(more)"), 501);
  assert.equal(types.get("trade"), 1500);
});
