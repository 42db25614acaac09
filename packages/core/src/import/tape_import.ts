/**
 * Brings recordings into an archive: one import is one recording, merged by receive time, judged by
 * the exchange's sequence numbers file by file, and stored whole or not at all.
 * @module
 */
import type { ArchiveEvent } from "../archive/archive_event.ts";
import { streamFolder, type StreamName } from "../archive/archive_names.ts";
import { Archiver, LOCK_NAME } from "../archive/archiver.ts";
import { SsmdError } from "../errors.ts";
import { HashedStream } from "../storage/hashed_stream.ts";
import { commitImport, discardImport, readImports, STAGING } from "./import_log.ts";
import type { ImportReport } from "./import_report.ts";
import type { Tape } from "./open_tape.ts";
import { PrefixedStorage } from "../storage/prefixed_storage.ts";
import { recoverStream } from "../archive/recovery.ts";
import type { ArchiveIo } from "../storage/storage.ts";
import { readStreamFacts } from "../archive/stream_facts.ts";
import { type KnownTape, type ReadingOptions, TapeReading } from "./tape_reading.ts";

/** Options of {@link importTapes}. */
export interface ImportOptions extends ReadingOptions {
  /**
   * Whether the tapes hold only some of the markets of their subscriptions: then holes in the
   * numbers mean nothing, and the archive says that sequence is `partial`. Default false.
   */
  readonly partial?: boolean;
  /** Reads and judges everything and writes nothing. Default false. */
  readonly dryRun?: boolean;
  /** See {@link ArchiverOptions.rotateSeconds}. Default 900. */
  readonly rotateSeconds?: number;
  /** Told of what was put in order in the stream before the import. */
  readonly onEvent?: (event: ArchiveEvent) => void;
}

/**
 * Imports `tapes` into `stream`. Throws `SsmdError`: `already_imported` (the same bytes are there
 * or given twice), `stream_locked`, `write_failed`, `invalid_name`, `not_found`. What is thrown
 * leaves the archive as it was.
 */
export async function importTapes(
  io: ArchiveIo,
  stream: StreamName,
  tapes: readonly Tape[],
  options: ImportOptions,
): Promise<ImportReport> {
  const folder = streamFolder(stream);
  const known = await identify(io, tapes, options.signal);
  if (options.dryRun === true) {
    await refuseImported(io, stream, known);
    return await new TapeReading(io.gzip, stream, known, options).run();
  }
  const lock = await io.storage.lock(`${folder}/${LOCK_NAME}`);
  try {
    const onEvent = options.onEvent ?? (() => {});
    await recoverStream(io, stream, await readStreamFacts(io.storage, folder), onEvent);
    // Only now: an interrupted import was completed, and nobody else can log one.
    await refuseImported(io, stream, known);
    const report = await stage(io, stream, known, options);
    const files = known.map(({ tape, sha256, bytes }) => ({ name: tape.name, sha256, bytes }));
    return { ...report, sealed: await commitImport(io, stream, files) };
  } finally {
    await lock.release();
  }
}

/** Makes the import's sealed files in the staging folder, or leaves nothing there. */
async function stage(
  io: ArchiveIo,
  stream: StreamName,
  tapes: readonly KnownTape[],
  options: ImportOptions,
): Promise<ImportReport> {
  const staged = `${streamFolder(stream)}/${STAGING}`;
  const archiver = await Archiver.open(
    { ...io, storage: new PrefixedStorage(io.storage, staged) },
    stream,
    {
      sync: "none",
      sequence: options.partial === true ? "partial" : "checked",
      ...(options.rotateSeconds === undefined ? {} : { rotateSeconds: options.rotateSeconds }),
    },
  );
  let complete = false;
  try {
    const report = await new TapeReading(io.gzip, stream, tapes, options, archiver).run();
    await archiver.close();
    options.signal?.throwIfAborted();
    complete = true;
    return report;
  } finally {
    if (!complete) {
      await archiver.abandon();
      await discardImport(io, stream);
    }
  }
}

/** Counts and hashes the tapes' stored bytes. Throws when two are the same. */
async function identify(
  io: ArchiveIo,
  tapes: readonly Tape[],
  signal: AbortSignal | undefined,
): Promise<KnownTape[]> {
  const known: KnownTape[] = [];
  for (const tape of tapes) {
    const stored = new HashedStream(tape.open(), io.sha256());
    for await (const chunk of stored) {
      void chunk;
      signal?.throwIfAborted();
    }
    const sha256 = stored.digest();
    const same = known.find((other) => other.sha256 === sha256);
    if (same !== undefined) {
      throw new SsmdError(
        "already_imported",
        `Cannot import ${tape.name}: it is the same recording as ${same.tape.name}`,
      );
    }
    known.push({ tape, sha256, bytes: stored.bytes });
  }
  return known;
}

async function refuseImported(
  io: ArchiveIo,
  stream: StreamName,
  tapes: readonly KnownTape[],
): Promise<void> {
  const earlier = new Map((await readImports(io, stream)).map((file) => [file.sha256, file.name]));
  for (const { tape, sha256 } of tapes) {
    const before = earlier.get(sha256);
    if (before === undefined) continue;
    throw new SsmdError(
      "already_imported",
      `Cannot import ${tape.name}: the same recording was imported into ${
        streamFolder(stream)
      } as ${before}`,
    );
  }
}
