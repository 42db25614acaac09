import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { test } from "node:test";
import type { Price } from "@ssmd/core";
import { type ExchangeEvent, ScriptedSource } from "@ssmd/kalshi/server";
import { startSetup } from "../capture/capture_setup_test_support.ts";
import { withFolder } from "../run_cli_test_support.ts";
import { paperCommand } from "./paper.ts";

const START = Date.UTC(2026, 0, 5, 12) * 1000;
const TICKER = "KXA-26JAN05-T1";

const CONFIG = `
activation: {dollarVolume: 10}
portfolio: {startingBalance: 100, minContracts: 10, maxContracts: 10}
signals:
  spreadTightening: {enabled: false}
  volumeOnset: {enabled: false}
  custom: [{name: mine, file: mine.mjs}]
execution: {latencyMs: 0}
`;
const SIGNAL =
  "export default ({ lastPrice }) => ({ score: lastPrice === 5000 ? 1 : 0, confidence: 1 });\n";

function ticker(second: number, price: Price, volume: number): ExchangeEvent {
  return {
    kind: "ticker",
    time: START + second * 1_000_000,
    ticker: TICKER,
    lastPrice: price,
    yesBid: price - 100,
    yesAsk: price + 100,
    yesBidSize: 10_000,
    yesAskSize: 10_000,
    lastTradeSize: 100,
    volume: volume * 100,
    openInterest: 0,
  };
}

/** Runs the command until `isDone` says so of its output. */
async function paperRun(
  args: Parameters<typeof paperCommand>[0],
  isDone: (out: string) => boolean,
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const stop = new AbortController();
  let out = "";
  let err = "";
  const terminal = {
    out: (text: string) => {
      out += text;
      if (isDone(out)) stop.abort();
    },
    err: (text: string) => void (err += text),
    columns: 80,
    color: false,
    live: false,
    piped: true,
  };
  const stdin = Readable.from([]);
  const code = await paperCommand(args, { terminal, stdin, env: {}, signal: stop.signal });
  return { code, out, err };
}

test("a live stream is traded, and a restart goes on with the money and without the past", async () => {
  await withFolder(async (folder) => {
    const source = new ScriptedSource(START);
    const { exchange } = await startSetup(folder, source, {
      subscription: ["channels: [ticker, trade]"],
    });
    try {
      await writeFile(join(folder, "momentum.yaml"), CONFIG);
      await writeFile(join(folder, "mine.mjs"), SIGNAL);
      const checkpoint = join(folder, "paper.json");
      const args = {
        feed: join(folder, "feed.yaml"),
        env: join(folder, "env.yaml"),
        config: join(folder, "momentum.yaml"),
        checkpoint,
      };
      const feeding = feed(source);
      const first = await paperRun(args, (out) => out.includes("take-profit"));
      clearInterval(feeding);
      assert.equal(first.code, 0);
      assert.match(
        first.out,
        new RegExp(`${TICKER}  10 yes  \\$0\\.51 → \\$0\\.57  take-profit  \\$0\\.\\d+\\n`),
      );
      assert.match(first.out, /closed +\d+ positions?, \$/);
      const { run } = JSON.parse(await readFile(checkpoint, "utf8"));
      const { trades } = run.simulation.runs[0];
      assert.ok(trades.length >= 1);

      const again = await paperRun({ ...args, json: true, duration: "1s" }, () => false);
      const { portfolio } = JSON.parse(again.out.slice(again.out.indexOf("{\n")));
      assert.equal(portfolio.startingBalance, 100_000_000);
      assert.ok(portfolio.totalPnl > 0);

      await writeFile(join(folder, "momentum.yaml"), `${CONFIG}composer: {minSignals: 2}\n`);
      await assert.rejects(paperRun(args, () => false), {
        code: "invalid_input",
        message: `Cannot go on from ${
          JSON.stringify(checkpoint)
        }: its composer.minSignals is 1, now it is 2; only the same settings go on`,
      });
      await writeFile(join(folder, "momentum.yaml"), CONFIG);
      await writeFile(join(folder, "mine.mjs"), `${SIGNAL}// changed\n`);
      await assert.rejects(paperRun(args, () => false), {
        code: "invalid_input",
        message: /the files of signals\.custom have changed since/,
      });
      await writeFile(join(folder, "mine.mjs"), SIGNAL);
      const kept = await readFile(checkpoint, "utf8");
      await writeFile(checkpoint, kept.slice(0, kept.length / 2));
      await assert.rejects(paperRun(args, () => false), {
        code: "invalid_input",
        message: /paper\.json": it is cut, damaged or no checkpoint \(.*remove it to start anew/,
      });
      assert.equal(await readFile(checkpoint, "utf8"), kept.slice(0, kept.length / 2));
    } finally {
      await exchange.close();
    }
  });
});

test("a duration that is none is refused before anything is connected", async () => {
  await withFolder(async (folder) => {
    const { exchange } = await startSetup(folder, new ScriptedSource(START), {
      subscription: ["channels: [ticker, trade]"],
    });
    try {
      await writeFile(join(folder, "momentum.yaml"), "{}\n");
      const args = {
        feed: join(folder, "feed.yaml"),
        env: join(folder, "env.yaml"),
        config: join(folder, "momentum.yaml"),
        duration: "soon",
      };
      await assert.rejects(paperRun(args, () => false), {
        code: "invalid_input",
        message: /"soon"/,
      });
    } finally {
      await exchange.close();
    }
  });
});

/** Goes up and down between 50 and 58 cents, with volume, in the exchange's time as in ours. */
function feed(source: ScriptedSource): ReturnType<typeof setInterval> {
  let step = 0;
  return setInterval(() => {
    step++;
    source.push(ticker(step / 50, step % 4 < 2 ? 5000 : 5800, 1000 * step));
  }, 20);
}
