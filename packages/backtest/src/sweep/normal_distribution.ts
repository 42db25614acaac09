// Beyond it the probability differs from 0 or 1 by less than a double next to 1 can tell.
const FAR = 8.5;

/**
 * The probability that a standard normal variable is at most `x`, exact to about 1e-15. The series
 * is that of G. Marsaglia, Evaluating the Normal Distribution, J. Stat. Software 11(4), 2004.
 */
export function normalProbability(x: number): number {
  if (x < -FAR) return 0;
  if (x > FAR) return 1;
  let term = x;
  let sum = x;
  for (let i = 3, before = NaN; sum !== before; i += 2) {
    before = sum;
    term *= x * x / i;
    sum += term;
  }
  return 0.5 + sum * Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
}

/** The inverse of {@link normalProbability}, for a probability above 0 and below 1; else `RangeError`. */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) {
    throw new RangeError(`Cannot invert the probability ${probability}: expected 0 < p < 1`);
  }
  let low = -FAR;
  let high = FAR;
  // Halving 17 sixty times leaves less than the distance between two doubles near 1.
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalProbability(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
