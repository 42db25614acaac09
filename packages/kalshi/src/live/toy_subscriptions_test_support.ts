import type { JsonObject } from "../wire/json_object.ts";
import { isObject } from "../wire/json_object.ts";

/** How the toy treats one command instead of carrying it out as it should. */
export type ToyMood = "well" | "mute" | "deaf" | "retry" | "slow" | "unknown_sid";

interface ToySubscription {
  readonly sid: number;
  readonly markets: Set<string>;
}

const CODES: Readonly<Record<string, number>> = { retry: 18, slow: 27, unknown_sid: 7 };

/**
 * One connection to an exchange that has no data but books: it keeps subscriptions as Kalshi does and
 * answers commands with frames in {@link outbox}. Markets whose name begins with `BAD` cannot be
 * subscribed to; those that begin with `BLANK` never get a snapshot.
 */
export class ToySubscriptions {
  /** Frames on their way to the client. */
  readonly outbox: JsonObject[] = [];
  /** What the next command meets; goes back to `well` by itself. */
  mood: ToyMood = "well";
  /** Whether an error about a market names it. */
  namesMarkets = false;
  /** Commands received. */
  commands = 0;
  readonly #channels = new Map<string, ToySubscription>();
  #lastSid = 0;

  /** The markets that `channel` has; empty without a subscription. */
  markets(channel: string): ReadonlySet<string> {
    return this.#channels.get(channel)?.markets ?? new Set();
  }

  /** The subscription of `channel`. */
  sid(channel: string): number | undefined {
    return this.#channels.get(channel)?.sid;
  }

  /** Whether any channel has `market`. */
  has(market: string): boolean {
    return [...this.#channels.values()].some(({ markets }) => markets.has(market));
  }

  /** Ends the subscription of `channel` as an overflow does. */
  overflow(channel: string): void {
    const sid = this.#channels.get(channel)?.sid;
    if (sid === undefined) return;
    this.#channels.delete(channel);
    this.outbox.push({
      type: "error",
      sid,
      msg: { code: 25, msg: "Subscription buffer overflow" },
    });
  }

  /** Forgets everything, as with a new connection. */
  reset(): void {
    this.#channels.clear();
    this.outbox.length = 0;
    this.#lastSid = 0;
    this.mood = "well";
  }

  /** Takes a command's text. */
  receive(text: string): void {
    this.commands++;
    const { id, cmd, params }: JsonObject = JSON.parse(text);
    if (!isObject(params)) throw new Error(`A command without params: ${text}`);
    const { mood } = this;
    this.mood = "well";
    if (mood === "deaf") return;
    const code = CODES[mood];
    if (code !== undefined) {
      if (mood === "unknown_sid") this.#forgetSid(params);
      this.outbox.push({ type: "error", id, msg: { code, msg: "as asked" } });
      return;
    }
    const frames = this.#carryOut(id, String(cmd), params);
    // Muted is the answer, not the data.
    this.outbox.push(...(mood === "mute" ? frames.filter(({ id }) => id === undefined) : frames));
  }

  #carryOut(id: unknown, cmd: string, params: JsonObject): JsonObject[] {
    const tickers = (params["market_tickers"] ?? []) as readonly string[];
    if (cmd === "subscribe") return this.#subscribe(id, params, tickers);
    const [sid] = params["sids"] as readonly number[];
    const entry = [...this.#channels].find(([, one]) => one.sid === sid);
    if (entry === undefined) {
      return [{ type: "error", id, msg: { code: 7, msg: "Unknown subscription ID" } }];
    }
    const [channel, subscription] = entry;
    if (cmd === "unsubscribe") {
      this.#channels.delete(channel);
      return [{ type: "unsubscribed", id, sid }];
    }
    const ok = { type: "ok", id, sid, msg: {} };
    switch (params["action"]) {
      case "add_markets":
        return this.#refusal(id, tickers) ?? [...this.#added(subscription, channel, tickers), ok];
      case "delete_markets":
        for (const ticker of tickers) subscription.markets.delete(ticker);
        return [ok];
      case "get_snapshot":
        return [ok, ...tickers.filter((t) => subscription.markets.has(t)).flatMap(snapshotOf)];
      default:
        throw new Error(`An unknown action: ${JSON.stringify(params)}`);
    }
  }

  #subscribe(id: unknown, { channels }: JsonObject, tickers: readonly string[]): JsonObject[] {
    const [channel] = channels as readonly string[];
    const refusal = this.#refusal(id, tickers);
    if (channel === undefined || refusal !== undefined) return refusal ?? [];
    let subscription = this.#channels.get(channel);
    const type = subscription === undefined ? "subscribed" : "ok";
    if (subscription === undefined) {
      subscription = { sid: ++this.#lastSid, markets: new Set() };
      this.#channels.set(channel, subscription);
    }
    const { sid } = subscription;
    const data = this.#added(subscription, channel, tickers);
    // Data may come before the answer.
    return [...data, { type, id, sid, msg: { channel, sid } }];
  }

  #added(
    subscription: ToySubscription,
    channel: string,
    tickers: readonly string[],
  ): JsonObject[] {
    const added = tickers.filter((ticker) => !subscription.markets.has(ticker));
    for (const ticker of added) subscription.markets.add(ticker);
    return channel === "orderbook_delta" ? added.flatMap(snapshotOf) : [];
  }

  #refusal(id: unknown, tickers: readonly string[]): JsonObject[] | undefined {
    const bad = tickers.filter(isBad);
    if (bad.length === 0) return undefined;
    const named = this.namesMarkets ? { market_tickers: bad } : {};
    return [{ type: "error", id, msg: { code: 16, msg: "Market not found", ...named } }];
  }

  #forgetSid(params: JsonObject): void {
    for (const [channel, { sid }] of this.#channels) {
      if ((params["sids"] as readonly number[] | undefined)?.includes(sid)) {
        this.#channels.delete(channel);
      }
    }
  }
}

function isBad(ticker: string): boolean {
  return ticker.startsWith("BAD");
}

function snapshotOf(ticker: string): JsonObject[] {
  return ticker.startsWith("BLANK")
    ? []
    : [{ type: "orderbook_snapshot", msg: { market_ticker: ticker } }];
}
