import {
  type CacheableDecoder,
  type DecodeCounts,
  type DecodedPart,
  type DecoderBranch,
  type EpochMicros,
  type EventBatch,
  exchangeTime,
  type FrameSession,
  NO_MARKET,
  SymbolTable,
} from "@ssmd/core";
import { Frame } from "./wire/frame.ts";
import { type CountsAccount, FrameCounts } from "./wire/frame_counts.ts";
import { FrameReader } from "./wire/frame_reader.ts";
import { pushOther, pushRows } from "./wire/frame_rows.ts";
import { FrameScanner } from "./wire/frame_scanner.ts";
import { UNKNOWN_TYPE } from "./wire/frame_types.ts";
import {
  accountsOf,
  fits,
  joinAccount,
  memoryText,
  restoreMemory,
  type SubscriptionAccount,
} from "./wire/subscription_accounts.ts";
import { type Subscription, Subscriptions } from "./wire/subscriptions.ts";

/**
 * Raise it with every change after which any frame gives another row, detail, count or judgement of
 * its sequence number: rows kept in caches were made by the rules of their version.
 */
const VERSION = "kalshi 1";

/** The account of a {@link DecodedPart}. */
interface Account {
  readonly counts: CountsAccount;
  readonly scanned: number;
  readonly subscriptions: readonly SubscriptionAccount[];
}

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
export class KalshiDecoder implements CacheableDecoder, DecoderBranch {
  /** Names the rules by which it makes rows. */
  readonly version: string = VERSION;
  /** Names the markets of the rows; batches to decode into must have the same table. */
  readonly symbols: SymbolTable;
  readonly #counts = new FrameCounts();
  readonly #frame = new Frame(UNKNOWN_TYPE);
  readonly #reader = new FrameReader();
  readonly #scanner: FrameScanner | undefined;
  readonly #subscriptions = new Subscriptions();
  #scanned = 0;
  // The frame that was looked at and not decoded yet: the scan needs not be repeated.
  #seen: Uint8Array | undefined;
  #seenStart = 0;
  #seenEnd = 0;

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

  /** What it remembers of some sessions' subscriptions. */
  memory(isWanted: (session: string) => boolean): string {
    return memoryText(this.#subscriptions, this.symbols, isWanted);
  }

  /** A decoder that remembers what `memory` says, and works in the same way. */
  branch(memory: string): KalshiDecoder {
    const branch = new KalshiDecoder({ scanner: this.#scanner !== undefined });
    restoreMemory(memory, branch.#subscriptions, branch.symbols);
    return branch;
  }

  /** What it decoded since it was made; `undefined` after more than 1000 unknown names. */
  part(): DecodedPart | undefined {
    const counts = this.#counts.account();
    if (counts === undefined) return undefined;
    const { isIndependent, accounts } = accountsOf(this.#subscriptions, this.symbols);
    const account: Account = { counts, scanned: this.#scanned, subscriptions: accounts };
    return { isIndependent, account };
  }

  /** Whether the part's rows are those that its frames would give here. */
  accepts({ account }: DecodedPart): boolean {
    const { subscriptions } = account as Account; // made by `part` of this version
    return subscriptions.every((subscription) => {
      const { session, sid } = subscription;
      return fits(subscription, this.#subscriptions.find(session, sid));
    });
  }

  /** Goes on behind the part. */
  join({ account }: DecodedPart): void {
    const { counts, scanned, subscriptions } = account as Account; // made by `part` of this version
    this.#counts.add(counts);
    this.#scanned += scanned;
    for (const subscription of subscriptions) {
      const { session, sid } = subscription;
      joinAccount(subscription, this.#subscriptions.of(session, sid), this.symbols);
    }
  }

  /** What core's {@link exchangeTime} says of the frame; decoding it next costs less then. */
  exchangeTime(data: Uint8Array, start: number, end: number): EpochMicros {
    this.#seen = undefined;
    let time = NaN;
    if (this.#scanner?.scan(data, start, end, this.#frame)) {
      this.#seen = data;
      this.#seenStart = start;
      this.#seenEnd = end;
      time = this.#scanner.exchangeTime(this.#frame);
    }
    return Number.isNaN(time) ? exchangeTime(data, start, end) : time;
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
    const isSeen = data === this.#seen && start === this.#seenStart && end === this.#seenEnd;
    this.#seen = undefined;
    if (isSeen || this.#scanner?.scan(data, start, end, frame)) this.#scanned++;
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
        if (Number.isNaN(subscription.first)) subscription.isDependent = true;
        this.#counts.duplicates++;
        pushOther(tsRecv, into);
        into.markLast();
        return;
      }
      this.#pushRestart(subscription, session.id, tsRecv, into);
    }
    if (Number.isNaN(subscription.first)) subscription.first = seq;
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
    subscription.hasRestarted = true;
    if (subscription.isRestored) subscription.isDependent = true;
    subscription.reset();
  }

  /** Appends the frame's own rows, and gives their market. */
  #pushRows(tsRecv: EpochMicros, into: EventBatch): number {
    const frame = this.#frame;
    const type = frame.type;
    // A market without a row gets no id: ids must come out the same from rows alone.
    const market = type.rows === "other" ? NO_MARKET : frame.market(this.symbols);
    if (market === NO_MARKET && type.needsMarket) frame.noteMissing(type.market);
    pushRows(frame, market, tsRecv, into);
    into.markLast();
    this.#counts.countFields(frame);
    return market;
  }
}
