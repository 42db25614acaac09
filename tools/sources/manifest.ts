import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What the checks read from a package.json or deno.json. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly exports?: string | Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The package.json or deno.json of a package, or undefined where there is none. */
export function readManifest(
  root: string,
  packageName: string,
  file: "package.json" | "deno.json",
): Manifest | undefined {
  const path = join(root, "packages", packageName, file);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) as Manifest : undefined;
}

/** The entries of a package: "." or "./fs" to its source file below the package's folder. */
export function sourceEntries(manifest: Manifest): Map<string, string> {
  const exports = manifest.exports ?? {};
  if (typeof exports === "string") return new Map([[".", exports]]);
  const entries = new Map<string, string>();
  for (const [entry, target] of Object.entries(exports)) {
    const source = typeof target === "string" ? target : target["ssmd-source"];
    // "./package.json" is an entry without a source.
    if (source !== undefined && !source.endsWith(".json")) entries.set(entry, source);
  }
  return entries;
}
