import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { SsmdError } from "@ssmd/core";
import { parseMarketObjects } from "../market_objects.ts";
import { KalshiRest, type RestPages } from "./kalshi_rest.ts";
import { startToyRest, type ToyReply, type ToyRequest } from "./toy_rest_test_support.ts";
import { VirtualTime } from "./virtual_time_test_support.ts";

const data = process.env.SSMD_DATA;
const skip = data === undefined ? "SSMD_DATA is not set" : false;

async function against(
  answer: (request: ToyRequest) => ToyReply,
  body: (rest: KalshiRest, requests: readonly ToyRequest[]) => Promise<void>,
): Promise<void> {
  const server = await startToyRest(answer);
  const { clock, wait } = new VirtualTime(1_790_000_000_000_000);
  try {
    const rest = new KalshiRest({ baseUrl: server.url, clock, wait, random: () => 0, attempts: 2 });
    await body(rest, server.requests);
  } finally {
    await server.close();
  }
}

async function tickersOf(pages: RestPages): Promise<unknown[][]> {
  const all: unknown[][] = [];
  for await (const page of pages) all.push(page.map((object) => object["ticker"]));
  return all;
}

function market(ticker: string) {
  return { ticker, event_ticker: "E" };
}

test("pages follow the cursor to its end, whether that is empty, null or absent", async () => {
  for (const end of [{ cursor: "" }, { cursor: null }, {}]) {
    await against(({ query }) => {
      const at = query.get("cursor");
      if (at === null) return { body: { markets: [market("A")], cursor: "c=1&x" } };
      if (at === "c=1&x") return { body: { markets: [], cursor: "c2" } };
      return { body: { markets: [market("B"), market("C")], ...end } };
    }, async (rest, requests) => {
      const pages = await tickersOf(rest.markets({ seriesTicker: "S", status: "open" }));
      assert.deepEqual(pages, [["A"], [], ["B", "C"]]);
      for (const { query, path } of requests) {
        assert.equal(path, "/markets");
        assert.equal(query.get("series_ticker"), "S");
        assert.equal(query.get("status"), "open");
        assert.equal(query.get("limit"), "1000");
      }
    });
  }
});

test("a cursor that comes again is an error after the pages that came, not an endless loop", async () => {
  await against(({ query }) => {
    const next = query.get("cursor") === "b" ? "a" : query.get("cursor") === "a" ? "b" : "a";
    return { body: { markets: [market("A")], cursor: next } };
  }, async (rest, requests) => {
    await assert.rejects(
      tickersOf(rest.markets({})),
      (error) =>
        error instanceof SsmdError && error.code === "refused" &&
        /"a" a second time/.test(error.message),
    );
    assert.equal(requests.length, 3);
  });
});

test("a list that is none is refused; entries that are no objects are left out and counted", async () => {
  for (const body of [{ markets: 5 }, {}, { markets: [], cursor: 7 }]) {
    await against(() => ({ body }), async (rest) => {
      await assert.rejects(tickersOf(rest.markets({})), /Cannot read the list at \/markets/);
    });
  }
  await against(() => ({ body: { markets: [null, market("A"), 3, []] } }), async (rest) => {
    assert.deepEqual(await tickersOf(rest.markets({})), [["A"]]);
    assert.equal(rest.counts.malformed, 3);
  });
  await against(() => ({ body: { markets: null } }), async (rest) => {
    assert.deepEqual(await tickersOf(rest.markets({})), [[]]);
  });
});

test("named tickers are asked in lists that fit, one with a comma by itself", async () => {
  const names = Array.from({ length: 230 }, (_, i) => `KX(A).b-${i}`);
  await against(({ path, query }) => {
    if (path !== "/markets") return { body: { market: market(decodeURIComponent(path.slice(9))) } };
    return { body: { markets: query.get("tickers")!.split(",").map(market), cursor: "" } };
  }, async (rest, requests) => {
    const found = await tickersOf(rest.markets({ tickers: [...names, "A,B"] }));
    assert.deepEqual(found.flat(), [...names, "A,B"]);
    assert.deepEqual(requests.map(({ path }) => path), [
      "/markets",
      "/markets",
      "/markets",
      "/markets/A%2CB",
    ]);
    assert.deepEqual(await tickersOf(rest.markets({ tickers: [] })), []);
  });
});

