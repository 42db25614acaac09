import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connector, ConnectorHealth, RawMessage } from "@ssmd/core";
import { tapLifecycle } from "./lifecycle_tap.ts";

const HEALTH: ConnectorHealth = {
  connections: [],
  frames: 3,
  bytes: 0,
  reconnects: 0,
  markets: 0,
  rejectedMarkets: 0,
  duplicates: 0,
  late: 0,
  errors: {},
};

/** Hands the frames over, one after the other, and ends. */
function connectorOf(frames: readonly string[]): Connector {
  return {
    feed: "kalshi",
    health: () => HEALTH,
    run: ({ onRecord }) => {
      frames.forEach((text, index) => {
        const data = new TextEncoder().encode(text);
        onRecord({ feed: "kalshi", session: "s", seq: index + 1, tsRecv: 1000 + index, data });
      });
      return Promise.resolve();
    },
  };
}

async function heard(frames: readonly string[]): Promise<{ told: unknown[]; passed: string[] }> {
  const told: unknown[] = [];
  const passed: string[] = [];
  const tapped = tapLifecycle(connectorOf(frames), {
    onMarket: (ticker, { event, result }) => told.push([ticker, event, result]),
    onEvent: (event, series) => told.push([event, series]),
  });
  assert.equal(tapped.health(), HEALTH);
  await tapped.run({
    onRecord: (record) => {
      passed.push(new TextDecoder().decode((record as RawMessage).data));
      return "kept";
    },
    onStatus: () => {},
  }, { signal: new AbortController().signal });
  return { told, passed };
}

test("Lifecycle messages are heard, and every frame passes as it was", async () => {
  const frames = [
    `{"type":"event_lifecycle","sid":4,"seq":1,"msg":{"event_ticker":"KXA-1","series_ticker":"KXA"}}`,
    `{"type":"market_lifecycle_v2","sid":4,"seq":2,"msg":{"market_ticker":"KXA-1-T5","event_type":"created"}}`,
    `{"type":"trade","sid":3,"seq":1,"msg":{"market_ticker":"KXA-1-T5"}}`,
    `{"type":"market_lifecycle_v2","sid":4,"seq":3,"msg":{"market_ticker":"KXA-1-T5","event_type":"determined","result":"yes"}}`,
  ];
  const { told, passed } = await heard(frames);
  assert.deepEqual(told, [
    ["KXA-1", "KXA"],
    ["KXA-1-T5", "created", undefined],
    ["KXA-1-T5", "determined", "yes"],
  ]);
  assert.deepEqual(passed, frames);
});

test("A message that comes twice is heard once, and nonsense is passed on unheard", async () => {
  const settled =
    `{"type":"market_lifecycle_v2","sid":4,"seq":9,"msg":{"market_ticker":"A","event_type":"settled"}}`;
  const nameless = `{"type":"market_lifecycle_v2","msg":{"event_type":"settled"}}`;
  const frames = [
    settled,
    settled,
    nameless,
    "no json",
    "{}",
    `{"type":"event_lifecycle","msg":7}`,
  ];
  const { told, passed } = await heard(frames);
  assert.deepEqual(told, [["A", "settled", undefined]]);
  assert.deepEqual(passed, frames);
});
