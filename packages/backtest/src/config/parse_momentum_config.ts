import { parseConfig } from "@ssmd/core/config";
import type { MomentumConfig } from "../momentum/momentum_config.ts";
import { momentumSchema } from "./momentum_schema.ts";

/**
 * The configuration that `text` holds, in YAML or JSON: the original's keys, defaults and units, and
 * the additions that {@link MomentumConfig} names. `name` is what messages call the file. Throws
 * `SsmdError` `invalid_input` with line, path, what was found and what was expected.
 *
 * Fractions are taken wherever the original took them. What profile `default` needs exactly (money,
 * prices, contracts) it refuses itself when it starts, see `MomentumEngine`.
 */
export function parseMomentumConfig(text: string, name: string): MomentumConfig {
  return parseConfig(momentumSchema, text, name);
}
