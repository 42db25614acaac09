import { constants } from "node:os";
import { messageOf, SsmdError } from "../mod.ts";

/** What a refusal of the operating system means, and what to do about it. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full; free some space",
  EDQUOT: "the disk quota is used up; free some space or raise the quota",
  EFBIG: "the file would pass the allowed file size; raise the limit (ulimit -f) or rotate earlier",
  EACCES: "permission denied; give this user the right to write there",
  EPERM: "not permitted; give this user the right to write there",
  EROFS: "the file system is read-only; mount it writable or choose another folder",
  EIO: "the device reported an error; check the disk",
  EMFILE: "this process has too many open files; raise the limit (ulimit -n)",
  ENFILE: "the machine has too many open files; raise its limit",
  ENOTDIR: "a file is where a folder is expected; move it away",
  EISDIR: "a folder is where a file is expected; move it away",
  ENAMETOOLONG: "the name is too long for the file system; choose a shorter one",
};

const MISSING: ReadonlySet<string | undefined> = new Set([
  "ENOENT",
  "ENOTDIR",
  "EISDIR",
  "ELOOP",
]);

/** How Node (in the code) and Deno (in the message) put an error that they have no name for. */
const UNNAMED = /^Unknown system error -(\d+)$|\(os error (\d+)\)$/;

/** The operating system's code of an error, for example `ENOSPC`, or `undefined` if it has none. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const unnamed = UNNAMED.exec(code ?? error.message);
  if (unnamed === null) return code;
  const number = Number(unnamed[1] ?? unnamed[2]);
  return Object.entries(constants.errno).find(([, value]) => value === number)?.[0] ?? code;
}

/** The `SsmdError` `write_failed` for what the system said to `action` on `path`. */
export function writeFailed(action: string, path: string, cause: unknown): SsmdError {
  const code = systemCode(cause);
  const reason = REASONS[code ?? ""];
  return new SsmdError(
    "write_failed",
    `Cannot ${action} ${path}: ${reason === undefined ? messageOf(cause) : `${reason} (${code})`}`,
    { cause },
  );
}

/** Runs `step`; what it throws becomes `write_failed`. */
export async function orWriteFailed<T>(
  action: string,
  path: string,
  step: () => Promise<T>,
): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw writeFailed(action, path, error);
  }
}

/** Whether an error says that no such file is there; a folder is none. */
export function isMissing(error: unknown): boolean {
  return MISSING.has(systemCode(error));
}

/** What `step` gives, or `undefined` when no such file is there. */
export async function orMissing<T>(step: Promise<T>): Promise<T | undefined> {
  try {
    return await step;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The `SsmdError` `not_found` for a file that `action` needs. */
export function notFound(action: string, path: string, cause?: unknown): SsmdError {
  return new SsmdError("not_found", `Cannot ${action} ${path}: no such file`, { cause });
}
