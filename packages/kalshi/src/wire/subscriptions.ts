import type { EpochMicros } from "@ssmd/core";
import type { FrameType } from "./frame_type.ts";

/** What is remembered of one subscription (`sid`) of one connection. */
export class Subscription {
  /** The last sequence number that counted; NaN before the first. */
  last: number = NaN;
  /** When its last frame came; NaN before the first. */
  lastRecv: EpochMicros = NaN;
  /** Ids of the markets that it delivered, in the order in which they appeared. */
  readonly markets: Set<number> = new Set();
  /** Whether it may carry order books: false once it has carried data and never a book. */
  books = true;
  /** The same markets as bytes by id: every frame asks, and thousands of markets come in any order. */
  #seen = new Uint8Array(64);
  #type: FrameType | undefined;

  /** Notes the type of a frame on it. */
  carry(type: FrameType): void {
    if (type === this.#type || !type.needsMsg) return;
    const first = this.#type === undefined;
    this.#type = type;
    const isBook = type.rows === "snapshot" || type.rows === "delta";
    this.books = isBook || (this.books && !first);
  }

  /** Notes that it delivers `market`. */
  see(market: number): void {
    if (this.#seen[market] === 1) return;
    if (market >= this.#seen.length) this.#makeRoom(market);
    this.#seen[market] = 1;
    this.markets.add(market);
  }

  /** Forgets its markets, or all but `kept`; those that it did not have are added. */
  reset(kept: readonly number[] = []): void {
    const wanted = new Set(kept);
    for (const market of this.markets) {
      if (wanted.has(market)) continue;
      this.markets.delete(market);
      this.#seen[market] = 0;
    }
    for (const market of wanted) this.see(market);
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

  /** Forgets a session that has ended. */
  forget(session: string): void {
    this.#sessions.delete(session);
    this.#sids = undefined;
  }
}
