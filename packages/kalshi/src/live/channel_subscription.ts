import { backoffMs, type EpochMicros } from "@ssmd/core";
import { BookWatch } from "./book_watch.ts";
import type { ChannelPlan, KalshiChannel } from "./channel.ts";
import { ChannelMarkets } from "./channel_markets.ts";
import { ChannelReport } from "./channel_report.ts";
import { type Confirmation, confirmedSid, type ErrorReply } from "./control_reply.ts";
import { reactionTo } from "./error_code.ts";
import type { Moment } from "./moment.ts";
import { RejectedMarkets } from "./rejected_markets.ts";
import type { CommandDraft } from "./subscription_command.ts";
import type { SubscriptionEvent } from "./subscription_event.ts";
import type { SubscriptionTiming } from "./subscription_timing.ts";

/** A command that was sent and not answered. */
interface UnderWay {
  readonly draft: CommandDraft;
  readonly sentAt: number;
  readonly tries: number;
}

/** Commands refused in a row after which no market alone can be the reason. */
const PATIENCE = 16;
/** How often a command is sent before the connection counts as deaf. */
const TRIES = 3;

/** One channel on one connection: what is wanted of it, what it has, and the one command under way. */
export class ChannelSubscription {
  /** Which. */
  readonly channel: KalshiChannel;
  /** Markets that the exchange refuses here. */
  readonly rejected: RejectedMarkets;
  /** Its order books; `undefined` when it carries none. */
  readonly books: BookWatch | undefined;
  readonly #filtered: boolean;
  readonly #timing: SubscriptionTiming;
  readonly #markets: ChannelMarkets;
  readonly #report: ChannelReport;
  #underWay: UnderWay | undefined;
  /** The last request for snapshots. Other commands need not wait for it. */
  #asking: CommandDraft | undefined;
  #refusals = 0;
  #pauses = 0;
  #pausedUntil = -Infinity;
  #renew = false;
  /** Whether a second `subscribe` was sent: it may make a subscription that we do not know of. */
  #isUnsure = false;

