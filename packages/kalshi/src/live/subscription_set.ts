import { backoffMs } from "@ssmd/core";
import type { ChannelPlan } from "./channel.ts";
import { ChannelSubscription } from "./channel_subscription.ts";
import { CommandPace } from "./command_pace.ts";
import type { ControlReply } from "./control_reply.ts";
import { reactionTo } from "./error_code.ts";
import type { Moment } from "./moment.ts";
import {
  type CommandAction,
  type CommandDraft,
  type SubscriptionCommand,
  writeCommand,
} from "./subscription_command.ts";
import type { SubscriptionEvent } from "./subscription_event.ts";
import type { SubscriptionTiming } from "./subscription_timing.ts";

/** A command and whose it is. */
interface SentCommand {
  readonly channel: ChannelSubscription;
  readonly draft: CommandDraft;
}

/** An answer to an older command is of no use to anybody. */
const REMEMBERED_COMMANDS = 100;

/** The answers that each kind of command gets. */
const ANSWERS: Readonly<Record<CommandAction, readonly ControlReply["kind"][]>> = {
  subscribe: ["subscribed"],
  add_markets: ["ok"],
  delete_markets: ["ok"],
  get_snapshot: [],
  unsubscribe: ["unsubscribed"],
};

/**
 * What one connection subscribes to. It compares what is wanted with what the exchange confirmed and
 * writes the commands that remove the difference: one under way for each channel at a time. It lasts
 * longer than a session: after {@link disconnected} everything wanted is subscribed to again.
 *
 * It neither sends nor waits: the owner hands it time, answers and what it saw of the frames, sends
 * what {@link next} gives, and takes the events.
 */
export class SubscriptionSet {
  readonly #timing: SubscriptionTiming;
  readonly #wanted = new Set<string>();
  readonly #channels: readonly ChannelSubscription[];
  readonly #pace: CommandPace;
  readonly #commands = new Map<number, SentCommand>();
  #events: SubscriptionEvent[] = [];
  #lastId = 0;
  #pauses = 0;

  /** Wants no markets yet; channels that are not limited to markets are wanted from the start. */
  constructor(plans: readonly ChannelPlan[], timing: SubscriptionTiming, now: number) {
    this.#timing = timing;
    this.#pace = new CommandPace(timing.commandsPerSecond, now);
    this.#channels = plans.map((plan) =>
      new ChannelSubscription(plan, this.#wanted, timing, this.#events)
    );
  }

  /** The markets that are wanted; a live view. */
  get wanted(): ReadonlySet<string> {
    return this.#wanted;
  }

  /** Its channels. */
  get channels(): readonly ChannelSubscription[] {
    return this.#channels;
  }

  /** Whether all that is wanted is confirmed or set aside, and every book came or was given up. */
  get settled(): boolean {
    return this.#channels.every((channel) => channel.settled);
  }

  /** Markets that are set aside, or whose book never came. */
  rejected(): Set<string> {
    const markets = new Set<string>();
    for (const { rejected, books } of this.#channels) {
      for (const market of rejected.names()) markets.add(market);
      for (const market of books?.blank.names() ?? []) markets.add(market);
    }
    return markets;
  }

