/** Random runs over random tapes; it has no tests of its own. */
import fc from "fast-check";
import type { FeeModel, KnownClose, MarketInfo, SettlementSource } from "@ssmd/core";
import type { BacktestVariant } from "./backtest_options.ts";
import type { Decision } from "./decision.ts";
import { bookWalker, type FillModel } from "./fill_model.ts";
import type { GapPolicy } from "./gap_policy.ts";
import { type MakerModel, queueMaker, throughMaker, touchMaker } from "./maker_model.ts";
import { close, markets, Wanderer } from "./random_tape_test_support.ts";
import { centFees, centFeesPerOrder } from "./scenario_test_support.ts";
import { settlementsOf } from "./settlement.ts";

/** How a {@link Wanderer} runs. */
export interface Variant {
  readonly seed: number;
  readonly fills: FillModel;
  readonly makers: MakerModel;
  readonly latency: number;
  readonly gaps: GapPolicy;
  readonly startingBalance: number;
  readonly fees: FeeModel;
}

/** How a run is set up. */
export const variant: fc.Arbitrary<Variant> = fc.record({
  seed: fc.nat(),
  fills: fc.constantFrom(
    bookWalker(),
    bookWalker({ maxParticipation: 300_000, unknownQuoteSize: 150 }),
  ),
  makers: fc.constantFrom(queueMaker, throughMaker, touchMaker),
  latency: fc.constantFrom(0, 1, 250_000),
  gaps: fc.constantFrom<GapPolicy>("halt", "exclude", "ignore"),
  startingBalance: fc.constantFrom(3_000_000, 50_000_000),
  fees: fc.constantFrom(centFees, centFeesPerOrder),
});

/** A run without anything special about it. */
export const PLAIN_VARIANT: Variant = {
  seed: 12,
  fills: bookWalker(),
  makers: queueMaker,
  latency: 0,
  gaps: "halt",
  startingBalance: 3_000_000,
  fees: centFees,
};

/** What the markets pay; C has no result. */
export const yesValues: fc.Arbitrary<[number, number]> = fc.tuple(
  fc.constantFrom(0, 10_000, 3000),
  fc.constantFrom(0, 10_000),
);

/** A new wanderer as that variant has it, and the decisions that are told of it. */
export function variantOf(
  { seed, ...rest }: Variant,
): BacktestVariant & { readonly strategy: Wanderer; readonly decisions: readonly Decision[] } {
  const decisions: Decision[] = [];
  const onDecision = (decision: Decision) => decisions.push(decision);
  const more = { onDecision, decisions, equityInterval: 10_000_000 };
  return { strategy: new Wanderer(seed), ...more, ...rest };
}

/** Whose close became known when, in time order: for each market one or more. */
export const closes: fc.Arbitrary<KnownClose[][]> = fc.array(
  fc.array(fc.record({ time: close, closeTime: close }), { minLength: 1, maxLength: 3 })
    .map((known) => known.sort((a, b) => a.time - b.time)),
  { maxLength: 3 },
);

/** What a simulation knows beside its tape. */
export function dataOf(
  values: readonly number[],
  known: readonly (readonly KnownClose[])[] = [],
): { readonly markets: readonly MarketInfo[]; readonly settlements: SettlementSource } {
  const given = markets(values, known);
  return { markets: given, settlements: settlementsOf(given) };
}

/** How often the properties are tried. */
export const numRuns: number = Number(process.env["SSMD_SIMULATION_RUNS"] ?? 100);
