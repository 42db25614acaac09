// Builds the packages in the order of their imports; --if-stale builds only what is older than its sources.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { isProgram } from "./process/is_program.ts";
import { repoRoot } from "./process/repo_root.ts";
import { runCommand } from "./process/run_command.ts";
import { filesUnder, isTest, PACKAGES } from "./sources/source_files.ts";

/** Whether a package's dist is missing or older than what it is built from. */
export function isStale(root: string, name: string): boolean {
  const folder = `packages/${name}`;
  // The declarations are the last thing that tsup writes.
  const built = join(root, folder, "dist", "mod.d.ts");
  if (!existsSync(built)) return true;
  const sources = filesUnder(root, `${folder}/src`).filter((path) => !isTest(path));
  const inputs = [...sources, `${folder}/package.json`, `${folder}/tsup.config.ts`];
  const newest = Math.max(...inputs.map((path) => statSync(join(root, path)).mtimeMs));
  return newest > statSync(built).mtimeMs;
}

/** Builds packages one after another; gives the first failure's output, or undefined. */
export async function build(root: string, names: readonly string[]): Promise<string | undefined> {
  const tsup = join(root, "node_modules", "tsup", "dist", "cli-default.js");
  for (const name of names) {
    const cwd = join(root, "packages", name);
    const done = await runCommand(process.execPath, [tsup], { cwd });
    if (done.code !== 0) return `packages/${name}:\n${done.output}`;
  }
  return undefined;
}

if (isProgram(import.meta.url)) {
  const onlyStale = process.argv.includes("--if-stale");
  const names = PACKAGES.filter((name) => !onlyStale || isStale(repoRoot, name));
  if (names.length > 0) console.error(`ssmd: building ${names.join(", ")}`);
  const failure = await build(repoRoot, names);
  if (failure !== undefined) console.error(failure);
  process.exitCode = failure === undefined ? 0 : 1;
}
