import { backoffMs, type ConnectionHealth, type EpochMicros, messageOf } from "@ssmd/core";
import type { ConnectionHost } from "./connection_host.ts";
import { channelPlans } from "./connector_options.ts";
import { restUrlOf, signedPath } from "./endpoints.ts";
import { explainRefusal } from "./explain_refusal.ts";
import { FrameIntake } from "./frame_intake.ts";
import { LiveSession, type SessionEnd } from "./live_session.ts";
import { Outage, type OutageScope } from "./outage.ts";
import { diagnoseRefusal, type RefusalDiagnosis } from "./refusal.ts";
import type { SubscriptionEvent } from "./subscription_event.ts";
import { SubscriptionSet } from "./subscription_set.ts";
import { timerWait } from "./wait.ts";

/** An attempt after which the wait is the longest. */
const PATIENT = 40;

/** One connection of a connector: it lasts, while sockets come and go. */
export class LiveConnection {
  /** Its number. */
  readonly number: number;
  readonly #host: ConnectionHost;
  readonly #set: SubscriptionSet;
  readonly #outage: Outage;
  readonly #stop = new AbortController();
  readonly #utf8 = new TextEncoder();
  #session: LiveSession | undefined;
  #intake: FrameIntake | undefined;
  #lastSession: string | undefined;
  #now: number;
  #attempt = 0;
  #hadSession = false;
  #openedAt: EpochMicros | undefined;
  #openedNow = 0;
  #lastFrames = 0;
  #since: EpochMicros;
  #lastInboundAt: EpochMicros | undefined;

  /** Follows nothing yet but channels without markets; `now` as in {@link pulse}. */
  constructor(number: number, host: ConnectionHost, now: number) {
    this.number = number;
    this.#host = host;
    this.#now = now;
    this.#since = host.clock.now();
    const { settings } = host;
    const plans = channelPlans(settings, number === 0);
    this.#set = new SubscriptionSet(plans, settings.subscriptions, now);
    this.#outage = new Outage(settings.feed);
  }

  /** Markets that are set aside here. */
  rejected(): ReadonlySet<string> {
    return this.#set.rejected();
  }

  /** Whether everything wanted is subscribed to, or set aside, and every book has come. */
  get settled(): boolean {
    return this.#session?.isOpen === true && this.#set.settled;
  }

  /** How it is. */
  health(): ConnectionHealth {
    return {
      connection: this.number,
      connected: this.#session?.isOpen === true,
      ...(this.#lastSession !== undefined && { session: this.#lastSession }),
      since: this.#since,
      ...(this.#lastInboundAt !== undefined && { lastInboundAt: this.#lastInboundAt }),
      markets: this.#set.wanted.size,
    };
  }

  /** Gives `remove` up and follows `add`. */
  change(add: readonly string[], remove: readonly string[]): void {
    this.#set.remove(remove);
    this.#set.add(add);
    this.#pump();
  }

  /** Asks for all books anew. */
  resync(reason: string): void {
    this.#set.resync(reason);
    this.#pump();
  }

  /** Lets time pass: `now` counts milliseconds since the connector's start. */
  pulse(now: number): void {
    this.#now = now;
    if (this.#session?.isOpen !== true) return;
    this.#set.tick(now);
    this.#pump();
  }

  /** Connects, again and again, until {@link stop}. Never rejects. */
  async run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      this.#attempt++;
      this.#report({ type: "connecting", attempt: this.#attempt });
      const end = await this.#live();
      if (signal.aborted) break;
      const waitMs = await this.#afterwards(end);
      await timerWait(waitMs, signal);
    }
    this.#since = this.#host.clock.now();
  }

  /** Ends the socket and does not connect again; {@link run} resolves soon. */
  stop(): void {
    this.#stop.abort();
    this.#session?.leave();
  }

  /** One session, from the handshake to its end. */
  async #live(): Promise<SessionEnd> {
    const { settings, clock, names } = this.#host;
    const name = names.next(this.number, clock.now());
    let headers: Readonly<Record<string, string>>;
    try {
      const timeMs = Math.floor(clock.now() / 1000);
      const signed = settings.credentials?.sign("GET", signedPath(settings.url), timeMs) ?? {};
      headers = Object.fromEntries(Object.entries(signed).map(([key, value]) => [key, `${value}`]));
    } catch (error) {
      return { reason: `cannot sign the handshake: ${messageOf(error)}`, patience: true };
    }
    const intake = new FrameIntake(name, this.#host, this.#set);
    const session = new LiveSession(settings, headers, {
      onOpen: () => this.#open(intake),
      onFrame: (data, isBinary) => this.#frame(intake, data, isBinary),
      onSign: () => this.#lastInboundAt = clock.now(),
    });
    this.#session = session;
    const end = await session.ended;
    this.#session = undefined;
    this.#lost(intake);
    return end;
  }

  #open(intake: FrameIntake): void {
    const { clock, counts } = this.#host;
    this.#intake = intake;
    this.#lastSession = intake.session;
    this.#since = this.#openedAt = this.#lastInboundAt = clock.now();
    this.#openedNow = this.#now;
    if (this.#hadSession) counts.reconnects++;
    this.#hadSession = true;
    this.#report({ type: "connected", attempt: this.#attempt });
    this.#pump();
  }

  #frame(intake: FrameIntake, data: Uint8Array, isBinary: boolean): void {
    const tsRecv = this.#host.clock.now();
    this.#lastInboundAt = tsRecv;
    if (intake.frames === 0) this.#firstFrame(intake, tsRecv);
    if (isBinary) this.#host.counts.error("binary_frame");
    const events = intake.take(data, tsRecv, this.#now);
    if (events === undefined) return;
    for (const event of events) this.#tell(event);
    this.#pump();
  }

  #firstFrame(intake: FrameIntake, tsRecv: EpochMicros): void {
    for (const gap of this.#outage.end(intake.session, tsRecv)) this.#host.deliver(gap);
    this.#set.accountedUntil(tsRecv);
  }

  /** Sends what is due. */
  #pump(): void {
    const session = this.#session;
    const intake = this.#intake;
    this.#tellAll();
    if (session?.isOpen !== true || intake === undefined) return;
    const { clock, settings: { feed } } = this.#host;
    for (;;) {
      const command = this.#set.next(this.#now);
      this.#tellAll();
      if (command === undefined || !session.isOpen) return;
      session.send(command.text);
      const data = this.#utf8.encode(command.text);
      this.#host.deliver({ feed, session: intake.session, tsSent: clock.now(), data });
    }
  }

