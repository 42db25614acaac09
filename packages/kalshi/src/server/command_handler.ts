import type { Channel } from "./channel.ts";
import {
  type Command,
  readCommand,
  readId,
  readMessage,
  type SubscribeCommand,
  type UpdateCommand,
} from "./command.ts";
import { CommandError, errorText } from "./command_error.ts";
import type { FrameDelivery } from "./frame_delivery.ts";
import { replyText } from "./frame_text.ts";
import type { MarketFeed } from "./market_feed.ts";
import type { Subscription } from "./subscription.ts";
import type { SubscriptionTable } from "./subscription_table.ts";

/** What the exchange allows, and how it answers where Kalshi's own way is not known. */
export interface CommandRules {
  /** Markets of one subscription beyond which a command gets error 26. */
  readonly marketLimit: number;
  /** What answers a subscribe that was merged into an earlier one. */
  readonly mergeReply: "ok" | "subscribed";
  /** Markets that are refused by name. */
  readonly rejected: ReadonlySet<string>;
  /** Whether account channels may be read. */
  readonly signed: boolean;
}

/** What the handler needs to know of the exchange. */
export interface CommandMarkets {
  /** The tickers with these ids; unknown ids are left out. */
  tickersOf(ids: readonly string[]): string[];
  /** Every market that has quotes. */
  quoted(): string[];
}

/** Carries out one connection's commands. */
export class CommandHandler {
  readonly #table: SubscriptionTable;
  readonly #delivery: FrameDelivery;
  readonly #feed: MarketFeed;
  readonly #markets: CommandMarkets;
  readonly #rules: CommandRules;

  /** Changes `table`; replies go through `delivery`, snapshots come from `feed`. */
  constructor(
    table: SubscriptionTable,
    delivery: FrameDelivery,
    feed: MarketFeed,
    markets: CommandMarkets,
    rules: CommandRules,
  ) {
    this.#table = table;
    this.#delivery = delivery;
    this.#feed = feed;
    this.#markets = markets;
    this.#rules = rules;
  }

  /** Carries out the command in `text`; whatever is wrong with it becomes an error reply. */
  handle(text: string): void {
    let id = 0;
    try {
      const message = readMessage(text);
      id = readId(message);
      this.#run(readCommand(message), id);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      this.refuse(error.code, id);
    }
  }

  /** Replies with an error that concerns no subscription. */
  refuse(code: number, id: number = 0, market?: string): void {
    const about = market === undefined ? {} : { market_ticker: market };
    this.#delivery.plain(replyText("error", { code, msg: errorText(code), ...about }, id), "error");
  }

