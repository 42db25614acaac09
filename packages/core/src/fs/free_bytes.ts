import { statfs } from "node:fs/promises";
import { dirname, resolve } from "node:path";

/**
 * Bytes that this user may still write to the disk of `folder`, or of the nearest folder above it
 * that exists; `undefined` when the system does not say.
 */
export async function freeBytes(folder: string): Promise<number | undefined> {
  for (let path = resolve(folder);; path = dirname(path)) {
    try {
      const { bavail, bsize } = await statfs(path);
      return bavail * bsize;
    } catch {
      // A folder that is not there yet lies on the disk of the one above; at the root nobody knows.
      if (dirname(path) === path) return undefined;
    }
  }
}
