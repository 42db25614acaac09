import { normalProbability, normalQuantile } from "./normal_distribution.ts";
import type { ReturnMoments } from "./return_moments.ts";

const EULER_MASCHERONI = 0.5772156649015329;

/**
 * The Sharpe ratio that the best of `trials` without any edge is expected to show:
 *
 * `SR₀ = √V · ((1 − γ) Φ⁻¹(1 − 1/N) + γ Φ⁻¹(1 − 1/(N e)))`
 *
 * with `V` the variance of the Sharpe ratios across the trials and γ the Euler–Mascheroni constant;
 * 0 for one trial. D. Bailey, M. López de Prado, The Deflated Sharpe Ratio: Correcting for Selection
 * Bias, Backtest Overfitting and Non-Normality, J. Portfolio Management 40(5), 2014. Trials that
 * resemble each other count like independent ones, which errs on the side of caution.
 */
export function expectedMaximumSharpe(trials: number, variance: number): number {
  if (!Number.isSafeInteger(trials) || trials < 1) {
    throw new RangeError(`Cannot judge ${trials} trials: expected a whole number from 1`);
  }
  if (trials === 1) return 0;
  const first = normalQuantile(1 - 1 / trials);
  const second = normalQuantile(1 - 1 / (trials * Math.E));
  return Math.sqrt(variance) * ((1 - EULER_MASCHERONI) * first + EULER_MASCHERONI * second);
}

/**
 * The probability that the true Sharpe ratio behind these returns is above `benchmark`:
 *
 * `Φ((SR − benchmark) √(T − 1) / √(1 − γ₃ SR + (γ₄ − 1)/4 · SR²))`
 *
 * with γ₃ the skewness and γ₄ the kurtosis. With the benchmark of {@link expectedMaximumSharpe} it is
 * the deflated Sharpe ratio of the paper named there.
 */
export function probabilisticSharpe(returns: ReturnMoments, benchmark: number): number {
  const { sharpe, skewness, kurtosis, observations } = returns;
  const spread = 1 - skewness * sharpe + (kurtosis - 1) / 4 * sharpe * sharpe;
  const excess = (sharpe - benchmark) * Math.sqrt(observations - 1);
  // Never below 0 but for rounding: a kurtosis is at least the squared skewness + 1.
  if (spread <= 0) return excess > 0 ? 1 : excess < 0 ? 0 : 0.5;
  return normalProbability(excess / Math.sqrt(spread));
}
