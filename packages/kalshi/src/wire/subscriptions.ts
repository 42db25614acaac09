import type { EpochMicros } from "@ssmd/core";
import type { FrameType } from "./frame_type.ts";

/** Bit: a subscription carried an order book. */
const CARRIED_BOOKS = 1;
/** Bit: it carried other data. */
const CARRIED_OTHER = 2;
/** A market that was delivered before this part. */
const SEEN_BEFORE = 1;
/** A market that was delivered in this part, and perhaps before. */
const SEEN = 2;

/** What is remembered of one subscription (`sid`) of one connection. */
export class Subscription {
  /** The last sequence number that counted; NaN before the first. */
  last: number = NaN;
  /** When its last frame came; NaN before the first. */
  lastRecv: EpochMicros = NaN;
  /** The first sequence number that counted in this part (see {@link restore}); NaN before it. */
  first: number = NaN;
  /** Whether it was known before this part. */
  isRestored = false;
  /** Whether what was known before this part decided what a frame of it means. */
  isDependent = false;
  /** Whether its numbers began anew in this part. */
  hasRestarted = false;
  /** Ids of the markets that it delivered, in the order in which they appeared. */
  readonly markets: Set<number> = new Set();
  /** Those that it delivered in this part, in order, since its numbers last began anew. */
  delivered: number[] = [];
  /** What it carried, as bits, and what of that in this part. */
  carried = 0;
  /** See {@link carried}. */
  carriedHere = 0;
  /** The same markets as bytes by id: every frame asks, and thousands of markets come in any order. */
  #seen = new Uint8Array(64);
  #type: FrameType | undefined;

  /** Whether it may carry order books: false once it has carried data and never a book. */
  get books(): boolean {
    return (this.carried & CARRIED_BOOKS) !== 0 || this.carried === 0;
  }

  /** Takes over what was known before this part: the beginning, or a file to go on behind. */
  restore(
    last: number,
    lastRecv: EpochMicros,
    carried: number,
    markets: readonly number[],
  ): void {
    this.last = last;
    this.lastRecv = lastRecv;
    this.carried = carried;
    this.isRestored = true;
    for (const market of markets) this.#note(market, SEEN_BEFORE);
  }

  /** Notes the type of a frame on it. */
  carry(type: FrameType): void {
    if (type === this.#type || !type.needsMsg) return;
    this.#type = type;
    const isBook = type.rows === "snapshot" || type.rows === "delta";
    this.carriedHere |= isBook ? CARRIED_BOOKS : CARRIED_OTHER;
    this.carried |= this.carriedHere;
  }

  /** Notes that it delivers `market`. */
  see(market: number): void {
    if (this.#seen[market] === SEEN) return;
    this.#note(market, SEEN);
    this.delivered.push(market);
  }

  /** Forgets its markets, or all but `kept`; those that it did not have are added. */
  reset(kept: readonly number[] = []): void {
    const wanted = new Set(kept);
    for (const market of this.markets) {
      if (wanted.has(market)) continue;
      this.markets.delete(market);
      this.#seen[market] = 0;
    }
    this.delivered = [];
    for (const market of wanted) this.see(market);
  }

  #note(market: number, how: number): void {
    if (market >= this.#seen.length) this.#makeRoom(market);
    this.#seen[market] = how;
    this.markets.add(market);
  }

  #makeRoom(market: number): void {
    const seen = new Uint8Array(2 ** Math.ceil(Math.log2(market + 1)));
    seen.set(this.#seen);
    this.#seen = seen;
  }
}

/** The subscriptions of all sessions. Sids are the exchange's, and start anew on each connection. */
export class Subscriptions {
  readonly #sessions = new Map<string, Map<number, Subscription>>();
  // Frames of one subscription mostly come in a row.
  #session = "";
  #sids: Map<number, Subscription> | undefined;
  #sid = NaN;
  #subscription: Subscription = new Subscription();

  /** The subscription `sid` of `session`, made on first sight. */
  of(session: string, sid: number): Subscription {
    if (session !== this.#session || this.#sids === undefined) {
      this.#sids = this.#sessions.get(session);
      if (this.#sids === undefined) this.#sessions.set(session, this.#sids = new Map());
      this.#session = session;
    } else if (sid === this.#sid) return this.#subscription;
    let subscription = this.#sids.get(sid);
    if (subscription === undefined) this.#sids.set(sid, subscription = new Subscription());
    this.#sid = sid;
    return this.#subscription = subscription;
  }

  /** The sessions whose ids `isWanted`, sorted, with their subscriptions by sid. */
  *sessions(
    isWanted: (session: string) => boolean,
  ): Generator<readonly [string, (readonly [number, Subscription])[]]> {
    for (const session of [...this.#sessions.keys()].filter(isWanted).sort()) {
      const sids = [...this.#sessions.get(session)!].sort(([a], [b]) => a - b);
      yield [session, sids];
    }
  }

  /** The subscription `sid` of `session` if there is one. */
  find(session: string, sid: number): Subscription | undefined {
    return this.#sessions.get(session)?.get(sid);
  }

  /** Forgets a session that has ended. */
  forget(session: string): void {
    this.#sessions.delete(session);
    this.#sids = undefined;
  }
}
