import { MANIFEST_NAME } from "../archive/archive_names.ts";
import { readManifest } from "../archive/manifest.ts";
import { SsmdError } from "../errors.ts";
import { HashedStream } from "../storage/hashed_stream.ts";
import type { ArchiveIo, ByteStream, Storage } from "../storage/storage.ts";

/** A manifest that cannot be read. */
export interface DamagedManifest {
  /** Its day's folder. */
  readonly folder: string;
  /** Why. */
  readonly reason: string;
}

/** What is chosen of an archive, as an archive of its own. */
export interface ChosenFiles {
  /** The files of the chosen days, without manifests that cannot be read. */
  readonly storage: Storage;
  /** Those and the files of the other days, without the manifests of these. */
  readonly everyDay: Storage;
  /** Those manifests. */
  readonly damagedManifests: readonly DamagedManifest[];
  /** SHA-256 of the stored bytes of each file that was read to its end, by path. */
  readonly digests: ReadonlyMap<string, string>;
}

/**
 * Chooses the files of `days`, names of folders; they are hashed while they are read. Throws
 * `SsmdError` `newer_format`.
 */
export async function chooseFiles(
  { storage, sha256 }: Pick<ArchiveIo, "sha256"> & { readonly storage: Storage },
  days: ReadonlySet<string>,
): Promise<ChosenFiles> {
  const isChosen = (path: string): boolean => days.has(path.split("/").at(-2) ?? "");
  const damagedManifests: DamagedManifest[] = [];
  const hidden = new Set<string>();
  for (const { path } of await storage.list("")) {
    if (!path.endsWith(`/${MANIFEST_NAME}`)) continue;
    const folder = path.slice(0, -MANIFEST_NAME.length - 1);
    const reason = isChosen(path) ? await damageOf(storage, folder) : undefined;
    if (reason !== undefined) damagedManifests.push({ folder, reason });
    if (reason !== undefined || !isChosen(path)) hidden.add(path);
  }
  const everyDay = listing(storage, (path) => !hidden.has(path));
  const digests = new Map<string, string>();
  const hashing = { ...listing(everyDay, isChosen), read: hashingReader(storage, sha256, digests) };
  return { storage: hashing, everyDay, damagedManifests, digests };
}

/** Why the folder's manifest cannot be read; `undefined` when it can, or is not ours. */
async function damageOf(storage: Storage, folder: string): Promise<string | undefined> {
  try {
    await readManifest(storage, folder);
    return undefined;
  } catch (error) {
    if (!(error instanceof SsmdError) || error.code !== "damaged_manifest") throw error;
    return error.message;
  }
}

/** The same storage, which lists only some of its files. */
function listing(storage: Storage, isListed: (path: string) => boolean): Storage {
  return {
    list: async (prefix) => (await storage.list(prefix)).filter(({ path }) => isListed(path)),
    read: (path) => storage.read(path),
    write: (path, data, options) => storage.write(path, data, options),
    remove: (path) => storage.remove(path),
  };
}

/** Reads files and, once each, notes the digest of their stored bytes. */
function hashingReader(
  storage: Storage,
  sha256: ArchiveIo["sha256"],
  digests: Map<string, string>,
): (path: string) => ByteStream {
  return async function* (path) {
    if (digests.has(path)) return yield* storage.read(path);
    const hashed = new HashedStream(storage.read(path), sha256());
    yield* hashed;
    digests.set(path, hashed.digest());
  };
}
