import {
  baseOf,
  compareFileNames,
  isDateFolder,
  MANIFEST_NAME,
  OPEN_SUFFIX,
  SEALED_SUFFIX,
} from "./archive_names.ts";
import { type ManifestFile, readManifest } from "./manifest.ts";
import type { Storage } from "../storage/storage.ts";

/** One file of lines in an archive. */
export interface ArchiveFile {
  /** Path from the archive's root. */
  readonly path: string;
  /** Name within the day's folder. */
  readonly name: string;
  /** The UTC day of its folder. */
  readonly date: string;
  /** Sealed with gzip, the open journal, or a plain text file that others made. */
  readonly state: "sealed" | "open" | "plain";
  /** Bytes as stored. */
  readonly size: number;
  /** What the day's manifest claims; absent without one. */
  readonly entry?: ManifestFile;
  /** The name of the file that holds this damaged one's readable lines. */
  readonly supersededBy?: string;
}

/** The files of one stream, in the order in which they were written. */
export interface ArchiveStream {
  /** The folder of the stream's days; `""` when the days lie in the archive's root. */
  readonly folder: string;
  /** The folder's first name; `""` without one. */
  readonly feed: string;
  /** The folder's last name; `""` when there is none beside the feed. */
  readonly stream: string;
  /** Files that exist. */
  readonly files: readonly ArchiveFile[];
  /** Paths that a manifest lists and that do not exist. */
  readonly missing: readonly string[];
}

/**
 * Finds every stream below the storage's root: `{feed}/{stream}/{date}/…`, the original's
 * `{feed}/{date}/…`, and plain `{date}/…`. Throws `SsmdError` `newer_format` or `damaged_manifest`.
 */
export async function readCatalog(storage: Storage): Promise<ArchiveStream[]> {
  const days = new Map<string, Map<string, { name: string; path: string; size: number }[]>>();
  for (const { path, size } of await storage.list("")) {
    const parts = path.split("/");
    const name = parts.pop()!;
    const date = parts.pop();
    if (date === undefined || !isDateFolder(date) || parts.some((part) => part.startsWith("."))) {
      continue;
    }
    const folder = parts.join("/");
    const dates = days.get(folder) ??
      new Map<string, { name: string; path: string; size: number }[]>();
    days.set(folder, dates);
    dates.set(date, [...dates.get(date) ?? [], { name, path, size }]);
  }
  const streams: ArchiveStream[] = [];
  for (const [folder, dates] of [...days].sort(([a], [b]) => (a < b ? -1 : 1))) {
    streams.push(await readStream(storage, folder, dates));
  }
  return streams.filter((stream) => stream.files.length + stream.missing.length > 0);
}

async function readStream(
  storage: Storage,
  folder: string,
  dates: ReadonlyMap<string, readonly { name: string; path: string; size: number }[]>,
): Promise<ArchiveStream> {
  const files: ArchiveFile[] = [];
  const missing: string[] = [];
  for (const [date, found] of [...dates].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const dayFolder = folder === "" ? date : `${folder}/${date}`;
    const manifest = found.some((file) => file.name === MANIFEST_NAME)
      ? await readManifest(storage, dayFolder)
      : undefined;
    const entries = new Map(manifest?.files.map((entry) => [entry.name, entry]));
    const names = new Set(found.map((file) => file.name));
    const superseded = new Map(
      manifest?.files.flatMap(({ name, salvagedFrom }) =>
        salvagedFrom === undefined || !names.has(name) ? [] : [[salvagedFrom, name]]
      ),
    );
    // The lines of a salvaged file belong where those of the damaged one were.
    const placeOf = (name: string): string => {
      let place = name;
      // As often as there are entries: a manifest whose entries name each other must not hang us.
      for (let i = 0; i < entries.size; i++) place = entries.get(place)?.salvagedFrom ?? place;
      return place;
    };
    const inOrder = [...found].sort((a, b) =>
      compareFileNames(placeOf(a.name), placeOf(b.name)) || compareFileNames(a.name, b.name)
    );
    for (const { name, path, size } of inOrder) {
      const state = stateOf(name);
      // Between sealing and its removal an open file's lines exist twice: the sealed ones count.
      if (state === undefined || (state === "open" && names.has(baseOf(name) + SEALED_SUFFIX))) {
        continue;
      }
      const entry = entries.get(name);
      const supersededBy = superseded.get(name);
      files.push({
        path,
        name,
        date,
        state,
        size,
        ...(entry === undefined ? {} : { entry }),
        ...(supersededBy === undefined ? {} : { supersededBy }),
      });
    }
    for (const name of entries.keys()) if (!names.has(name)) missing.push(`${dayFolder}/${name}`);
  }
  const parts = folder === "" ? [] : folder.split("/");
  return {
    folder,
    feed: parts[0] ?? "",
    stream: parts.length > 1 ? parts.at(-1)! : "",
    files,
    missing,
  };
}

function stateOf(name: string): ArchiveFile["state"] | undefined {
  if (name.endsWith(SEALED_SUFFIX)) return "sealed";
  if (name.endsWith(OPEN_SUFFIX)) return "open";
  return name.endsWith(".jsonl") ? "plain" : undefined;
}
