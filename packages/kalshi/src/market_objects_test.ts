import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { SsmdError } from "@ssmd/core";
import { type MarketObjects, parseMarketObjects } from "./market_objects.ts";

const data = process.env.SSMD_DATA;
const skip = data === undefined ? "SSMD_DATA is not set" : false;

const market = { ticker: "KXA-1-YES", event_ticker: "KXA-1", result: "" };
const event = { event_ticker: "KXA-1", series_ticker: "KXA", title: "A" };
const series = { ticker: "KXA", fee_type: "quadratic", fee_multiplier: 1 };
const seriesChange = {
  id: "1",
  series_ticker: "KXA",
  fee_type: "quadratic",
  fee_multiplier: 0.5,
  scheduled_ts: "2026-07-01T00:00:00Z",
};
const eventChange = {
  id: "2",
  event_ticker: "KXA-1",
  series_ticker: "KXA",
  fee_type_override: null,
  fee_multiplier_override: null,
  scheduled_ts: "2026-07-01T00:00:00Z",
};

/** Markets, events, series, series fee changes, event fee changes. */
function counts(objects: MarketObjects): number[] {
  return [
    objects.markets.length,
    objects.events.length,
    objects.series.length,
    objects.seriesFeeChanges.length,
    objects.eventFeeChanges.length,
  ];
}

function assertFound(json: unknown, expected: number[]) {
  const objects = parseMarketObjects(json);
  assert.deepEqual(counts(objects), expected, JSON.stringify(json));
  assert.deepEqual(objects.problems, []);
}

test("bare objects and lists of them are found", () => {
  assertFound(market, [1, 0, 0, 0, 0]);
  assertFound(event, [0, 1, 0, 0, 0]);
  assertFound(series, [0, 0, 1, 0, 0]);
  assertFound(seriesChange, [0, 0, 0, 1, 0]);
  assertFound(eventChange, [0, 0, 0, 0, 1]);
  assertFound([market, [event, series], seriesChange, eventChange, market], [2, 1, 1, 1, 1]);
  assertFound([], [0, 0, 0, 0, 0]);
});

test("every answer of the REST interface that holds them is read", () => {
  assertFound({ market }, [1, 0, 0, 0, 0]);
  assertFound({ markets: [market, market], cursor: "x" }, [2, 0, 0, 0, 0]);
  assertFound({ event, markets: [market] }, [1, 1, 0, 0, 0]);
  assertFound({ event: { ...event, markets: [market, market] }, markets: null }, [2, 1, 0, 0, 0]);
  assertFound({ events: [{ ...event, markets: [market] }, event], cursor: "", milestones: [{}] }, [
    1,
    2,
    0,
    0,
    0,
  ]);
  assertFound({ series }, [0, 0, 1, 0, 0]);
  assertFound({ series: [series, series] }, [0, 0, 2, 0, 0]);
  assertFound({ series_fee_change_arr: [seriesChange] }, [0, 0, 0, 1, 0]);
  assertFound({ event_fee_changes: [eventChange], cursor: null }, [0, 0, 0, 0, 1]);
  assertFound({ markets: [] }, [0, 0, 0, 0, 0]);
});

test("recordings that wrap an answer are read, also lists of them", () => {
  const recorded = { _metadata: { event_ticker: "X", series_ticker: "Y" }, response: { market } };
  const fetched = {
    fetched_at_ms: 1,
    response: { event, markets: [market] },
    status: 200,
    url: "",
  };
  assertFound([recorded, fetched, { response: [series] }], [2, 1, 1, 0, 0]);
});

test("a market nested in an event belongs to it even when it does not say so", () => {
  const bare = { ticker: "KXA-1-YES" };
  for (const json of [{ event, markets: [bare] }, { events: [{ ...event, markets: [bare] }] }]) {
    assert.equal(parseMarketObjects(json).markets[0]?.eventTicker, "KXA-1");
  }
});