  #run(command: Command, id: number): void {
    switch (command.kind) {
      case "subscribe":
        this.#subscribe(command, id);
        return;
      case "unsubscribe":
        this.#unsubscribe(command.sids, id);
        return;
      case "update":
        this.#update(command, id);
        return;
      case "list": {
        const list = Array.from(
          this.#table.all(),
          ({ channel, sid }) => ({ channel: channel.name, sid }),
        );
        this.#delivery.plain(replyText("ok", list, id), "ok");
      }
    }
  }

  #subscribe(command: SubscribeCommand, id: number): void {
    const { channels, byId } = command;
    if (!this.#rules.signed && channels.some(({ account }) => account)) throw new CommandError(9);
    const named = command.markets === "all" ? "all" : this.#resolve(command.markets, byId);
    for (const channel of channels) {
      if (named !== "all") this.#checkLimit(this.#table.ofChannel(channel), channel, named);
    }
    for (const channel of channels) this.#subscribeChannel(channel, named, command, id);
  }

  #subscribeChannel(
    channel: Channel,
    named: readonly string[] | "all",
    command: SubscribeCommand,
    id: number,
  ): void {
    const tickers = channel.filter === "none" ? "all" : named;
    const earlier = this.#table.ofChannel(channel);
    const subscription = earlier ??
      this.#table.begin(channel, tickers === "all", command.useYesPrice);
    if (tickers === "all") this.#table.widen(subscription);
    const wanted = tickers === "all" ? [] : this.#accepted(tickers);
    const added = this.#table.add(subscription, wanted);
    if (earlier === undefined || this.#rules.mergeReply === "subscribed") {
      const msg = { channel: channel.name, sid: subscription.sid };
      this.#delivery.plain(replyText("subscribed", msg, id), "subscribed");
    } else this.#acknowledge(subscription, command.skipTickerAck, id);
    if (tickers !== "all") this.#refuseRejected(tickers, id);
    if (tickers === "all" && command.sendInitialSnapshot) {
      this.#start(subscription, this.#markets.quoted(), true);
    } else this.#start(subscription, added, command.sendInitialSnapshot);
  }

  #unsubscribe(sids: readonly number[], id: number): void {
    for (const sid of sids) {
      const subscription = this.#table.find(sid);
      if (subscription === undefined) this.refuse(7, id);
      else {
        this.#delivery.reply(subscription, "unsubscribed", undefined, id);
        this.#table.end(subscription);
      }
    }
  }

  #update(command: UpdateCommand, id: number): void {
    const { action } = command;
    const subscription = this.#table.find(command.sid);
    if (subscription === undefined) throw new CommandError(7);
    const { name, filter } = subscription.channel;
    const changes = action === "add_markets" || action === "delete_markets";
    if (action === "get_snapshot" ? name !== "orderbook_delta" : !changes || filter === "none") {
      throw new CommandError(13);
    }
    if (command.markets.length === 0) throw new CommandError(14);
    if (command.byId && name !== "ticker") throw new CommandError(11);
    if (action === "get_snapshot") this.#sendSnapshots(subscription, command, id);
    else if (action === "add_markets") this.#addMarkets(subscription, command, id);
    else {
      this.#table.delete(subscription, this.#resolve(command.markets, command.byId));
      this.#acknowledge(subscription, command.skipTickerAck, id);
    }
  }

  /** By the list of tickers only (changelog of 20 April 2026). */
  #sendSnapshots(subscription: Subscription, command: UpdateCommand, id: number): void {
    if (!command.listed) throw new CommandError(14);
    for (const ticker of command.markets) {
      if (subscription.markets === "all" || !subscription.markets.has(ticker)) continue;
      this.#feed.sendSnapshot(subscription, ticker, id);
    }
  }

  #addMarkets(subscription: Subscription, command: UpdateCommand, id: number): void {
    const tickers = this.#resolve(command.markets, command.byId);
    this.#checkLimit(subscription, subscription.channel, tickers);
    const added = this.#table.add(subscription, this.#accepted(tickers));
    this.#acknowledge(subscription, command.skipTickerAck, id);
    this.#refuseRejected(tickers, id);
    this.#start(subscription, added, command.sendInitialSnapshot);
  }

  /** Sends what a market begins with: its book, or its quotes when they are asked for. */
  #start({ sid }: Subscription, tickers: readonly string[], quotes: boolean): void {
    for (const ticker of tickers) {
      // A fault may end the subscription on the way.
      const subscription = this.#table.find(sid);
      if (subscription === undefined) return;
      if (subscription.channel.name === "orderbook_delta") {
        this.#feed.sendSnapshot(subscription, ticker);
      } else if (subscription.channel.name === "ticker" && quotes) {
        this.#feed.sendQuote(subscription, ticker);
      }
    }
  }

  #acknowledge(subscription: Subscription, skipTickers: boolean, id: number): void {
    const { markets } = subscription;
    const msg = skipTickers || markets === "all" ? {} : { market_tickers: [...markets] };
    this.#delivery.reply(subscription, "ok", JSON.stringify(msg), id);
  }

  #checkLimit(
    subscription: Subscription | undefined,
    channel: Channel,
    tickers: readonly string[],
  ): void {
    if (channel.filter === "none" || subscription?.markets === "all") return;
    const markets = subscription?.markets ?? new Set<string>();
    const added = tickers.filter((ticker) => !markets.has(ticker)).length;
    if (markets.size + added > this.#rules.marketLimit) throw new CommandError(26);
  }

  #resolve(markets: readonly string[], byId: boolean): readonly string[] {
    return byId ? this.#markets.tickersOf(markets) : markets;
  }

  #accepted(tickers: readonly string[]): readonly string[] {
    const { rejected } = this.#rules;
    return rejected.size === 0 ? tickers : tickers.filter((ticker) => !rejected.has(ticker));
  }

  #refuseRejected(tickers: readonly string[], id: number): void {
    const { rejected } = this.#rules;
    if (rejected.size === 0) return;
    for (const ticker of tickers) if (rejected.has(ticker)) this.refuse(16, id, ticker);
  }
}
