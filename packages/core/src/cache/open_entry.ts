import type { ArchiveFile } from "../archive/archive_catalog.ts";
import type { ArchiveSource } from "../archive/open_content.ts";
import { type EntryMemory, EntryReader } from "./entry_reader.ts";
import { type CachedBytes, countFailure, type ReplayCache } from "./replay_cache.ts";
import { messageOf } from "../errors.ts";

/** An entry that is open; whoever has it closes its bytes. */
export interface OpenEntry {
  /** What is in it. */
  readonly reader: EntryReader;
  /** To be closed. */
  readonly bytes: CachedBytes;
}

/** Opens the entry `name` of `key`: `undefined` when there is none, or none that is sound. */
export async function openEntry(
  cache: ReplayCache,
  name: string,
  key: string,
  memory: EntryMemory,
): Promise<OpenEntry | undefined> {
  const bytes = await cache.open(name);
  if (bytes === undefined) return undefined;
  try {
    const reader = await EntryReader.open(bytes, key, memory);
    if (reader !== undefined) return { reader, bytes };
    cache.counts.rebuilt++;
  } catch (error) {
    countFailure(cache.counts, messageOf(error));
  }
  await bytes.close();
  return undefined;
}

/** SHA-256 of a file as it is stored. */
export async function fileDigest(
  { storage }: ArchiveSource,
  { path }: ArchiveFile,
  cache: ReplayCache,
): Promise<string> {
  const hash = cache.sha256();
  for await (const chunk of storage.read(path, { reuse: true })) hash.update(chunk);
  return hash.digest();
}

/** SHA-256 of a text. */
export function textDigest(text: string, cache: ReplayCache): string {
  const hash = cache.sha256();
  hash.update(new TextEncoder().encode(text));
  return hash.digest();
}
