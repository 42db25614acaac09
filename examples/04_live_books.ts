/**
 * Live order books without an archive: the events of a connector as a loop. Leaving the loop stops
 * the connector. Runs offline against an exchange of its own and checks itself.
 */
import { BookSet, formatPrice, NO_MARKET, parseIsoTime, stream } from "@ssmd/core";
import { KalshiDecoder } from "@ssmd/kalshi";
import { KalshiConnector } from "@ssmd/kalshi/live";
import { KalshiExchange, SyntheticSource } from "@ssmd/kalshi/server";
import assert from "node:assert/strict";

const source = new SyntheticSource({
  seed: 5,
  start: parseIsoTime("2026-01-05T15:00:00Z")!,
  markets: 6,
  framesPerSecond: 200,
});
const tickers = source.catalog.markets(source.start)
  .filter(({ status }) => status === "active")
  .map(({ ticker }) => String(ticker));
const exchange = await KalshiExchange.start(source, {
  allowUnsigned: true,
  speed: 10,
  waitForClient: true,
});
try {
  const connector = new KalshiConnector({
    url: exchange.webSocketUrl,
    channels: ["orderbook_delta"],
    markets: () => tickers,
  });
  const decoder = new KalshiDecoder();
  const books = new BookSet(decoder.symbols);
  const best = new Map<string, number>();
  let changes = 0;

  const events = stream(connector, decoder);
  for await (const batch of events) {
    // A batch is valid until the next one; its rows are in the order in which they came.
    for (let row = 0; row < batch.length; row++) {
      books.apply(batch, row);
      const market = batch.market[row]!;
      if (market === NO_MARKET) continue;
      const book = books.get(market);
      const bid = book?.stale === false ? book.bestBid("yes") : undefined;
      const ticker = decoder.symbols.name(market);
      if (bid === undefined || best.get(ticker) === bid.price) continue;
      best.set(ticker, bid.price);
      changes++;
    }
    if (best.size === tickers.length && changes >= 200) break;
  }

  for (const [ticker, price] of best) console.log(`${ticker}: best YES bid ${formatPrice(price)}`);
  assert.ok(changes >= 200);
  assert.equal(events.overflow.dropped, 0, "the loop kept up");
  assert.ok(connector.health().connections.every(({ connected }) => !connected), "it has stopped");
} finally {
  await exchange.close();
}
