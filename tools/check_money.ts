// Money is integers. What divides by 100 makes dollars of cents, or contracts of their hundredths, in
// doubles: each file that does so is listed, and one alone computes with the result.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { divisionsByHundred } from "./sources/divisions.ts";
import { runAsProgram } from "./sources/run_check.ts";
import { isTest, packageFiles } from "./sources/source_files.ts";

/** A file, or a folder with a slash at its end, that may divide by 100. */
export interface AllowedDivision {
  readonly path: string;
  readonly why: string;
}

const ALLOWED: readonly AllowedDivision[] = [
  {
    path: "packages/backtest/src/original/original_profile.ts",
    why: "computes its dollars in doubles, as the engine did whose results it repeats to the byte",
  },
  { path: "packages/backtest/src/favourite.ts", why: "names its contracts in the result" },
  { path: "packages/backtest/src/fill_model.ts", why: "names its share in the result" },
  { path: "packages/backtest/src/result_text.ts", why: "writes contracts" },
  { path: "packages/backtest/src/report/", why: "shows contracts and shares" },
  { path: "packages/kalshi/src/object_fields.ts", why: "drops two zero decimals, exactly" },
  { path: "packages/kalshi/src/server/", why: "writes frames" },
  { path: "packages/kalshi/src/generator/", why: "makes up prices" },
  { path: "packages/cli/", why: "shows shares" },
];

/** Finds divisions by 100 outside the listed files. */
export function check(
  root: string,
  allowed: readonly AllowedDivision[] = ALLOWED,
): string[] {
  const problems: string[] = [];
  for (const path of packageFiles(root)) {
    const isAllowed = allowed.some((entry) =>
      entry.path.endsWith("/") ? path.startsWith(entry.path) : path === entry.path
    );
    if (isTest(path) || isAllowed) continue;
    for (const line of divisionsByHundred(path, readFileSync(join(root, path), "utf8"))) {
      problems.push(`${path}:${line}: dividing by 100 is for the files listed in check_money.ts`);
    }
  }
  return problems;
}

runAsProgram(import.meta.url, check);
