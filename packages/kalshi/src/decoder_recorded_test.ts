import { EventBatch, EventKind, FLAG_LAST } from "@ssmd/core";
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import { KalshiDecoder } from "./decoder.ts";

const folder = process.env["SSMD_DATA"];
const skip = folder === undefined ? "SSMD_DATA is not set" : false;

interface Recorded {
  readonly receivedAt: number;
  readonly frame: Uint8Array;
}

/** The records of the gold tape; each line is `{"recv_ms":…,"event":…}`. */
function goldTape(): Recorded[] {
  const path = `${folder}/gold/KXGOLD15M-26AUG102300-00.ndjson.gz`;
  const lines = gunzipSync(readFileSync(path)).toString().trimEnd().split("\n");
  return lines.map((line) => {
    const [head, event] = [line.slice(0, line.indexOf(",")), line.slice(line.indexOf(",") + 9, -1)];
    return {
      receivedAt: Number(head.slice('{"recv_ms":'.length)) * 1000,
      frame: new TextEncoder().encode(event),
    };
  });
}

test("Every recorded frame is read whole", { skip }, () => {
  const text = readFileSync(`${folder}/recorded/ws-frames/recorded_frames_mit.jsonl`, "utf8");
  const decoder = new KalshiDecoder();
  const batch = new EventBatch(decoder.symbols);
  for (const line of text.trim().split("\n")) {
    const frame = new TextEncoder().encode((JSON.parse(line) as { raw: string }).raw);
    decoder.decode(frame, 0, frame.length, { id: "a", exact: false }, 1, batch);
  }
  const { frames, malformed, unknownTypes, unknownFields, invalidFields } = decoder.counts;
  assert.deepEqual([frames, malformed], [16, 0]);
  assert.deepEqual([...unknownTypes, ...unknownFields, ...invalidFields], []);
});

test("The gold tape is read whole, and almost all by the scanner", { skip }, () => {
  const decoder = new KalshiDecoder();
  const batch = new EventBatch(decoder.symbols);
  for (const { receivedAt, frame } of goldTape()) {
    decoder.decode(frame, 0, frame.length, { id: "gold", exact: true }, receivedAt, batch);
  }
  const { counts } = decoder;
  assert.deepEqual(Object.fromEntries(counts.types), {
    orderbook_snapshot: 2,
    orderbook_delta: 45236,
    trade: 1005,
  });
  assert.deepEqual([counts.frames, counts.malformed, counts.duplicates], [46243, 0, 0]);
  assert.deepEqual([...counts.unknownTypes, ...counts.unknownFields, ...counts.invalidFields], []);
  assert.ok(decoder.scanned > counts.frames * 0.99, `${decoder.scanned}`);
  assert.equal(decoder.symbols.size, 1);
});

test("Trades and books of the gold tape are those of an independent reading", { skip }, () => {
  const reference = JSON.parse(readFileSync(`${folder}/gold/reference.json`, "utf8")) as {
    trade_volume_1e2: number;
    notional_1e6: number;
    yes_taker_1e2: number;
    book_at: Record<string, { sha256: string }>;
  };
  const decoder = new KalshiDecoder();
  const batch = new EventBatch(decoder.symbols);
  const ladders = [new Map<number, number>(), new Map<number, number>()];
  const totals = { volume: 0, notional: 0, yes: 0 };
  const moments = Object.keys(reference.book_at).map(Number).sort((a, b) => a - b);
  const hashes: string[] = [];
  for (const { receivedAt, frame } of goldTape()) {
    while (moments.length > 0 && moments[0]! * 1000 < receivedAt) {
      hashes.push(hashOf(ladders));
      moments.shift();
    }
    batch.clear();
    decoder.decode(frame, 0, frame.length, { id: "gold", exact: true }, receivedAt, batch);
    for (let row = 0; row < batch.length; row++) {
      const [price, size] = [batch.price[row]!, batch.size[row]!];
      const ladder = ladders[batch.side[row]! - 1];
      switch (batch.kind[row]) {
        case EventKind.snapshot:
          for (const side of ladders) side.clear();
          break;
        case EventKind.level:
        case EventKind.delta: {
          const resting = (ladder!.get(price) ?? 0) + size;
          if (resting === 0) ladder!.delete(price);
          else ladder!.set(price, resting);
          break;
        }
        case EventKind.trade:
          totals.volume += size;
          totals.notional += size * price;
          if (batch.side[row] === 1) totals.yes += size;
      }
    }
    assert.equal(batch.flags[batch.length - 1], FLAG_LAST);
  }
  assert.deepEqual(hashes, Object.values(reference.book_at).map(({ sha256 }) => sha256));
  assert.deepEqual(totals, {
    volume: reference.trade_volume_1e2,
    notional: reference.notional_1e6,
    yes: reference.yes_taker_1e2,
  });
});

/** SHA-256 of `yes|p:q,…;no|p:q,…`, prices ascending. */
function hashOf(ladders: readonly Map<number, number>[]): string {
  const text = ladders.map((ladder, side) => {
    const levels = [...ladder].sort(([a], [b]) => a - b).map(([price, size]) => `${price}:${size}`);
    return `${side === 0 ? "yes" : "no"}|${levels.join(",")}`;
  });
  return createHash("sha256").update(text.join(";")).digest("hex");
}
