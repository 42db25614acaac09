/** What an error reply asks of us. */
export type ErrorReaction =
  /** The subscription is over, or unknown: subscribe anew. */
  | "renew"
  /** This command again, after a pause of all commands. */
  | "slow_down"
  /** This command again. */
  | "retry"
  /** The subscription has as many markets as it may. */
  | "full"
  /** The key is not good enough; somebody has to do something. */
  | "credentials"
  /** The command itself is wrong, whatever markets it names. */
  | "refused"
  /** Some market of the command may be the reason. */
  | "market";

/** Kalshi's error numbers (AsyncAPI 2.0.0, September 2026) that do not point at a market. */
const REACTIONS: ReadonlyMap<number, ErrorReaction> = new Map<number, ErrorReaction>([
  [1, "refused"],
  [2, "refused"],
  [3, "refused"],
  [4, "refused"],
  [5, "refused"],
  [7, "renew"],
  [8, "refused"],
  [9, "credentials"],
  [10, "renew"],
  [12, "refused"],
  [13, "refused"],
  [15, "refused"],
  [18, "retry"],
  [25, "renew"],
  [26, "full"],
  [27, "slow_down"],
]);

/** The reaction to error `code`; one that is not known may be about a market. */
export function reactionTo(code: number): ErrorReaction {
  return REACTIONS.get(code) ?? "market";
}
