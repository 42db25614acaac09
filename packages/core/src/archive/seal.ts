import { ArchiveLineReader } from "../lines/archive_line_reader.ts";
import { SEALED_SUFFIX, type StreamName } from "./archive_names.ts";
import { FileSummary } from "./file_summary.ts";
import {
  type ManifestFile,
  mergeManifest,
  type ReceiveClock,
  type SequenceCoverage,
} from "./manifest.ts";
import { HashedStream } from "../storage/hashed_stream.ts";
import { LineSplitter, MAX_STORED_LINE_BYTES } from "../lines/line_splitter.ts";
import { readLines } from "../lines/read_lines.ts";
import type { ArchiveIo, ByteStream } from "../storage/storage.ts";

/** What the writer knows of a file beside its lines. */
export interface FileFacts {
  /** Whether sequence was judged. */
  readonly sequence: SequenceCoverage;
  /** Where receive times come from. */
  readonly clock: ReceiveClock;
}

/** Where a sealed file goes. */
export interface SealTarget extends StreamName {
  /** The UTC day. */
  readonly date: string;
  /** The day's folder. */
  readonly folder: string;
  /** The file's name without its ending; no file of this name is there. */
  readonly base: string;
}

/**
 * Writes `content`, whole lines, as a sealed file and gives its manifest entry. The figures come
 * from the bytes as they are read here, so they describe what is stored and not what was meant.
 */
export async function sealContent(
  io: ArchiveIo,
  target: SealTarget,
  content: ByteStream,
  facts: FileFacts,
): Promise<ManifestFile> {
  const name = target.base + SEALED_SUFFIX;
  const summary = new FileSummary(target.feed);
  const lines = new HashedStream(content, io.sha256());
  const stored = new HashedStream(io.gzip.compress(summarised(lines, summary)), io.sha256());
  await io.storage.write(`${target.folder}/${name}`, stored);
  return summary.entry({
    name,
    bytes: lines.bytes,
    sha256: stored.digest(),
    contentSha256: lines.digest(),
  }, facts);
}

/**
 * Seals the open file at `path`, enters it in the manifest, then removes the open file. `signal`
 * ends that with its reason while the content is read; nothing has changed then.
 */
export async function sealOpenFile(
  io: ArchiveIo,
  path: string,
  target: SealTarget,
  facts: FileFacts,
  signal?: AbortSignal,
): Promise<ManifestFile> {
  const entry = await sealContent(io, target, stoppable(io.storage.read(path), signal), facts);
  await mergeManifest(io.storage, target.folder, target, [entry]);
  await io.storage.remove(path);
  return entry;
}

/** Reads a sealed file that no manifest knows and gives the entry that it should have. */
export async function describeSealed(
  io: ArchiveIo,
  path: string,
  feed: string,
  facts: FileFacts,
): Promise<ManifestFile> {
  const summary = new FileSummary(feed);
  const stored = new HashedStream(io.storage.read(path), io.sha256());
  const lines = new HashedStream(io.gzip.decompress(stored), io.sha256());
  await readLines(lines, (reader) => summary.add(reader));
  return summary.entry({
    name: path.slice(path.lastIndexOf("/") + 1),
    bytes: lines.bytes,
    sha256: stored.digest(),
    contentSha256: lines.digest(),
  }, facts);
}

async function* stoppable(
  source: ByteStream,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  for await (const chunk of source) {
    signal?.throwIfAborted();
    yield chunk;
  }
  signal?.throwIfAborted();
}

/** Passes `source` on while its lines are summarised. */
async function* summarised(source: ByteStream, summary: FileSummary): AsyncGenerator<Uint8Array> {
  const splitter = new LineSplitter(MAX_STORED_LINE_BYTES);
  const reader = new ArchiveLineReader();
  for await (const chunk of source) {
    splitter.push(chunk);
    while (splitter.next()) {
      reader.read(splitter.data, splitter.start, splitter.end);
      summary.add(reader);
      reader.restore();
    }
    yield chunk;
  }
}
