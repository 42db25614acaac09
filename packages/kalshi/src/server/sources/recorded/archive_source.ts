import {
  type ArchiveSource as ArchiveIo,
  type ArchiveStream,
  readCatalog,
  SsmdError,
  type Storage,
} from "@ssmd/core";
import { fileArchive } from "@ssmd/core/fs";
import { RecordedObjects } from "./recorded_objects.ts";
import { openRecording, type RecordedOptions, RecordedSource } from "./recorded_source.ts";

/** The file of REST objects that a capture writes beside a stream's days. */
const MARKETS_FILE = "markets.jsonl";

/** Options of {@link ArchiveSource.open}. */
export interface ArchiveSourceOptions extends RecordedOptions {
  /** Only streams for which this is true. Default: all. */
  readonly streams?: (stream: ArchiveStream) => boolean;
}

/**
 * An archive as an exchange; its streams are played together in the order of receive times. Of a
 * market that two streams recorded, the book is that of the stream with the newest snapshot.
 */
export class ArchiveSource extends RecordedSource {
  /**
   * Opens the archive in the folder `from`, or in its storage. A `markets.jsonl` in a stream's
   * folder, one REST answer a line, feeds the catalog. Throws `SsmdError`: `not_found` without any
   * line, `invalid_input` for objects that are none, `newer_format`, `damaged_manifest`.
   */
  static async open(
    from: string | ArchiveIo,
    options: ArchiveSourceOptions = {},
  ): Promise<ArchiveSource> {
    const io = typeof from === "string" ? fileArchive(from) : from;
    const name = typeof from === "string" ? `the archive ${JSON.stringify(from)}` : "the archive";
    const streams = options.streams ?? (() => true);
    const objects = new RecordedObjects();
    for (const { folder } of (await readCatalog(io.storage)).filter(streams)) {
      const path = folder === "" ? MARKETS_FILE : `${folder}/${MARKETS_FILE}`;
      const text = await readIfThere(io.storage, path);
      if (text !== undefined) objects.addLines(text, path);
    }
    for (const json of options.objects ?? []) objects.add(json);
    return new ArchiveSource(await openRecording(io, name, streams, objects, options.scan));
  }
}

async function readIfThere(storage: Storage, path: string): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of storage.read(path)) text += decoder.decode(chunk, { stream: true });
  } catch (error) {
    if (error instanceof SsmdError && error.code === "not_found") return undefined;
    throw error;
  }
  return text + decoder.decode();
}
