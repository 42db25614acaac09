import type { Money } from "@ssmd/core";
import type { FillAssumption } from "./fill_assumption.ts";
import type { Fill } from "./fill_model.ts";

/** A fill and what the exchange charged for it. */
export interface ChargedFill extends Fill {
  /** The fee of this fill, never negative. */
  readonly fee: Money;
  /** What the fill rests on. */
  readonly assumption: FillAssumption;
}
