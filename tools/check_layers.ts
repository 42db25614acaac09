// The direction of imports (docs/architecture.md): core <- kalshi, backtest <- cli.
import { posix } from "node:path";
import { type Import, importsOf } from "./sources/imports.ts";
import { rootEntryProblems } from "./sources/root_entries.ts";
import { runAsProgram } from "./sources/run_check.ts";
import { isTest, packageFiles, packageOf } from "./sources/source_files.ts";

const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  kalshi: ["core"],
  backtest: ["core"],
  cli: ["core", "kalshi", "backtest"],
};

/** Folders that talk to the world; each could be lifted out of core as it is. */
const ADAPTERS = ["fs", "http", "nats", "postgres", "config", "testing"].map((name) =>
  `packages/core/src/${name}`
);

/** Finds imports that run against the layers; type-only imports count. */
export function check(root: string): string[] {
  const problems: string[] = [];
  for (const path of packageFiles(root)) {
    for (const found of importsOf(root, path)) {
      const why = problemOf(path, found);
      if (why !== undefined) problems.push(`${path}: imports ${found.specifier}: ${why}`);
    }
  }
  return [...problems, ...rootEntryProblems(root)];
}

function problemOf(path: string, found: Import): string | undefined {
  if (found.kind === "unknown entry") return "no entry of that name in its package.json exports";
  if (found.kind !== "file") return undefined;
  const from = packageOf(path) ?? "";
  const to = packageOf(found.target);
  if (found.relative && !found.target.startsWith(`packages/${from}/`)) {
    return to === undefined ? "lies outside the package" : `write @ssmd/${to}`;
  }
  // A test may wire what its package gets handed in: a backtest test needs some decoder.
  if (isTest(path)) return undefined;
  if (isTest(found.target)) return "a source never imports a test";
  if (!found.relative && to === from) return "a package imports itself by relative paths";
  if (to !== from && !(MAY_IMPORT[from] ?? []).includes(to ?? "")) {
    return `${from} must not know ${to}`;
  }
  return adapterProblem(path, found.target);
}

function adapterProblem(path: string, target: string): string | undefined {
  const folder = ADAPTERS.find((adapter) => path.startsWith(`${adapter}/`));
  if (folder === undefined || target.startsWith(`${folder}/`)) return undefined;
  if (target === "packages/core/src/mod.ts") return undefined;
  const core = posix.relative(posix.dirname(path), "packages/core/src/mod.ts");
  return `an adapter reaches the rest of core through ${core} only`;
}

runAsProgram(import.meta.url, check);
