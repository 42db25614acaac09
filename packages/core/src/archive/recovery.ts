/**
 * Puts a stream in order after a crash, under the stream's lock: nothing is overwritten, no line
 * that was whole is lost.
 * @module
 */
import type { ArchiveEvent } from "./archive_event.ts";
import {
  baseOf,
  compareFileNames,
  freeBase,
  isDateFolder,
  OPEN_SUFFIX,
  SEALED_SUFFIX,
  streamFolder,
  type StreamName,
} from "./archive_names.ts";
import { SsmdError } from "../errors.ts";
import { FileSummary } from "./file_summary.ts";
import { countLosses } from "../gap.ts";
import { settleImports } from "../import/import_log.ts";
import { readFirstLine } from "../lines/first_line.ts";
import { mergeManifest, readManifest, type SessionRange } from "./manifest.ts";
import { readLines } from "../lines/read_lines.ts";
import { describeSealed, type FileFacts, sealOpenFile } from "./seal.ts";
import type { ArchiveIo, Hasher } from "../storage/storage.ts";
import { takenBases } from "./taken_bases.ts";

/** The names in one day's folder. */
interface DayFolder {
  readonly date: string;
  readonly folder: string;
  readonly names: readonly string[];
}

/**
 * Completes or discards an interrupted import, cuts torn last lines, seals open files in their order,
 * completes what a crash interrupted between sealing and the removal of the open file, and enters
 * sealed files that a manifest lacks. Files that other programs wrote are left alone. Gives for each
 * session of the open files our count of its last frame in them.
 *
 * What fails changes no line: a disk without room for a sealed file leaves the open one as it is.
 */
export async function recoverStream(
  io: ArchiveIo,
  stream: StreamName,
  facts: FileFacts,
  onEvent: (event: ArchiveEvent) => void,
): Promise<ReadonlyMap<string, number>> {
  const recovered = new Map<string, number>();
  await settleImports(io, stream, onEvent);
  for (const day of await dayFolders(io, streamFolder(stream))) {
    await enterSealedFiles(io, stream, day, facts, onEvent);
    for (const name of day.names.filter((name) => name.endsWith(OPEN_SUFFIX))) {
      const sessions = await recoverOpenFile(io, stream, day, name, facts, onEvent);
      for (const { id, lastSeq } of sessions) {
        recovered.set(id, Math.max(lastSeq, recovered.get(id) ?? 0));
      }
    }
  }
  return recovered;
}

async function dayFolders(io: ArchiveIo, root: string): Promise<DayFolder[]> {
  const days = new Map<string, string[]>();
  for (const { path } of await io.storage.list(root)) {
    const [date, name, ...deeper] = path.slice(root.length + 1).split("/");
    if (date === undefined || name === undefined || deeper.length > 0 || !isDateFolder(date)) {
      continue;
    }
    const names = days.get(date);
    if (names === undefined) days.set(date, [name]);
    else names.push(name);
  }
  return [...days].map(([date, names]) => ({
    date,
    folder: `${root}/${date}`,
    names: names.sort(compareFileNames),
  }));
}

async function enterSealedFiles(
  io: ArchiveIo,
  stream: StreamName,
  day: DayFolder,
  facts: FileFacts,
  onEvent: (event: ArchiveEvent) => void,
): Promise<void> {
  const manifest = await readManifest(io.storage, day.folder);
  const known = new Set(manifest?.files.map((file) => file.name));
  for (const name of day.names) {
    if (!name.endsWith(SEALED_SUFFIX) || known.has(name)) continue;
    const path = `${day.folder}/${name}`;
    try {
      if (await isForeign(io, path)) continue;
      const entry = await describeSealed(io, path, stream.feed, facts);
      await mergeManifest(io.storage, day.folder, { ...stream, date: day.date }, [entry]);
      onEvent({ type: "manifest_entry_added", path });
    } catch (error) {
      if (!(error instanceof SsmdError) || error.code !== "damaged_gzip") throw error;
      onEvent({ type: "unreadable", path, reason: error.message });
    }
  }
}

/** Whether the file's lines are not ssmd's: then its manifest entry would claim what nobody knows. */
async function isForeign(io: ArchiveIo, path: string): Promise<boolean> {
  const first = await readFirstLine(io.gzip.decompress(io.storage.read(path)));
  return first !== undefined && first.session === "";
}

async function recoverOpenFile(
  io: ArchiveIo,
  stream: StreamName,
  day: DayFolder,
  name: string,
  facts: FileFacts,
  onEvent: (event: ArchiveEvent) => void,
): Promise<readonly SessionRange[]> {
  const path = `${day.folder}/${name}`;
  const summary = new FileSummary();
  const { wholeBytes, tornBytes } = await readLines(
    io.storage.read(path),
    (reader) => summary.add(reader),
    { whole: true },
  );
  if (tornBytes > 0) {
    onEvent({ type: "torn_line_cut", path, bytes: tornBytes });
    await io.storage.truncate(path, wholeBytes);
  }
  if (wholeBytes === 0) {
    await io.storage.remove(path);
    return [];
  }
  const sealedAs = await sealedWithSameLines(io, day, name, wholeBytes);
  if (sealedAs !== undefined) {
    await io.storage.remove(path);
    onEvent({ type: "open_file_completed", path, sealedAs });
    return summary.sessions();
  }
  const own = baseOf(name);
  const taken = await takenBases(io, day.folder, name);
  const base = taken.has(own) ? freeBase(own.slice(0, 4), taken) : own;
  const target = { ...stream, date: day.date, folder: day.folder, base };
  const entry = await sealOpenFile(io, path, target, facts);
  onEvent({
    type: "sealed",
    path: `${day.folder}/${entry.name}`,
    records: entry.records,
    gaps: countLosses(entry.gaps),
  });
  return summary.sessions();
}

/** A sealed file of the same minute whose content begins with all of the open file's lines. */
async function sealedWithSameLines(
  io: ArchiveIo,
  day: DayFolder,
  openName: string,
  bytes: number,
): Promise<string | undefined> {
  const minute = baseOf(openName).slice(0, 4);
  const candidates = day.names.filter((name) =>
    name.endsWith(SEALED_SUFFIX) && baseOf(name).startsWith(minute)
  );
  if (candidates.length === 0) return undefined;
  const wanted = io.sha256();
  for await (const chunk of io.storage.read(`${day.folder}/${openName}`)) wanted.update(chunk);
  const digest = wanted.digest();
  for (const name of candidates) {
    if (await prefixDigest(io, `${day.folder}/${name}`, bytes) === digest) return name;
  }
  return undefined;
}

/** The digest of the first `bytes` bytes of a sound sealed file's content, if it has that many. */
async function prefixDigest(
  io: ArchiveIo,
  path: string,
  bytes: number,
): Promise<string | undefined> {
  const hash: Hasher = io.sha256();
  let left = bytes;
  try {
    // To its end, though the rest does not count: only so is the file known to be sound.
    for await (const chunk of io.gzip.decompress(io.storage.read(path))) {
      hash.update(chunk.length <= left ? chunk : chunk.subarray(0, left));
      left -= Math.min(left, chunk.length);
    }
  } catch (error) {
    // A damaged candidate proves nothing: the open file is sealed under another name.
    if (!(error instanceof SsmdError) || error.code !== "damaged_gzip") throw error;
    return undefined;
  }
  return left === 0 ? hash.digest() : undefined;
}
