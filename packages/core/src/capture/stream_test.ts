import assert from "node:assert/strict";
import { test } from "node:test";
import type { EventBatch } from "../events/event_batch.ts";
import { stream } from "./stream.ts";
import { ToyConnector, turn } from "./toy_connector_test_support.ts";
import { ToyDecoder, toyDelta, toySnapshot } from "../testing/toy_exchange_test_support.ts";

/** The rows of a batch in a few words. */
function rowsOf(batch: EventBatch): string[] {
  return Array.from({ length: batch.length }, (_, row) => {
    const { kind, market, detail } = batch.at(row);
    if (kind !== "gap") return `${kind} ${market}`;
    const { reason, missing } = detail as { reason: string; missing?: number };
    return `gap ${reason}${missing === undefined ? "" : ` ${missing}`}`;
  });
}

test("A loop gets frames and gaps as rows, in order, in batches that are reused", async () => {
  const connector = new ToyConnector();
  const events = stream(connector, new ToyDecoder());
  const rows: string[] = [];
  const batches = new Set<EventBatch>();
  const loop = (async () => {
    for await (const batch of events) {
      batches.add(batch);
      rows.push(...rowsOf(batch));
      if (rows.length > 4) break;
    }
  })();
  await connector.started;
  connector.sent(1);
  connector.frame(2, toySnapshot(1, 1, "A"));
  connector.frame(3, toyDelta(1, 2, "A"));
  await turn();
  connector.gap(4);
  connector.frame(5, toyDelta(1, 1, "B"), "s2");
  connector.frame(6, toyDelta(1, 1, "B"), "s2");
  await loop;
  assert.deepEqual(rows, [
    "snapshot A",
    "delta A",
    "gap disconnect",
    "delta B",
    "other undefined",
  ]);
  assert.equal(batches.size, 1);
  assert.ok(connector.stopped);
});

test("Leaving the loop stops the connector", async () => {
  const connector = new ToyConnector();
  const events = stream(connector, new ToyDecoder());
  const loop = (async () => {
    for await (const _ of events) break;
  })();
  await connector.started;
  connector.frame(1, toyDelta(1, 1));
  await loop;
  assert.ok(connector.stopped);
  assert.throws(() => events[Symbol.asyncIterator](), TypeError);
});

test("Closing ends a read that waits, and the connector, at once; twice is safe", async () => {
  const connector = new ToyConnector();
  const events = stream(connector, new ToyDecoder());
  const iterator = events[Symbol.asyncIterator]();
  const read = iterator.next();
  await connector.started;
  await Promise.all([events.close(), events.close()]);
  assert.ok(connector.stopped);
  assert.deepEqual(await read, { done: true, value: undefined });
  assert.deepEqual(await iterator.next(), { done: true, value: undefined });
});

test("Leaving by return ends a read that waits", async () => {
  const connector = new ToyConnector();
  const iterator = stream(connector, new ToyDecoder())[Symbol.asyncIterator]();
  const read = iterator.next();
  await connector.started;
  await iterator.return!();
  assert.deepEqual(await read, { done: true, value: undefined });
});

test("A stream closed before the loop never starts the connector", async () => {
  const connector = new ToyConnector();
  const events = stream(connector, new ToyDecoder());
  await events.close();
  assert.throws(() => events[Symbol.asyncIterator](), TypeError);
  assert.equal(connector.runs, 0);
});

test("A slow loop gets a gap row for what was dropped, and the rows go on behind it", async () => {
  const connector = new ToyConnector();
  const events = stream(connector, new ToyDecoder(), { ringBytes: 4096 });
  const iterator = events[Symbol.asyncIterator]();
  const read = iterator.next();
  await connector.started;
  let seq = 0;
  while (connector.frame(++seq, toyDelta(1, seq)) === "kept");
  connector.frame(++seq, toyDelta(1, seq));
  connector.frame(++seq, toyDelta(1, seq));
  const batch = (await read).value as EventBatch;
  const rows = rowsOf(batch);
  assert.equal(rows.length, seq - 3 + 1);
  assert.equal(rows.at(-1), "gap overflow 3");
  assert.equal(events.overflow.dropped, 3);
  connector.frame(++seq, toyDelta(1, seq));
  assert.deepEqual(rowsOf((await iterator.next()).value), ["delta A"]);
  await events.close();
});

test("Under the policy halt a slow loop ends with an error after what came before", async () => {
  const connector = new ToyConnector();
  const events = stream(connector, new ToyDecoder(), { ringBytes: 4096, overflow: "halt" });
  const iterator = events[Symbol.asyncIterator]();
  const read = iterator.next();
  await connector.started;
  let seq = 0;
  while (connector.frame(++seq, toyDelta(1, seq)) === "kept");
  assert.equal((await read).value.length, seq);
  await assert.rejects(iterator.next(), { code: "buffer_full" });
  assert.ok(connector.stopped);
  assert.equal((await iterator.next()).done, true);
});

test("A batch ends at about the size asked for and the rest comes in the next", async () => {
  const connector = new ToyConnector();
  const events = stream(connector, new ToyDecoder(), { batchRows: 64 });
  const iterator = events[Symbol.asyncIterator]();
  const read = iterator.next();
  await connector.started;
  for (let seq = 1; seq <= 200; seq++) connector.frame(seq, toyDelta(1, seq));
  let rows = (await read).value.length;
  assert.ok(rows >= 64 && rows < 200);
  while (rows < 200) rows += (await iterator.next()).value.length;
  assert.equal(rows, 200);
  await events.close();
});

test("A connector that gives up ends the loop with its error, after what it brought", async () => {
  const connector = new ToyConnector();
  const iterator = stream(connector, new ToyDecoder())[Symbol.asyncIterator]();
  const read = iterator.next();
  await connector.started;
  connector.frame(1, toyDelta(1, 1));
  connector.end(new Error("no markets"));
  assert.equal((await read).value.length, 1);
  await assert.rejects(iterator.next(), /no markets/);
});

test("A signal ends the loop without an error", async () => {
  const connector = new ToyConnector();
  const controller = new AbortController();
  const events = stream(connector, new ToyDecoder(), { signal: controller.signal });
  const iterator = events[Symbol.asyncIterator]();
  const read = iterator.next();
  await connector.started;
  controller.abort();
  assert.equal((await read).done, true);
});
