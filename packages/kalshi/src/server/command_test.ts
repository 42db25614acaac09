import assert from "node:assert/strict";
import { test } from "node:test";
import { type Command, readCommand, readId } from "./command.ts";
import { CommandError } from "./command_error.ts";

function codeOf(run: () => unknown): number | undefined {
  try {
    run();
  } catch (error) {
    if (error instanceof CommandError) return error.code;
    throw error;
  }
  return undefined;
}

const subscribe = (params: unknown) => ({ cmd: "subscribe", params });
const update = (params: unknown) => ({ cmd: "update_subscription", params });
const BOOKS = { channels: ["orderbook_delta"], market_tickers: ["A"] };
const ADD = { sid: 1, action: "add_markets", market_tickers: ["A"] };

test("Each mistake has the code that Kalshi has for it", () => {
  const cases: [number | undefined, Record<string, unknown>][] = [
    [5, {}],
    [1, { cmd: 7 }],
    [5, { cmd: "resubscribe" }],
    [2, { cmd: "subscribe" }],
    [1, subscribe([])],
    [3, subscribe({})],
    [3, subscribe({ channels: [] })],
    [1, subscribe({ channels: "trade" })],
    [1, subscribe({ channels: [1] })],
    [8, subscribe({ channels: ["trade", "ticker_v2"] })],
    [14, subscribe({ channels: ["orderbook_delta"] })],
    [14, subscribe({ channels: ["orderbook_delta"], market_tickers: [] })],
    [11, subscribe({ ...BOOKS, market_ticker: "B" })],
    [11, subscribe({ channels: ["orderbook_delta"], market_ids: ["x"] })],
    [11, subscribe({ channels: ["trade"], market_tickers: [""] })],
    [1, subscribe({ channels: ["trade"], market_tickers: "A" })],
    [1, subscribe({ ...BOOKS, use_yes_price: "yes" })],
    [19, subscribe({ channels: ["communications"], shard_factor: 0 })],
    [20, subscribe({ channels: ["communications"], shard_key: 0 })],
    [21, subscribe({ channels: ["communications"], shard_factor: 4, shard_key: 4 })],
    [22, subscribe({ channels: ["communications"], shard_factor: 101 })],
    [24, subscribe({ channels: ["cfbenchmarks_value"] })],
    [28, subscribe({ channels: ["pyth_value"], underlying_tickers: [] })],
    [4, { cmd: "unsubscribe", params: {} }],
    [4, { cmd: "unsubscribe", params: { sids: [] } }],
    [1, { cmd: "unsubscribe", params: { sids: ["1"] } }],
    [4, update({ action: "add_markets" })],
    [12, update({ ...ADD, sids: [1] })],
    [12, update({ action: "add_markets", sids: [1, 2] })],
    [15, update({ sid: 1 })],
    [undefined, update(ADD)],
    [undefined, subscribe(BOOKS)],
    [undefined, subscribe({ channels: ["ticker"], market_ids: ["x"] })],
    [undefined, subscribe({ channels: ["cfbenchmarks_value"], index_ids: ["all"] })],
  ];
  for (const [code, message] of cases) {
    assert.equal(codeOf(() => readCommand(message)), code, JSON.stringify(message));
  }
});

test("A channel named twice and a market named twice count once", () => {
  const params = { channels: ["trade", "trade"], market_tickers: ["A", "B", "A"] };
  const command: Command = readCommand(subscribe(params));
  assert.ok(command.kind === "subscribe");
  assert.deepEqual(command.channels.map(({ name }) => name), ["trade"]);
  assert.deepEqual(command.markets, ["A", "B"]);
});

test("An absent id is 0, and one that is no whole number is refused", () => {
  assert.equal(readId({}), 0);
  assert.equal(readId({ id: 7 }), 7);
  assert.equal(codeOf(() => readId({ id: 1.5 })), 1);
  assert.equal(codeOf(() => readId({ id: "1" })), 1);
});
