import process from "node:process";
import { isProgram } from "../process/is_program.ts";
import { repoRoot } from "../process/repo_root.ts";

/** A check of the house: no problems means that the tree keeps the rule. */
export type Check = (root: string) => string[];

/** Runs a check on this repository and exits, if its module is the program that was started. */
export function runAsProgram(
  moduleUrl: string,
  check: Check,
  note?: (root: string) => string,
): void {
  if (!isProgram(moduleUrl)) return;
  const problems = check(repoRoot);
  for (const problem of problems) console.error(problem);
  if (note !== undefined) console.log(note(repoRoot));
  console.log(problems.length === 0 ? "ok" : `${problems.length} problems`);
  process.exit(problems.length === 0 ? 0 : 1);
}
