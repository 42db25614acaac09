import { join } from "node:path";
import process from "node:process";
import { readManifest, sourceEntries } from "../sources/manifest.ts";
import { PACKAGES } from "../sources/source_files.ts";
import { commandStep, type Step } from "./step.ts";

/** Format, lint, types and the documentation of what is exported. */
export function languageSteps(root: string): Step[] {
  const deno = join(root, "node_modules", ".bin", "deno");
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  return [
    commandStep("format", deno, ["fmt", "--check"], root),
    commandStep("lint", deno, ["lint"], root),
    commandStep("types", process.execPath, [tsc, "--noEmit", "-p", "."], root),
    // All packages at once: what one of them exposes of another is public there.
    commandStep("doc lint", deno, ["doc", "-q", "--lint", ...entryFiles(root)], root),
  ];
}

function entryFiles(root: string): string[] {
  return PACKAGES.flatMap((name) => {
    const manifest = readManifest(root, name, "package.json") ?? {};
    return [...sourceEntries(manifest).values()].map((source) => join("packages", name, source));
  });
}
