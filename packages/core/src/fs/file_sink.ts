import { ArchiveSink, type ArchiveSinkOptions, type Sink, type StreamName } from "../mod.ts";
import { fileArchive } from "./file_archive.ts";
import { freeBytes } from "./free_bytes.ts";

/** Options of {@link fileSink}. */
export type FileSinkOptions = Omit<ArchiveSinkOptions, "freeBytes" | "blocking">;

/**
 * Keeps what is captured in the archive in the folder `root`, on the thread of whoever captures. The
 * folder is made when it is not there; the disk's free room is watched.
 */
export function fileSink(root: string, stream: StreamName, options: FileSinkOptions = {}): Sink {
  return new ArchiveSink(fileArchive(root), stream, {
    ...options,
    freeBytes: () => freeBytes(root),
  });
}
