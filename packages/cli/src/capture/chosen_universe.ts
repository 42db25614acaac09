import type { Clock } from "@ssmd/core";
import { type KalshiRest, MarketUniverse } from "@ssmd/kalshi/live";
import type { MarketChoice } from "./capture_plan.ts";

/** The markets that `choice` follows, as `rest` tells them; nothing is asked yet. */
export function chosenUniverse(
  { markets, series, categories, closeWithinHours, gamesOnly }: MarketChoice,
  rest: KalshiRest,
  clock: Clock,
): MarketUniverse {
  return new MarketUniverse(rest, {
    tickers: markets,
    series,
    categories,
    gamesOnly,
    ...(closeWithinHours === undefined ? {} : { closeWithinHours }),
  }, { clock });
}
