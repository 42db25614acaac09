import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Writes a small tree into a temporary folder, hands it to a test and removes it. */
export function withTree<T>(files: Readonly<Record<string, string>>, use: (root: string) => T): T {
  const root = mkdtempSync(join(tmpdir(), "ssmd-tools-"));
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    return use(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** The package.json of one of our packages with these entries, for such a tree. */
export function packageJson(name: string, entries: readonly string[] = ["."]): string {
  const exports = Object.fromEntries(entries.map((entry) => {
    const path = entry === "." ? "mod" : `${entry.slice(2)}/mod`;
    return [entry, {
      "ssmd-source": `./src/${path}.ts`,
      types: `./dist/${path}.d.ts`,
      default: `./dist/${path}.js`,
    }];
  }));
  return JSON.stringify({ name: `@ssmd/${name}`, version: "1.0.0", exports });
}
