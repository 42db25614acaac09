/** What we read of a package in package-lock.json. */
export interface LockedPackage {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** package-lock.json, as far as we read it. */
export interface LockFile {
  packages: Record<string, LockedPackage>;
}

/** An optional package that the lock file does not hold. */
export interface MissingPackage {
  readonly name: string;
  readonly version: string;
  readonly askedBy: string;
  readonly dev: boolean;
}

/** Which optional packages (binaries for other platforms) are asked for and not held. */
export function missingPackages(lock: LockFile): MissingPackage[] {
  return Object.entries(lock.packages).flatMap(([askedBy, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !isHeld(lock, askedBy, name))
      .map(([name, version]) => ({ name, version, askedBy, dev: entry.dev === true }))
  );
}

function isHeld(lock: LockFile, askedBy: string, name: string): boolean {
  // Node's look-up: in the asking package's own node_modules, then in every folder above.
  for (let folder = askedBy; folder !== ""; folder = folder.replace(/\/?[^/]+$/, "")) {
    if (`${folder}/node_modules/${name}` in lock.packages) return true;
  }
  return `node_modules/${name}` in lock.packages;
}
