import type { Duplex } from "node:stream";
import { CommandHandler, type CommandMarkets, type CommandRules } from "./command_handler.ts";
import type { RequestRate } from "./request_rate.ts";
import type { FanOut } from "./fan_out.ts";
import type { FaultDraw } from "./fault_injector.ts";
import { FrameDelivery } from "./frame_delivery.ts";
import { type Injection, InjectionLog } from "./injection.ts";
import type { MarketFeed } from "./market_feed.ts";
import type { Subscription } from "./subscription.ts";
import { SubscriptionTable } from "./subscription_table.ts";
import { WebSocketPeer } from "./web_socket_peer.ts";

/** What a connection shares with the whole exchange. */
export interface ConnectionContext {
  /** Who gets what. */
  readonly fanOut: FanOut;
  /** Books and quotes. */
  readonly feed: MarketFeed;
  /** What commands need to know of the markets. */
  readonly markets: CommandMarkets;
  /** Where faults are noted. */
  readonly injected: Injection[];
  /** Something is queued: `flush` is wanted soon. */
  queued(connection: ClientConnection): void;
  /** A command was carried out. */
  commanded(connection: ClientConnection): void;
  /** The socket is gone. */
  closed(connection: ClientConnection): void;
}

/** One subscription as it is or was. */
export interface SubscriptionFacts {
  /** Its number. */
  readonly sid: number;
  /** Its channel. */
  readonly channel: string;
  /** Frames that went out for it, replies included. */
  readonly frames: number;
  /** The number of its last numbered frame, swallowed ones included; 0 when there is none. */
  readonly seq: number;
  /** Its markets; `all` for a whole channel. */
  readonly markets: readonly string[] | "all";
  /** Whether it has not ended. */
  readonly live: boolean;
}

/** A client's WebSocket: its commands, its subscriptions, its frames. */
export class ClientConnection {
  /** The handshake's number, from 1. */
  readonly number: number;
  readonly #peer: WebSocketPeer;
  readonly #table: SubscriptionTable;
  readonly #delivery: FrameDelivery;
  readonly #handler: CommandHandler;
  readonly #rate: RequestRate;
  /** Every subscription there ever was, for the facts. */
  readonly #all: Subscription[] = [];
  readonly #context: ConnectionContext;
  #dirty = false;
  #silent = false;
  #commands = 0;

  /** Takes over `socket` after its handshake. */
  constructor(
    number: number,
    socket: Duplex,
    head: Buffer,
    context: ConnectionContext,
    rules: CommandRules,
    rate: RequestRate,
    faults: FaultDraw | undefined,
  ) {
    this.number = number;
    this.#context = context;
    this.#rate = rate;
    this.#delivery = new FrameDelivery(
      number,
      {
        send: (text) => this.#send(text),
        cut: (text) => this.#stop(() => this.#peer.cut(text)),
        silence: () => this.#stop(() => this.#peer.silence(), true),
        ended: (subscription) => this.#table.end(subscription),
      },
      faults,
      new InjectionLog(context.injected, number),
    );
    this.#table = new SubscriptionTable(context.fanOut, this.#delivery, this.#all);
    this.#handler = new CommandHandler(
      this.#table,
      this.#delivery,
      context.feed,
      context.markets,
      rules,
    );
    this.#peer = new WebSocketPeer(socket, head, {
      text: (text) => this.#command(text),
      binary: () => this.#command(undefined),
      closed: () => {
        this.#table.endAll();
        context.closed(this);
      },
    });
  }

  /** Bytes that wait for the client; 0 for one that is never to get them. */
  get backlog(): number {
    return this.#silent ? 0 : this.#peer.backlog;
  }

  /** Bytes handed to the socket. */
  get bytesSent(): number {
    return this.#peer.bytesSent;
  }

  /** Commands received, refused ones included. */
  get commands(): number {
    return this.#commands;
  }

  /** How many subscriptions have not ended. */
  get subscriptions(): number {
    return [...this.#table.all()].length;
  }

  /** All subscriptions there were. */
  facts(): SubscriptionFacts[] {
    return this.#all.map((subscription) => {
      const { sid, channel, frames, seq, markets } = subscription;
      const live = this.#table.find(sid) === subscription;
      const names = markets === "all" ? markets : [...markets];
      return { sid, channel: channel.name, frames, seq, markets: names, live };
    });
  }

  /** Frames that went out for `sid`. */
  framesSent(sid: number): number {
    return this.#all[sid - 1]?.frames ?? 0;
  }

  /** Sends what is queued. */
  flush(): void {
    this.#dirty = false;
    this.#peer.flush();
  }

  /** Resolves when nothing waits for the client any more, or the client is gone. */
  drained(): Promise<void> {
    return this.#peer.drained();
  }

  /** Sends a ping with `payload`, unless the connection is half open. */
  ping(payload: string): void {
    this.#peer.ping(payload);
  }

  /** Ends all subscriptions with error 25: the client reads too slowly. */
  overflow(): void {
    for (const { sid } of [...this.#table.all()]) this.endSubscription(sid, 25);
  }

  /** Ends a subscription with an error. False when there is none. */
  endSubscription(sid: number, code: number): boolean {
    const subscription = this.#table.find(sid);
    if (subscription === undefined) return false;
    this.#delivery.end(subscription, code);
    return true;
  }

  /** Lets no further fault happen here. */
  stopFaults(): void {
    this.#delivery.stopFaults();
  }

  /** Ends the connection: with a close frame of `code`, or at once. */
  end(code?: number): void {
    if (code === undefined) this.#peer.destroy();
    else this.#peer.close(code);
  }

  #command(text: string | undefined): void {
    this.#commands++;
    if (!this.#rate.take()) this.#handler.refuse(27);
    else if (text === undefined) this.#handler.refuse(1);
    else this.#handler.handle(text);
    this.flush();
    this.#context.commanded(this);
  }

  #send(text: string): void {
    this.#peer.send(text);
    if (this.#dirty) return;
    this.#dirty = true;
    this.#context.queued(this);
  }

  #stop(how: () => void, silent: boolean = false): void {
    this.#silent = silent;
    how();
    this.#table.endAll();
  }
}