  /** Tells of events that no frame brought about; they need no record of their own. */
  #tellAll(): void {
    for (const event of this.#set.takeEvents()) this.#tell(event);
  }

  #tell(event: SubscriptionEvent): void {
    const { number } = this;
    switch (event.type) {
      case "subscribed":
        return this.#report({ type: "subscribed", ...place(event), reason: event.channel });
      case "ended":
        return this.#report({
          type: "subscription_lost",
          ...place(event),
          reason: `${event.channel}: ${event.reason}`,
        });
      case "resync":
        return this.#report({ type: "resync", ...place(event), reason: event.reason });
      case "rejected":
        return this.#report({
          type: "market_rejected",
          reason: event.reason,
          markets: [event.market],
        });
      case "error":
        this.#host.counts.error(event.code);
        return this.#report({ type: "error", reason: event.reason });
      case "full":
        this.#report({
          type: "error",
          reason: `the connection takes no more than ${event.capacity} markets`,
        });
        return this.#host.full(number, event.capacity, event.markets);
      case "released":
        return this.#host.released(number, event.markets);
      case "reconnect": {
        const { reason, patience } = event;
        return this.#session?.end({ reason, ...(patience && { patience }) });
      }
      case "resumed":
      case "unsubscribed":
        return;
    }
  }

  /** The session is over: what it carried is not received any more. */
  #lost(intake: FrameIntake): void {
    const at = this.#host.clock.now();
    const wasOpen = this.#intake === intake;
    this.#intake = undefined;
    this.#lastFrames = intake.frames;
    this.#since = at;
    if (wasOpen && this.#now - this.#openedNow >= this.#host.settings.stableMs) this.#attempt = 0;
    if (this.#stop.signal.aborted) return;
    if (intake.lastAt !== undefined) {
      // Up to a ping everything that was sent has come.
      const from = this.#lastInboundAt ?? intake.lastAt;
      const gaps = this.#outage.begin(intake.session, from, at, this.#scope());
      for (const gap of gaps) this.#host.deliver(gap);
    }
    this.#set.disconnected({ now: this.#now, at });
    this.#tellAll();
    if (wasOpen) return;
    this.#openedAt = undefined;
  }

  #scope(): OutageScope {
    const markets = new Set<string>();
    let books = false;
    let everything = false;
    for (const channel of this.#set.channels) {
      if (channel.markets === undefined) everything ||= channel.sid !== undefined;
      else {
        for (const market of channel.markets) markets.add(market);
        books ||= channel.books !== undefined;
      }
    }
    return { markets: [...markets], books, everything };
  }

  /** Reports how a session ended; the wait until the next attempt in milliseconds. */
  async #afterwards(end: SessionEnd): Promise<number> {
    const { settings, clock } = this.#host;
    const diagnosis = end.refusal && await this.#explain(end);
    const isHopeless = end.patience === true || diagnosis?.passing === false;
    const attempt = isHopeless ? PATIENT : Math.max(1, this.#attempt);
    const retryInMs = backoffMs(attempt, settings.random(), settings.backoff);
    const reason = diagnosis?.message ?? end.reason;
    const openedAt = this.#openedAt;
    this.#openedAt = undefined;
    if (openedAt === undefined) {
      this.#report({ type: "refused", reason, attempt: this.#attempt, retryInMs });
    } else {
      const uptimeMs = Math.round((clock.now() - openedAt) / 1000);
      const frames = this.#lastFrames;
      this.#report({ type: "disconnected", reason, uptimeMs, frames, retryInMs });
    }
    return retryInMs;
  }

  async #explain({ refusal = {} }: SessionEnd): Promise<RefusalDiagnosis> {
    const { settings, clock } = this.#host;
    const { url } = settings;
    const signed = settings.credentials !== undefined;
    const request = { url, now: clock.now(), signed, handshake: true };
    let restUrl: string;
    try {
      restUrl = restUrlOf(url);
    } catch {
      // An address of somebody's own: there is nobody to ask for the time.
      return diagnoseRefusal(refusal, request);
    }
    return await explainRefusal(refusal, request, { restUrl, clock, signal: this.#stop.signal });
  }

  #report(status: Omit<Parameters<ConnectionHost["report"]>[0], "connection">): void {
    const session = this.#lastSession;
    this.#host.report({
      ...status,
      connection: this.number,
      ...(session !== undefined && { session }),
    });
  }
}

function place(
  { sid, markets }: { readonly sid?: number; readonly markets?: readonly string[] | number },
): { readonly sid?: number; readonly markets?: readonly string[] | number } {
  return { ...(sid !== undefined && { sid }), ...(markets !== undefined && { markets }) };
}
