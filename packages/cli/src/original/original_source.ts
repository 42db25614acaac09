import {
  type ArchiveFile,
  type ArchiveSource,
  type ArchiveStream,
  readCatalog,
  SsmdError,
} from "@ssmd/core";

/** Which part of an archive profile `original` reads. */
export interface OriginalSource {
  /** The archive, or the chosen days of it. */
  readonly data: ArchiveSource;
  /** Which streams are wanted; one of them has to be there. */
  readonly streams: (stream: ArchiveStream) => boolean;
}

/** What profile `original` reads, in its order. */
export interface OriginalFiles {
  /** The stream's folder, such as `kalshi/books`; `.` for a plain folder of days. */
  readonly stream: string;
  /** The sealed files, by date and then by the plain order of their names. */
  readonly files: readonly ArchiveFile[];
  /** Paths of files that are not sealed: they are left out. */
  readonly leftOut: readonly string[];
  /** Paths that a manifest lists and that do not exist. */
  readonly missing: readonly string[];
}

/**
 * Finds the files. The original knows no streams, so that there has to be exactly one: throws
 * `SsmdError` `invalid_input` for more, naming them, and `not_found` for none.
 */
export async function originalFiles({ data, streams }: OriginalSource): Promise<OriginalFiles> {
  const found = (await readCatalog(data.storage)).filter(streams);
  const [stream, ...others] = found;
  if (stream === undefined) {
    throw new SsmdError("not_found", "Cannot run profile original: there is no data of this kind");
  }
  if (others.length > 0) {
    const names = found.map(nameOf).join(", ");
    throw new SsmdError(
      "invalid_input",
      `Cannot run profile original over several streams, since it reads files in the order of their names: choose one of ${names} with --stream`,
    );
  }
  const used = stream.files.filter(({ supersededBy }) => supersededBy === undefined);
  return {
    stream: nameOf(stream),
    files: used.filter(({ state }) => state === "sealed").sort(byDateAndName),
    leftOut: used.filter(({ state }) => state !== "sealed").map(({ path }) => path),
    missing: stream.missing,
  };
}

function nameOf({ folder }: ArchiveStream): string {
  return folder === "" ? "." : folder;
}

function byDateAndName(a: ArchiveFile, b: ArchiveFile): number {
  if (a.date !== b.date) return a.date < b.date ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
