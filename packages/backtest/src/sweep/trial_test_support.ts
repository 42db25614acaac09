import { returnMoments } from "./return_moments.ts";
import type { TrialParameters } from "./sweep_grid.ts";
import type { Trial } from "./trial.ts";

/** A trial with trades of these gains and losses, in cents. */
export function trialOf(id: string, parameters: TrialParameters, cents: readonly number[]): Trial {
  const pnl = cents.map((each) => each * 10_000);
  const returns = returnMoments(pnl);
  return {
    id,
    parameters,
    figures: {
      trades: pnl.length,
      wins: pnl.filter((each) => each > 0).length,
      open: 0,
      pnl: pnl.reduce((sum, each) => sum + each, 0),
      fees: 20_000 * pnl.length,
      maxDrawdown: 0,
      touchedGap: 0,
      ...(returns === undefined ? {} : { returns }),
    },
  };
}
