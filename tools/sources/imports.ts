import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import ts from "typescript";
import { readManifest, sourceEntries } from "./manifest.ts";

/** One import as written, type-only imports and re-exports included, and what it means. */
export interface Import {
  readonly specifier: string;
  readonly kind: "file" | "builtin" | "external" | "unknown entry";
  /** The file for kind "file", a package's name for "external", else the specifier. */
  readonly target: string;
  /** Whether it was written as ./ or ../ */
  readonly relative: boolean;
}

/** The imports of one file of the tree; the path is relative to the root. */
export function importsOf(root: string, path: string): Import[] {
  const text = readFileSync(join(root, path), "utf8");
  const seen = new Set(
    ts.preProcessFile(text, true, true).importedFiles.map((found) => found.fileName),
  );
  return [...seen].map((specifier) => resolveImport(root, path, specifier));
}

function resolveImport(root: string, from: string, specifier: string): Import {
  if (specifier.startsWith(".")) {
    const target = posix.join(posix.dirname(from), specifier);
    return { specifier, kind: "file", target, relative: true };
  }
  // A builtin without its prefix counts as a package, which nobody has declared.
  if (specifier.startsWith("node:")) {
    return { specifier, kind: "builtin", target: specifier, relative: false };
  }
  const sibling = /^@ssmd\/([^/]+)(\/.*)?$/.exec(specifier);
  if (sibling !== null) {
    const target = siblingEntry(root, sibling[1] ?? "", `.${sibling[2] ?? ""}`);
    if (target === undefined) {
      return { specifier, kind: "unknown entry", target: specifier, relative: false };
    }
    return { specifier, kind: "file", target, relative: false };
  }
  const parts = specifier.split("/");
  const target = specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0] ?? specifier;
  return { specifier, kind: "external", target, relative: false };
}

function siblingEntry(root: string, packageName: string, entry: string): string | undefined {
  const manifest = readManifest(root, packageName, "package.json");
  const source = manifest && sourceEntries(manifest).get(entry);
  return source && posix.join("packages", packageName, source);
}
