import type { EpochMicros } from "@ssmd/core";
import type { BookWatch } from "./book_watch.ts";
import type { ChannelReport } from "./channel_report.ts";
import { type Confirmation, confirmedMarkets } from "./control_reply.ts";
import { Losses } from "./losses.ts";
import { MarketLedger } from "./market_ledger.ts";
import type { Moment } from "./moment.ts";
import type { RejectedMarkets } from "./rejected_markets.ts";
import type { CommandAction, CommandDraft } from "./subscription_command.ts";

/** What a channel's markets need to know of its subscription. */
export interface ChannelMarketsParts {
  /** The markets that are wanted, the owner's. */
  readonly wanted: ReadonlySet<string>;
  /** Whether the subscription is limited to them; else it tells of all. */
  readonly filtered: boolean;
  /** Where refused ones are set aside. */
  readonly rejected: RejectedMarkets;
  /** Their order books; `undefined` for a channel without. */
  readonly books: BookWatch | undefined;
  /** Where it is written down what becomes of them. */
  readonly report: ChannelReport;
  /** Markets in one command at most. */
  readonly limit: number;
}

/** What becomes of the markets of one channel: confirmed, refused, lost, followed again. */
export class ChannelMarkets {
  /** Which are wanted, confirmed, and to be added or deleted. */
  readonly ledger: MarketLedger;
  readonly #parts: ChannelMarketsParts;
  readonly #losses = new Losses();

  /** Nothing is confirmed yet. */
  constructor(parts: ChannelMarketsParts) {
    this.#parts = parts;
    this.ledger = new MarketLedger(parts.wanted, parts.rejected, parts.limit);
  }

  /** `market` is wanted from now on. */
  want(market: string): void {
    this.ledger.want(market);
    // It was to be deleted: what its book went through meanwhile was not followed.
    if (this.ledger.holds(market)) this.#parts.books?.snapshots.want(market);
  }

  /** `market` is no longer wanted. */
  unwant(market: string): void {
    this.ledger.unwant(market);
    this.#losses.delete(market);
    this.#parts.books?.arrived(market);
  }

  /** `reply` confirms that `asked` were added; absent for a subscription to all. */
  added(asked: readonly string[] | undefined, reply: Confirmation, { now, at }: Moment): void {
    const { report } = this.#parts;
    const added = asked && confirmedMarkets(reply, asked);
    this.ledger.added(added ?? []);
    report.resumed(this.#losses, added, at);
    if (asked !== undefined && asked.length !== added?.length) {
      for (const market of asked) {
        if (!added?.includes(market)) this.reject(market, "left out of the confirmation", now);
      }
    }
    if (asked === undefined || this.ledger.settled) report.subscribed(this.ledger.confirmed.size);
  }

  /** The exchange confirms that `markets` were deleted. */
  deleted(markets: readonly string[], at: EpochMicros): void {
    const { report, books, wanted } = this.#parts;
    report.unsubscribed(markets);
    this.ledger.deleted(markets);
    for (const market of markets) {
      books?.arrived(market);
      if (wanted.has(market)) this.#losses.add(market, at);
    }
    report.released(markets);
  }

  /** A snapshot of `market` came; `markets` are those of the command under way. */
  snapshot(market: string, markets: readonly string[], at: EpochMicros): void {
    const { report, books } = this.#parts;
    if (this.#losses.has(market)) {
      report.resumed(this.#losses, markets.includes(market) ? markets : [market], at);
    }
    books?.arrived(market);
  }

  /** The exchange refused `action` for `market` alone. */
  refuse(action: CommandAction, market: string, reason: string, now: number): void {
    const { report, books } = this.#parts;
    if (action === "get_snapshot") {
      if (books?.blank.add(market, now)) report.rejected(market, reason);
    } else if (action !== "delete_markets") this.reject(market, reason, now);
    else {
      // The exchange does not have it, and that is what was asked for.
      this.ledger.deleted([market]);
      report.released([market]);
    }
  }

  /** `market` cannot be followed for now. */
  reject(market: string, reason: string, now: number): void {
    const { report, books } = this.#parts;
    books?.snapshots.forget(market);
    if (this.ledger.reject(market, now)) report.rejected(market, reason);
    else report.released([market]);
  }

  /** Takes the markets of a command that failed back, so that they are sent again. */
  again({ action, markets = [] }: CommandDraft): void {
    if (action === "delete_markets") this.ledger.again("delete", markets);
    else if (action === "add_markets" || action === "subscribe") this.ledger.again("add", markets);
    else for (const market of markets) this.#parts.books?.snapshots.want(market);
  }

  /** Everything is lost since `at`; what is wanted is to be subscribed to. */
  lose(at: EpochMicros): void {
    const { wanted, filtered, report, books } = this.#parts;
    if (!filtered && report.sid !== undefined) this.#losses.addAll(at);
    for (const market of this.ledger.confirmed) {
      if (wanted.has(market)) this.#losses.add(market, at);
    }
    this.ledger.lose();
    books?.clear();
  }

  /** What was lost until `at` is accounted for. */
  accountedUntil(at: EpochMicros): void {
    this.#losses.moveTo(at);
  }
}
