import type { EpochMicros } from "@ssmd/core";
import type { SavedHalt } from "./drawdown_halt.ts";
import type { EngineNotes } from "./engine_notes.ts";
import type { Holding } from "./holding.ts";
import type { SavedMarketStates } from "./market_states.ts";
import type { SeededRandom } from "./seeded_random.ts";

/** A `MomentumEngine` as plain data that JSON keeps. */
export interface SavedEngine {
  /** The markets that became active, in that order. */
  readonly markets: readonly SavedMarket[];
  /** The drawdown so far. */
  readonly halt: SavedHalt;
  /** Where the draws of the sizing stand. */
  readonly random: ReturnType<SeededRandom["save"]>;
  /** What signals remember, by name. */
  readonly signals: Readonly<Record<string, unknown>>;
  /** What was counted. */
  readonly notes: EngineNotes;
  /** The states, when the engine keeps its own. */
  readonly states?: SavedMarketStates;
}

/**
 * An active market as plain data.
 * @internal
 */
export interface SavedMarket {
  /** Its ticker. */
  readonly ticker: string;
  /** What the models have in it. */
  readonly holdings: readonly Holding[];
  /** Until when nothing is entered after an exit. */
  readonly cooldownUntil: EpochMicros;
  /** When it closes, as far as that is known; absent while it is not. */
  readonly closeTime?: EpochMicros;
  /** Whether a gap has ended entries for good. */
  readonly excluded: boolean;
}
