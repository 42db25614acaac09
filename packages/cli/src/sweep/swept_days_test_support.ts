import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { parseIsoTime } from "@ssmd/core";

/** A configuration under which the markets of {@link writeDays} are traded often. */
export const BASE_YAML = `
activation: { dollarVolume: 100, windowMinutes: 10 }
portfolio: { startingBalance: 1000, minContracts: 10, maxContracts: 10, drawdownHaltPercent: 90 }
positions: { takeProfitCents: 5, stopLossCents: 5, timeStopMinutes: 5, cooldownSeconds: 30 }
signals:
  spreadTightening: { narrowingThreshold: 0.2 }
  meanReversion: { enabled: true, minTrades: 1 }
composer: { entryThreshold: 0.1 }
`;

/** Two parameters, six trials. */
export const GRID_YAML = `
positions.takeProfitCents: [3, 6]
positions.timeStopMinutes: { from: 2, to: 6, step: 2 }
`;

/**
 * Writes a plain folder of days, one file each, with tickers and trades of three markets in the
 * format of before March 2026; the same days give the same bytes.
 */
export async function writeDays(folder: string, days: readonly string[]): Promise<void> {
  for (const day of days) {
    await mkdir(join(folder, day), { recursive: true });
    await writeFile(join(folder, day, "1200.jsonl.gz"), gzipSync(linesOf(day)));
  }
}

function linesOf(day: string): string {
  const noon = parseIsoTime(`${day}T12:00:00Z`)! / 1_000_000;
  const random = dice(noon);
  const markets = ["KXA-1", "KXB-1", "KXC-1"].map((ticker) => ({ ticker, price: 50, volume: 0 }));
  let lines = "";
  for (let index = 0; index < 1500; index++) {
    const market = markets[random(3)]!;
    market.price = Math.min(90, Math.max(10, market.price + random(5) - 2));
    const { ticker, price } = market;
    const ts = noon + index * 2;
    const count = 1 + random(40);
    if (random(4) === 0) {
      const taker_side = random(2) === 0 ? "yes" : "no";
      const msg = { market_ticker: ticker, yes_price: price, count, taker_side, ts };
      lines += `${JSON.stringify({ type: "trade", sid: 2, msg })}\n`;
      market.volume += count;
      continue;
    }
    market.volume += count;
    const half = 1 + random(3);
    const msg = {
      market_ticker: ticker,
      price,
      yes_bid: price - half,
      yes_ask: price + half,
      volume: market.volume,
      dollar_volume: Math.floor(market.volume / 2),
      ts,
    };
    lines += `${JSON.stringify({ type: "ticker", sid: 1, msg })}\n`;
  }
  return lines;
}

/** Whole numbers below `sides`, always the same ones for a seed (a linear congruential generator). */
function dice(seed: number): (sides: number) => number {
  let state = BigInt(seed);
  return (sides) => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) % (1n << 64n);
    return Number(state >> 40n) % sides;
  };
}