test("what is none of these is refused with its first keys", () => {
  const cases: [unknown, RegExp][] = [
    [{ error: { code: "not_found" } }, /"error"/],
    [{ response: { orderbook: {} } }, /"orderbook"/],
    [{ ticker: "A", candlesticks: [] }, /"ticker", "candlesticks"/],
    [{ trades: [{ ticker: "A", trade_id: "1" }], cursor: "" }, /"trades", "cursor"/],
    [{ markets: [{ market_ticker: "A", candlesticks: [] }] }, /"market_ticker"/],
    [{ event_ticker: "A", market_ticker: "B", side: "yes" }, /"event_ticker", "market_ticker"/],
    [{ a: 1, b: 2, c: 3, d: 4, e: 5, f: 6 }, /"a", "b", "c", "d", "e", …/],
    [[market, 5], /in 5:/],
    [{ market: null }, /null/],
    [{ events: [{ ...event, markets: {} }] }, /empty object/],
    [{}, /empty object/],
    [null, /null/],
    [undefined, /undefined/],
    ["text", /"text"/],
  ];
  for (const [json, message] of cases) {
    assert.throws(
      () => parseMarketObjects(json),
      (error) =>
        error instanceof SsmdError && error.code === "invalid_input" && message.test(error.message),
      JSON.stringify(json),
    );
  }
});

test("an object that cannot be named or placed in time is refused", () => {
  for (
    const json of [
      { ...market, ticker: "A/B" },
      { ...market, ticker: 5 },
      { ...event, event_ticker: ".." },
      { ...seriesChange, scheduled_ts: "soon" },
      { ...eventChange, scheduled_ts: null },
      { scheduled_ts: "2026-07-01T00:00:00Z" },
    ]
  ) {
    assert.throws(
      () => parseMarketObjects(json),
      (error) => error instanceof SsmdError && error.code === "invalid_input",
      JSON.stringify(json),
    );
  }
});

test("an unknown list beside known ones is a problem, not silence", () => {
  const objects = parseMarketObjects({ markets: [market], combos: [market], cursor: "" });
  assert.equal(objects.markets.length, 1);
  assert.deepEqual(objects.problems.length, 1);
  assert.match(objects.problems[0]!, /combos/);
});

test("a fee that cannot be read is a problem and is kept for the schedule to refuse", () => {
  const objects = parseMarketObjects([
    { ...series, fee_multiplier: -1 },
    { ...event, fee_multiplier_override: "x", fee_type_override: 7 },
  ]);
  assert.deepEqual(objects.problems.map((problem) => problem.split(" is ")[0]), [
    "KXA: fee_multiplier",
    "KXA-1: fee_type_override",
    "KXA-1: fee_multiplier_override",
  ]);
  assert.deepEqual(objects.series[0]?.fee, { type: "quadratic", multiplier: -1 });
  assert.deepEqual(objects.events[0]?.override, { type: "7", multiplier: "x" });
});

/** Counts objects by their keys anywhere in the JSON; legs and other mentions have other keys. */
function countObjects(json: unknown): number[] {
  if (Array.isArray(json)) {
    return json.map(countObjects).reduce((one, other) => one.map((n, i) => n + other[i]!), [
      0,
      0,
      0,
    ]);
  }
  if (typeof json !== "object" || json === null) return [0, 0, 0];
  const keys = new Set(Object.keys(json));
  const own = [
    keys.has("ticker") && keys.has("event_ticker") && keys.has("close_time"),
    keys.has("event_ticker") && keys.has("series_ticker") && keys.has("mutually_exclusive"),
    keys.has("ticker") && keys.has("fee_type") && keys.has("fee_multiplier"),
  ].map(Number);
  const nested = countObjects(Object.values(json));
  return own.map((n, i) => n + nested[i]!);
}

test("every recorded market, event and series is read without a problem", { skip }, () => {
  const files = ["rest-2025-09", "rest-2026-06", "rest-golden-2026-01"]
    .flatMap((folder) =>
      readdirSync(`${data}/recorded/${folder}`).map((name) => `${data}/recorded/${folder}/${name}`)
    )
    .concat(`${data}/gold/KXGOLD15M-26AUG102300.json`)
    .concat(`${data}/recorded/tickers/events_open_2025-03-13.json.gz`)
    .filter((path) => /\.json(\.gz)?$/.test(path));
  const total = [0, 0, 0];
  const refused: string[] = [];
  for (const path of files) {
    const bytes = readFileSync(path);
    const json: unknown = JSON.parse((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString());
    const expected = countObjects(json);
    let objects: MarketObjects;
    try {
      objects = parseMarketObjects(json);
    } catch (error) {
      assert.ok(error instanceof SsmdError && error.code === "invalid_input", path);
      assert.deepEqual(expected, [0, 0, 0], `${path} holds objects and was refused`);
      refused.push(path);
      continue;
    }
    assert.deepEqual(objects.problems, [], path);
    assert.deepEqual(counts(objects), [...expected, 0, 0], path);
    expected.forEach((count, i) => total[i]! += count);
  }
  assert.deepEqual(total, [23, 920, 773]);
  assert.equal(files.length - refused.length, 13);
});
