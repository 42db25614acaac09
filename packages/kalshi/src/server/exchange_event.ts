import type { EpochMicros, Price, Quantity, Side } from "@ssmd/core";

/** Resting bids of one side as `[price, size]`, in any order; sizes above 0. */
export type ExchangeLevels = readonly (readonly [price: Price, size: Quantity])[];

/**
 * Something that happens on the exchange, before it is a frame: the server gives it a sid, a seq and
 * the wire format of each subscription it goes to. Prices are those of the side named.
 */
export type ExchangeEvent =
  | BookSnapshotEvent
  | BookDeltaEvent
  | TradeEvent
  | TickerEvent
  | MessageEvent;

/** What every event has. */
export interface ExchangeEventBase {
  /** The exchange's time of it; never less than that of the event before. */
  readonly time: EpochMicros;
  /** The market. */
  readonly ticker: string;
}

/** The market's whole book from now on. Sent as a snapshot only to those who already follow it. */
export interface BookSnapshotEvent extends ExchangeEventBase {
  /** Tells the kinds apart. */
  readonly kind: "snapshot";
  /** Bids for YES. */
  readonly yes: ExchangeLevels;
  /** Bids for NO. */
  readonly no: ExchangeLevels;
}

/** A change of one level. */
export interface BookDeltaEvent extends ExchangeEventBase {
  /** Tells the kinds apart. */
  readonly kind: "delta";
  /** Whose bids. */
  readonly side: Side;
  /** In the side's own price. */
  readonly price: Price;
  /** Added to the level's size; below 0 takes away, never more than is there. */
  readonly change: Quantity;
}

/** A trade. */
export interface TradeEvent extends ExchangeEventBase {
  /** Tells the kinds apart. */
  readonly kind: "trade";
  /** The YES price. */
  readonly yesPrice: Price;
  /** Contracts traded. */
  readonly count: Quantity;
  /** What the taker bought. */
  readonly takerSide: Side;
  /** Unique within the source; a UUID where the exchange would give one. */
  readonly tradeId: string;
  /** Whether it was agreed on outside the book; default false. */
  readonly isBlockTrade?: boolean;
}

/** A market's quotes and totals. */
export interface TickerEvent extends ExchangeEventBase {
  /** Tells the kinds apart. */
  readonly kind: "ticker";
  /** The last trade's YES price; absent before any. */
  readonly lastPrice?: Price;
  /** Best YES bid; 0 when there is none. */
  readonly yesBid: Price;
  /** Best YES ask; one dollar when there is none. */
  readonly yesAsk: Price;
  /** Size at the bid. */
  readonly yesBidSize: Quantity;
  /** Size at the ask. */
  readonly yesAskSize: Quantity;
  /** The last trade's size; 0 before any. */
  readonly lastTradeSize: Quantity;
  /** Contracts traded so far. */
  readonly volume: Quantity;
  /** Contracts open. */
  readonly openInterest: Quantity;
}

/** A message that the server passes on as it is: lifecycle and whatever else a channel carries. */
export interface MessageEvent extends ExchangeEventBase {
  /** Tells the kinds apart. */
  readonly kind: "message";
  /** The channel whose subscribers get it, for example `market_lifecycle_v2`. */
  readonly channel: string;
  /** The frame's `type`. */
  readonly type: string;
  /** The frame's `msg`, a JSON value. */
  readonly msg: object;
}