  /** Follows `markets` too. */
  add(markets: Iterable<string>): void {
    for (const market of markets) {
      if (this.#wanted.has(market)) continue;
      this.#wanted.add(market);
      for (const channel of this.#channels) channel.want(market);
    }
  }

  /** Follows `markets` no longer; each is `released` when the exchange has confirmed that. */
  remove(markets: Iterable<string>): void {
    const free: string[] = [];
    for (const market of markets) {
      if (!this.#wanted.delete(market)) continue;
      for (const channel of this.#channels) channel.unwant(market);
      if (!this.#isHeld(market)) free.push(market);
    }
    if (free.length > 0) this.#events.push({ type: "released", markets: free });
  }

  /** The next command to send; it counts as sent. `undefined` when none is due. */
  next(now: number): SubscriptionCommand | undefined {
    for (const channel of this.#channels) {
      if (!this.#pace.isReady(now)) return undefined;
      const draft = channel.next(now);
      if (draft === undefined) continue;
      this.#pace.spend();
      channel.sent(draft, now);
      const command = writeCommand(draft, ++this.#lastId);
      this.#commands.set(command.id, { channel, draft });
      this.#commands.delete(command.id - REMEMBERED_COMMANDS);
      return command;
    }
    return undefined;
  }

  /** The exchange answered or reported something. To be called before the frame is handed on. */
  reply(reply: ControlReply, moment: Moment): void {
    if (reply.kind === "error") return this.#error(reply, moment);
    const command = this.#answeredBy(reply);
    if (command !== undefined) {
      this.#pauses = 0;
      command.channel.answered(command.draft, reply, moment);
    } else if (reply.kind === "unsubscribed") this.#onSid(reply.sid)?.gone(moment);
  }

  /** A book's snapshot came, in order. To be called before the frame is handed on. */
  snapshot(market: string, moment: Moment): void {
    for (const channel of this.#channels) channel.snapshot(market, moment);
  }

  /** A frame of subscription `sid` was lost. */
  gap(sid: number, now: number): void {
    this.#onSid(sid)?.gap(now);
  }

  /** The numbers of subscription `sid` make no sense any more. */
  renew(sid: number, reason: string): void {
    this.#onSid(sid)?.renew(reason);
  }

  /** Asks for all books anew, because of `reason`. */
  resync(reason: string): void {
    for (const channel of this.#channels) channel.resync(reason);
  }

  /** The channel that has subscription `sid`. */
  find(sid: number): ChannelSubscription | undefined {
    return this.#onSid(sid);
  }

  /** Lets time pass. */
  tick(now: number): void {
    for (const channel of this.#channels) channel.tick(now);
  }

  /** The session is over; commands are numbered anew. */
  disconnected({ at }: Moment): void {
    this.#commands.clear();
    this.#lastId = 0;
    this.#pauses = 0;
    for (const channel of this.#channels) channel.disconnected(at);
  }

  /** A new session has begun to deliver: what was lost until `at` is accounted for. */
  accountedUntil(at: number): void {
    for (const channel of this.#channels) channel.accountedUntil(at);
  }

  /** What happened since it was asked last, in order. */
  takeEvents(): readonly SubscriptionEvent[] {
    if (this.#events.length === 0) return this.#events;
    const events: SubscriptionEvent[] = [];
    for (const event of this.#events.splice(0)) {
      if (event.type !== "released") {
        events.push(event);
        continue;
      }
      const markets = event.markets.filter((market) =>
        !this.#wanted.has(market) && !this.#isHeld(market)
      );
      if (markets.length > 0) events.push({ type: "released", markets });
    }
    return events;
  }

  #isHeld(market: string): boolean {
    return this.#channels.some((channel) => channel.holds(market));
  }

  #onSid(sid: number | undefined): ChannelSubscription | undefined {
    return sid === undefined ? undefined : this.#channels.find((channel) => channel.sid === sid);
  }

  /** The command that `reply` answers. */
  #answeredBy(reply: ControlReply): SentCommand | undefined {
    if (reply.id !== undefined) return this.#commands.get(reply.id);
    // An answer without a number: it fits where a command of its kind is under way.
    const channel = reply.kind === "subscribed"
      ? this.#channels.find((channel) => channel.channel === reply.channel)
      : this.#onSid(reply.sid);
    const draft = channel?.underWay;
    if (channel === undefined || draft === undefined) return undefined;
    return ANSWERS[draft.action].includes(reply.kind) ? { channel, draft } : undefined;
  }

  #error(reply: Extract<ControlReply, { kind: "error" }>, moment: Moment): void {
    const code = Number.isNaN(reply.code) ? "none" : String(reply.code);
    this.#events.push({ type: "error", code, reason: `error ${code}: ${reply.text}` });
    const reaction = reactionTo(reply.code);
    if (reaction === "slow_down") {
      const wait = backoffMs(++this.#pauses, 0.5, this.#timing.refusalBackoff);
      this.#pace.pause(moment.now + wait);
    }
    const command = reply.id === undefined ? undefined : this.#commands.get(reply.id);
    if (command !== undefined) return command.channel.refused(command.draft, reply, moment);
    if (reaction === "renew") {
      const ended = this.#onSid(reply.sid);
      if (ended !== undefined) return ended.ended(`error ${code}: ${reply.text}`, moment);
      // Which subscription it is about is not known: none can be trusted.
      if (reply.id === undefined && reply.sid === undefined) {
        this.#events.push({ type: "reconnect", reason: `error ${code} without a sid` });
      }
    } else if (reaction === "credentials") {
      this.#events.push({ type: "reconnect", reason: `error 9: ${reply.text}`, patience: true });
    }
  }
}
