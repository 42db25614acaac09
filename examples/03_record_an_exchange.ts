/**
 * A recorder in one file: an exchange on this machine that loses a frame and cuts a connection on
 * purpose, a signed connection to it, a capture whose writer is a thread of its own, the proof of
 * what was kept, and the books from it. Runs offline in a few seconds and checks itself.
 */
import { BookSet, capture, formatPrice, parseIsoTime, Replay, verifyArchive } from "@ssmd/core";
import { fileArchive, threadSink } from "@ssmd/core/fs";
import { KalshiDecoder, KalshiSequence } from "@ssmd/kalshi";
import { KalshiConnector, KalshiCredentials } from "@ssmd/kalshi/live";
import { KalshiExchange, SyntheticSource } from "@ssmd/kalshi/server";
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const { publicKey, privateKey } = generateKeyPairSync("ed25519", {
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});

// Eight made-up markets that open at 15:00 of the exchange's own time and close at 15:15.
const source = new SyntheticSource({
  seed: 11,
  start: parseIsoTime("2026-01-05T15:00:00Z")!,
  markets: 8,
  series: 2,
  framesPerSecond: 400,
});
const tickers = source.catalog.markets(source.start)
  .filter(({ status }) => status === "active")
  .map(({ ticker }) => String(ticker));
const exchange = await KalshiExchange.start(source, {
  keys: [{ id: "example", publicKeyPem: publicKey }],
  waitForClient: 2,
  faults: {
    seed: 11,
    rules: [
      { fault: "sequence_gap", channel: "orderbook_delta", at: [100], connection: 1 },
      { fault: "cut_mid_frame", channel: "trade", at: [60], connection: 1 },
    ],
  },
});
const folder = await mkdtemp(join(tmpdir(), "ssmd-example-"));

/** Waits until `isSo`, but not for ever. */
async function until(isSo: () => boolean): Promise<void> {
  for (let looks = 0; !isSo(); looks++) {
    assert.ok(looks < 6000, "this takes too long");
    await sleep(10);
  }
}

try {
  const connector = new KalshiConnector({
    url: exchange.webSocketUrl,
    credentials: KalshiCredentials.fromPem("example", privateKey),
    channels: ["orderbook_delta", "trade"],
    markets: () => tickers,
    backoff: { firstMs: 100 },
  });
  // The connector judges the exchange's numbers, which the archive's manifests may say.
  const sink = threadSink(folder, { feed: connector.feed, stream: "books" }, {
    sequence: "checked",
    sync: { every: 200 },
  });
  const stored = new Map<string, number>();
  const running = capture(connector, sink, {
    onStatus: ({ type, reason }) => console.log(type, reason ?? ""),
    onDurable: ({ session, seq }) => stored.set(session, seq),
  });

  // Both faults happen on the first connection. On the second one every book comes anew.
  await until(() => running.health().connector.reconnects === 1 && connector.settled);
  exchange.pause();
  const [connection] = exchange.connections();
  const { session } = running.health().connector.connections[0]!;
  // Everything that was sent is on the disk; the confirmation of each subscription is a frame, too.
  await until(() => {
    const sent = exchange.subscriptions(connection!)!.reduce((sum, { frames }) => sum + frames, 2);
    return stored.get(session!) === sent;
  });
  const summary = await running.close();
  console.log(summary.frames, "frames,", summary.gaps);

  assert.deepEqual(exchange.injected.map(({ fault }) => fault), ["sequence_gap", "cut_mid_frame"]);
  assert.equal(summary.gaps["sequence"], 1);
  assert.ok(summary.gaps["disconnect"]! >= 2, "until the loss was noticed, and until it was over");
  assert.equal(summary.dropped + summary.lost, 0);

  // Proof: our own numbers have no hole, and each hole in the exchange's is a gap that says so.
  const archive = fileArchive(folder);
  const proof = await verifyArchive(archive, {
    sequence: () => new KalshiSequence({ onLower: "late" }),
  });
  assert.equal(proof.ok, true);

  const decoder = new KalshiDecoder();
  const books = new BookSet(decoder.symbols);
  for await (const batch of new Replay(archive, decoder)) {
    for (let row = 0; row < batch.length; row++) books.apply(batch, row);
  }
  for (const ticker of tickers) {
    const book = books.find(ticker);
    assert.equal(book?.stale, false);
    assert.equal(book.canonicalText(), exchange.bookText(ticker), "it is the exchange's own book");
    const bid = book.bestBid("yes");
    console.log(`${ticker}: best YES bid ${bid === undefined ? "none" : formatPrice(bid.price)}`);
  }
} finally {
  await exchange.close();
  await rm(folder, { recursive: true, force: true });
}
