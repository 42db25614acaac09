import { SsmdError } from "@ssmd/core";
import { customSignal } from "./custom_signal.ts";
import type { CustomSignalConfig } from "./momentum_config.ts";
import type { Signal, SignalFunction } from "./signal.ts";

/**
 * The signals of the user that `configs` names, in that order. Throws `SsmdError` `invalid_input` for
 * one whose function is missing.
 */
export function customSignals(
  configs: readonly CustomSignalConfig[],
  functions: ReadonlyMap<string, SignalFunction>,
): readonly Signal[] {
  return configs.map((config) => {
    const evaluate = functions.get(config.name);
    if (evaluate !== undefined) return customSignal(config, evaluate);
    throw new SsmdError(
      "invalid_input",
      `Cannot use the signal ${config.name}: nothing was loaded from ${
        JSON.stringify(config.file)
      }`,
    );
  });
}
