/**
 * Which recordings a stream was imported from, and the promise that an import happens whole or not
 * at all: files are made in a staging folder, the log says what will be moved where, then they are
 * copied. A crash before the log leaves nothing; one after it is completed by the next writer.
 * @module
 */
import type { ArchiveEvent } from "../archive/archive_event.ts";
import {
  baseOf,
  freeBase,
  SEALED_SUFFIX,
  streamFolder,
  type StreamName,
} from "../archive/archive_names.ts";
import { SsmdError } from "../errors.ts";
import { type ManifestFile, mergeManifest, readManifest } from "../archive/manifest.ts";
import { readText } from "../storage/read_text.ts";
import type { ArchiveIo } from "../storage/storage.ts";
import { takenBases } from "../archive/taken_bases.ts";

/** A recording that was imported. */
export interface ImportedFile {
  /** The name it was given with. */
  readonly name: string;
  /** SHA-256 of its stored bytes. */
  readonly sha256: string;
  /** Its size in bytes. */
  readonly bytes: number;
}

/** A staged file and its place in the stream. */
export interface Move {
  /** The UTC day whose folder it goes into. */
  readonly date: string;
  /** Where it is staged: a path below the stream's {@link STAGING}. */
  readonly from: string;
  /** Its manifest entry, with the name that it gets. */
  readonly entry: ManifestFile;
}

interface ImportRecord {
  readonly files: readonly ImportedFile[];
  /** Present while the staged files are being moved. */
  readonly moves?: readonly Move[];
}

/** The staging folder within a stream's folder. */
export const STAGING = ".import";
const LOG_NAME = "imports.json";

/** The imports into `stream` so far. */
export async function readImports(io: ArchiveIo, stream: StreamName): Promise<ImportedFile[]> {
  return (await readLog(io, streamFolder(stream))).flatMap((record) => record.files);
}

/**
 * Moves what was staged for `stream` into it and logs `files` as imported. Gives the paths of the
 * sealed files. Call under the stream's lock, after {@link settleImports}.
 */
export async function commitImport(
  io: ArchiveIo,
  stream: StreamName,
  files: readonly ImportedFile[],
): Promise<string[]> {
  const moves = await planMoves(io, stream);
  await commitMoves(io, stream, moves, files);
  return moves.map(({ date, entry }) => `${streamFolder(stream)}/${date}/${entry.name}`);
}

/**
 * Moves staged files into the stream, all or none: once this has written to the log, whoever opens
 * the stream next completes what is left of it. `files` are logged as imported.
 */
export async function commitMoves(
  io: ArchiveIo,
  stream: StreamName,
  moves: readonly Move[],
  files: readonly ImportedFile[] = [],
): Promise<void> {
  const folder = streamFolder(stream);
  const log = await readLog(io, folder);
  await writeLog(io, folder, [...log, { files, moves }]);
  await performMoves(io, stream, moves);
  // While the log holds the moves, what is left of the staging is not taken for a discarded import.
  await removeStaging(io, folder);
  await writeLog(io, folder, files.length > 0 ? [...log, { files }] : log);
}

/** Completes or discards what an interrupted import left behind. */
export async function settleImports(
  io: ArchiveIo,
  stream: StreamName,
  onEvent: (event: ArchiveEvent) => void,
): Promise<void> {
  const folder = streamFolder(stream);
  const log = await readLog(io, folder);
  const unfinished = log.find((record) => record.moves !== undefined);
  if (unfinished?.moves !== undefined) {
    await performMoves(io, stream, unfinished.moves);
    await removeStaging(io, folder);
    const done = log.filter(({ files }) => files.length > 0).map(({ files }) => ({ files }));
    await writeLog(io, folder, done);
    onEvent({ type: "import_completed", path: `${folder}/${LOG_NAME}` });
  } else if (await removeStaging(io, folder) > 0) {
    onEvent({ type: "import_discarded", path: `${folder}/${STAGING}` });
  }
}

/** Removes what was staged and not committed. Call under the stream's lock. */
export async function discardImport(io: ArchiveIo, stream: StreamName): Promise<void> {
  await removeStaging(io, streamFolder(stream));
}

async function planMoves(io: ArchiveIo, stream: StreamName): Promise<Move[]> {
  const folder = streamFolder(stream);
  const staged = `${folder}/${STAGING}/${folder}`;
  const dates = new Set<string>();
  for (const { path } of await io.storage.list(staged)) {
    if (path.endsWith(SEALED_SUFFIX)) dates.add(path.slice(staged.length + 1).split("/")[0]!);
  }
  const moves: Move[] = [];
  for (const date of dates) {
    const manifest = await readManifest(io.storage, `${staged}/${date}`);
    const taken = await takenBases(io, `${folder}/${date}`);
    for (const entry of manifest?.files ?? []) {
      const base = freeBase(baseOf(entry.name).slice(0, 4), taken);
      taken.add(base);
      const name = base + SEALED_SUFFIX;
      moves.push({ date, from: `${staged}/${date}/${entry.name}`, entry: { ...entry, name } });
    }
  }
  return moves;
}

async function performMoves(
  io: ArchiveIo,
  stream: StreamName,
  moves: readonly Move[],
): Promise<void> {
  const folder = streamFolder(stream);
  const present = new Set((await io.storage.list(folder)).map(({ path }) => path));
  for (const { date, from, entry } of moves) {
    const to = `${folder}/${date}/${entry.name}`;
    // Written whole or not at all: what is there is complete.
    if (!present.has(to)) await io.storage.write(to, io.storage.read(from));
    await mergeManifest(io.storage, `${folder}/${date}`, { ...stream, date }, [entry]);
  }
}

async function removeStaging(io: ArchiveIo, folder: string): Promise<number> {
  const files = await io.storage.list(`${folder}/${STAGING}`);
  for (const { path } of files) await io.storage.remove(path);
  return files.length;
}

async function readLog(io: ArchiveIo, folder: string): Promise<ImportRecord[]> {
  const path = `${folder}/${LOG_NAME}`;
  const text = await readText(io.storage, path);
  if (text === undefined) return [];
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && "imports" in value) {
      if (Array.isArray(value.imports)) return value.imports as ImportRecord[];
    }
  } catch (cause) {
    throw damagedLog(path, cause);
  }
  throw damagedLog(path);
}

function damagedLog(path: string, cause?: unknown): SsmdError {
  return new SsmdError("damaged_manifest", `Cannot read ${path}: it is not a log of imports`, {
    cause,
  });
}

async function writeLog(
  io: ArchiveIo,
  folder: string,
  imports: readonly ImportRecord[],
): Promise<void> {
  const text = `${JSON.stringify({ imports }, null, 1)}\n`;
  await io.storage.write(`${folder}/${LOG_NAME}`, new TextEncoder().encode(text), {
    replace: true,
  });
}
