import { type Channel, CHANNELS } from "./channel.ts";
import { CommandError } from "./command_error.ts";

/** What is asked for: some markets, or all that the channel has. */
export type MarketChoice = readonly string[] | "all";

/** A client's command, checked as far as that needs no knowledge of its subscriptions. */
export type Command =
  | SubscribeCommand
  | { readonly kind: "unsubscribe"; readonly sids: readonly number[] }
  | UpdateCommand
  | { readonly kind: "list" };

/** `subscribe`. */
export interface SubscribeCommand extends ReplyOptions {
  /** Tells the kinds apart. */
  readonly kind: "subscribe";
  /** Each once. */
  readonly channels: readonly Channel[];
  /** For channels that can be narrowed. */
  readonly markets: MarketChoice;
  /** `markets` are ids rather than tickers. */
  readonly byId: boolean;
  /** Whether NO prices are told as YES prices. */
  readonly useYesPrice: boolean;
}

/** `update_subscription`. */
export interface UpdateCommand extends ReplyOptions {
  /** Tells the kinds apart. */
  readonly kind: "update";
  /** Which subscription. */
  readonly sid: number;
  /** What to do. */
  readonly action: string;
  /** With which markets; empty when none are named. */
  readonly markets: readonly string[];
  /** `markets` are ids rather than tickers. */
  readonly byId: boolean;
  /** Whether the markets were named by the list of tickers. */
  readonly listed: boolean;
}

interface ReplyOptions {
  /** One ticker frame per market at once. */
  readonly sendInitialSnapshot: boolean;
  /** Leave the list of tickers out of `ok`. */
  readonly skipTickerAck: boolean;
}

type Json = Readonly<Record<string, unknown>>;

/** A command's `id`, 0 for none. Throws {@link CommandError} 1 when it is not a whole number. */
export function readId(message: Json): number {
  const id = message["id"] ?? 0;
  if (typeof id !== "number" || !Number.isSafeInteger(id)) throw new CommandError(1);
  return id;
}

/** The JSON object in `text`. Throws {@link CommandError} 1 when it is none. */
export function readMessage(text: string): Json {
  let message: unknown;
  try {
    message = JSON.parse(text);
  } catch {
    throw new CommandError(1);
  }
  if (!isObject(message)) throw new CommandError(1);
  return message;
}

/** Reads a command. Throws {@link CommandError} with the code that Kalshi has for the mistake. */
export function readCommand(message: Json): Command {
  const { cmd } = message;
  if (typeof cmd !== "string") throw new CommandError(cmd === undefined ? 5 : 1);
  if (cmd === "list_subscriptions") return { kind: "list" };
  if (!["subscribe", "unsubscribe", "update_subscription"].includes(cmd)) throw new CommandError(5);
  const { params } = message;
  if (params === undefined || params === null) throw new CommandError(2);
  if (!isObject(params)) throw new CommandError(1);
  if (cmd === "subscribe") return readSubscribe(params);
  if (cmd === "update_subscription") return readUpdate(params);
  const sids = readSids(params["sids"]);
  if (sids === undefined || sids.length === 0) throw new CommandError(4);
  return { kind: "unsubscribe", sids };
}

function readSubscribe(params: Json): SubscribeCommand {
  const names = readTexts(params, "channels");
  if (names === undefined || names.length === 0) throw new CommandError(3);
  const channels = [...new Set(names)].map((name) => {
    const channel = CHANNELS.get(name);
    if (channel === undefined) throw new CommandError(8);
    return channel;
  });
  checkShards(params);
  const { markets, byId } = readMarkets(params);
  for (const { name, filter, needs } of channels) {
    if (needs !== undefined && !isFull(params[needs[0]])) throw new CommandError(needs[1]);
    if (byId && filter !== "none" && name !== "ticker") throw new CommandError(11);
    if (filter === "required" && (markets ?? []).length === 0) throw new CommandError(14);
  }
  return {
    kind: "subscribe",
    channels,
    markets: markets ?? "all",
    byId,
    useYesPrice: readFlag(params, "use_yes_price"),
    ...readReplyOptions(params),
  };
}

function readUpdate(params: Json): UpdateCommand {
  const { sid } = params;
  const sids = readSids(params["sids"]);
  if (sid === undefined && sids === undefined) throw new CommandError(4);
  const given = [...sids ?? [], ...sid === undefined ? [] : readSids([sid]) ?? []];
  if (given.length !== 1) throw new CommandError(12);
  const { action } = params;
  if (action === undefined) throw new CommandError(15);
  if (typeof action !== "string") throw new CommandError(1);
  const { markets = [], byId } = readMarkets(params);
  const listed = params["market_tickers"] !== undefined;
  return {
    kind: "update",
    sid: given[0]!,
    action,
    markets,
    byId,
    listed,
    ...readReplyOptions(params),
  };
}

function readReplyOptions(params: Json): ReplyOptions {
  return {
    sendInitialSnapshot: readFlag(params, "send_initial_snapshot"),
    skipTickerAck: readFlag(params, "skip_ticker_ack"),
  };
}

/** The markets named in one of four ways, which exclude each other. */
function readMarkets(params: Json): { markets: string[] | undefined; byId: boolean } {
  const given = ["market_ticker", "market_tickers", "market_id", "market_ids"].filter((name) =>
    params[name] !== undefined
  );
  if (given.length > 1) throw new CommandError(11);
  const [name] = given;
  if (name === undefined) return { markets: undefined, byId: false };
  const value = params[name];
  const list = name.endsWith("s") ? readTexts(params, name) : undefined;
  if (list === undefined && typeof value !== "string") throw new CommandError(1);
  const markets = list ?? [String(value)];
  if (markets.includes("")) throw new CommandError(11);
  return { markets: [...new Set(markets)], byId: name.startsWith("market_id") };
}

function checkShards(params: Json): void {
  const factor = params["shard_factor"];
  const key = params["shard_key"];
  for (const value of [factor, key]) {
    if (value !== undefined && !Number.isInteger(value)) throw new CommandError(1);
  }
  if (factor === undefined) {
    if (key !== undefined) throw new CommandError(20);
    return;
  }
  if (Number(factor) <= 0) throw new CommandError(19);
  if (Number(factor) > 100) throw new CommandError(22);
  if (key !== undefined && !(Number(key) >= 0 && Number(key) < Number(factor))) {
    throw new CommandError(21);
  }
}

function readTexts(params: Json, name: string): string[] | undefined {
  const value = params[name];
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new CommandError(1);
  return value.map((entry: unknown) => {
    if (typeof entry !== "string") throw new CommandError(1);
    return entry;
  });
}

function readSids(value: unknown): number[] | undefined {
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new CommandError(1);
  return value.map((entry: unknown) => {
    if (typeof entry !== "number" || !Number.isSafeInteger(entry)) throw new CommandError(1);
    return entry;
  });
}

function readFlag(params: Json, name: string): boolean {
  const value = params[name] ?? false;
  if (typeof value !== "boolean") throw new CommandError(1);
  return value;
}

function isFull(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
