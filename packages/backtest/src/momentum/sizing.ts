import type { Money, Price, Quantity } from "@ssmd/core";

/** Decides how many contracts an entry asks for. */
export interface Sizing {
  /** Names the policy in a result. */
  readonly name: "random" | "fixed" | "cash";
  /**
   * Contracts for an entry at `price` of the side that is bought, above 0; 0 when the policy allows
   * none. `random` draws once for each call.
   */
  quantity(price: Price): Quantity;
}

/** The bounds of a {@link Sizing}. */
export interface SizingBounds {
  /** The fewest contracts. */
  readonly minQuantity: Quantity;
  /** The most contracts. */
  readonly maxQuantity: Quantity;
}

const ONE_CONTRACT: Quantity = 100;

/**
 * Draws as the original does, min + ⌊r × (max − min + 1)⌋ in contracts, but from `random`, which is
 * seeded, so that a run can be repeated. `random` gives 0 ≤ r < 1.
 */
export function randomSizing(bounds: SizingBounds, random: () => number): Sizing {
  const { minQuantity, maxQuantity } = bounds;
  const choices = (maxQuantity - minQuantity) / ONE_CONTRACT + 1;
  return {
    name: "random",
    // With bounds that are no whole number of contracts apart the last choice could pass the upper one.
    quantity: () =>
      Math.min(minQuantity + Math.floor(random() * choices) * ONE_CONTRACT, maxQuantity),
  };
}

/** Always the most. */
export function fixedSizing({ maxQuantity }: SizingBounds): Sizing {
  return { name: "fixed", quantity: () => maxQuantity };
}

/**
 * As many whole contracts as `tradeSize` buys, without fees, at most the upper bound; none when that
 * is less than the lower one.
 */
export function cashSizing({ minQuantity, maxQuantity }: SizingBounds, tradeSize: Money): Sizing {
  return {
    name: "cash",
    quantity(price) {
      const affordable = Math.floor(tradeSize / (price * ONE_CONTRACT)) * ONE_CONTRACT;
      const quantity = Math.min(affordable, maxQuantity);
      return quantity < minQuantity ? 0 : quantity;
    },
  };
}

/** The policy of this name. `random` is drawn from by `random` sizing alone. */
export function sizingOf(
  name: Sizing["name"],
  bounds: SizingBounds & { readonly tradeSize: Money },
  random: () => number,
): Sizing {
  if (name === "fixed") return fixedSizing(bounds);
  return name === "cash" ? cashSizing(bounds, bounds.tradeSize) : randomSizing(bounds, random);
}
