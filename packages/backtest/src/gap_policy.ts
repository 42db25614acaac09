/**
 * What a gap does to the markets that it names, until their data are whole again (a snapshot of the
 * book, or the next ticker of a market without one).
 *
 * - `halt`: nothing is traded in them, and what a strategy has gathered about them begins anew.
 * - `exclude`: as `halt`, and nothing is entered in them for the rest of the run.
 * - `ignore`: orders are filled as if nothing had happened; only the result tells.
 */
export type GapPolicy = "halt" | "exclude" | "ignore";
