/**
 * What the trades of a run say of its returns.
 * @internal
 */
export interface ReturnMoments {
  /** How many trades. */
  readonly observations: number;
  /**
   * Mean P&L of a trade over the sample standard deviation (n − 1) of the trades' P&L. A ratio a
   * trade: neither annualised nor less any interest.
   */
  readonly sharpe: number;
  /** Third standardised moment of the P&L, with the deviation over n; 0 when symmetric. */
  readonly skewness: number;
  /** Fourth standardised moment, with the deviation over n; 3 for a normal distribution. */
  readonly kurtosis: number;
}

/**
 * Moments of the trades' P&L, in any one unit, or `undefined` for fewer than 2 trades and for equal
 * ones, which have no deviation. Sums go in the order of the trades and use no function whose last
 * digit depends on the runtime.
 */
export function returnMoments(pnl: readonly number[]): ReturnMoments | undefined {
  const n = pnl.length;
  if (n < 2 || pnl.every((each) => each === pnl[0])) return undefined;
  const mean = pnl.reduce((sum, each) => sum + each, 0) / n;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (const each of pnl) {
    const distance = each - mean;
    const square = distance * distance;
    second += square;
    third += square * distance;
    fourth += square * square;
  }
  const variance = second / n;
  return {
    observations: n,
    sharpe: mean / Math.sqrt(second / (n - 1)),
    skewness: third / n / (variance * Math.sqrt(variance)),
    kurtosis: fourth / n / (variance * variance),
  };
}
