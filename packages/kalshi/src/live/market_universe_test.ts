import assert from "node:assert/strict";
import { test } from "node:test";
import { MICROS_PER_SECOND } from "@ssmd/core";
import { KalshiRest } from "./kalshi_rest.ts";
import { MarketUniverse, type MarketUniverseOptions } from "./market_universe.ts";
import type { UniverseSelection } from "./universe_discovery.ts";
import { ToyExchange } from "./toy_exchange_test_support.ts";
import { startToyRest, type ToyRequest } from "./toy_rest_test_support.ts";
import { VirtualTime } from "./virtual_time_test_support.ts";

/** A full quarter of an hour. */
const T0 = 1_790_000_100;
const QUARTER = 900;

interface Setting {
  readonly exchange: ToyExchange;
  readonly universe: MarketUniverse;
  readonly requests: ToyRequest[];
  /** Sets the clock to seconds after the start and gives what is followed then, sorted. */
  at(seconds: number): string[];
}

async function withUniverse(
  selection: UniverseSelection,
  body: (setting: Setting) => Promise<void>,
  options: MarketUniverseOptions = {},
): Promise<void> {
  const time = new VirtualTime(T0 * MICROS_PER_SECOND);
  const { clock } = time;
  const exchange = new ToyExchange(clock);
  const server = await startToyRest(exchange.answer);
  // Requests take no time here: the clock is the test's alone.
  const wait = () => Promise.resolve();
  try {
    const rest = new KalshiRest({ baseUrl: server.url, clock, wait, attempts: 1 });
    const universe = new MarketUniverse(rest, selection, { clock, ...options });
    const at = (seconds: number) => {
      const now = (T0 + seconds) * MICROS_PER_SECOND;
      if (now > clock.now()) clock.set(now);
      return [...universe.tickersAt(now)].sort();
    };
    await body({ exchange, universe, requests: server.requests, at });
  } finally {
    await server.close();
  }
}

/** Four quarters of a series whose markets follow each other. */
function addQuarters(exchange: ToyExchange, series: string, count = 4): void {
  exchange.addSeries(series);
  for (let i = 0; i < count; i++) {
    const open = T0 + i * QUARTER;
    exchange.add(series, `${series}-E${i}`, `${series}-E${i}-M`, open, open + QUARTER);
  }
}

test("markets open and close by the clock alone, without a message or another refresh", async () => {
  await withUniverse({ series: ["KXQ"] }, async ({ exchange, universe, at, requests }) => {
    addQuarters(exchange, "KXQ");
    addQuarters(exchange, "KXOTHER");
    const report = await universe.refresh();
    assert.deepEqual(report.failures, []);
    assert.equal(report.added, 4, "those that are created but not open are found, too");
    const asked = requests.length;
    assert.deepEqual(at(0), ["KXQ-E0-M"]);
    assert.deepEqual(at(QUARTER - 61), ["KXQ-E0-M"]);
    assert.deepEqual(at(QUARTER - 60), ["KXQ-E0-M", "KXQ-E1-M"]);
    assert.deepEqual(at(QUARTER + 59), ["KXQ-E0-M", "KXQ-E1-M"]);
    assert.deepEqual(at(QUARTER + 60), ["KXQ-E1-M"]);
    assert.deepEqual(at(4 * QUARTER + 60), [], "nothing to follow is normal");
    assert.equal(requests.length, asked);
  });
});

test("the answer is the same array until it changes, and the next change is told", async () => {
  await withUniverse({ series: ["KXQ"] }, async ({ exchange, universe }) => {
    addQuarters(exchange, "KXQ");
    await universe.refresh();
    const micros = (seconds: number) => (T0 + seconds) * MICROS_PER_SECOND;
    const first = universe.tickersAt(micros(1));
    assert.equal(universe.nextChange(micros(1)), micros(QUARTER - 60));
    assert.equal(universe.tickersAt(micros(QUARTER - 61)), first);
    await universe.refresh();
    assert.equal(universe.tickersAt(micros(100)), first, "a refresh that changed nothing");
    assert.notEqual(universe.tickersAt(micros(QUARTER)), first);
    assert.equal(universe.nextChange(micros(5 * QUARTER)), Infinity);
  });
});

test("many series of a category are read through their events, few series one by one", async () => {
  const selection = { categories: ["Crypto"] };
  for (const [count, path] of [[3, "/markets"], [41, "/events"]] as const) {
    await withUniverse(selection, async ({ exchange, universe, at, requests }) => {
      for (let i = 0; i < count; i++) addQuarters(exchange, `KX${i}`, 2);
      exchange.addSeries("KXRAIN", "Climate");
      exchange.add("KXRAIN", "KXRAIN-1", "KXRAIN-1-A", T0, T0 + QUARTER);
      assert.equal((await universe.refresh()).added, 2 * count);
      assert.equal(at(10).length, count);
      assert.ok(requests.every((request) => request.path === "/series" || request.path === path));
    });
  }
});

