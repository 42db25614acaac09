import type { CustomSignalConfig } from "../momentum/momentum_config.ts";

/** What the paths of all signals of the user begin with. */
export const CUSTOM_SIGNALS = "signals.custom.";

const PARAMETERS = "parameters";

/**
 * The paths under which a sweep sets values of the user's signals: `signals.custom.NAME.weight` and
 * `signals.custom.NAME.parameters.KEY`, for every parameter that the configuration names. What a
 * function falls back on without being told is not known here.
 */
export function customSignalPaths(signals: readonly CustomSignalConfig[]): string[] {
  return signals.flatMap(({ name, parameters }) => {
    const signal = CUSTOM_SIGNALS + name;
    return [
      `${signal}.weight`,
      ...Object.keys(parameters).map((key) => `${signal}.${PARAMETERS}.${key}`),
    ];
  });
}

/** What is wrong with `path` when it is none of `known`, which {@link customSignalPaths} gave. */
export function noCustomSignalPath(path: string, known: readonly string[]): string {
  return known.length === 0
    ? `${path} is no key: the configuration has no signals.custom`
    : `${path} is no key, expected one of ${known.join(", ")}`;
}

/**
 * Where the value of `path`, one of {@link customSignalPaths}, is kept in a document of that
 * configuration: the names of the mappings down to it, and of its signal, which is in a list.
 */
export function customSignalPlace(
  path: string,
): { readonly signal: string; readonly steps: readonly string[] } {
  const [signal = "", first = "", ...rest] = path.slice(CUSTOM_SIGNALS.length).split(".");
  // Names of signals have no dots, keys of parameters may have some.
  return { signal, steps: rest.length === 0 ? [first] : [first, rest.join(".")] };
}
