import { type Money, ONE_DOLLAR, type Quantity, type SettlementSource } from "@ssmd/core";
import { ratioOf } from "./ratio.ts";
import type { ReportTrade } from "./report_trade.ts";

const DOLLAR: Money = ONE_DOLLAR * 100;
const BINS = 10;

/**
 * How well the prices that were paid foretold what the bought side paid in the end, whenever the
 * position was closed. An entry is one closed position. Probabilities and shares are 0 to 1, rounded
 * to 6 decimals; absent without entries.
 */
export interface Calibration {
  /** Entries whose market has a result; only these count. */
  readonly entries: number;
  /** Entries whose market has none. */
  readonly withoutResult: number;
  /**
   * Mean of (price − outcome)², every entry alike: Brier (1950), for one outcome. 0 is perfect; who
   * always says one half gets 0.25.
   */
  readonly brier?: number;
  /** The same with every contract alike: nearer to the money, ruled by the largest entries. */
  readonly brierByContracts?: number;
  /** Mean price paid. */
  readonly meanPrice?: number;
  /** Mean outcome: above the price, the entries were cheap. */
  readonly meanOutcome?: number;
  /** The entries by the price paid, in tenths of a dollar; tenths without entries are left out. */
  readonly bins: readonly CalibrationBin[];
}

/** The entries whose price lies in `[from, to)`; the last bin holds its upper end too. */
export interface CalibrationBin {
  /** Least price, in dollars. */
  readonly from: number;
  /** Upper end, in dollars. */
  readonly to: number;
  /** How many entries. */
  readonly entries: number;
  /** How many contracts. */
  readonly contracts: Quantity;
  /** Mean price paid, every entry alike. */
  readonly meanPrice: number;
  /** Mean outcome, every entry alike. */
  readonly meanOutcome: number;
}

/** Sums over entries, exact. */
class EntrySums {
  entries = 0n;
  contracts = 0n;
  price = 0n;
  outcome = 0n;
  squares = 0n;
  weightedSquares = 0n;

  add(price: Money, outcome: Money, contracts: Quantity): void {
    const square = BigInt(price - outcome) ** 2n;
    this.entries++;
    this.contracts += BigInt(contracts);
    this.price += BigInt(price);
    this.outcome += BigInt(outcome);
    this.squares += square;
    this.weightedSquares += square * BigInt(contracts);
  }
}

/** Compares the entry prices of `trades` with what `settlements` says the markets paid. */
export function calibrationOf(
  trades: readonly ReportTrade[],
  settlements: SettlementSource,
): Calibration {
  const all = new EntrySums();
  const bins = Array.from({ length: BINS }, () => new EntrySums());
  let withoutResult = 0;
  for (const { ticker, side, entryPrice, contracts } of trades) {
    const settlement = settlements.settlementOf(ticker);
    if (settlement === undefined) {
      withoutResult++;
      continue;
    }
    const yes = settlement.yesValue * 100;
    const outcome = side === "yes" ? yes : DOLLAR - yes;
    const bin = Math.min(BINS - 1, Math.max(0, Math.floor(entryPrice * BINS / DOLLAR)));
    all.add(entryPrice, outcome, contracts);
    bins[bin]!.add(entryPrice, outcome, contracts);
  }
  if (all.entries === 0n) return { entries: 0, withoutResult, bins: [] };
  const dollar = BigInt(DOLLAR);
  return {
    entries: Number(all.entries),
    withoutResult,
    brier: ratioOf(all.squares, all.entries * dollar * dollar)!,
    brierByContracts: ratioOf(all.weightedSquares, all.contracts * dollar * dollar)!,
    meanPrice: ratioOf(all.price, all.entries * dollar)!,
    meanOutcome: ratioOf(all.outcome, all.entries * dollar)!,
    bins: bins.flatMap((sums, index) => sums.entries === 0n ? [] : [binOf(sums, index)]),
  };
}

function binOf(sums: EntrySums, index: number): CalibrationBin {
  const whole = sums.entries * BigInt(DOLLAR);
  return {
    from: index / BINS,
    to: (index + 1) / BINS,
    entries: Number(sums.entries),
    contracts: Number(sums.contracts),
    meanPrice: ratioOf(sums.price, whole)!,
    meanOutcome: ratioOf(sums.outcome, whole)!,
  };
}
