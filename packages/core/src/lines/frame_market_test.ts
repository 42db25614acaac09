import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { frameMarket } from "./frame_market.ts";

/** The market of `frame`, read where others stand around it. */
function marketOf(frame: string): string | undefined {
  const around = '{"market_ticker":"OTHER"}';
  const bytes = new TextEncoder().encode(`${around}${frame}${around}`);
  return frameMarket(bytes, around.length, bytes.length - around.length);
}

test("The first market at any depth is the frame's", () => {
  assert.equal(marketOf('{"type":"trade","msg":{"market_ticker":"KXB-1"}}'), "KXB-1");
  assert.equal(marketOf('{"market_ticker":"A","msg":{"market_ticker":"B"}}'), "A");
  assert.equal(marketOf('{"a":[{"b":{"market_ticker" :\t"A.5(x)"}}]}'), "A.5(x)");
});

test("A market is told as JSON.parse does, whatever its letters", () => {
  const name = fc.oneof(
    fc.string({ unit: "binary", minLength: 1, maxLength: 30 }),
    fc.string({
      unit: fc.constantFrom("\\", '"', "u", "n", "é", "A"),
      minLength: 1,
      maxLength: 10,
    }),
  );
  fc.assert(fc.property(name, (market) => {
    assert.equal(
      marketOf(JSON.stringify({ type: "trade", msg: { market_ticker: market } })),
      market,
    );
  }));
});

test("A text that only reads like the key does not hide the member", () => {
  assert.equal(marketOf('{"key":"market_ticker","market_ticker":"A"}'), "A");
  assert.equal(
    marketOf('{"keys":["market_ticker"],"x_market_ticker":"X","market_ticker":"A"}'),
    "A",
  );
  assert.equal(marketOf('{"a":"\\"market_ticker\\":\\"X\\"","market_ticker":"A"}'), "A");
});

test("A frame without the member, or with something else than a text in it, has no market", () => {
  for (
    const frame of [
      ...[
        "",
        "{}",
        "market_ticker",
        '{"market_tickers":["A"]}',
        '{"market_ticker":null}',
        '"market_ticker"',
      ],
      ...[
        '{"market_ticker":["A"]}',
        '{"market_ticker":5}',
        '{"market_ticker":""}',
        '{"market_ticker"',
      ],
      ...[
        '{"market_ticker":',
        '{"market_ticker":"A',
        '{"market_ticker":"A\\"',
        '["market_ticker" "A"]',
      ],
      ...['{"market_ticker":"\\x"}', '{"market_ticker":"\\'],
    ]
  ) assert.equal(marketOf(frame), undefined, frame);
});

test("No market's name is longer than 200 bytes", () => {
  assert.equal(marketOf(`{"market_ticker":"${"A".repeat(200)}"}`), "A".repeat(200));
  assert.equal(marketOf(`{"market_ticker":"${"A".repeat(201)}"}`), undefined);
});

test("A market that is not UTF-8 is none", () => {
  const [before, after] = ['{"market_ticker":"A', '"}'].map((text) =>
    new TextEncoder().encode(text)
  );
  const bytes = Uint8Array.from([...before!, 0xff, ...after!]);
  assert.equal(frameMarket(bytes, 0, bytes.length), undefined);
});