test("games are told by the product scope, and where there is none by the ticker", async () => {
  const selection = { categories: ["Sports"], gamesOnly: true };
  await withUniverse(selection, async ({ exchange, universe, at }) => {
    const series = [
      ["KXNFLGAME", "Game"],
      ["KXCHESS", "Game"],
      ["KXNBAGAMEMVP", "Awards"],
      ["KXTENNISMATCH", undefined],
      ["KXDRAFT", undefined],
    ] as const;
    for (const [ticker, scope] of series) {
      exchange.addSeries(ticker, "Sports", scope);
      exchange.add(ticker, `${ticker}-E`, `${ticker}-M`, T0, T0 + QUARTER);
    }
    await universe.refresh();
    assert.deepEqual(at(1), ["KXCHESS-M", "KXNFLGAME-M", "KXTENNISMATCH-M"]);
  });
});

test("a limit on the close holds by the clock, but not for markets asked for by name", async () => {
  const selection = { series: ["KXQ"], tickers: ["KXFAR-1"], closeWithinHours: 1 };
  await withUniverse(selection, async ({ exchange, universe, at }) => {
    exchange.addSeries("KXQ");
    exchange.add("KXQ", "KXQ-1", "KXQ-1-LATE", T0 - 10, T0 + 2 * 3600);
    exchange.add("KXFAR", "KXFAR", "KXFAR-1", T0 - 10, T0 + 99 * 3600);
    await universe.refresh();
    assert.deepEqual(at(0), ["KXFAR-1"]);
    assert.deepEqual(at(3599), ["KXFAR-1"]);
    assert.deepEqual(at(3600), ["KXFAR-1", "KXQ-1-LATE"]);
  });
});

test("names that the exchange does not know are told, and tickers that cannot be used left out", async () => {
  const selection = {
    tickers: ["KXGONE-1", "no ticker"],
    series: ["KXQ", "KXNEVER"],
    categories: ["crypto"],
  };
  await withUniverse(selection, async ({ exchange, universe, at }) => {
    addQuarters(exchange, "KXQ", 1);
    exchange.add("KXQ", "KXQ-E0", "KXQ/../x", T0, T0 + QUARTER);
    exchange.add("KXQ", "KXQ-E0", "a b", T0, T0 + QUARTER);
    const report = await universe.refresh();
    assert.equal(report.illegal, 2);
    assert.deepEqual(at(0), ["KXQ-E0-M"]);
    assert.deepEqual(
      report.problems.map((line) => /market KXGONE-1|no ticker|"crypto"|KXNEVER/.exec(line)?.[0]),
      [
        "no ticker",
        "market KXGONE-1",
        '"crypto"',
        "KXNEVER",
      ],
    );
    assert.deepEqual(report.failures, []);
  });
});

test("a pass that fails costs the others nothing, and what was known stays", async () => {
  await withUniverse({ series: ["KXA", "KXB"] }, async ({ exchange, universe, at }) => {
    addQuarters(exchange, "KXA", 1);
    addQuarters(exchange, "KXB", 1);
    exchange.broken = /KXA.*status=open|status=open.*KXA/;
    const first = await universe.refresh();
    assert.equal(first.failures.length, 1);
    assert.match(first.failures[0]!, /Cannot list open markets of KXA: .*status 400 \(broken\)/);
    assert.deepEqual(at(0), ["KXB-E0-M"]);
    exchange.broken = undefined;
    await universe.refresh();
    assert.deepEqual(at(1), ["KXA-E0-M", "KXB-E0-M"]);
    exchange.broken = /./;
    const third = await universe.refresh();
    assert.ok(third.failures.length >= 6);
    assert.equal(third.markets, 2);
    assert.deepEqual(at(2), ["KXA-E0-M", "KXB-E0-M"]);
  });
});

test("a market that ends early or vanishes is noticed; one empty answer is not believed", async () => {
  await withUniverse({ series: ["KXQ"] }, async ({ exchange, universe, at }) => {
    exchange.addSeries("KXQ");
    const far = T0 + 1000 * 3600;
    const early = exchange.add("KXQ", "KXQ-1", "KXQ-1-EARLY", T0 - 10, far);
    exchange.add("KXQ", "KXQ-1", "KXQ-1-GONE", T0 - 10, far);
    await universe.refresh();
    assert.deepEqual(at(0), ["KXQ-1-EARLY", "KXQ-1-GONE"]);
    early.determined = T0 + 100;
    exchange.markets.delete("KXQ-1-GONE");
    at(120);
    assert.equal((await universe.refresh()).vanished, 0);
    assert.deepEqual(at(200), ["KXQ-1-GONE"]);
    assert.equal((await universe.refresh()).vanished, 0);
    assert.equal((await universe.refresh()).vanished, 1);
    assert.deepEqual(at(300), []);
  });
});

test("only several empty answers in a row make a market vanish", async () => {
  await withUniverse({ series: ["KXQ"] }, async ({ exchange, universe, at }) => {
    exchange.addSeries("KXQ");
    const market = exchange.add("KXQ", "KXQ-1", "KXQ-1-A", T0, T0 + 1000 * 3600);
    await universe.refresh();
    for (let i = 0; i < 6; i++) {
      if (i % 3 === 2) exchange.markets.set(market.ticker, market);
      else exchange.markets.delete(market.ticker);
      assert.equal((await universe.refresh()).vanished, 0);
    }
    assert.deepEqual(at(1), ["KXQ-1-A"]);
  });
});

