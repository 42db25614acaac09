import { type RuntimeName, RUNTIMES } from "./result.ts";

/** What the command line asks for. */
export interface TestArguments {
  readonly runtimes: readonly RuntimeName[];
  /** Parts of paths; a file runs when it contains one of them. All files when empty. */
  readonly filters: readonly string[];
}

/** Reads `[--node] [--deno] [--bun] [part of a path]…`; throws for an option it does not know. */
export function parseArguments(args: readonly string[]): TestArguments {
  const options = args.filter((argument) => argument.startsWith("-"));
  const unknown = options.find((option) => !RUNTIMES.some((name) => option === `--${name}`));
  if (unknown !== undefined) {
    throw new RangeError(`unknown option ${unknown}: there are ${RUNTIMES.map((n) => `--${n}`)}`);
  }
  const asked = RUNTIMES.filter((name) => options.includes(`--${name}`));
  const filters = args.filter((argument) => !argument.startsWith("-"))
    .map((filter) => filter.replace(/^\.\//, ""));
  return { runtimes: asked.length > 0 ? asked : RUNTIMES, filters };
}
