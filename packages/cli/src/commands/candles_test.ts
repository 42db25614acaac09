import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { type Ran, runHere, withFolder } from "../run_cli_test_support.ts";
import { START_MS, TapeWriter } from "../tape_test_support.ts";

const SECOND = 1000;

/** Runs `body` with a way to make candles of an archive of `tape`. */
async function withCandles(
  tape: TapeWriter,
  body: (candles: (...args: string[]) => Promise<Ran>) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const archive = join(folder, "arch");
    const file = join(folder, "tape");
    await writeFile(file, tape.text);
    const where = ["--feed", "kalshi", "--stream", "s", "--out", archive];
    assert.equal((await runHere(["archive", "import", file, ...where])).code, 0);
    await body((...args) => runHere(["candles", ...args, "--archive", archive]));
  });
}

/** Three minutes with trades of A, one without, and a trade of B. */
function someTrades(): TapeWriter {
  const tape = new TapeWriter();
  tape.snapshot(0, "EMPTY", [], []);
  tape.trade(0, "A", "0.5000", "2.00");
  tape.trade(10 * SECOND, "A", "0.6100", "1.50");
  tape.trade(59 * SECOND + 999, "A", "0.4000", "0.25");
  tape.trade(60 * SECOND, "A", "0.4500", "10.00");
  tape.trade(61 * SECOND, "B", "0.9900", "7.00");
  tape.trade(200 * SECOND, "A", "0.0100", "3.00");
  return tape;
}

test("Candles hold open, high, low, close, volume and trades of the exchange's minutes", async () => {
  await withCandles(someTrades(), async (candles) => {
    const { code, out, err } = await candles("A", "--json");
    assert.deepEqual([code, err], [0, ""]);
    const result = JSON.parse(out);
    const short = result.candles.map((candle: Record<string, unknown>) =>
      [candle["startMs"], ...["open", "high", "low", "close"].map((key) => candle[key])].concat(
        candle["volume"],
        candle["trades"],
      )
    );
    assert.deepEqual(short, [
      [START_MS, "0.5000", "0.6100", "0.4000", "0.4000", "3.75", 3],
      [START_MS + 60_000, "0.4500", "0.4500", "0.4500", "0.4500", "10.00", 1],
      [START_MS + 180_000, "0.0100", "0.0100", "0.0100", "0.0100", "3.00", 1],
    ]);
    assert.equal(result.candles[0].start, "2026-01-05T15:00:00Z");
    // (0.5·2 + 0.61·1.5 + 0.4·0.25 + 0.45·10 + 0.01·3) / 16.75 = 6.545 / 16.75
    const { volume, trades, vwap, intervalSeconds, sequence } = result;
    assert.deepEqual({ volume, trades, vwap, intervalSeconds, sequence }, {
      ...{ volume: "16.75", trades: 5, vwap: "0.390746", intervalSeconds: 60 },
      sequence: "checked",
    });
  });
});

test("The interval decides how many candles there are", async () => {
  await withCandles(someTrades(), async (candles) => {
    for (const [interval, count] of [["1s", 5], ["60s", 3], ["1m", 3], ["5m", 1], ["1d", 1]]) {
      const { out } = await candles("A", "--interval", String(interval), "--json");
      assert.equal(JSON.parse(out).candles.length, count, String(interval));
    }
  });
});

test("A market without trades has no candles and no average", async () => {
  await withCandles(someTrades(), async (candles) => {
    const { code, out } = await candles("EMPTY", "--json");
    assert.equal(code, 0);
    const { candles: list, volume, trades, vwap } = JSON.parse(out);
    assert.deepEqual([list, volume, trades, vwap], [[], "0.00", 0, null]);
    assert.match((await candles("EMPTY")).out, /\n0 trades, 0\.00 contracts\n$/);
  });
});

test("The table ends with the totals", async () => {
  await withCandles(someTrades(), async (candles) => {
    const { out } = await candles("A");
    assert.match(out, /^START +OPEN +HIGH +LOW +CLOSE +VOLUME +TRADES\n2026-01-05T15:00:00Z /);
    assert.match(out, /\n5 trades, 16\.75 contracts, VWAP 0\.390746\n$/);
  });
});

test("A trade without the exchange's time goes by receive time, and is told", async () => {
  const tape = someTrades();
  tape.numbered(230 * SECOND, 2, "trade", {
    market_ticker: "A",
    yes_price_dollars: "0.4600",
    count_fp: "1.00",
    taker_side: "no",
  });
  await withCandles(tape, async (candles) => {
    const { out, err } = await candles("A", "--json");
    assert.equal(JSON.parse(out).candles[2].trades, 2);
    assert.match(err, /^warning: 1 trade without the exchange's time: sorted by receive time\n/);
  });
});
