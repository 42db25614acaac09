import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

function packagesOf(file) {
  return JSON.parse(readFileSync(file, "utf8")).packages ?? {};
}

/**
 * Which packages of package-lock.json are not installed as it says. npm keeps what it installed in
 * node_modules/.package-lock.json; contents are compared, since a checkout changes dates only.
 * An optional package may be absent: it is another platform's.
 */
export function stalePackages(root) {
  const installedFile = join(root, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return ["everything"];
  const lockFile = join(root, "package-lock.json");
  if (!existsSync(lockFile)) return [];
  const installed = packagesOf(installedFile);
  const stale = [];
  for (const [path, wanted] of Object.entries(packagesOf(lockFile))) {
    if (!path.includes("node_modules/")) continue;
    const found = installed[path];
    if (found === undefined ? !wanted.optional : found.version !== wanted.version) stale.push(path);
  }
  return stale;
}
