import { randomUUID } from "node:crypto";
import process from "node:process";

const PREFIX = ".tmp-";

/** A new name for the unfinished version of the file `name`, in the same folder. */
export function temporaryName(name: string): string {
  return `${PREFIX}${process.pid}-${randomUUID().slice(0, 8)}-${name}`;
}

/** The id of the process that made the temporary file `name`; `undefined` when it is no such name. */
export function processOfTemporary(name: string): number | undefined {
  const pid = /^\.tmp-(\d+)-[0-9a-f]{8}-/.exec(name)?.[1];
  return pid === undefined ? undefined : Number(pid);
}

/**
 * Whether the temporary file `temporary` is made by those who ask for the lock `lock`, also by those
 * who are refused it; both are names without folders.
 */
export function isOfLock(temporary: string, lock: string): boolean {
  return temporary.endsWith(`-${lock}`) || temporary.includes(`${PREFIX}takeover-`);
}

/** The name of the file that guards the takeover of a dead lock; `id` says of which. */
export function takeoverName(id: string): string {
  return `${PREFIX}takeover-${id}`;
}

/**
 * Whether `name`, a file's name without folders, is one that {@link FileStorage} gives to files it
 * has not finished. Those of a process that was killed stay behind until {@link FileStorage.lock} removes them.
 */
export function isTemporaryName(name: string): boolean {
  return name.startsWith(PREFIX);
}
