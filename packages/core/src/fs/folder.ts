import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { systemCode } from "./system_error.ts";

/**
 * Windows cannot open or flush a folder (EPERM, EISDIR), and some network and FUSE file systems
 * have no such call (EINVAL, ENOTSUP): there the file system alone decides when names are durable.
 */
const CANNOT_SYNC: ReadonlySet<string | undefined> = new Set([
  "EPERM",
  "EISDIR",
  "EINVAL",
  "ENOTSUP",
  "EOPNOTSUPP",
]);

/** Makes the names in `folder` durable: a file's own fsync does not cover the entry naming it. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!CANNOT_SYNC.has(systemCode(error))) throw error;
  }
}

/** Makes `folder` and those above it when they are absent, durably. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    if (!(await tryMakeFolder(folder))) return;
  } catch (error) {
    if (systemCode(error) !== "ENOENT" || dirname(folder) === folder) throw error;
    await makeFolder(dirname(folder));
    await tryMakeFolder(folder);
  }
  await syncFolder(dirname(folder));
}

/** False when something has the name already. */
async function tryMakeFolder(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    return true;
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
}
