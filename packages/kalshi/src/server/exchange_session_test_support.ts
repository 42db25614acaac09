import { type EpochMicros, parseIsoTime } from "@ssmd/core";
import { TestClient } from "./exchange_client_test_support.ts";
import type { BookDeltaEvent, ExchangeEvent } from "./exchange_event.ts";
import type { KalshiExchangeOptions } from "./exchange_options.ts";
import { KalshiExchange } from "./kalshi_exchange.ts";
import { ScriptedSource } from "./scripted_source.ts";

export const START: EpochMicros = parseIsoTime("2026-08-27T14:00:00Z")!;

export function snapshot(ticker: string, time: number = START): ExchangeEvent {
  return { kind: "snapshot", time, ticker, yes: [[4000, 1000]], no: [[5500, 250], [5000, 5]] };
}

export function delta(ticker: string, change: number, time: number = START): BookDeltaEvent {
  return { kind: "delta", time, ticker, side: "no", price: 5500, change };
}

export function trade(ticker: string, tradeId: string): ExchangeEvent {
  return {
    kind: "trade",
    time: START,
    ticker,
    yesPrice: 4500,
    count: 136,
    takerSide: "no",
    tradeId,
  };
}

export function quote(ticker: string): ExchangeEvent {
  return {
    kind: "ticker",
    time: START + 123_456,
    ticker,
    yesBid: 4000,
    yesAsk: 4500,
    yesBidSize: 1000,
    yesAskSize: 250,
    lastTradeSize: 0,
    volume: 0,
    openInterest: 0,
  };
}

/** Runs an exchange that is moved by hand, with books of A and B, and a client. */
export async function playByHand(
  run: (exchange: KalshiExchange, happen: Happen, client: TestClient) => Promise<void>,
  options: KalshiExchangeOptions = {},
): Promise<void> {
  const source = new ScriptedSource(START);
  const settings = { allowUnsigned: true, speed: "manual", ...options } as const;
  const exchange = await KalshiExchange.start(source, settings);
  const happen: Happen = async (...events) => {
    source.push(...events);
    await exchange.advanceTo(Math.max(exchange.now(), ...events.map(({ time }) => time)));
  };
  try {
    await happen(snapshot("A"), snapshot("B"));
    const client = await TestClient.connect(exchange);
    await run(exchange, happen, client);
    await client.close();
  } finally {
    await exchange.close();
  }
}

export type Happen = (...events: ExchangeEvent[]) => Promise<void>;
