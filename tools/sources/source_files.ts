import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The packages in the order in which they are built: what a package imports stands before it. */
export const PACKAGES = ["core", "kalshi", "backtest", "cli"] as const;

const LEFT_OUT = new Set(["node_modules", "dist", ".git"]);

/** All files below a folder of the tree, as sorted paths with slashes relative to the root. */
export function filesUnder(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (LEFT_OUT.has(entry.name)) return [];
    return entry.isDirectory() ? filesUnder(root, path) : [path];
  }).sort();
}

/** The TypeScript files of all packages, tests included. */
export function packageFiles(root: string): string[] {
  return PACKAGES.flatMap((name) => filesUnder(root, `packages/${name}/src`)).filter(isTypeScript);
}

/** Whether a path is TypeScript. */
export function isTypeScript(path: string): boolean {
  return path.endsWith(".ts") || path.endsWith(".tsx");
}

/** Whether a path is a test, or what tests share, by its name: neither is published. */
export function isTest(path: string): boolean {
  return holdsTests(path) || /_test_support\.tsx?$/.test(path);
}

/** Whether a path is a file of tests, which a test runner is given. */
export function holdsTests(path: string): boolean {
  return /_test\.tsx?$/.test(path);
}

/** The package that a path belongs to ("core"), or undefined outside packages/. */
export function packageOf(path: string): string | undefined {
  return /^packages\/([^/]+)\//.exec(path)?.[1];
}
