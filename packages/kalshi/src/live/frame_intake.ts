import type { EpochMicros, Gap, SequenceVerdict } from "@ssmd/core";
import { KalshiSequence } from "../sequence.ts";
import type { ConnectionHost } from "./connection_host.ts";
import { readControlReply } from "./control_reply.ts";
import { type FrameRoute, frameRoute, parseFrame, snapshotMarket } from "./frame_route.ts";
import type { Moment } from "./moment.ts";
import { SequenceHoles } from "./sequence_holes.ts";
import type { SubscriptionEvent } from "./subscription_event.ts";
import { subscriptionGap } from "./subscription_gap.ts";
import type { SubscriptionSet } from "./subscription_set.ts";

/** What a session's frames go through: numbers checked, handed on, answers told to the subscriptions. */
export class FrameIntake {
  /** The session. */
  readonly session: string;
  readonly #host: ConnectionHost;
  readonly #set: SubscriptionSet;
  readonly #sequence = new KalshiSequence({ onLower: "late" });
  readonly #holes = new SequenceHoles();
  /** Subscriptions whose numbers began anew. */
  readonly #broken = new Set<number>();
  readonly #feed: string;
  #seq = 0;
  #lastAt: EpochMicros | undefined;

  /** No frame yet. */
  constructor(session: string, host: ConnectionHost, set: SubscriptionSet) {
    this.session = session;
    this.#host = host;
    this.#set = set;
    this.#feed = host.settings.feed;
  }

  /** Frames so far. */
  get frames(): number {
    return this.#seq;
  }

  /** When the last frame was received. */
  get lastAt(): EpochMicros | undefined {
    return this.#lastAt;
  }

  /**
   * Takes the next frame, received at `tsRecv`. Gives what became of subscriptions, if anything did;
   * most frames are data and change nothing.
   */
  take(
    data: Uint8Array,
    tsRecv: EpochMicros,
    now: number,
  ): readonly SubscriptionEvent[] | undefined {
    const { session } = this;
    const verdict = this.#sequence.observe(session, data, 0, data.length, tsRecv);
    const isRegular = verdict.kind === "next" || verdict.kind === "none";
    const route = frameRoute(data);
    const events = isRegular && route === "data"
      ? undefined
      : this.#lookAt(data, route, verdict, { now, at: tsRecv });
    const { counts } = this.#host;
    counts.frames++;
    counts.bytes += data.length;
    this.#host.deliver({ feed: this.#feed, session, seq: ++this.#seq, tsRecv, data });
    if (events !== undefined) this.#record(events, "after", tsRecv);
    this.#lastAt = tsRecv;
    return events;
  }

  #lookAt(
    data: Uint8Array,
    route: FrameRoute,
    verdict: SequenceVerdict,
    moment: Moment,
  ): readonly SubscriptionEvent[] {
    const isInOrder = this.#judge(verdict, moment);
    if (route === "snapshot" && isInOrder) {
      const market = snapshotMarket(data);
      if (market !== undefined) this.#set.snapshot(market, moment);
    } else if (route === "other") this.#read(data, isInOrder, moment);
    const events = this.#set.takeEvents();
    this.#record(events, "before", moment.at);
    return events;
  }

  #read(data: Uint8Array, isInOrder: boolean, moment: Moment): void {
    const frame = parseFrame(data);
    const reply = frame && readControlReply(frame);
    if (reply !== undefined) this.#set.reply(reply, moment);
    else if (frame?.["type"] === "orderbook_snapshot" && isInOrder) {
      const market = snapshotMarket(data);
      if (market !== undefined) this.#set.snapshot(market, moment);
    }
  }

  /** Acts on a number out of order. False for a frame that decoders will not apply. */
  #judge(verdict: SequenceVerdict, moment: Moment): boolean {
    switch (verdict.kind) {
      case "none":
      case "next":
        return true;
      case "duplicate":
        this.#host.counts.duplicates++;
        return false;
      case "lower":
        this.#host.counts.late++;
        if (!this.#holes.has(verdict.sid, verdict.seq)) this.#restart(verdict, moment.at);
        return false;
      case "gap": {
        const { from, to, missing } = verdict;
        this.#host.deliver(
          this.#gap(verdict, moment.at, { reason: "sequence", from, to, missing }),
        );
        this.#holes.add(verdict.sid, from, to);
        this.#set.gap(verdict.sid, moment.now);
        return true;
      }
    }
  }

  /** Nothing on the subscription can be applied any more: it needs a new one. */
  #restart(verdict: Extract<SequenceVerdict, { kind: "lower" }>, at: EpochMicros): void {
    const { sid, lastReceivedAt: from } = verdict;
    if (this.#broken.has(sid) || this.#set.find(sid) === undefined) return;
    this.#broken.add(sid);
    this.#host.deliver(this.#gap(verdict, at, { reason: "disconnect", from, to: at }));
    this.#set.renew(sid, "its numbers began anew");
  }

  /** A gap that concerns a whole subscription: also markets of which nothing has come yet. */
  #gap(
    { sid, markets, books }: Extract<SequenceVerdict, { kind: "gap" | "lower" }>,
    tsRecv: EpochMicros,
    part: Pick<Gap, "reason" | "from" | "to" | "missing">,
  ): Gap {
    const channel = this.#set.find(sid);
    const concerned = channel === undefined
      ? markets.length > 0 ? markets : undefined
      : channel.markets;
    const hasBooks = channel === undefined ? books : channel.books !== undefined;
    return {
      feed: this.#feed,
      session: this.session,
      sid,
      ...part,
      ...(concerned !== undefined && { markets: concerned }),
      ...(!hasBooks && { books: false }),
      tsRecv,
    };
  }

  /** Records the gaps that `events` mean and that belong before or after the frame. */
  #record(events: readonly SubscriptionEvent[], when: "before" | "after", at: EpochMicros): void {
    for (const event of events) {
      if ((event.type === "resumed") !== (when === "before")) continue;
      const gap = subscriptionGap(event, {
        feed: this.#feed,
        session: this.session,
        at,
        before: this.#lastAt ?? at,
      });
      if (gap !== undefined) this.#host.deliver(gap);
    }
  }
}
