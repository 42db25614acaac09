import type { EpochMicros, Gap } from "@ssmd/core";

/** What a lost connection carried. */
export interface OutageScope {
  /** Its markets. */
  readonly markets: readonly string[];
  /** Whether their books came with it. */
  readonly books: boolean;
  /** Whether it also told of every market; never of their books. */
  readonly everything: boolean;
}

/**
 * Follows the stretch in which one connection was not there, and writes it down in two parts that
 * meet: when the loss is noticed, and when the next session delivers its first frame.
 */
export class Outage {
  readonly #feed: string;
  #since: EpochMicros | undefined;
  #scope: OutageScope = { markets: [], books: false, everything: false };

  /** There was no connection yet, and so no outage. */
  constructor(feed: string) {
    this.#feed = feed;
  }

  /** `session`, whose last frame came at `from`, was found to be lost at `at`. */
  begin(session: string, from: EpochMicros, at: EpochMicros, scope: OutageScope): Gap[] {
    this.#since = at;
    this.#scope = scope;
    return this.#gaps(session, from, at);
  }

  /** `session` delivers its first frame, received at `at`: the gaps to be recorded before it. */
  end(session: string, at: EpochMicros): Gap[] {
    if (this.#since === undefined) return [];
    const gaps = this.#gaps(session, this.#since, at);
    this.#since = undefined;
    return gaps;
  }

  #gaps(session: string, from: EpochMicros, to: EpochMicros): Gap[] {
    const { markets, books, everything } = this.#scope;
    const gap: Gap = { feed: this.#feed, session, reason: "disconnect", from, to, tsRecv: to };
    const gaps: Gap[] = [];
    if (markets.length > 0) gaps.push({ ...gap, markets, ...(!books && { books: false }) });
    // Books elsewhere are not concerned by trades that were missed here.
    if (everything) gaps.push({ ...gap, books: false });
    return gaps;
  }
}
