import type { CustomSignalConfig, SignalFunction } from "@ssmd/backtest";
import { messageOf, SsmdError } from "@ssmd/core";
import { sha256 } from "@ssmd/core/fs";
import { readFile } from "node:fs/promises";
import { dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** Signals of the user, loaded. */
export interface LoadedSignals {
  /** By name, as configurations call them. */
  readonly functions: ReadonlyMap<string, SignalFunction>;
  /**
   * A SHA-256 over names and files, for run ids; null without any. What a file imports is not part of
   * it.
   */
  readonly sha256: string | null;
}

const EXTENSIONS = [".ts", ".mts", ".js", ".mjs"];

/**
 * Imports the modules that `signals` names, relative to the folder of `configFile`: each runs as a
 * part of this program. Throws `SsmdError` `not_found` for a file that is not there, `invalid_input`
 * for one that cannot be imported or whose default export is not a function.
 */
export async function loadCustomSignals(
  configFile: string,
  signals: readonly CustomSignalConfig[],
): Promise<LoadedSignals> {
  const functions = new Map<string, SignalFunction>();
  const hash = sha256();
  for (const { name, file } of signals) {
    const path = resolve(dirname(configFile), file);
    if (!EXTENSIONS.includes(extname(path))) {
      throw refusal(name, path, `expected a file with ${EXTENSIONS.join(", ")}`);
    }
    const content = await contentOf(name, path);
    hash.update(new TextEncoder().encode(`${JSON.stringify([name, content.length])}\n`));
    hash.update(content);
    functions.set(name, await functionOf(name, path));
  }
  return { functions, sha256: signals.length === 0 ? null : hash.digest() };
}

async function contentOf(name: string, path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const problem = missing ? "there is no such file" : messageOf(cause);
    throw refusal(name, path, problem, cause, missing ? "not_found" : "invalid_input");
  }
}

async function functionOf(name: string, path: string): Promise<SignalFunction> {
  let module: { readonly default?: unknown };
  try {
    module = await import(pathToFileURL(path).href);
  } catch (cause) {
    throw refusal(name, path, problemOf(cause), cause);
  }
  const { default: evaluate } = module;
  if (typeof evaluate !== "function") {
    const found = evaluate === undefined ? "missing" : `of type ${typeof evaluate}`;
    throw refusal(name, path, `its default export is ${found}, expected a function`);
  }
  // What it is given and returns is checked with every call.
  return evaluate as SignalFunction;
}

function problemOf(cause: unknown): string {
  const { code } = cause as NodeJS.ErrnoException;
  if (code === "ERR_UNKNOWN_FILE_EXTENSION") {
    return "this version of Node runs no TypeScript: write it in JavaScript, or use Node 22.18, Deno or Bun";
  }
  const [firstLine] = messageOf(cause).split("\n");
  return firstLine!;
}

function refusal(
  name: string,
  path: string,
  problem: string,
  cause?: unknown,
  code: "invalid_input" | "not_found" = "invalid_input",
): SsmdError {
  return new SsmdError(
    code,
    `Cannot load the signal ${name} from ${JSON.stringify(path)}: ${problem}`,
    cause === undefined ? {} : { cause },
  );
}
