/**
 * From a recording to a proven archive and a verified book. Runs offline on a made-up session and
 * checks itself: run it with `node --import tsx --conditions=ssmd-source examples/01_tape_to_book.ts`
 * in a checkout, or with plain `node` after `npm install @ssmd/core @ssmd/kalshi`.
 */
import { BookSet, formatPrice, importTapes, parseIsoTime, Replay, verifyArchive } from "@ssmd/core";
import { fileArchive } from "@ssmd/core/fs";
import { generateSession, KalshiDecoder, KalshiSequence } from "@ssmd/kalshi";
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folder = await mkdtemp(join(tmpdir(), "ssmd-example-"));
try {
  const archive = fileArchive(folder);

  // A tape is anything that can be opened as bytes, here 15 minutes of six made-up markets.
  const session = generateSession({ seed: 42, start: parseIsoTime("2026-01-05T15:00:00Z")! });
  const tape = {
    name: "made-up session",
    async *open() {
      const encoder = new TextEncoder();
      for (const line of session.lines()) yield encoder.encode(`${line}\n`);
    },
  };

  // The import judges the exchange's sequence: the one lost frame becomes one gap in the archive.
  const report = await importTapes(archive, { feed: "kalshi", stream: "books" }, [tape], {
    sequence: () => new KalshiSequence({ onLower: "restart" }),
  });
  assert.equal(report.gaps.sequence, 1);
  assert.equal(report.missingFrames, 1);

  // Proof: every byte is read again and held against manifests, our numbers and the exchange's.
  const proof = await verifyArchive(archive, {
    sequence: () => new KalshiSequence({ onLower: "late" }),
  });
  assert.equal(proof.ok, true);

  // Replay: rows in time order; the books follow, and know when they cannot be trusted.
  const decoder = new KalshiDecoder();
  const books = new BookSet(decoder.symbols);
  let staleRows = 0;
  for await (const batch of new Replay(archive, decoder)) {
    for (let row = 0; row < batch.length; row++) {
      books.apply(batch, row);
      if (books.get(batch.market[row]!)?.stale === true) staleRows++;
    }
  }
  assert.ok(staleRows > 0, "after the gap books were stale for a while");

  for (const [ticker, expected] of session.facts().finalBooks) {
    const book = books.find(ticker);
    assert.equal(book?.stale, false);
    const best = book.bestBid("yes");
    const highest = expected.yes.length === 0
      ? undefined
      : Math.max(...expected.yes.map(([p]) => p));
    assert.equal(best?.price, highest);
    console.log(`${ticker}: best YES bid ${best === undefined ? "none" : formatPrice(best.price)}`);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
