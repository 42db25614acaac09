import {
  ArchiveLines,
  type ArchiveSource as ArchiveIo,
  type ArchiveStream,
  type EpochMicros,
  frameMarket,
  MICROS_PER_SECOND,
  typeOfLine,
} from "@ssmd/core";
import { isObject, type JsonObject } from "../../../wire/json_object.ts";

/** What a recording tells about one market. */
export interface MarketHistory {
  /** When the first and the last frame about it were received. */
  first: EpochMicros;
  /** See {@link first}. */
  last: EpochMicros;
  /** The `msg` of its creation. */
  created?: JsonObject;
  /** When trading closes, by the newest message that says so. */
  close?: EpochMicros;
  /** The `msg` of its determination, and when that was received. */
  determined?: { readonly time: EpochMicros; readonly msg: JsonObject };
  /** When its settlement was received. */
  settled?: EpochMicros;
}

/** What a recording tells about its markets, by ticker. */
export class MarketHistories {
  readonly #markets = new Map<string, MarketHistory>();
  readonly #utf8 = new TextDecoder();

  /** Reads the whole recording once. */
  static async read(
    io: ArchiveIo,
    streams: (stream: ArchiveStream) => boolean,
  ): Promise<MarketHistories> {
    const histories = new MarketHistories();
    const lines = await ArchiveLines.open(io, { streams });
    try {
      while (await lines.fill()) while (lines.next()) histories.add(lines);
    } finally {
      await lines.close();
    }
    return histories;
  }

  /** Every market that a frame named, in the order of appearance. */
  entries(): Iterable<[string, MarketHistory]> {
    return this.#markets;
  }

  /** What is known of the market. */
  get(ticker: string): MarketHistory | undefined {
    return this.#markets.get(ticker);
  }

  /** Takes note of the current line. */
  add({ reader, time }: ArchiveLines): void {
    if (reader.kind !== "frame") return;
    const { data, start, end } = reader;
    const ticker = frameMarket(data, start, end);
    if (ticker === undefined) return;
    let history = this.#markets.get(ticker);
    if (history === undefined) {
      history = { first: time, last: time };
      this.#markets.set(ticker, history);
    }
    history.last = time;
    const type = typeOfLine(reader);
    if (type !== "market_lifecycle_v2" && type !== "multivariate_market_lifecycle") return;
    this.#addLifecycle(history, this.#utf8.decode(data.subarray(start, end)), time);
  }

  #addLifecycle(history: MarketHistory, text: string, time: EpochMicros): void {
    let frame: unknown;
    try {
      frame = JSON.parse(text);
    } catch {
      // When the frame is played it is counted as unplayable.
      return;
    }
    const msg = isObject(frame) ? frame["msg"] : undefined;
    if (!isObject(msg)) return;
    switch (msg["event_type"]) {
      case "created":
        history.created = msg;
        break;
      case "determined":
        history.determined = { time, msg };
        break;
      case "settled":
        history.settled = time;
    }
    const close = msg["close_ts"];
    if (Number.isInteger(close)) history.close = Number(close) * MICROS_PER_SECOND;
  }
}
