import {
  type Connector,
  type ConnectorHandlers,
  EventBatch,
  EventKind,
  NO_MARKET,
  type RawMessage,
} from "@ssmd/core";
import { KalshiDecoder } from "../decoder.ts";
import { isObject } from "../wire/json_object.ts";
import type { MarketLifecycle } from "../wire/market_lifecycle.ts";
import { frameRoute } from "./frame_route.ts";

/** Who hears of lifecycle messages while they are captured. Neither function throws. */
export interface LifecycleListener {
  /** A market was created, moved, determined, settled … */
  onMarket(ticker: string, lifecycle: MarketLifecycle): void;
  /** An event was created; its markets follow. */
  onEvent(eventTicker: string, seriesTicker: string): void;
}

/** A decoder with more symbols is replaced: over months new markets never end. */
const MAX_SYMBOLS = 50_000;

/**
 * `connector`, with somebody who hears of the lifecycle messages among its frames, whatever becomes
 * of the frames. Everything else passes untouched.
 */
export function tapLifecycle(connector: Connector, listener: LifecycleListener): Connector {
  return {
    feed: connector.feed,
    health: () => connector.health(),
    run: (handlers, options) => connector.run(tapped(handlers, new Tap(listener)), options),
  };
}

function tapped(handlers: ConnectorHandlers, tap: Tap): ConnectorHandlers {
  return {
    onRecord: (record) => {
      if ("seq" in record && frameRoute(record.data) === "other") tap.hear(record);
      return handlers.onRecord(record);
    },
    onStatus: (status) => handlers.onStatus(status),
  };
}

class Tap {
  readonly #listener: LifecycleListener;
  #decoder = new KalshiDecoder();
  #batch = new EventBatch(this.#decoder.symbols, 64);

  constructor(listener: LifecycleListener) {
    this.#listener = listener;
  }

  hear({ session, data, tsRecv }: RawMessage): void {
    const batch = this.#batch;
    batch.clear();
    this.#decoder.decode(data, 0, data.length, { id: session, exact: true }, tsRecv, batch);
    for (let row = 0; row < batch.length; row++) this.#tell(batch, row);
    if (this.#decoder.symbols.size < MAX_SYMBOLS) return;
    this.#decoder = new KalshiDecoder();
    this.#batch = new EventBatch(this.#decoder.symbols, 64);
  }

  #tell(batch: EventBatch, row: number): void {
    const kind = batch.kind[row];
    const market = batch.market[row]!;
    if (kind === EventKind.lifecycle && market !== NO_MARKET) {
      // The decoder is the one producer of these rows and stores nothing else in them.
      const lifecycle = batch.details[batch.ref[row]!] as MarketLifecycle;
      this.#listener.onMarket(batch.symbols.name(market), lifecycle);
    } else if (kind === EventKind.detail) this.#tellEvent(batch.details[batch.ref[row]!]);
  }

  #tellEvent(frame: unknown): void {
    if (!isObject(frame) || frame["type"] !== "event_lifecycle") return;
    const { msg } = frame;
    if (!isObject(msg)) return;
    const { event_ticker: event, series_ticker: series } = msg;
    if (typeof event === "string" && typeof series === "string") {
      this.#listener.onEvent(event, series);
    }
  }
}
