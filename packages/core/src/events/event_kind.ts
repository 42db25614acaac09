/** What a row says. */
export const EventKind = {
  /** A frame without market data: a control reply, an unknown type, bytes that are no JSON. */
  other: 0,
  /** The market's book is replaced; the `level` rows of the same frame follow. */
  snapshot: 1,
  /** One level of the snapshot before it: `side`, `price` and the resting `size`. */
  level: 2,
  /** The resting size at `side` and `price` changes by `size`, which is signed. */
  delta: 3,
  /** A trade: `price` is the YES price, `side` what the taker bought. */
  trade: 4,
  /** A quote summary: `price` is the last trade's, the rest stands in `quotes` at row `ref`. */
  ticker: 5,
  /** A market was created, opened, paused, determined, settled …: `details[ref]`. */
  lifecycle: 6,
  /** Any other recognised frame, parsed: `details[ref]`. */
  detail: 7,
  /** Frames are missing for `market`, or for every market: `details[ref]` is the `Gap`. */
  gap: 8,
} as const;
/** One of the values of {@link EventKind}. */
export type EventKind = typeof EventKind[keyof typeof EventKind];

/** `market` of a row that concerns no market or, for a gap, every market. */
export const NO_MARKET = 0xffff_ffff;
/** `price` of a row that has none. */
export const NO_PRICE: number = -1;
/** `side` of a row that has none. */
export const SIDE_NONE = 0;
/** `side` for YES. */
export const SIDE_YES = 1;
/** `side` for NO. */
export const SIDE_NO = 2;
/** Bit of `flags`: the last row of its frame; state is consistent after it. */
export const FLAG_LAST = 1;
/** Bit of `flags`: a block trade, negotiated off the book. */
export const FLAG_BLOCK_TRADE = 2;
