import { baseOf } from "./archive_names.ts";
import { readOwnManifest } from "./manifest.ts";
import type { ArchiveIo } from "../storage/storage.ts";

/**
 * The base names (`HHMM`, `HHMM-01` …) that the files in a day's `folder` have taken, those included
 * that the manifest lists and that somebody took away, and without the file `except`. Throws
 * `SsmdError` `already_exists` when another program's manifest is there: nothing can be added to
 * such a day.
 */
export async function takenBases(
  io: ArchiveIo,
  folder: string,
  except?: string,
): Promise<Set<string>> {
  const files = await io.storage.list(folder);
  const manifest = await readOwnManifest(io.storage, folder);
  const names = files.map((file) => file.path.slice(file.path.lastIndexOf("/") + 1));
  const listed = manifest?.files.map((file) => file.name) ?? [];
  return new Set([...names.filter((name) => name !== except), ...listed].map(baseOf));
}
