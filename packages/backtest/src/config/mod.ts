/**
 * The momentum engine's configuration in YAML: the original's keys, defaults and units, strict. Files
 * are read by the caller; everything here takes text.
 *
 * Every line here is public API.
 * @module
 */
export { type MomentumOverrides, parseMomentumConfigWith } from "./override_momentum_config.ts";
export { parseMomentumConfig } from "./parse_momentum_config.ts";
export { parseSweepGrid } from "./sweep_grid.ts";
