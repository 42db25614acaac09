// Adds to package-lock.json the binaries for other platforms that npm could not look up when it
// wrote the file. Their names tell the platform; npm ci takes the rest from the registry.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isProgram } from "./process/is_program.ts";
import { repoRoot } from "./process/repo_root.ts";
import { type LockFile, missingPackages } from "./sources/lock_file.ts";

const SYSTEMS = ["darwin", "linux", "win32", "freebsd", "openbsd", "android", "openharmony"];

/** The lock file with every optional package that it asks for, and how many were added. */
export function completeLock(lock: LockFile): { lock: LockFile; added: number } {
  const missing = missingPackages(lock);
  const packages = { ...lock.packages };
  for (const { name, version, dev } of missing) {
    const platform = platformOf(name);
    if (!/^\d+\.\d+\.\d+/.test(version) || platform === undefined) {
      throw new Error(`cannot add ${name} ${version}: its name or version tells too little`);
    }
    const { os, cpu, libc } = platform;
    // The order in which npm writes them, so that its next change of the file is a small one.
    packages[`node_modules/${name}`] = {
      version,
      cpu,
      ...(dev ? { dev } : {}),
      ...(libc === undefined ? {} : { libc: [libc] }),
      optional: true,
      os,
    };
  }
  const sorted = Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, "en"));
  return { lock: { ...lock, packages: Object.fromEntries(sorted) }, added: missing.length };
}

interface Platform {
  readonly os: readonly string[];
  readonly cpu: readonly string[];
  readonly libc: string | undefined;
}

/** "@rollup/rollup-linux-x64-musl" is for linux on x64 with musl. */
function platformOf(name: string): Platform | undefined {
  const parts = name.split("/").at(-1)?.split("-") ?? [];
  const at = parts.findIndex((part) => SYSTEMS.includes(part));
  const [os, cpu, abi = ""] = parts.slice(at);
  if (at < 0 || os === undefined || cpu === undefined) return undefined;
  const known = abi.startsWith("musl") ? "musl" : abi.startsWith("g") ? "glibc" : undefined;
  return { os: [os], cpu: [cpu], libc: os === "linux" ? known : undefined };
}

if (isProgram(import.meta.url)) {
  const path = join(repoRoot, "package-lock.json");
  const { lock, added } = completeLock(JSON.parse(readFileSync(path, "utf8")) as LockFile);
  if (added > 0) writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${added} packages added to package-lock.json`);
}
