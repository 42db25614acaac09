import type { StrategyParameters } from "../strategy.ts";
import type { MomentumConfig } from "./momentum_config.ts";

/**
 * What of `config` decides about a run, by dotted path (`positions.takeProfitCents`), in the order of
 * the file: everything but where messages come from and the flat fees, which profile `default` does
 * not charge.
 */
export function flatParameters(config: MomentumConfig): StrategyParameters {
  const { nats: _nats, fees: _fees, reporting: _reporting, ...deciding } = config;
  const flat: Record<string, string | number | boolean> = {};
  flatten(deciding, "", flat);
  return flat;
}

function flatten(
  value: unknown,
  path: string,
  into: Record<string, string | number | boolean>,
): void {
  if (typeof value === "object" && value !== null) {
    for (const [key, each] of Object.entries(value)) {
      flatten(each, path === "" ? key : `${path}.${key}`, into);
    }
  } else if (
    typeof value === "string" || typeof value === "number" || typeof value === "boolean"
  ) {
    into[path] = value;
  }
}
