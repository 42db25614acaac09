/**
 * An exchange small enough for core's own tests. Its frames are
 * `{"type":"delta","sid":1,"seq":5,"msg":{"market_ticker":"A","price":5,"size":1}}`: `seq` counts the
 * frames of a subscription `sid` over all its markets, and every book has a YES side only. Types are
 * `snapshot` (with `levels` instead of `price` and `size`), `delta` and `trade`.
 * @module
 */
import {
  type DecodeCounts,
  type Decoder,
  type EpochMicros,
  type EventBatch,
  EventKind,
  type FrameSession,
  NO_MARKET,
  NO_PRICE,
  type SequenceCheck,
  type SequenceVerdict,
  SIDE_NONE,
  SIDE_YES,
  SymbolTable,
} from "../mod.ts";

/** The part of a toy frame that carries market data. */
export interface ToyMessage {
  /** The market. */
  readonly market_ticker: string;
  /** Of a delta or trade, in 1/10,000 dollar. */
  readonly price?: number;
  /** Of a delta (signed) or trade, in 1/100 contract. */
  readonly size?: number;
  /** Of a snapshot: pairs of price and size. */
  readonly levels?: readonly (readonly [number, number])[];
}

/** A frame of the toy exchange. */
export interface ToyFrame {
  /** What it says. */
  readonly type: string;
  /** Its subscription. */
  readonly sid: number;
  /** Its number within the subscription. */
  readonly seq: number;
  /** Its market data. */
  readonly msg: ToyMessage;
}

/** The text of a delta of 1/100 contract at 5/10,000 dollar, unless `change` says otherwise. */
export function toyDelta(
  sid: number,
  seq: number,
  market = "A",
  change: { readonly price?: number; readonly size?: number } = {},
): string {
  const { price = 5, size = 1 } = change;
  return JSON.stringify({ type: "delta", sid, seq, msg: { market_ticker: market, price, size } });
}

/** The text of a snapshot. */
export function toySnapshot(
  sid: number,
  seq: number,
  market = "A",
  levels: readonly (readonly [number, number])[] = [],
): string {
  return JSON.stringify({ type: "snapshot", sid, seq, msg: { market_ticker: market, levels } });
}

/** A tape's line for `frame`, received `millis` after 1970, its newline included. */
export function toyTapeLine(millis: number, frame: string): string {
  return `{"recv_ms":${millis},"event":${frame}}\n`;
}

/** The frame in `data[start, end)`, or `undefined` when it is none of the toy exchange's. */
function readFrame(data: Uint8Array, start: number, end: number): ToyFrame | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(data.subarray(start, end)));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { type, sid, seq, msg } = value as Partial<Record<keyof ToyFrame, unknown>>;
  const whole = typeof type === "string" && typeof sid === "number" && typeof seq === "number" &&
    typeof msg === "object" && msg !== null && "market_ticker" in msg;
  return whole ? value as ToyFrame : undefined;
}

/** Follows `seq` by session and `sid`; a lower number counts as a restart and goes on from there. */
export class ToySequence implements SequenceCheck {
  readonly #sessions = new Map<
    string,
    Map<number, { last: number; lastReceivedAt: EpochMicros; markets: Set<string> }>
  >();

  /** Judges a frame by those of its subscription before it. */
  observe(
    session: string,
    data: Uint8Array,
    start: number,
    end: number,
    tsRecv: EpochMicros,
  ): SequenceVerdict {
    const frame = readFrame(data, start, end);
    if (frame === undefined) return { kind: "none" };
    const { sid, seq } = frame;
    const sids = this.#sessions.get(session) ?? new Map<number, never>();
    this.#sessions.set(session, sids);
    const known = sids.get(sid);
    const before = known ?? { last: seq - 1, lastReceivedAt: tsRecv, markets: new Set<string>() };
    const markets = [...before.markets];
    const { last, lastReceivedAt } = before;
    sids.set(sid, {
      last: seq,
      lastReceivedAt: tsRecv,
      markets: before.markets.add(frame.msg.market_ticker),
    });
    if (seq === last) return { kind: "duplicate", sid, seq };
    if (seq < last) return { kind: "lower", sid, seq, last, lastReceivedAt, markets, books: true };
    if (seq === last + 1) return { kind: "next" };
    return {
      kind: "gap",
      sid,
      from: last + 1,
      to: seq - 1,
      missing: seq - 1 - last,
      markets,
      books: true,
    };
  }

  /** Forgets the session's subscriptions. */
  forget(session: string): void {
    this.#sessions.delete(session);
  }
}

/** Turns toy frames into rows; a number that was seen before is not applied. */
export class ToyDecoder implements Decoder {
  /** Names the markets. */
  readonly symbols: SymbolTable = new SymbolTable();
  readonly #last = new Map<string, number>();
  readonly #types = new Map<string, number>();
  #frames = 0;
  #malformed = 0;
  #duplicates = 0;

  /** What was met; the toy exchange has no unknown types or fields. */
  get counts(): DecodeCounts {
    return {
      frames: this.#frames,
      malformed: this.#malformed,
      duplicates: this.#duplicates,
      types: this.#types,
      unknownTypes: new Map(),
      unknownFields: new Map(),
      invalidFields: new Map(),
    };
  }

  /** Appends the frame's rows, or one row `other`. */
  decode(
    data: Uint8Array,
    start: number,
    end: number,
    session: FrameSession,
    tsRecv: EpochMicros,
    into: EventBatch,
  ): void {
    this.#frames++;
    const frame = readFrame(data, start, end);
    if (frame === undefined) this.#malformed++;
    else this.#types.set(frame.type, (this.#types.get(frame.type) ?? 0) + 1);
    if (frame === undefined || this.#wasSeen(frame, session)) {
      into.push(EventKind.other, NO_MARKET, NaN, tsRecv, SIDE_NONE, NO_PRICE, NaN);
    } else pushRows(frame, this.symbols.intern(frame.msg.market_ticker), tsRecv, into);
    into.markLast();
  }

  #wasSeen({ sid, seq }: ToyFrame, session: FrameSession): boolean {
    const key = `${session.id} ${sid}`;
    const last = this.#last.get(key) ?? -1;
    const seen = session.exact ? seq <= last : seq === last;
    if (seen) this.#duplicates++;
    else this.#last.set(key, seq);
    return seen;
  }
}

function pushRows(
  { type, msg }: ToyFrame,
  market: number,
  tsRecv: EpochMicros,
  into: EventBatch,
): void {
  if (type === "snapshot") {
    into.push(EventKind.snapshot, market, NaN, tsRecv, SIDE_NONE, NO_PRICE, NaN);
    for (const [price, size] of msg.levels ?? []) {
      into.push(EventKind.level, market, NaN, tsRecv, SIDE_YES, price, size);
    }
  } else {
    const kind = type === "trade" ? EventKind.trade : EventKind.delta;
    into.push(kind, market, NaN, tsRecv, SIDE_YES, msg.price ?? NO_PRICE, msg.size ?? NaN);
  }
}
