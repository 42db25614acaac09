import assert from "node:assert/strict";
import { test } from "node:test";
import { MICROS_PER_SECOND } from "@ssmd/core";
import { MarketCatalog } from "../market_catalog.ts";
import { parseMarketObjects } from "../market_objects.ts";
import { KalshiRest } from "./kalshi_rest.ts";
import { MarketRecorder } from "./market_recorder.ts";
import { ToyExchange } from "./toy_exchange_test_support.ts";
import { startToyRest, type ToyRequest } from "./toy_rest_test_support.ts";
import { VirtualTime } from "./virtual_time_test_support.ts";

const T0 = 1_790_000_100;

/** A file in memory, with the faults of a disk. */
class ToyFile {
  text = "";
  full = false;

  readonly append = (lines: Uint8Array): Promise<void> => {
    if (this.full) return Promise.reject(new Error("the disk is full"));
    this.text += new TextDecoder().decode(lines);
    return Promise.resolve();
  };

  get lines(): string[] {
    return this.text.split("\n").slice(0, -1);
  }

  /** What each line is about, for example `market KXQ-1 yes`. */
  get summary(): string[] {
    return this.lines.map((line) => {
      const { market, event, series, series_fee_change_arr: fees } = JSON.parse(line);
      if (market) return `market ${market.ticker} ${market.status}`;
      if (event) return `event ${event.event_ticker}`;
      return series ? `series ${series.ticker}` : `fees ${fees[0].series_ticker} ${fees.length}`;
    });
  }
}

interface Setting {
  readonly exchange: ToyExchange;
  readonly recorder: MarketRecorder;
  readonly file: ToyFile;
  readonly time: VirtualTime;
  readonly requests: ToyRequest[];
  /** Another recorder on the same exchange and file, as after a restart. */
  restart(): MarketRecorder;
  /** Runs the recorder until so many seconds after the start. */
  runUntil(seconds: number, recorder?: MarketRecorder): Promise<void>;
}

async function withRecorder(body: (setting: Setting) => Promise<void>): Promise<void> {
  const time = new VirtualTime(T0 * MICROS_PER_SECOND);
  const exchange = new ToyExchange(time.clock);
  const server = await startToyRest(exchange.answer);
  const { clock } = time;
  const file = new ToyFile();
  const rest = new KalshiRest({
    baseUrl: server.url,
    clock,
    wait: () => Promise.resolve(),
    attempts: 1,
  });
  const random = () => 0.5;
  const restart = () => {
    const recorder = new MarketRecorder(rest, file.append, { clock, random, wait: time.wait });
    for (const line of file.lines) recorder.remember(line);
    return recorder;
  };
  const recorder = restart();
  const runUntil = async (seconds: number, running = recorder) => {
    const end = (T0 + seconds) * MICROS_PER_SECOND;
    while (clock.now() < end) {
      const pause = Math.max(500, await running.step());
      time.advance(Math.min(pause, (end - clock.now()) / 1000));
    }
  };
  try {
    await body({ exchange, recorder, file, time, requests: server.requests, restart, runUntil });
  } finally {
    await server.close();
  }
}

function addQuarter(exchange: ToyExchange, ticker = "KXQ-E0-M"): void {
  exchange.addSeries("KXQ");
  const market = exchange.add("KXQ", "KXQ-E0", ticker, T0, T0 + 900);
  market.determined = T0 + 960;
  market.settled = T0 + 1500;
}

const FEE_CHANGE = {
  id: "1",
  series_ticker: "KXQ",
  fee_type: "quadratic",
  fee_multiplier: 0.5,
  scheduled_ts: "2026-07-01T00:00:00Z",
};

test("a captured market is recorded with its parents, then its result, then its settlement", async () => {
  await withRecorder(async ({ exchange, recorder, file, runUntil, requests }) => {
    addQuarter(exchange);
    addQuarter(exchange, "KXQ-E0-OTHER");
    exchange.series.get("KXQ")!.fees = [FEE_CHANGE];
    recorder.follow(["KXQ-E0-M"]);
    await runUntil(20);
    assert.deepEqual(file.summary, [
      "market KXQ-E0-M active",
      "event KXQ-E0",
      "series KXQ",
      "fees KXQ 1",
    ]);
    assert.equal(requests.length, 4);
    assert.equal(recorder.pending, 1);
    await runUntil(3600);
    assert.deepEqual(file.summary.slice(4), [
      "market KXQ-E0-M determined",
      "market KXQ-E0-M finalized",
    ]);
    assert.equal(recorder.pending, 0);
    assert.ok(requests.length < 20, `${requests.length} requests`);
    assert.deepEqual(recorder.counts, {
      markets: 3,
      settled: 1,
      abandoned: 0,
      events: 1,
      series: 1,
      feeChanges: 1,
      errors: 0,
      unusable: 0,
    });
    const catalog = new MarketCatalog();
    for (const line of file.lines) catalog.add(parseMarketObjects(JSON.parse(line)));
    assert.equal(catalog.get("KXQ-E0-M")?.seriesTicker, "KXQ");
    assert.equal(catalog.settlementOf("KXQ-E0-M")?.yesValue, 10_000);
    assert.equal(catalog.settlementOf("KXQ-E0-M")?.timeSource, "settlement_ts");
    assert.deepEqual(catalog.problems, []);
  });
});

