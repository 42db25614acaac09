// npm leaves out of package-lock.json the binaries for other platforms that it could not look up,
// and then `npm ci` refuses the whole file, on every platform.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type LockFile, missingPackages } from "./sources/lock_file.ts";
import { runAsProgram } from "./sources/run_check.ts";

/** Finds optional packages that package-lock.json asks for and does not hold. */
export function check(root: string): string[] {
  const path = join(root, "package-lock.json");
  if (!existsSync(path)) return [];
  const missing = missingPackages(JSON.parse(readFileSync(path, "utf8")) as LockFile);
  if (missing.length === 0) return [];
  const names = missing.map((found) => found.name).join(", ");
  return [`package-lock.json lacks ${names}: run node --import tsx tools/complete_lock.ts`];
}

runAsProgram(import.meta.url, check);
