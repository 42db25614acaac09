import assert from "node:assert/strict";
import { test } from "node:test";
import type { KnownClose } from "@ssmd/core";
import { knownCloses } from "./known_closes.ts";
import { MarketCatalog } from "./market_catalog.ts";
import type { MarketObject } from "./market_object.ts";
import { parseMarketObjects } from "./market_objects.ts";

function answer(
  closeTime: number,
  receivedTime: number | undefined,
  updatedTime?: number,
): MarketObject {
  return {
    ticker: "M",
    closeTime,
    ...(receivedTime === undefined ? {} : { receivedTime }),
    ...(updatedTime === undefined ? {} : { updatedTime }),
  };
}

/** `time: close` of each. */
function text(closes: readonly KnownClose[]): string {
  return closes.map(({ time, closeTime }) => `${time}: ${closeTime}`).join(", ");
}

test("answers count from when they were received, in that order", () => {
  const closes = knownCloses([answer(800, 300, 290), answer(1000, 100, 90), answer(900, 200, 150)]);
  assert.equal(text(closes), "90: 1000, 200: 900, 300: 800");
});

test("the first answer counts from the earlier of its two times", () => {
  assert.equal(text(knownCloses([answer(1000, 2000, 90)])), "90: 1000");
  assert.equal(text(knownCloses([answer(1000, 80, 90)])), "80: 1000");
});

test("without a time of ours the exchange's last change counts, without either nothing", () => {
  const closes = knownCloses([answer(1000, undefined, 90), answer(900, undefined, 150)]);
  assert.equal(text(closes), "90: 1000, 150: 900");
  assert.deepEqual(knownCloses([answer(1000, undefined)]), []);
  assert.deepEqual(knownCloses([]), []);
});

test("an answer that came late does not bring back what was replaced before", () => {
  const closes = knownCloses([answer(900, 200, 190), answer(1000, 250, 90)]);
  assert.equal(text(closes), "190: 900");
});

test("a catalog gives the newest close and what was known before, whatever the order of files", () => {
  const object = (close: number, updated: number) => ({
    ticker: "M",
    event_ticker: "E",
    close_time: `2026-01-01T00:00:${close}Z`,
    updated_time: `2026-01-01T00:00:${updated}Z`,
  });
  const start = Date.UTC(2026, 0, 1) * 1000;
  const answers = [
    { market: object(50, 10), _received_at: start + 11_000_000 },
    { fetched_at_ms: start / 1000 + 31_000, response: { markets: [object(40, 30)] } },
    { market: { ticker: "N", event_ticker: "E" }, _received_at: start },
  ];
  for (const order of [answers, [...answers].reverse()]) {
    const catalog = new MarketCatalog();
    for (const each of order) catalog.add(parseMarketObjects(each));
    const seconds = (time: number) => (time - start) / 1_000_000;
    const { closeTime, closes } = catalog.get("M")!;
    assert.equal(seconds(closeTime!), 40);
    assert.deepEqual(
      closes?.map((each) => [seconds(each.time), seconds(each.closeTime)]),
      [[10, 50], [31, 40]],
    );
    assert.deepEqual(catalog.get("N"), { ticker: "N", eventTicker: "E" });
    assert.ok(!("receivedTime" in catalog.get("M")!));
  }
});

test("a time of ours that is none is as if there was none", () => {
  for (const time of ["2026", 1.5, null, NaN]) {
    const object = { ticker: "M", event_ticker: "E", close_time: "2026-01-01T00:00:00Z" };
    const [market] = parseMarketObjects({ market: object, _received_at: time }).markets;
    assert.equal(market?.receivedTime, undefined);
  }
});