  /** Events go to `out`; `wanted` is the owner's. */
  constructor(
    plan: ChannelPlan,
    wanted: ReadonlySet<string>,
    timing: SubscriptionTiming,
    out: SubscriptionEvent[],
  ) {
    this.channel = plan.channel;
    this.#filtered = plan.filtered;
    this.#timing = timing;
    this.books = plan.channel === "orderbook_delta" ? new BookWatch(timing) : undefined;
    this.rejected = new RejectedMarkets(timing.rejectedRetryMs);
    this.#report = new ChannelReport(plan.channel, wanted, out);
    this.#markets = new ChannelMarkets({
      wanted,
      filtered: plan.filtered,
      rejected: this.rejected,
      books: this.books,
      report: this.#report,
      limit: timing.batchMarkets,
    });
  }

  /** Its subscription's id, while it has one. */
  get sid(): number | undefined {
    return this.#report.sid;
  }

  /** The command that was sent and not answered. */
  get underWay(): CommandDraft | undefined {
    return this.#underWay?.draft;
  }

  /** The markets that the exchange may send; `undefined` when it tells of all. */
  get markets(): readonly string[] | undefined {
    return this.#filtered ? this.#markets.ledger.held() : undefined;
  }

  /** The markets that the exchange confirmed; a live view. */
  get confirmed(): ReadonlySet<string> {
    return this.#markets.ledger.confirmed;
  }

  /** Whether there is nothing left to do or to wait for. */
  get settled(): boolean {
    if (this.#underWay !== undefined || this.#renew) return false;
    if (!this.#filtered) return this.sid !== undefined;
    return this.#markets.ledger.settled && (this.books?.snapshots.outstanding ?? 0) === 0;
  }

  /** Whether the exchange may send something of `market` in particular. */
  holds(market: string): boolean {
    return this.#filtered && this.#markets.ledger.holds(market);
  }

  /** `market` is wanted from now on. */
  want(market: string): void {
    if (this.#filtered) this.#markets.want(market);
  }

  /** `market` is no longer wanted. */
  unwant(market: string): void {
    if (this.#filtered) this.#markets.unwant(market);
  }

  /** The next command to send, if one is due. The caller tells of it by {@link sent}. */
  next(now: number): CommandDraft | undefined {
    if (this.#underWay !== undefined) return this.#repeat(now, this.#underWay);
    if (now < this.#pausedUntil) return undefined;
    return this.#nextChange(now) ?? this.#nextSnapshots(now);
  }

  #nextChange(now: number): CommandDraft | undefined {
    const { channel, sid } = this;
    if (sid === undefined) {
      if (!this.#filtered) return { action: "subscribe", channel };
      const markets = this.#markets.ledger.takeAdd(now);
      if (markets !== undefined) return { action: "subscribe", channel, markets };
      if (this.#isUnsure) {
        this.#report.reconnect(`nobody knows whether ${channel} is subscribed to`);
      }
      return undefined;
    }
    if (!this.#filtered) return undefined;
    if (this.#renew || this.#markets.ledger.isEmptying) {
      return { action: "unsubscribe", channel, sid };
    }
    let markets = this.#markets.ledger.takeDelete();
    if (markets !== undefined) return { action: "delete_markets", channel, sid, markets };
    markets = this.#markets.ledger.takeAdd(now);
    return markets && { action: "add_markets", channel, sid, markets };
  }

  #nextSnapshots(now: number): CommandDraft | undefined {
    const { channel, sid } = this;
    if (sid === undefined) return undefined;
    const markets = this.books?.take(now);
    return markets && { action: "get_snapshot", channel, sid, markets };
  }

  /** `draft` was handed to the socket. */
  sent(draft: CommandDraft, now: number): void {
    const tries = this.#underWay?.draft === draft ? this.#underWay.tries + 1 : 1;
    // What answers it are the snapshots, each of which has a timeout of its own.
    if (draft.action === "get_snapshot") this.#asking = draft;
    else this.#underWay = { draft, sentAt: now, tries };
    if (tries === 1) this.books?.sent(draft, now);
  }

  /** `reply` says that `draft` was carried out; of no meaning unless that is under way. */
  answered(draft: CommandDraft, reply: Confirmation, moment: Moment): void {
    if (draft !== this.underWay) return;
    this.#underWay = undefined;
    this.#refusals = this.#pauses = 0;
    switch (draft.action) {
      case "subscribe":
        this.#report.sid = confirmedSid(reply, this.channel);
        if (this.sid === undefined) {
          this.#markets.again(draft);
          this.#report.reconnect(`a subscription to ${this.channel} was confirmed without a sid`);
        } else this.#markets.added(draft.markets, reply, moment);
        break;
      case "add_markets":
        this.#markets.added(draft.markets, reply, moment);
        break;
      case "delete_markets":
        this.#markets.deleted(draft.markets ?? [], moment.at);
        break;
      case "unsubscribe": {
        const markets = this.#markets.ledger.held();
        this.#isUnsure = false;
        this.#report.unsubscribed(markets);
        this.#lose(moment.at);
        this.#report.released(markets);
        break;
      }
    }
  }

  /** `reply` refuses `draft`, or some markets of it after confirming the others. */
  refused(draft: CommandDraft, reply: ErrorReply, { now, at }: Moment): void {
    if (draft === this.#asking) this.#asking = undefined;
    else if (draft === this.underWay) this.#underWay = undefined;
    else return this.#refusedLate(draft, reply, now);
    if (this.sid === undefined && !this.#isUnsure && draft.markets !== undefined) {
      // Without a subscription there is nothing that the exchange may have done.
      this.#markets.ledger.withdraw(draft.markets);
      this.#report.released(draft.markets);
    }
    const reason = `error ${reply.code}: ${reply.text}`;
    switch (reactionTo(reply.code)) {
      case "renew":
        if (this.sid !== undefined) return this.ended(reason, { now, at });
        this.#markets.again(draft);
        return this.#pause(now);
      case "slow_down":
        return this.#markets.again(draft);
      case "credentials":
        this.#markets.again(draft);
        return this.#report.reconnect(reason, true);
      case "retry":
        this.#markets.again(draft);
        return this.#pause(now);
      case "refused":
        if (draft.action === "get_snapshot") this.#renew = true;
        else this.#markets.again(draft);
        return this.#pause(now);
      case "full":
        return this.#full(draft, now);
      case "market":
        return this.#refusedForMarkets(draft, reply.markets ?? [], reason, now);
    }
  }

  /** The subscription is over without our asking; it will be renewed. */
  ended(reason: string, { now, at }: Moment): void {
    if (this.#isUnsure) return this.#report.reconnect(reason);
    const { markets } = this;
    this.#report.ended(reason, markets);
    this.#lose(at);
    this.#pause(now);
    this.#report.released(markets ?? []);
  }

  /** The exchange reports the end of the subscription, asked for or not. */
  gone(moment: Moment): void {
    const { underWay } = this;
    if (underWay?.action !== "unsubscribe") this.ended("the exchange ended it", moment);
    else this.answered(underWay, { kind: "unsubscribed" }, moment);
  }

  /** A snapshot of `market` came, in order. To be called before the frame is handed on. */
  snapshot(market: string, { at }: Moment): void {
    if (this.books !== undefined) this.#markets.snapshot(market, this.underWay?.markets ?? [], at);
  }

  /** A frame of the subscription was lost: its books are wrong. */
  gap(now: number): void {
    if (this.books === undefined || this.#renew) return;
    switch (this.books.gap(now)) {
      case "snapshots":
        return this.resync("a sequence gap");
      case "renew":
        return this.renew("a sequence gap soon after another");
      case "reconnect":
        return this.#report.reconnect("sequence gaps go on after subscribing anew");
    }
  }

  /** Nothing less helps than subscribing anew, because of `reason`. */
  renew(reason: string): void {
    if (!this.#filtered) return this.#report.reconnect(reason);
    if (this.#renew) return;
    this.#renew = true;
    this.#report.resync(`${reason}: subscribing anew`, this.#markets.ledger.held().length);
  }

  /** Asks for every book anew, because of `reason`. */
  resync(reason: string): void {
    if (this.books === undefined || this.sid === undefined || this.#renew) return;
    const markets = this.#markets.ledger.held();
    this.books.snapshots.recover(markets);
    this.#report.resync(reason, markets.length);
  }

  /** Looks for snapshots that did not come. */
  tick(now: number): void {
    for (const market of this.books?.giveUp(now) ?? []) {
      this.#report.rejected(market, "no snapshot of its book");
    }
  }

  /** The connection is gone, with everything that it had. */
  disconnected(at: EpochMicros): void {
    const markets = this.#markets.ledger.held();
    this.#lose(at);
    this.#pausedUntil = -Infinity;
    this.#refusals = this.#pauses = 0;
    this.#isUnsure = false;
    this.books?.restart();
    this.#report.released(markets);
  }

  /** Everything lost so far is accounted for up to `at`. */
  accountedUntil(at: EpochMicros): void {
    this.#markets.accountedUntil(at);
  }

  #repeat(now: number, { draft, sentAt, tries }: UnderWay): CommandDraft | undefined {
    if (now - sentAt < this.#timing.ackTimeoutMs) return undefined;
    if (draft.action === "subscribe") this.#isUnsure = true;
    if (tries < TRIES) return draft;
    this.#underWay = undefined;
    this.#markets.again(draft);
    this.#report.reconnect(`no answer to ${draft.action} of ${this.channel}`);
    return undefined;
  }

  #pause(now: number): void {
    this.#pausedUntil = now + backoffMs(++this.#pauses, 0.5, this.#timing.refusalBackoff);
  }

  /** Forgets the subscription; what is wanted of it is lost since `at`. */
  #lose(at: EpochMicros): void {
    this.#markets.lose(at);
    this.#report.sid = undefined;
    this.#underWay = undefined;
    this.#asking = undefined;
    this.#renew = false;
  }

  #full(draft: CommandDraft, now: number): void {
    const { action, markets = [] } = draft;
    const isAdding = action === "add_markets" || action === "subscribe";
    if (isAdding && markets.length > 1) return this.#markets.ledger.split("add", markets);
    this.#markets.again(draft);
    this.#pause(now);
    if (isAdding && markets.length > 0) {
      this.#report.full(
        Math.max(1, this.#markets.ledger.confirmed.size),
        this.#markets.ledger.waiting(),
      );
    }
  }

  /** Only the markets at fault are set aside: those that are named, or what is left after halving. */
  #refusedForMarkets(
    draft: CommandDraft,
    named: readonly string[],
    reason: string,
    now: number,
  ): void {
    const { action, markets = [] } = draft;
    const guilty = markets.length === 1 ? markets : markets.filter((name) => named.includes(name));
    for (const market of guilty) this.#markets.refuse(action, market, reason, now);
    const others = markets.filter((market) => !guilty.includes(market));
    if (guilty.length > 0) this.#markets.again({ ...draft, markets: others });
    else if (action === "get_snapshot") this.#renew = true;
    else this.#markets.ledger.split(action === "delete_markets" ? "delete" : "add", others);
    if (draft.markets === undefined || ++this.#refusals >= PATIENCE) this.#pause(now);
  }

  #refusedLate(draft: CommandDraft, { code, text, markets = [] }: ErrorReply, now: number): void {
    if (draft.action !== "subscribe" && draft.action !== "add_markets") return;
    for (const market of markets) {
      if (this.holds(market)) this.#markets.reject(market, `error ${code}: ${text}`, now);
    }
  }
}
