import { isDateFolder } from "./archive_names.ts";
import type { EpochMicros } from "../clock.ts";
import { readManifest } from "./manifest.ts";
import type { Storage } from "../storage/storage.ts";

/** Where the sealed files of a stream end. */
export interface StreamEnd {
  /** The latest receive time of a stored line; absent when there is none. */
  readonly lastReceivedAt?: EpochMicros;
  /** Our count of the last frame of each session of the last day. */
  readonly lastSeqs: ReadonlyMap<string, number>;
}

/** Reads from the manifests where the stream in `folder` ends: from that of the last day with lines. */
export async function readStreamEnd(storage: Storage, folder: string): Promise<StreamEnd> {
  const dates = new Set<string>();
  for (const { path } of await storage.list(folder)) {
    const [date, ...name] = path.slice(folder.length + 1).split("/");
    if (date !== undefined && name.length === 1 && isDateFolder(date)) dates.add(date);
  }
  for (const date of [...dates].sort().reverse()) {
    const files = (await readManifest(storage, `${folder}/${date}`))?.files ?? [];
    const damaged = new Set(files.map(({ salvagedFrom }) => salvagedFrom));
    const readable = files.filter(({ name }) => !damaged.has(name));
    const lastReceivedAt = Math.max(0, ...readable.map((file) => file.lastReceivedAt));
    if (lastReceivedAt === 0) continue;
    const lastSeqs = new Map<string, number>();
    for (const { id, lastSeq } of readable.flatMap(({ sessions }) => sessions)) {
      lastSeqs.set(id, Math.max(lastSeq, lastSeqs.get(id) ?? 0));
    }
    return { lastReceivedAt, lastSeqs };
  }
  return { lastSeqs: new Map() };
}
