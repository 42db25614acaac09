/** What a run tells beside its result. */
export interface OriginalOptions {
  /**
   * Told why the configuration with this index made an entry, in the order of the entries. Without it
   * nobody asks the signals what they looked at.
   */
  readonly onDecision?: (index: number, entry: OriginalEntry, decision: OriginalDecision) => void;
}

/** A position as it was entered: prices in YES cents, times in seconds, money in dollars. */
export interface OriginalEntry {
  /** The names of the signals that agreed, joined by "+". */
  readonly model: string;
  /** The market's ticker. */
  readonly ticker: string;
  /** What was entered. */
  readonly side: "yes" | "no";
  /** The market's last YES price, on either side. */
  readonly entryPrice: number;
  /** How many. */
  readonly contracts: number;
  /** The time of the record that led to it. */
  readonly entryTime: number;
  /** What it took from the cash, the maker fee included. */
  readonly entryCost: number;
}

/** What closed a position. */
export type OriginalExitReason = "take-profit" | "stop-loss" | "time-stop";

/** A closed position; its keys stand in the order of `trades.jsonl`. */
export interface OriginalTrade {
  /** See {@link OriginalEntry.model}. */
  readonly model: string;
  /** The market's ticker. */
  readonly ticker: string;
  /** What was held. */
  readonly side: "yes" | "no";
  /** See {@link OriginalEntry.entryPrice}. */
  readonly entryPrice: number;
  /** The market's last YES price, on either side. */
  readonly exitPrice: number;
  /** How many. */
  readonly contracts: number;
  /** In seconds. */
  readonly entryTime: number;
  /** In seconds. */
  readonly exitTime: number;
  /** What closed it. */
  readonly reason: OriginalExitReason;
  /** Dollars, after the exit's fee alone: the original leaves out the entry's. */
  readonly pnl: number;
  /** The exit's fee in dollars. */
  readonly fees: number;
  /** See {@link OriginalEntry.entryCost}. */
  readonly entryCost: number;
}

/** Why an entry was made. */
export interface OriginalDecision {
  /** What the agreeing signals added up to. */
  readonly strength: number;
  /** Dollars traded in the activation window. */
  readonly activationDollars: number;
  /** The market's last price and kept quotes, in cents; 0 where not known. */
  readonly prices: Readonly<Record<"last" | "yesBid" | "yesAsk" | "noBid" | "noAsk", number>>;
  /** What every signal said, agreeing or not, and what it looked at. */
  readonly signals: readonly {
    readonly name: string;
    readonly weight: number;
    readonly score: number;
    readonly confidence: number;
    readonly inputs: Readonly<Record<string, number>>;
  }[];
}

/** What one configuration came to. */
export interface OriginalResult {
  /** Records with a market. */
  readonly records: number;
  /** Markets in the order in which they became active. */
  readonly activated: readonly string[];
  /** Every position, in the order in which they were entered. */
  readonly entries: readonly OriginalEntry[];
  /** Closed positions, in the order in which they closed. */
  readonly trades: readonly OriginalTrade[];
  /** Positions that nothing closed: neither marked nor settled. */
  readonly open: readonly OriginalEntry[];
  /** The trades by model, in the order of each model's first one. */
  readonly models: readonly OriginalModel[];
  /** How many trades each reason closed, in the order of the first of each. */
  readonly exits: Readonly<Partial<Record<OriginalExitReason, number>>>;
  /** The money at the end. */
  readonly portfolio: OriginalPortfolio;
}

/** What the trades of one model came to; its keys stand in the order of the original's summary. */
export interface OriginalModel {
  /** See {@link OriginalEntry.model}. */
  readonly model: string;
  /** How many. */
  readonly trades: number;
  /** Of those, the ones that gained. */
  readonly wins: number;
  /** Of those, the others. */
  readonly losses: number;
  /** The share that gained, from 0 to 1. */
  readonly winRate: number;
  /** The sum of {@link OriginalTrade.pnl} in dollars. */
  readonly netPnl: number;
}

/** The money at the end in dollars; its keys stand in the order of the original's summary. */
export interface OriginalPortfolio {
  /** The cash at the start. */
  readonly startingBalance: number;
  /** The cash at the end, without what open positions are worth. */
  readonly balance: number;
  /** The sum of {@link OriginalTrade.pnl}, in closing order. */
  readonly totalPnl: number;
  /**
   * How far the cash lies below the start, in percent of it: open positions count as lost. NaN, which
   * JSON has as null, for a start without cash.
   */
  readonly drawdownPercent: number;
  /** Whether the loss was so large that nothing was entered any more. */
  readonly halted: boolean;
}

/** The lines of `trades.jsonl`: one object per closed position, each line ending in a newline. */
export function originalTradesJsonl(trades: readonly OriginalTrade[]): string {
  return trades.map((trade) => `${JSON.stringify(trade)}\n`).join("");
}