test("hundreds of markets are asked for in lists, and those that are gone from the capture waited for", async () => {
  await withRecorder(async ({ exchange, recorder, file, runUntil, requests }) => {
    const tickers = Array.from({ length: 250 }, (_, i) => `KXQ-E0-${i}`);
    for (const ticker of tickers) addQuarter(exchange, ticker);
    recorder.follow(tickers);
    await runUntil(60);
    assert.equal(recorder.counts.markets, 250);
    const pages = requests.filter(({ path }) => path === "/markets");
    assert.equal(new Set(pages.map(({ query }) => query.get("tickers"))).size, 3);
    recorder.follow([]);
    await runUntil(4000);
    assert.equal(recorder.counts.settled, 250);
    assert.equal(file.lines.length, 3 * 250 + 2);
  });
});

test("after a restart nothing is written twice and what was not settled is waited for", async () => {
  await withRecorder(async ({ exchange, recorder, file, runUntil, restart }) => {
    addQuarter(exchange);
    addQuarter(exchange, "KXQ-E0-N");
    exchange.series.get("KXQ")!.fees = [FEE_CHANGE];
    recorder.follow(["KXQ-E0-M"]);
    await runUntil(1100);
    const before = file.lines.length;
    const second = restart();
    assert.equal(second.pending, 1);
    second.follow(["KXQ-E0-M", "KXQ-E0-N"]);
    await runUntil(1105, second);
    assert.deepEqual(file.summary.slice(before), ["market KXQ-E0-N determined"]);
    await runUntil(9000, second);
    assert.equal(second.counts.settled, 2);
    const complete = file.lines.length;
    const third = restart();
    assert.equal(third.pending, 0);
    third.follow([]);
    await runUntil(12_000, third);
    assert.equal(file.lines.length, complete);
  });
});

test("a line that was cut by a crash is counted, the others count", async () => {
  await withRecorder(async ({ exchange, recorder, file, runUntil, restart }) => {
    addQuarter(exchange);
    recorder.follow(["KXQ-E0-M"]);
    await runUntil(10);
    const second = restart();
    for (const line of ['{"market":{"tick', "", "[]", '{"market":{"ticker":"a b"}}']) {
      second.remember(line);
    }
    second.remember(new Uint8Array([0xff, 0xfe]));
    assert.equal(second.counts.unusable, 5);
    assert.equal(second.pending, 1);
    assert.equal(file.lines.length, 3);
  });
});

test("a disk that is full and an exchange in trouble are counted and tried again, ever more rarely", async () => {
  await withRecorder(async ({ exchange, recorder, file, runUntil, requests }) => {
    addQuarter(exchange);
    recorder.follow(["KXQ-E0-M"]);
    file.full = true;
    await runUntil(600);
    assert.equal(file.text, "");
    const { errors } = recorder.counts;
    assert.ok(errors >= 6 && errors < 15, `${errors} errors`);
    assert.equal(recorder.lastError, "the disk is full");
    file.full = false;
    exchange.broken = /./;
    await runUntil(1800);
    assert.ok(requests.length < 30, `${requests.length} requests`);
    assert.match(recorder.lastError ?? "", /status 400/);
    exchange.broken = undefined;
    await runUntil(6000);
    assert.deepEqual(file.summary, ["market KXQ-E0-M finalized", "event KXQ-E0", "series KXQ"]);
    assert.equal(recorder.pending, 0);
  });
});

test("a market that is not answered for yet is asked for again", async () => {
  await withRecorder(async ({ exchange, recorder, file, runUntil }) => {
    recorder.follow(["KXQ-E0-M", "no ticker"]);
    await runUntil(20);
    assert.equal(file.text, "");
    addQuarter(exchange);
    await runUntil(120);
    assert.equal(file.summary[0], "market KXQ-E0-M active");
    assert.equal(recorder.counts.abandoned, 0);
  });
});

test("events of combos are in no list and are asked for by themselves", async () => {
  await withRecorder(async ({ exchange, recorder, file, runUntil }) => {
    exchange.addSeries("KXMVE");
    exchange.add("KXMVE", "KXMVE-E", "KXMVE-E-M", T0, T0 + 900);
    recorder.follow(["KXMVE-E-M"]);
    await runUntil(20);
    assert.deepEqual(file.summary.slice(1), ["event KXMVE-E", "series KXMVE"]);
  });
});

