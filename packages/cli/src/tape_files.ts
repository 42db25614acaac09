import { SsmdError, type Tape } from "@ssmd/core";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

const CHUNK_BYTES = 256 * 1024;

/** Tapes that were opened from the command line. */
export interface OpenedTapes {
  /** The tapes, in the order given. */
  readonly list: readonly Tape[];
  /** Removes the copies of what can be read only once, if there are any. */
  close(): Promise<void>;
}

/**
 * The files as tapes; `-` is the standard input. That and pipes are copied first, because a tape is
 * read more than once. Throws `SsmdError` `not_found` or `invalid_input`, and the reason of `signal`.
 */
export async function openTapes(
  files: readonly string[],
  stdin: Readable,
  signal: AbortSignal,
): Promise<OpenedTapes> {
  if (files.filter((file) => file === "-").length > 1) {
    throw new SsmdError(
      "invalid_input",
      `Cannot read the standard input twice: "-" is given twice`,
    );
  }
  const copies: string[] = [];
  const close = async () => {
    for (const folder of copies) await rm(folder, { recursive: true, force: true });
  };
  const copied = async (name: string, source: Readable): Promise<Tape> => {
    const folder = await mkdtemp(join(tmpdir(), "ssmd-tape-"));
    copies.push(folder);
    const copy = join(folder, "tape");
    await pipeline(source, createWriteStream(copy), { signal });
    return tapeOf(name, copy);
  };
  try {
    const list: Tape[] = [];
    for (const file of files) {
      if (file === "-") list.push(await copied("standard input", stdin));
      else if (await isLasting(file)) list.push(tapeOf(basename(file), file));
      else list.push(await copied(basename(file), createReadStream(file)));
    }
    return { list, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function tapeOf(name: string, path: string): Tape {
  return { name, open: () => createReadStream(path, { highWaterMark: CHUNK_BYTES }) };
}

/** Whether the file can be read again; a pipe cannot, for example `<(zcat tape.gz)` of a shell. */
async function isLasting(file: string): Promise<boolean> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw new SsmdError(
      cause.code === "ENOENT" ? "not_found" : "invalid_input",
      `Cannot read the tape ${JSON.stringify(file)}: ${
        cause.code === "ENOENT" ? "there is no such file" : cause.message
      }`,
      { cause },
    );
  });
  if (found.isDirectory()) {
    throw new SsmdError(
      "invalid_input",
      `Cannot read the tape ${JSON.stringify(file)}: it is a folder`,
    );
  }
  return found.isFile();
}
