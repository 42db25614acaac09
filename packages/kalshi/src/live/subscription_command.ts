import type { KalshiChannel } from "./channel.ts";

/** What a command does. All but the first and the last change a subscription that exists. */
export type CommandAction =
  | "subscribe"
  | "add_markets"
  | "delete_markets"
  | "get_snapshot"
  | "unsubscribe";

/** A command before it has a number. */
export interface CommandDraft {
  /** What it does. */
  readonly action: CommandAction;
  /** To which channel's subscription. */
  readonly channel: KalshiChannel;
  /** That subscription's id; absent for `subscribe`. */
  readonly sid?: number;
  /** The markets it names; absent for a subscription to every market. */
  readonly markets?: readonly string[];
}

/** A command to send. */
export interface SubscriptionCommand extends CommandDraft {
  /** Its number, unique within the session; the exchange's answer repeats it. */
  readonly id: number;
  /** The message to send. */
  readonly text: string;
}

/**
 * Writes the command with the number `id`. `use_yes_price` is always said, because its default is
 * going to change, and tickers are told at once instead of with their next change.
 */
export function writeCommand(draft: CommandDraft, id: number): SubscriptionCommand {
  return { ...draft, id, text: JSON.stringify({ id, cmd: cmdOf(draft), params: params(draft) }) };
}

function cmdOf({ action }: CommandDraft): string {
  return action === "subscribe" || action === "unsubscribe" ? action : "update_subscription";
}

function params({ action, channel, sid, markets }: CommandDraft): object {
  if (action === "unsubscribe") return { sids: [sid] };
  const listed = markets === undefined ? {} : { market_tickers: markets };
  const initial = channel === "ticker" ? { send_initial_snapshot: true } : {};
  if (action !== "subscribe") {
    return { sids: [sid], ...listed, action, ...(action === "add_markets" ? initial : {}) };
  }
  return {
    channels: [channel],
    ...listed,
    ...initial,
    ...(channel === "orderbook_delta" ? { use_yes_price: false } : {}),
    ...(markets === undefined ? {} : { skip_ticker_ack: true }),
  };
}
