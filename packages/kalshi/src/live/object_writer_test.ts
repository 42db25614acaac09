import assert from "node:assert/strict";
import { test } from "node:test";
import { ManualClock } from "@ssmd/core";
import { parseMarketObjects } from "../market_objects.ts";
import { ObjectWriter } from "./object_writer.ts";

const GOOD = { market: { ticker: "A-1", event_ticker: "A", title: "line\nbreak ü" } };

test("each object becomes one line that can be read back", async () => {
  const chunks: string[] = [];
  const writer = new ObjectWriter((lines) => {
    chunks.push(new TextDecoder().decode(lines));
    return Promise.resolve();
  }, new ManualClock(1234));
  assert.equal(await writer.write([GOOD, GOOD]), 2);
  assert.equal(chunks.length, 1, "what belongs together is written in one go");
  const lines = chunks[0]!.split("\n");
  assert.equal(lines.length, 3);
  assert.deepEqual(JSON.parse(lines[0]!), { ...GOOD, _received_at: 1234 });
  const [market] = parseMarketObjects(JSON.parse(lines[1]!)).markets;
  assert.deepEqual([market?.ticker, market?.receivedTime], ["A-1", 1234]);
});

test("an object that would spoil the file is left out and counted", async () => {
  let written = 0;
  const writer = new ObjectWriter((lines) => {
    written += lines.length;
    return Promise.resolve();
  }, new ManualClock(1234));
  const bad = [
    { market: { ticker: "../x", event_ticker: "A" } },
    { market: null },
    { series_fee_change_arr: [{ series_ticker: "A", scheduled_ts: "soon" }] },
    { other: 1 },
  ];
  assert.equal(await writer.write(bad), 0);
  assert.equal(written, 0);
  assert.equal(writer.unusable, 4);
  assert.match(writer.lastProblem ?? "", /"other"/);
});
