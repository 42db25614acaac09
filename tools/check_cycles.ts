// Files that import each other in a circle cannot be read, tested or loaded one at a time.
import { importsOf } from "./sources/imports.ts";
import { runAsProgram } from "./sources/run_check.ts";
import { filesUnder, isTest, isTypeScript, packageFiles } from "./sources/source_files.ts";

/** Finds circles of imports among the sources of packages/ and tools/; type-only imports count. */
export function check(root: string): string[] {
  const files = [...packageFiles(root), ...filesUnder(root, "tools").filter(isTypeScript)]
    .filter((path) => !isTest(path));
  const graph = new Map(files.map((path) => [
    path,
    importsOf(root, path).filter((found) => found.kind === "file").map((found) => found.target),
  ]));
  return circles(graph).map((circle) => `a circle of imports: ${circle.join(" -> ")}`);
}

/** One circle for every import that leads back to a file on the way down to it. */
function circles(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const finished = new Set<string>();
  const way: string[] = [];
  const visit = (path: string): void => {
    const back = way.indexOf(path);
    if (back >= 0) found.push([...way.slice(back), path]);
    if (back >= 0 || finished.has(path)) return;
    way.push(path);
    for (const next of graph.get(path) ?? []) visit(next);
    way.pop();
    finished.add(path);
  };
  for (const path of graph.keys()) visit(path);
  return found;
}

runAsProgram(import.meta.url, check);
