import { type FileHandle, link, open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type ByteStream, messageOf, SsmdError } from "../mod.ts";
import { makeFolder, syncFolder } from "./folder.ts";
import { orWriteFailed, systemCode } from "./system_error.ts";
import { temporaryName } from "./temporary_name.ts";

/** One write call takes at most 2 GiB on any system. */
const MAX_WRITE = 1 << 30;

/** What `link` says on file systems without hard links: FAT, some network and phone storage. */
const NO_LINKS: ReadonlySet<string | undefined> = new Set([
  "EPERM",
  "EACCES",
  "ENOSYS",
  "ENOTSUP",
  "EOPNOTSUPP",
]);

/**
 * Writes the file `target` whole or not at all, durably, with its folders: under a temporary name
 * first. False, and nothing changed, when `target` exists and is not to be replaced. Throws
 * `write_failed`, in which `path` names the file, or what the stream throws.
 */
export async function writeWholeFile(
  target: string,
  path: string,
  data: Uint8Array | ByteStream,
  replace: boolean,
): Promise<boolean> {
  const folder = dirname(target);
  const temporary = join(folder, temporaryName(basename(target)));
  await orWriteFailed("write", path, () => makeFolder(folder));
  const handle = await orWriteFailed("write", path, () => open(temporary, "wx"));
  let isPublished = true;
  try {
    await fill(handle, path, data);
    await orWriteFailed("write", path, async () => {
      if (replace) await rename(temporary, target);
      else isPublished = await publish(temporary, target);
    });
  } catch (error) {
    throw await discard(temporary, error);
  }
  await orWriteFailed("write", path, async () => {
    if (!isPublished) await unlink(temporary);
    await syncFolder(folder);
  });
  return isPublished;
}

async function fill(
  handle: FileHandle,
  path: string,
  data: Uint8Array | ByteStream,
): Promise<void> {
  try {
    if (data instanceof Uint8Array) {
      await orWriteFailed("write", path, () => writeAll(handle, data));
    } else {
      for await (const chunk of data) {
        await orWriteFailed("write", path, () => writeAll(handle, chunk));
      }
    }
    await orWriteFailed("write", path, () => handle.sync());
  } finally {
    await orWriteFailed("write", path, () => handle.close());
  }
}

/** Writes all of `data` where the file stands, in as many calls as the system wants. */
export async function writeAll(handle: FileHandle, data: Uint8Array): Promise<void> {
  for (let at = 0; at < data.length;) {
    const { bytesWritten } = await handle.write(data, at, Math.min(data.length - at, MAX_WRITE));
    if (bytesWritten === 0) throw new Error("the system wrote nothing");
    at += bytesWritten;
  }
}

/**
 * Renames `temporary` to `target` unless that name is taken: then false, and both stay. A hard link
 * does that in one step. Without hard links an empty file takes the name before the rename, so
 * that nothing is ever overwritten; a crash between the two leaves it empty.
 */
export async function publish(
  temporary: string,
  target: string,
  makeLink: typeof link = link,
): Promise<boolean> {
  try {
    await makeLink(temporary, target);
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    if (!NO_LINKS.has(systemCode(error))) throw error;
    return await publishWithoutLink(temporary, target);
  }
  await unlink(temporary);
  return true;
}

async function publishWithoutLink(temporary: string, target: string): Promise<boolean> {
  try {
    await (await open(target, "wx")).close();
  } catch (error) {
    if (systemCode(error) === "EEXIST") return false;
    throw error;
  }
  try {
    await rename(temporary, target);
  } catch (error) {
    await unlink(target);
    throw error;
  }
  return true;
}

/** Removes what could not be finished, and gives the error to throw. */
async function discard(temporary: string, error: unknown): Promise<unknown> {
  try {
    await unlink(temporary);
    return error;
  } catch (failure) {
    if (systemCode(failure) === "ENOENT") return error;
    return new SsmdError(
      "write_failed",
      `${messageOf(error)}; and ${temporary} stays behind: ${messageOf(failure)}`,
      { cause: error },
    );
  }
}