test("an object that the exchange does not know is undefined; a page that is not its REST is an error", async () => {
  const unknown = { status: 404, body: { error: { code: "not_found" } } };
  await against(() => unknown, async (rest) => {
    assert.equal(await rest.market("A"), undefined);
    assert.equal(await rest.event("A"), undefined);
    assert.equal(await rest.series("A"), undefined);
  });
  await against(() => ({ status: 404, body: "404 page not found" }), async (rest) => {
    await assert.rejects(rest.market("A"), /status 404/);
  });
  await against(() => ({ body: { market: [] } }), async (rest) => {
    await assert.rejects(rest.market("A"), /no object "market"/);
  });
});

test("a name that is no ticker is not asked for", async () => {
  await against(() => ({ body: {} }), async (rest, requests) => {
    for (const name of ["", "..", "A/B", "A B", "A\\B"]) {
      const isRefused = (error: unknown) =>
        error instanceof SsmdError && error.code === "invalid_name";
      await assert.rejects(async () => await rest.market(name), isRefused);
      await assert.rejects(async () => await rest.orderbook(name), isRefused);
      await assert.rejects(tickersOf(rest.markets({ tickers: ["A", name] })), isRefused);
      await assert.rejects(tickersOf(rest.events({ seriesTicker: name })), isRefused);
    }
    assert.equal(requests.length, 0);
  });
});

test("the state of the exchange comes with the status of its trouble, too", async () => {
  const body = { exchange_active: false, trading_active: false };
  await against(() => ({ status: 503, body }), async (rest, requests) => {
    assert.deepEqual(await rest.status(), body);
    assert.equal(requests.length, 1);
  });
});

test("recorded answers come through as they were written", { skip }, async () => {
  const folder = `${data}/recorded/rest-golden-2026-01`;
  const answers = new Map<string, unknown>();
  const names = [
    ["/markets", "markets_list"],
    ["/markets/X", "market_single"],
    ["/events", "events_list"],
    ["/events/X", "event_single"],
    ["/series/X", "series_single"],
    ["/series/fee_changes", "series_fee_changes"],
    ["/exchange/status", "exchange_status"],
    ["/markets/X/orderbook", "orderbook"],
  ] as const;
  for (const [path, name] of names) {
    const file = readFileSync(`${folder}/${name}_response.json`, "utf8");
    answers.set(path, JSON.parse(file).response);
  }
  const series = gunzipSync(readFileSync(`${data}/recorded/rest-2025-09/series_sports.json.gz`));
  answers.set("/series", JSON.parse(series.toString()));
  await against(({ path, query }) => {
    if (query.has("cursor")) return { body: { markets: [], events: [], cursor: "" } };
    return { body: answers.get(path) };
  }, async (rest) => {
    const markets: unknown[] = [];
    for await (const page of rest.markets({})) markets.push(...page);
    assert.deepEqual(markets, (answers.get("/markets") as { markets: unknown }).markets);
    const events: unknown[] = [];
    for await (const page of rest.events({})) events.push(...page);
    assert.deepEqual(events, (answers.get("/events") as { events: unknown }).events);
    const event = await rest.event("X");
    assert.deepEqual(event, (answers.get("/events/X") as { event: unknown }).event);
    const one = { market: await rest.market("X"), series: await rest.series("X") };
    assert.equal(parseMarketObjects(one).markets.length, 1);
    assert.equal(parseMarketObjects(one).series[0]?.ticker, "CO2");
    assert.equal((await rest.seriesList({ category: "Sports" })).length, 531);
    assert.deepEqual(await rest.seriesFeeChanges({ seriesTicker: "X" }), []);
    assert.equal((await rest.status())["trading_active"], true);
    assert.deepEqual(await rest.orderbook("X"), answers.get("/markets/X/orderbook"));
  });
});
