import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { filesUnder, holdsTests, packageFiles } from "../sources/source_files.ts";

/** The tests of packages/ and tools/ whose path contains one of the filters. */
export function testFiles(root: string, filters: readonly string[]): string[] {
  return [...packageFiles(root), ...filesUnder(root, "tools")]
    .filter((path) => holdsTests(path) && matches(root, path, filters));
}

/** The numbered programs of examples/ whose path contains one of the filters. */
export function exampleFiles(root: string, filters: readonly string[]): string[] {
  return filesUnder(root, "examples")
    .filter((path) => /^examples\/\d\d_[^/]*\.ts$/.test(path) && !holdsTests(path))
    .filter((path) => matches(root, path, filters));
}

function matches(root: string, path: string, filters: readonly string[]): boolean {
  return filters.length === 0 ||
    filters.some((filter) => path.includes(filter) || resolve(root, path) === filter);
}

/** Where the recorded data lies: what SSMD_DATA says, else beside the checkout, else nowhere. */
export function dataFolder(root: string, asked: string | undefined): string | undefined {
  const beside = resolve(root, "..", "shared", "data");
  return asked ?? (existsSync(beside) ? beside : undefined);
}
