import { importsOf } from "./imports.ts";
import { packageFiles } from "./source_files.ts";

const PLATFORM_FREE = ["core", "kalshi", "backtest"];

/** What a root entry may reach besides our own files; everything here runs in a browser. */
const ROOT_MAY_REACH: Readonly<Record<string, string>> = {
  fflate: "gzip without node:zlib, pure JavaScript",
};

/**
 * The root entries of the libraries run anywhere: following every import from src/mod.ts reaches
 * no node: module, no zod and no network client. Each problem shows the way there.
 */
export function rootEntryProblems(root: string): string[] {
  const known = new Set(packageFiles(root));
  return PLATFORM_FREE.flatMap((name) => {
    const start = `packages/${name}/src/mod.ts`;
    return known.has(start) ? walk(root, known, start) : [];
  });
}

function walk(root: string, known: ReadonlySet<string>, start: string): string[] {
  const problems: string[] = [];
  const wayTo = new Map([[start, start]]);
  for (const [path, way] of wayTo) {
    for (const { kind, target } of importsOf(root, path)) {
      if (kind === "file" && known.has(target) && !wayTo.has(target)) {
        wayTo.set(target, `${way} -> ${target}`);
      }
      const foreign = kind === "builtin" || kind === "external" && !(target in ROOT_MAY_REACH);
      if (foreign) problems.push(`${start}: reaches ${target} by ${way}`);
    }
  }
  return problems;
}
