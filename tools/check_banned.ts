// Time, chance and the process come in from outside (a Clock, an option), else the same archive
// would not give the same bytes twice, nor on every runtime.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ambientUses } from "./sources/ambient_uses.ts";
import { runAsProgram } from "./sources/run_check.ts";
import { isTest, packageFiles } from "./sources/source_files.ts";

/** A file, or a folder with a slash at its end, that may use some of the names. */
export interface Allowed {
  readonly path: string;
  readonly names: readonly string[];
  readonly why: string;
}

const ALLOWED: readonly Allowed[] = [
  {
    path: "packages/core/src/clock.ts",
    names: ["Date.now", "performance"],
    why: "the system clock, which everything else gets handed in",
  },
  {
    path: "packages/core/src/fs/",
    names: ["process"],
    why: "a lock names its owner by process id and tells whether that process still lives",
  },
  {
    path: "packages/cli/src/main.ts",
    names: ["process"],
    why: "the one file that exits the process",
  },
  {
    path: "packages/cli/src/ui/",
    names: ["process", "performance"],
    why: "asks the terminal for its width and colours, and tells how long work still takes",
  },
];

/** Finds uses of the clock, of chance and of the process outside the allow list. */
export function check(root: string, allowed: readonly Allowed[] = ALLOWED): string[] {
  const problems: string[] = [];
  for (const path of packageFiles(root)) {
    if (isTest(path)) continue;
    const here = allowed.filter((entry) =>
      entry.path.endsWith("/") ? path.startsWith(entry.path) : path === entry.path
    );
    for (const use of ambientUses(path, readFileSync(join(root, path), "utf8"))) {
      if (here.some((entry) => entry.names.includes(use.name))) continue;
      problems.push(`${path}:${use.line}: ${use.name} is for the files listed in check_banned.ts`);
    }
  }
  return problems;
}

runAsProgram(import.meta.url, check);
