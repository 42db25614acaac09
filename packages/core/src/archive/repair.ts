/**
 * Puts an archive right as far as that can be done: what a crash left behind is completed, and the
 * readable lines of damaged files are copied into new ones. Nothing that exists is changed.
 * @module
 */
import { type ArchiveFile, type ArchiveStream, readCatalog } from "./archive_catalog.ts";
import type { ArchiveEvent } from "./archive_event.ts";
import { baseOf, freeBase } from "./archive_names.ts";
import { LOCK_NAME } from "./archiver.ts";
import { SsmdError } from "../errors.ts";
import { HashedStream } from "../storage/hashed_stream.ts";
import { commitMoves, STAGING } from "../import/import_log.ts";
import { recoverStream } from "./recovery.ts";
import { salvagedLines } from "./salvaged_lines.ts";
import { type FileFacts, sealContent } from "./seal.ts";
import type { ArchiveIo } from "../storage/storage.ts";
import { readStreamFacts } from "./stream_facts.ts";
import { takenBases } from "./taken_bases.ts";

/** A damaged file and what became of its lines. */
export interface SalvagedFile {
  /** The damaged file; it stays as it is. */
  readonly path: string;
  /** Why it is damaged. */
  readonly reason: string;
  /** The new file with the lines that could be read; absent when there was none. */
  readonly into?: string;
  /** Lines in the new file, its gap line included. */
  readonly records: number;
  /** Lines that the manifest had claimed, when it listed the file. */
  readonly claimed?: number;
}

/** What {@link repairArchive} did. */
export interface RepairReport {
  /** What was completed after a crash. */
  readonly events: readonly ArchiveEvent[];
  /** The damaged files. */
  readonly salvaged: readonly SalvagedFile[];
}

/** Options of {@link repairArchive}. */
export interface RepairOptions {
  /** Salvage only the files whose path is chosen. Default: all. */
  readonly files?: (path: string) => boolean;
  /** Ends the work with the signal's reason, between files. */
  readonly signal?: AbortSignal;
}

/**
 * Repairs every stream of an archive, under its lock. Throws `SsmdError`: `stream_locked` while a
 * stream is being written, `write_failed`, `newer_format`, `damaged_manifest`.
 */
export async function repairArchive(
  io: ArchiveIo,
  options: RepairOptions = {},
): Promise<RepairReport> {
  const events: ArchiveEvent[] = [];
  const salvaged: SalvagedFile[] = [];
  for (const { folder } of await readCatalog(io.storage)) {
    options.signal?.throwIfAborted();
    const [feed, stream, ...deeper] = folder.split("/");
    // Other layouts were not written by ssmd and have nothing that could be completed.
    if (feed === undefined || stream === undefined || deeper.length > 0) continue;
    const lock = await io.storage.lock(`${folder}/${LOCK_NAME}`);
    try {
      const facts = await readStreamFacts(io.storage, folder);
      await recoverStream(io, { feed, stream }, facts, (event) => events.push(event));
      const current = (await readCatalog(io.storage)).find((found) => found.folder === folder);
      for (const file of current?.files ?? []) {
        if (file.state !== "sealed" || file.supersededBy !== undefined) continue;
        options.signal?.throwIfAborted();
        if (options.files?.(file.path) === false) continue;
        const damage = await damageOf(io, file);
        if (damage !== undefined) salvaged.push(await salvage(io, current!, file, damage, facts));
      }
    } finally {
      await lock.release();
    }
  }
  return { events, salvaged };
}

/** What is wrong with a file. */
interface Damage {
  readonly reason: string;
  /** Whether all content that the manifest describes could still be read. */
  readonly complete: boolean;
}

/** How the file differs from what its manifest claims, or `undefined` when it does not. */
async function damageOf(io: ArchiveIo, file: ArchiveFile): Promise<Damage | undefined> {
  const stored = new HashedStream(io.storage.read(file.path), io.sha256());
  const content = new HashedStream(io.gzip.decompress(stored), io.sha256());
  let reason: string | undefined;
  try {
    for await (const chunk of content) void chunk;
  } catch (error) {
    if (!(error instanceof SsmdError) || error.code !== "damaged_gzip") throw error;
    reason = error.message;
  }
  const complete = content.digest() === file.entry?.contentSha256;
  if (reason === undefined && file.entry === undefined) return undefined;
  if (reason === undefined && complete) {
    if (stored.digest() === file.entry?.sha256) return undefined;
    reason = "its bytes are not what the manifest describes; its content is";
  }
  return { reason: reason ?? "its content is not what the manifest describes", complete };
}

async function salvage(
  io: ArchiveIo,
  stream: ArchiveStream,
  file: ArchiveFile,
  damage: Damage,
  streamFacts: FileFacts,
): Promise<SalvagedFile> {
  const { path, date, entry } = file;
  const report = {
    path,
    reason: damage.reason,
    ...(entry === undefined ? {} : { claimed: entry.records }),
  };
  const source = io.gzip.decompress(io.storage.read(path));
  const content = salvagedLines(source, damage.complete, entry);
  const first = await content.next();
  if (first.done === true) return { ...report, records: 0 };
  const rest = (async function* () {
    yield first.value;
    yield* content;
  })();
  const folder = `${stream.folder}/${date}`;
  const base = freeBase(baseOf(file.name).slice(0, 4), await takenBases(io, folder));
  const name = { feed: stream.feed, stream: stream.stream };
  const staging = `${stream.folder}/${STAGING}`;
  const target = { ...name, date, folder: staging, base };
  const made = await sealContent(io, target, rest, entry ?? streamFacts);
  // In one step: a file that nobody knows to be salvaged would hold every line a second time.
  const salvaged = { ...made, salvagedFrom: file.name };
  await commitMoves(io, name, [{ date, from: `${staging}/${made.name}`, entry: salvaged }]);
  return { ...report, into: `${folder}/${made.name}`, records: made.records };
}
