import { SsmdError } from "@ssmd/core";
import { YamlDocument } from "@ssmd/core/config";
import type { z } from "zod";
import type { MomentumConfig } from "../momentum/momentum_config.ts";
import {
  CUSTOM_SIGNALS,
  customSignalPaths,
  customSignalPlace,
  noCustomSignalPath,
} from "./custom_signal_paths.ts";
import { momentumSchema } from "./momentum_schema.ts";
import { parseMomentumConfig } from "./parse_momentum_config.ts";

/**
 * Values by the dotted path of their key, such as `positions.takeProfitCents`; of a signal of the user
 * by its name, `signals.custom.NAME.weight` and `signals.custom.NAME.parameters.KEY`.
 */
export type MomentumOverrides = Readonly<Record<string, unknown>>;

/**
 * As {@link parseMomentumConfig}, with some values set from outside, as a sweep does. The file must
 * be valid by itself. Throws `SsmdError` `invalid_input` for a path that is no key, a value that the
 * key does not take, and values that do not fit together.
 */
export function parseMomentumConfigWith(
  text: string,
  name: string,
  overrides: MomentumOverrides,
): MomentumConfig {
  const base = parseMomentumConfig(text, name);
  const entries = Object.entries(overrides);
  if (entries.length === 0) return base;
  const root: unknown = new YamlDocument(text, name).value;
  // A file with nothing in it is refused above, so the root is a mapping.
  const customPaths = customSignalPaths(base.signals.custom);
  for (const [path, value] of entries) {
    if (!path.startsWith(CUSTOM_SIGNALS)) {
      setAt(root as Mapping, path.split("."), value, `${path} in ${name}`);
    } else if (customPaths.includes(path)) setCustom(root as CustomRoot, path, value, name);
    else {
      const problem = noCustomSignalPath(path, customPaths);
      throw new SsmdError("invalid_input", `Cannot set ${path} in ${name}: ${problem}`);
    }
  }
  const result = momentumSchema.safeParse(root);
  if (result.success) return result.data;
  throw refusal(result.error.issues[0]!, overrides, name);
}

/** A mapping of a document. */
type Mapping = Record<string, unknown>;

/** A document with signals of the user that is valid by itself. */
interface CustomRoot {
  readonly signals: { readonly custom: readonly (Mapping & { readonly name: string })[] };
}

function setCustom({ signals }: CustomRoot, path: string, value: unknown, name: string): void {
  const { signal, steps } = customSignalPlace(path);
  const holder = signals.custom.find((each) => each.name === signal);
  // The path is one of this configuration, so that its signal is there.
  setAt(holder!, steps, value, `${path} in ${name}`);
}

function setAt(root: Mapping, steps: readonly string[], value: unknown, what: string): void {
  if (steps.includes("__proto__")) {
    throw new SsmdError("invalid_input", `Cannot set ${what}: it is no key`);
  }
  let holder = root;
  for (const step of steps.slice(0, -1)) {
    const next = Object.hasOwn(holder, step) ? holder[step] : undefined;
    if (typeof next === "object" && next !== null && !Array.isArray(next)) {
      // A mapping, as just checked.
      holder = next as Mapping;
    } else if (next === undefined || next === null) {
      holder = holder[step] = Object.create(null) as Mapping;
    } else {
      throw new SsmdError("invalid_input", `Cannot set ${what}: ${step} has no keys`);
    }
  }
  holder[steps.at(-1)!] = value;
}

function refusal(issue: z.core.$ZodIssue, overrides: MomentumOverrides, name: string): SsmdError {
  const path = issue.path.join(".");
  const params = issue.code === "custom" ? issue.params : undefined;
  const allowed: unknown = params?.["allowed"];
  const set = Object.entries(overrides).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  const problem = Array.isArray(allowed)
    ? `${path} is no key, expected one of ${allowed.join(", ")}`
    : `expected ${path} to be ${issue.message}`;
  return new SsmdError("invalid_input", `Cannot set ${set.join(", ")} in ${name}: ${problem}`);
}
