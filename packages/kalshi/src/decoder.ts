import {
  type DecodeCounts,
  type Decoder,
  type EpochMicros,
  type EventBatch,
  type FrameSession,
  NO_MARKET,
  SymbolTable,
} from "@ssmd/core";
import { Frame } from "./wire/frame.ts";
import { FrameCounts } from "./wire/frame_counts.ts";
import { FrameReader } from "./wire/frame_reader.ts";
import { pushOther, pushRows } from "./wire/frame_rows.ts";
import { FrameScanner } from "./wire/frame_scanner.ts";
import { UNKNOWN_TYPE } from "./wire/frame_types.ts";
import { type Subscription, Subscriptions } from "./wire/subscriptions.ts";

/** How a {@link KalshiDecoder} works. */
export interface KalshiDecoderOptions {
  /** Names the markets; default a new table. */
  readonly symbols?: SymbolTable;
  /**
   * Whether frequent frames are scanned as bytes; default true. Without, every frame goes through
   * `JSON.parse`: the same rows, slower.
   */
  readonly scanner?: boolean;
}

/**
 * Turns Kalshi's WebSocket frames into rows, in the current fixed-point form and in the cents of
 * before March 2026.
 *
 * A frame is read twice over if need be: first by a scanner that walks the bytes of the frequent
 * types and refuses whatever it is not sure of, then through `JSON.parse`. Both fill the same
 * {@link Frame}, and everything after that is common to them.
 */
export class KalshiDecoder implements Decoder {
  /** Names the markets of the rows; batches to decode into must have the same table. */
  readonly symbols: SymbolTable;
  readonly #counts = new FrameCounts();
  readonly #frame = new Frame(UNKNOWN_TYPE);
  readonly #reader = new FrameReader();
  readonly #scanner: FrameScanner | undefined;
  readonly #subscriptions = new Subscriptions();
  #scanned = 0;

  /** Knows no markets and no sessions yet. */
  constructor(options: KalshiDecoderOptions = {}) {
    this.symbols = options.symbols ?? new SymbolTable();
    this.#scanner = options.scanner === false ? undefined : new FrameScanner(this.symbols);
  }

  /** What was met so far; `types` is put together on each reading. */
  get counts(): DecodeCounts {
    return this.#counts;
  }

  /** How many frames the scanner took; the others cost a `JSON.parse`. */
  get scanned(): number {
    return this.#scanned;
  }

  /**
   * Appends the rows of one frame. Throws `TypeError` when `into` names its markets with another
   * table; never for what the frame contains.
   */
  decode(
    data: Uint8Array,
    start: number,
    end: number,
    session: FrameSession,
    tsRecv: EpochMicros,
    into: EventBatch,
  ): void {
    if (into.symbols !== this.symbols) {
      throw new TypeError("Cannot decode into a batch whose symbol table is not the decoder's");
    }
    const counts = this.#counts;
    const frame = this.#frame;
    counts.frames++;
    if (this.#scanner?.scan(data, start, end, frame)) this.#scanned++;
    else if (!this.#reader.read(data, start, end, frame)) {
      counts.malformed++;
      pushOther(tsRecv, into);
      into.markLast();
      return;
    }
    counts.countType(frame);
    if (frame.counted) this.#pushInSequence(session, tsRecv, into);
    else this.#pushRows(tsRecv, into);
  }

  /** Judges the frame's sequence number before its rows. */
  #pushInSequence(session: FrameSession, tsRecv: EpochMicros, into: EventBatch): void {
    const { sid, seq } = this.#frame;
    const subscription = this.#subscriptions.of(session.id, sid);
    subscription.carry(this.#frame.type);
    if (seq <= subscription.last) {
      if (session.exact || seq === subscription.last) {
        this.#counts.duplicates++;
        pushOther(tsRecv, into);
        into.markLast();
        return;
      }
      this.#pushRestart(subscription, session.id, tsRecv, into);
    }
    subscription.last = seq;
    subscription.lastRecv = tsRecv;
    const market = this.#pushRows(tsRecv, into);
    if (!session.exact && market !== NO_MARKET) subscription.see(market);
  }

  /** The recorder's connection was restarted, and nobody knows what it missed. */
  #pushRestart(
    subscription: Subscription,
    session: string,
    tsRecv: EpochMicros,
    into: EventBatch,
  ): void {
    into.pushGap({
      feed: "kalshi",
      session,
      sid: this.#frame.sid,
      reason: "restart",
      from: subscription.lastRecv,
      to: tsRecv,
      markets: Array.from(subscription.markets, (market) => this.symbols.name(market)),
      ...(subscription.books ? {} : { books: false }),
      tsRecv,
    });
    subscription.reset();
  }

  /** Appends the frame's own rows, and gives its market. */
  #pushRows(tsRecv: EpochMicros, into: EventBatch): number {
    const frame = this.#frame;
    const type = frame.type;
    const market = frame.market(this.symbols);
    if (market === NO_MARKET && type.needsMarket) frame.noteMissing(type.market);
    pushRows(frame, market, tsRecv, into);
    into.markLast();
    this.#counts.countFields(frame);
    return market;
  }
}
