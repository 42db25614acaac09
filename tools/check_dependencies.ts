// A workspace lets a package import what only a sibling installed; a user's installation does not.
import { importsOf } from "./sources/imports.ts";
import { readManifest } from "./sources/manifest.ts";
import { runAsProgram } from "./sources/run_check.ts";
import { isTest, packageFiles, packageOf } from "./sources/source_files.ts";

/** Finds imports of sources that their package.json does not declare, and siblings among them. */
export function check(root: string): string[] {
  const problems = new Set<string>();
  for (const path of packageFiles(root)) {
    if (isTest(path)) continue;
    const own = packageOf(path) ?? "";
    const manifest = readManifest(root, own, "package.json");
    const declared = {
      ...manifest?.dependencies,
      ...manifest?.peerDependencies,
      ...manifest?.optionalDependencies,
    };
    for (const found of importsOf(root, path)) {
      const sibling = found.kind === "file" ? packageOf(found.target) : undefined;
      const name = found.kind === "external"
        ? found.target
        : sibling !== undefined && sibling !== own
        ? `@ssmd/${sibling}`
        : undefined;
      if (name !== undefined && !(name in declared)) {
        problems.add(`packages/${own}/package.json: ${path} imports ${name}, not a dependency`);
      }
    }
  }
  return [...problems];
}

runAsProgram(import.meta.url, check);
