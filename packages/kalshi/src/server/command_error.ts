/** Kalshi's texts for its error codes (AsyncAPI 2.0.0, September 2026); 16 is of an older one. */
const TEXTS: ReadonlyMap<number, string> = new Map([
  [1, "Unable to process message"],
  [2, "Params required"],
  [3, "Channels required"],
  [4, "Subscription IDs required"],
  [5, "Unknown command"],
  [7, "Unknown subscription ID"],
  [8, "Unknown channel name"],
  [9, "Authentication required"],
  [10, "Channel error"],
  [11, "Invalid parameter"],
  [12, "Exactly one subscription ID is required"],
  [13, "Unsupported action"],
  [14, "Market Ticker required"],
  [15, "Action required"],
  [16, "Market not found"],
  [18, "Command timeout"],
  [19, "shard_factor must be greater than 0"],
  [20, "shard_factor is required when shard_key is set"],
  [21, "shard_key must be from 0 to shard_factor - 1"],
  [22, "shard_factor must be at most 100"],
  [24, "Index IDs required"],
  [25, "Subscription buffer overflow"],
  [26, "Subscription market limit exceeded"],
  [27, "Too many requests"],
  [28, "Underlying tickers required"],
]);

/** A command that is refused with one of Kalshi's codes. */
export class CommandError extends Error {
  /** Tells the class apart in logs. */
  override readonly name = "CommandError";
  /** Kalshi's code. */
  readonly code: number;

  /** Takes Kalshi's text for `code`. */
  constructor(code: number) {
    super(errorText(code));
    this.code = code;
  }
}

/** What the exchange says for `code`. */
export function errorText(code: number): string {
  return TEXTS.get(code) ?? "Unknown error";
}
