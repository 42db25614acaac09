import assert from "node:assert/strict";
import { appendFile, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type EpochMicros, MICROS_PER_SECOND, SystemClock } from "@ssmd/core";
import { SyntheticSource } from "@ssmd/kalshi/server";
import { runHere, withFolder } from "../run_cli_test_support.ts";
import { startSetup } from "./capture_setup_test_support.ts";
import { FollowedExchange } from "./followed_exchange_test_support.ts";
import { LoggedCapture } from "./logged_capture_test_support.ts";
import { MarketTime } from "./market_time_test_support.ts";

const MINUTE: EpochMicros = 60 * MICROS_PER_SECOND;
const WINDOW: EpochMicros = 15 * MINUTE;

/** How many of a market log's finished lines, each of which has to be whole, fit. */
async function countIn(
  file: string,
  fits: (line: Readonly<Record<string, Readonly<Record<string, unknown>>>>) => boolean,
): Promise<number> {
  const text = await readFile(file, "utf8").catch(() => "");
  // What follows the last line break is still being written.
  return text.split("\n").slice(0, -1).filter((line) => fits(JSON.parse(line))).length;
}

test("Beside its stream a capture keeps its markets and how they ended, across a torn line, so that a backtest needs nothing else", async () => {
  await withFolder(async (folder) => {
    const start = (Math.floor(new SystemClock().now() / WINDOW) + 2) * WINDOW - 3 * MINUTE;
    const source = new SyntheticSource({ seed: 6, start, markets: 4, framesPerSecond: 20 });
    const { exchange, args, root } = await startSetup(folder, source, {
      subscription: ["series: [KXBTC15M, KXETH15M, KXGOLD15M, KXSOL15M]"],
      storage: ["rotation: 15m", "sync: 1s", "minFree: 1MiB"],
      speed: "manual",
      timestampWindowMs: Infinity,
    });
    const time = new MarketTime(folder, start);
    const options = { preload: time.preload };
    const log = join(root, "kalshi/capture/markets.jsonl");
    const settled = () => countIn(log, ({ market }) => market?.["status"] === "finalized");
    try {
      const market = new FollowedExchange(exchange, source.catalog, time);
      const first = LoggedCapture.start(args, options);
      await market.follows(start);
      // The series, from which fees follow, are asked for last.
      while (await countIn(log, ({ series }) => series !== undefined) < 4) await sleep(20);
      await market.play(start + MINUTE, async () => {});
      first.signal("SIGKILL");
      await first.ended;
      await appendFile(log, '{"market":{"ticker":"KXBTC15M-');

      const second = LoggedCapture.start(args, options);
      await market.follows(exchange.now());
      for (let windows = 0; windows < 4 && await settled() < 4; windows++) {
        await market.play(exchange.now() + WINDOW, async () => {});
      }
      await second.stop();
      assert.deepEqual(second.all("market_log"), []);
      assert.ok(await settled() >= 4);
      assert.ok((await readFile(log, "utf8")).endsWith("\n"), "the torn line is gone");
    } finally {
      await exchange.close();
      time.close();
    }
    const out = join(folder, "results");
    const ran = await runHere(
      [
        "backtest",
        "--archive",
        root,
        "--strategy",
        "favourite",
        "--before-close",
        "60s",
        "--out",
        out,
        "--json",
      ],
    );
    assert.equal(ran.code, 0, ran.err);
    const { markets, coverage } = JSON.parse(ran.out);
    assert.ok(markets.settled >= 4 && markets.withData === markets.given, ran.out);
    assert.equal(coverage.gaps.restart, 1);
  });
});
