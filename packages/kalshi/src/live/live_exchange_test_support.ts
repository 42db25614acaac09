import type { ExchangeEvent } from "../server/exchange_event.ts";
import type { KalshiExchangeOptions } from "../server/exchange_options.ts";
import { START } from "../server/exchange_session_test_support.ts";
import { KalshiExchange } from "../server/kalshi_exchange.ts";
import { ScriptedSource } from "../server/scripted_source.ts";
import type { KalshiConnectorOptions } from "./connector_options.ts";
import { RecordedCapture } from "./recorded_capture_test_support.ts";

/** An exchange that is moved by hand, a connector, and what they share. */
export interface LivePair {
  readonly exchange: KalshiExchange;
  readonly capture: RecordedCapture;
  /** Lets events happen and be sent. */
  happen(...events: readonly ExchangeEvent[]): Promise<void>;
  /** Resolves when all is subscribed to and every book of `tickers` is the exchange's. */
  rightBooks(...tickers: readonly string[]): Promise<void>;
}

/** Runs `use` with an exchange on which `events` have happened and a connector to it. */
export async function withExchange(
  options: {
    readonly events: readonly ExchangeEvent[];
    readonly exchange?: KalshiExchangeOptions;
    readonly connector: Omit<KalshiConnectorOptions, "url"> & { readonly url?: string };
    /** Changes the address that the connector uses. */
    readonly through?: (exchange: KalshiExchange) => Promise<string>;
  },
  use: (pair: LivePair) => Promise<void>,
): Promise<void> {
  const source = new ScriptedSource(START);
  const settings = { allowUnsigned: true, speed: "manual", ...options.exchange } as const;
  const exchange = await KalshiExchange.start(source, settings);
  let capture: RecordedCapture | undefined;
  try {
    const happen = async (...events: readonly ExchangeEvent[]) => {
      source.push(...events);
      await exchange.advanceTo(Math.max(exchange.now(), ...events.map(({ time }) => time)));
    };
    await happen(...options.events);
    const url = await options.through?.(exchange) ?? exchange.webSocketUrl;
    const running = new RecordedCapture({ url, ...options.connector });
    capture = running;
    const rightBooks = (...tickers: readonly string[]) =>
      running.until(
        () =>
          running.connector.settled &&
          tickers.every((name) => running.book(name)?.canonicalText() === exchange.bookText(name)),
        `the books of ${tickers.join(", ")} are right`,
      );
    await use({ exchange, capture: running, happen, rightBooks });
  } finally {
    await capture?.close();
    await exchange.close();
  }
}