test("markets asked for by name are kept after their close, in case that they open again", async () => {
  await withUniverse({ tickers: ["KXQ-E0-M"] }, async ({ exchange, universe, at }) => {
    addQuarters(exchange, "KXQ", 1);
    await universe.refresh();
    at(9 * 3600);
    const report = await universe.refresh();
    assert.deepEqual([report.markets, report.added, report.dropped], [1, 0, 0]);
    exchange.markets.get("KXQ-E0-M")!.close = T0 + 99 * 3600;
    await universe.refresh();
    assert.deepEqual(at(10 * 3600), ["KXQ-E0-M"]);
  });
});

test("markets long closed are forgotten, so that memory stays bounded", async () => {
  await withUniverse({ series: ["KXQ"] }, async ({ exchange, universe, at }) => {
    addQuarters(exchange, "KXQ", 8);
    let most = 0;
    let dropped = 0;
    for (let hour = 0; hour < 6; hour++) {
      at(hour * 3600);
      const report = await universe.refresh();
      most = Math.max(most, report.markets);
      dropped += report.dropped;
    }
    assert.equal(most, 8);
    assert.equal(dropped, 8);
  });
  await withUniverse({ series: ["KXQ"] }, async ({ exchange, universe }) => {
    addQuarters(exchange, "KXQ", 8);
    const report = await universe.refresh();
    assert.equal(report.markets, 5);
    assert.equal(report.overflow, 3);
  }, { maxMarkets: 5 });
});

test("lifecycle frames add, move and end markets between two refreshes", async () => {
  await withUniverse({ series: ["KXQ"] }, async ({ exchange, universe, at, requests }) => {
    addQuarters(exchange, "KXQ", 1);
    await universe.refresh();
    const asked = requests.length;
    const micros = (seconds: number) => (T0 + seconds) * MICROS_PER_SECOND;
    const hours = { openTime: micros(0), closeTime: micros(500) };
    universe.note("KXQ-E0-N", { event: "created", eventTicker: "KXQ-E0", ...hours });
    universe.note("KXOTHER-1", { event: "created", eventTicker: "KXOTHER", ...hours });
    universe.note("KXOTHER-2", { event: "determined" });
    assert.deepEqual(at(0), ["KXQ-E0-M", "KXQ-E0-N"]);
    assert.equal(universe.unplaced, 1);
    universe.noteEvent("KXQ-E9", "KXQ");
    universe.noteEvent("KXOTHER", "KXOTHER");
    universe.note("KXQ-E9-M", { event: "created", eventTicker: "KXQ-E9", ...hours });
    universe.note("KXOTHER-3", { event: "created", eventTicker: "KXOTHER", ...hours });
    universe.note("bad ticker", { event: "created", eventTicker: "KXQ-E9", ...hours });
    assert.deepEqual(at(1), ["KXQ-E0-M", "KXQ-E0-N", "KXQ-E9-M"]);
    universe.note("KXQ-E9-M", { event: "determined" });
    universe.note("KXQ-E0-N", { event: "close_date_updated", closeTime: micros(2000) });
    assert.deepEqual(at(100), ["KXQ-E0-M", "KXQ-E0-N"]);
    assert.deepEqual(at(1990), ["KXQ-E0-N"]);
    universe.note("KXQ-E0-M", { event: "close_date_updated", closeTime: micros(9000) });
    universe.note("KXQ-E0-M", { event: "activated" });
    assert.deepEqual(at(2100), ["KXQ-E0-M"], "it was opened again");
    assert.equal(requests.length, asked);
  });
});

test("paused markets are found and followed", async () => {
  await withUniverse({ series: ["KXQ"] }, async ({ exchange, universe, at }) => {
    addQuarters(exchange, "KXQ", 1);
    exchange.markets.get("KXQ-E0-M")!.paused = true;
    await universe.refresh();
    assert.deepEqual(at(1), ["KXQ-E0-M"]);
  });
});

test("two refreshes at a time are one, and a signal ends it", async () => {
  await withUniverse({ series: ["KXQ"] }, async ({ exchange, universe, requests }) => {
    addQuarters(exchange, "KXQ", 1);
    const [one, other] = await Promise.all([universe.refresh(), universe.refresh()]);
    assert.equal(one, other);
    assert.equal(requests.length, 3);
    const reason = new Error("enough");
    await assert.rejects(universe.refresh(AbortSignal.abort(reason)), reason);
    assert.equal((await universe.refresh()).markets, 1);
  });
});

test("times that make no sense are refused", () => {
  const rest = new KalshiRest({ baseUrl: "http://127.0.0.1:1/trade-api/v2" });
  assert.throws(() => new MarketUniverse(rest, {}, { leadSeconds: -1 }), RangeError);
  assert.throws(() => new MarketUniverse(rest, {}, { lagSeconds: NaN }), RangeError);
  assert.throws(() => new MarketUniverse(rest, { closeWithinHours: -1 }), RangeError);
});
