import { type ArchiveIo, type ArchiveStream, readCatalog, SsmdError } from "@ssmd/core";
import { fileArchive } from "@ssmd/core/fs";
import { stat } from "node:fs/promises";

/**
 * The archive in an existing folder; `SsmdError` `not_found` when it is not there. A folder without
 * any stream is refused too: that nothing is wrong with it would be said of a mistyped path.
 */
export async function existingArchive(folder: string): Promise<ArchiveIo> {
  const found = await stat(folder).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return undefined;
    throw cause;
  });
  if (found === undefined) throw cannotOpen(folder, "there is no such folder");
  if (!found.isDirectory()) throw cannotOpen(folder, "it is not a folder");
  const io = fileArchive(folder);
  const streams = await readCatalog(io.storage);
  if (streams.length === 0) throw cannotOpen(folder, "there is no archive in it");
  return io;
}

function cannotOpen(folder: string, why: string): SsmdError {
  return new SsmdError("not_found", `Cannot open the archive ${JSON.stringify(folder)}: ${why}`);
}

/** Keeps the streams of this name, or all without one. */
export function streamFilter(name: string | undefined): (stream: ArchiveStream) => boolean {
  return (stream) => name === undefined || stream.stream === name || stream.folder === name;
}
