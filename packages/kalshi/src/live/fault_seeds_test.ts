import assert from "node:assert/strict";
import { test } from "node:test";
import { messageOf } from "@ssmd/core";
import { SeededRandom } from "../generator/seeded_random.ts";
import type { ExchangeEvent } from "../server/exchange_event.ts";
import { KalshiExchange } from "../server/kalshi_exchange.ts";
import { ScriptedSource } from "../server/scripted_source.ts";
import { RecordedCapture } from "./recorded_capture_test_support.ts";

const SEEDS = Number(process.env["SSMD_FAULT_SEEDS"] ?? 500);
const START = 1_780_000_000_000_000;
const MARKETS = ["KXA-1", "KXA-2", "KXB-T3.5"];
const EVENTS = 150;

/** Events that no book can refuse: sizes only grow, or go back to where they were. */
class Script {
  readonly #random: SeededRandom;
  #time = START;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
  }

  snapshots(): ExchangeEvent[] {
    return MARKETS.map((ticker) => ({
      kind: "snapshot",
      time: this.#time,
      ticker,
      yes: [[4000, 1000], [4100, 500]],
      no: [[5000, 700]],
    }));
  }

  next(ticker: string = MARKETS[this.#random.below(MARKETS.length)]!): ExchangeEvent {
    const time = this.#time += 1000;
    if (this.#random.below(5) === 0) return this.trade(ticker);
    const price = 100 * (1 + this.#random.below(98));
    const side = this.#random.below(2) === 0 ? "yes" : "no";
    return { kind: "delta", time, ticker, side, price, change: 100 * (1 + this.#random.below(9)) };
  }

  trade(ticker: string): ExchangeEvent {
    const time = this.#time += 1000;
    return {
      kind: "trade",
      time,
      ticker,
      yesPrice: 4200,
      count: 100,
      takerSide: "yes",
      tradeId: `trade-${time}`,
    };
  }

  delta(ticker: string): ExchangeEvent {
    const time = this.#time += 1000;
    return { kind: "delta", time, ticker, side: "yes", price: 100, change: 100 };
  }
}

async function tryBySeed(seed: number): Promise<number> {
  const script = new Script(seed);
  const source = new ScriptedSource(START);
  const probability = [0.005, 0.02, 0.1][seed % 3]!;
  const exchange = await KalshiExchange.start(source, {
    allowUnsigned: true,
    speed: "max",
    waitForClient: 2,
    faults: {
      seed,
      rules: [
        { fault: "sequence_gap", probability },
        { fault: "duplicate", probability },
        { fault: "reorder", probability },
      ],
    },
  });
  source.push(...script.snapshots());
  const capture = new RecordedCapture({
    url: exchange.webSocketUrl,
    channels: ["orderbook_delta", "trade"],
    markets: () => MARKETS,
    subscriptions: {
      calmMs: 20,
      snapshotTimeoutMs: 100,
      ackTimeoutMs: 100,
      rejectedRetryMs: 100,
    },
  });
  try {
    // In several portions, so that answers of the connector come between them.
    for (let left = EVENTS; left > 0; left -= 15) {
      source.push(...Array.from({ length: 15 }, () => script.next()));
      await capture.until(() => source.waiting, "the events are sent");
      await new Promise((resolve) => setTimeout(resolve, seed % 2));
    }
    exchange.stopFaults();
    source.push(...MARKETS.flatMap((ticker) => [script.delta(ticker), script.trade(ticker)]));
    await capture.until(() => source.waiting, "the last events are sent");
    const isRight = (ticker: string) =>
      capture.book(ticker)?.canonicalText() === exchange.bookText(ticker);
    await capture.until(
      () => capture.connector.settled && MARKETS.every(isRight),
      "books are right",
    );
    compare(capture, exchange);
    return exchange.injected.length;
  } catch (error) {
    throw new Error(`Seed ${seed}: ${messageOf(error)}\n${capture.story()}`, { cause: error });
  } finally {
    await capture.close();
    await exchange.close();
  }
}

/** What was found out against what was done, for the frames that arrived. */
function compare(capture: RecordedCapture, exchange: KalshiExchange): void {
  const sessions = capture.sessions();
  const arrived = new Map<string, number[]>();
  for (const { session, data } of capture.frames()) {
    const { sid, seq } = JSON.parse(new TextDecoder().decode(data));
    if (sid === undefined || seq === undefined) continue;
    const key = `${session}/${sid}`;
    if (!arrived.has(key)) arrived.set(key, []);
    arrived.get(key)!.push(seq);
  }
  const missing = new Set<string>();
  let duplicates = 0;
  let late = 0;
  for (const { fault, connection, sid, seq } of exchange.injected) {
    const key = `${sessions[connection! - 1]}/${sid}`;
    const seqs = arrived.get(key) ?? [];
    if (fault === "duplicate") {
      duplicates += Math.max(
        0,
        seqs.filter((other) => other === seq).length - 1,
      );
    } else if (fault === "reorder") {
      if (seqs.includes(seq! + 1)) missing.add(`${key}/${seq}`);
      if (seqs.includes(seq!)) late++;
    } else if (seqs.some((other) => other > seq!)) missing.add(`${key}/${seq}`);
  }
  const reported = new Set<string>();
  for (const { reason, session, sid, from, to } of capture.gaps()) {
    if (reason !== "sequence") continue;
    for (let seq = from; seq <= to; seq++) reported.add(`${session}/${sid}/${seq}`);
  }
  assert.deepEqual([...reported].sort(), [...missing].sort());
  const health = capture.connector.health();
  assert.equal(health.duplicates, duplicates);
  assert.equal(health.late, late);
}

test("Every fault of the numbers is found, none is invented, and books become right again", async () => {
  let injected = 0;
  for (let seed = 1; seed <= SEEDS; seed++) injected += await tryBySeed(seed);
  assert.ok(injected > SEEDS, `only ${injected} faults in ${SEEDS} seeds`);
});
