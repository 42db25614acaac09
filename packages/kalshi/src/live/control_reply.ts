import { isObject, type JsonObject } from "../wire/json_object.ts";

/** The exchange's answer to a command, or its word on a subscription. */
export type ControlReply =
  /** A subscription stands. */
  | {
    readonly kind: "subscribed";
    readonly id?: number;
    readonly sid?: number;
    readonly channel?: string;
  }
  /** A command was carried out. */
  | {
    readonly kind: "ok";
    readonly id?: number;
    readonly sid?: number;
    /** The subscription's markets from now on, when the answer lists them. */
    readonly markets?: readonly string[];
    /** The session's subscriptions, when the answer lists them: sids by channel. */
    readonly sids?: Readonly<Record<string, number>>;
  }
  /** A subscription is gone. */
  | { readonly kind: "unsubscribed"; readonly id?: number; readonly sid?: number }
  /** A command was refused, or a subscription failed. */
  | {
    readonly kind: "error";
    readonly id?: number;
    readonly sid?: number;
    /** Kalshi's error number; NaN without one. */
    readonly code: number;
    /** What the exchange says. */
    readonly text: string;
    /** The markets that it names. */
    readonly markets?: readonly string[];
  };

/**
 * Reads a frame as an answer; `undefined` when it is none. Lenient where Kalshi's texts and servers
 * differ: an answer without number, `msg` as object, list or absent, tickers beside `msg`.
 */
export function readControlReply(frame: JsonObject): ControlReply | undefined {
  const { type } = frame;
  if (
    type !== "ok" && type !== "subscribed" && type !== "unsubscribed" && type !== "error"
  ) return undefined;
  const msg = isObject(frame["msg"]) ? frame["msg"] : {};
  const id = positive(frame["id"]);
  const sid = positive(frame["sid"]) ?? positive(msg["sid"]);
  const reply = { ...(id !== undefined && { id }), ...(sid !== undefined && { sid }) };
  switch (type) {
    case "subscribed": {
      const channel = msg["channel"];
      return { kind: type, ...reply, ...(typeof channel === "string" && { channel }) };
    }
    case "unsubscribed":
      return { kind: type, ...reply };
    case "ok": {
      const markets = tickers(msg["market_tickers"]) ?? tickers(frame["market_tickers"]);
      const sids = Array.isArray(frame["msg"]) ? sidsByChannel(frame["msg"]) : undefined;
      return {
        kind: type,
        ...reply,
        ...(markets !== undefined && { markets }),
        ...(sids !== undefined && { sids }),
      };
    }
    case "error": {
      const { code, msg: said, market_ticker: one } = msg;
      const markets = tickers(msg["market_tickers"]) ?? tickers([one]);
      return {
        kind: type,
        ...reply,
        code: typeof code === "number" ? code : NaN,
        text: typeof said === "string" ? said : "no text",
        ...(markets !== undefined && markets.length > 0 && { markets }),
      };
    }
  }
}

/** An error, or word of one. */
export type ErrorReply = Extract<ControlReply, { readonly kind: "error" }>;

/** An answer that is no error. */
export type Confirmation = Exclude<ControlReply, ErrorReply>;

/** The subscription that `reply` confirms for `channel`, if it says so. */
export function confirmedSid(reply: Confirmation, channel: string): number | undefined {
  return reply.kind === "ok" && reply.sids !== undefined ? reply.sids[channel] : reply.sid;
}

/**
 * Which of `asked` the exchange confirms by `reply`: all of them, unless it lists the subscription's
 * markets. A list that has none of them is not what it seems to be.
 */
export function confirmedMarkets(reply: Confirmation, asked: readonly string[]): readonly string[] {
  const listed = new Set(reply.kind === "ok" ? reply.markets : []);
  const confirmed = asked.filter((market) => listed.has(market));
  return confirmed.length > 0 ? confirmed : asked;
}

/** Numbers count from 1; 0 stands for none. */
function positive(value: unknown): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function tickers(value: unknown): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.filter((name: unknown): name is string => typeof name === "string");
}

function sidsByChannel(list: readonly unknown[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const entry of list) {
    if (!isObject(entry)) continue;
    const sid = positive(entry["sid"]);
    if (sid !== undefined && typeof entry["channel"] === "string") found[entry["channel"]] = sid;
  }
  return found;
}
