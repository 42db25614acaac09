import type { ArchiveFile } from "./archive_catalog.ts";
import { OPEN_SUFFIX, SEALED_SUFFIX } from "./archive_names.ts";
import { SsmdError } from "../errors.ts";
import type { ArchiveIo, ByteStream, Storage } from "../storage/storage.ts";

/** What reading needs of an archive's machine. */
export interface ArchiveSource extends Pick<ArchiveIo, "gzip"> {
  /** Where the files are; it need not be one that can be written line by line. */
  readonly storage: Storage;
}

/**
 * The file's content, decompressed when it is sealed. A chunk is of no use any more when the next one
 * is asked for.
 */
export function openContent(source: ArchiveSource, file: ArchiveFile): ByteStream {
  if (file.state === "open") return openOrSealed(source, file.path);
  const stored = source.storage.read(file.path);
  return file.state === "sealed" ? source.gzip.decompress(stored, { reuse: true }) : stored;
}

/** An open file may have been sealed since it was listed: its lines are then in the sealed one. */
async function* openOrSealed(source: ArchiveSource, path: string): AsyncGenerator<Uint8Array> {
  const sealed = path.slice(0, -OPEN_SUFFIX.length) + SEALED_SUFFIX;
  let begun = false;
  try {
    for await (const chunk of source.storage.read(path)) {
      begun = true;
      yield chunk;
    }
  } catch (error) {
    if (begun || !(error instanceof SsmdError) || error.code !== "not_found") throw error;
    yield* source.gzip.decompress(source.storage.read(sealed));
  }
}