test("fees of a series that is captured for days are recorded again when they change", async () => {
  await withRecorder(async ({ exchange, recorder, file, runUntil }) => {
    exchange.addSeries("KXQ");
    exchange.add("KXQ", "KXQ-E0", "KXQ-E0-M", T0, T0 + 9 * 86_400);
    recorder.follow(["KXQ-E0-M"]);
    await runUntil(2 * 86_400);
    assert.deepEqual(file.summary, ["market KXQ-E0-M active", "event KXQ-E0", "series KXQ"]);
    exchange.series.get("KXQ")!.fees = [FEE_CHANGE];
    await runUntil(5 * 86_400);
    exchange.series.get("KXQ")!.fees = [FEE_CHANGE, {
      ...FEE_CHANGE,
      id: "2",
      scheduled_ts: "bad",
    }];
    await runUntil(7 * 86_400);
    assert.deepEqual(file.summary.slice(3), ["fees KXQ 1"]);
    assert.ok(recorder.counts.unusable > 0, "a row that cannot be read is counted");
  });
});

test("a lifecycle frame brings the result sooner than the daily look", async () => {
  await withRecorder(async ({ exchange, recorder, file, runUntil, time }) => {
    exchange.addSeries("KXQ");
    const market = exchange.add("KXQ", "KXQ-E0", "KXQ-E0-M", T0, T0 + 90 * 86_400);
    recorder.follow(["KXQ-E0-M"]);
    await runUntil(60);
    market.determined = T0 + 100;
    market.settled = T0 + 110;
    await runUntil(120);
    recorder.note("KXQ-E0-M", { event: "activated" });
    recorder.note("KXQ-OTHER", { event: "determined" });
    assert.equal(file.lines.length, 3);
    recorder.note("KXQ-E0-M", { event: "determined", result: "yes" });
    await runUntil(160);
    assert.equal(file.summary[3], "market KXQ-E0-M finalized");
    assert.ok(time.clock.now() < (T0 + 200) * MICROS_PER_SECOND);
  });
});

test("memory stays bounded over weeks of markets", async () => {
  await withRecorder(async ({ exchange, recorder, file, runUntil, restart }) => {
    exchange.addSeries("KXQ");
    for (let i = 0; i < 300; i++) {
      const open = T0 + i * 900;
      const market = exchange.add("KXQ", `KXQ-E${i}`, `KXQ-E${i}-M`, open, open + 900);
      market.determined = open + 960;
      market.settled = open + 1000;
      recorder.follow([market.ticker]);
      await runUntil((i + 1) * 900);
      assert.ok(recorder.pending <= 3, `${recorder.pending} pending`);
      assert.ok(recorder.held <= 12, `${recorder.held} held`);
      exchange.markets.delete(`KXQ-E${i - 5}-M`);
    }
    assert.ok(recorder.counts.settled >= 298);
    assert.equal(recorder.counts.events, 300);
    assert.equal(recorder.counts.series, 1);
    assert.equal(file.summary.filter((line) => line.startsWith("series")).length, 1);
    const second = restart();
    await second.step();
    assert.ok(second.held <= 12, `${second.held} held after a restart`);
  });
});

test("the loop works by the clock until its signal, and news wakes it", async () => {
  await withRecorder(async ({ exchange, recorder, file, time }) => {
    addQuarter(exchange);
    const stop = new AbortController();
    const running = recorder.run(stop.signal);
    while (time.waits.length < 2) await new Promise((resolve) => setImmediate(resolve));
    recorder.follow(["KXQ-E0-M"]);
    while (recorder.counts.settled === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    stop.abort();
    await running;
    assert.equal(file.lines.length, 5);
    await recorder.run(stop.signal);
  });
});

test("on the machine's timers an idle loop ends at once, and a new market wakes it at once", async () => {
  const exchange = new ToyExchange(new VirtualTime(T0 * MICROS_PER_SECOND).clock);
  addQuarter(exchange);
  const server = await startToyRest(exchange.answer);
  const file = new ToyFile();
  try {
    const rest = new KalshiRest({ baseUrl: server.url });
    const recorder = new MarketRecorder(rest, file.append, { requestsPerSecond: 1000 });
    const stop = new AbortController();
    const running = recorder.run(stop.signal);
    await new Promise((resolve) => setTimeout(resolve, 20));
    recorder.follow(["KXQ-E0-M"]);
    while (file.lines.length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    stop.abort();
    await running;
  } finally {
    await server.close();
  }
});

test("a rate that is none is refused", () => {
  const rest = new KalshiRest({ baseUrl: "http://127.0.0.1:1/trade-api/v2" });
  const append = () => Promise.resolve();
  for (const requestsPerSecond of [0, -1, NaN]) {
    assert.throws(() => new MarketRecorder(rest, append, { requestsPerSecond }), RangeError);
  }
});
