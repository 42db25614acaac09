import {
  type EpochMicros,
  type EventBatch,
  EventKind,
  FLAG_BLOCK_TRADE,
  NO_MARKET,
  NO_PRICE,
  SIDE_NO,
  SIDE_NONE,
  SIDE_YES,
} from "@ssmd/core";
import type { Frame } from "./frame.ts";
import type { Ladder } from "./ladder.ts";
import { isObject } from "./json_object.ts";
import { readMarketLifecycle } from "./market_lifecycle.ts";

/** Appends the rows of `frame`, at least one, without marking the last. */
export function pushRows(
  frame: Frame,
  market: number,
  tsRecv: EpochMicros,
  into: EventBatch,
): void {
  switch (frame.type.rows) {
    case "delta":
      return pushDelta(frame, market, tsRecv, into);
    case "ticker":
      return pushTicker(frame, market, tsRecv, into);
    case "trade":
      return pushTrade(frame, market, tsRecv, into);
    case "snapshot":
      return pushSnapshot(frame, market, tsRecv, into);
    case "lifecycle": {
      const msg = frame.json?.["msg"];
      const lifecycle = readMarketLifecycle(isObject(msg) ? msg : {}, frame);
      into.pushDetail(EventKind.lifecycle, market, frame.time, tsRecv, lifecycle);
      return;
    }
    case "detail":
      into.pushDetail(EventKind.detail, market, frame.time, tsRecv, frame.json);
      return;
    case "other":
      return pushOther(tsRecv, into);
  }
}

/** A frame without market data. */
export function pushOther(tsRecv: EpochMicros, into: EventBatch): void {
  into.push(EventKind.other, NO_MARKET, NaN, tsRecv, SIDE_NONE, NO_PRICE, NaN);
}

/** The snapshot, then its levels: YES before NO, each in the frame's order. */
function pushSnapshot(
  frame: Frame,
  market: number,
  tsRecv: EpochMicros,
  into: EventBatch,
): void {
  const tsEvent = frame.time;
  into.push(EventKind.snapshot, market, tsEvent, tsRecv, SIDE_NONE, NO_PRICE, NaN);
  const levels = (ladder: Ladder | undefined, side: number) => {
    for (let k = 0; k < (ladder?.length ?? 0); k++) {
      const { prices, sizes } = ladder!;
      into.push(EventKind.level, market, tsEvent, tsRecv, side, prices[k]!, sizes[k]!);
    }
  };
  levels(frame.pickLadder(frame.type.yesLadder), SIDE_YES);
  levels(frame.pickLadder(frame.type.noLadder), SIDE_NO);
}

/** A change of one level. Without side, price or size it still comes: the book must notice. */
function pushDelta(
  frame: Frame,
  market: number,
  tsRecv: EpochMicros,
  into: EventBatch,
): void {
  const { time, side, price, size } = frame;
  into.push(EventKind.delta, market, time, tsRecv, side, price, size);
  if (side === SIDE_NONE) frame.noteMissing(frame.type.side);
  if (price === NO_PRICE) frame.noteMissing(frame.type.price);
  if (Number.isNaN(size)) frame.noteMissing(frame.type.size);
}

/** A trade; the taker's side is absent in some old frames. */
function pushTrade(
  frame: Frame,
  market: number,
  tsRecv: EpochMicros,
  into: EventBatch,
): void {
  const { time, side, price, size } = frame;
  const row = into.push(EventKind.trade, market, time, tsRecv, side, price, size);
  if (frame.isBlockTrade) into.flags[row]! |= FLAG_BLOCK_TRADE;
  if (price === NO_PRICE) frame.noteMissing(frame.type.price);
  if (Number.isNaN(size)) frame.noteMissing(frame.type.size);
}

/** A ticker and its quote; near settlement frames come with few fields. */
function pushTicker(
  frame: Frame,
  market: number,
  tsRecv: EpochMicros,
  into: EventBatch,
): void {
  const { time, price } = frame;
  const row = into.push(EventKind.ticker, market, time, tsRecv, SIDE_NONE, price, NaN);
  const quote = into.quotes.push();
  into.ref[row] = quote;
  const cells = frame.places.quotes;
  for (let cell = 0; cell < cells.length; cell++) {
    into.quotes.set(quote, cell, frame.values[cells[cell]!]!);
  }
}
