import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import process from "node:process";
import { systemCode } from "./system_error.ts";

/** Which process it is, so that another process can tell whether it is still there. */
export interface ProcessIdentity {
  /** Its id. Systems reuse them, so alone it proves nothing. */
  readonly pid: number;
  /** When it started, in clock ticks since boot (Linux), or null where that is not known. */
  readonly processStart: number | null;
  /** Which boot of the machine it runs in (Linux), or null where that is not known. */
  readonly bootId: string | null;
  /** The host it runs on. Containers count as hosts, by their host name. */
  readonly host: string;
}

/** The identity of this process. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const bootId = await readSystemFile("/proc/sys/kernel/random/boot_id");
  return {
    pid: process.pid,
    processStart: (await readProcess(process.pid))?.start ?? null,
    bootId: bootId?.trim() ?? null,
    host: hostname(),
  };
}

/**
 * Whether `owner`, of the same host as `self`, is certainly gone: it ran before the machine's last
 * boot, no process has its id, it is a zombie, or the process with its id started at another time.
 */
export async function isGone(owner: ProcessIdentity, self: ProcessIdentity): Promise<boolean> {
  if (owner.bootId !== null && self.bootId !== null && owner.bootId !== self.bootId) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (systemCode(error) === "ESRCH") return true;
    // EPERM: it is there and belongs to another user.
    if (systemCode(error) !== "EPERM") throw error;
  }
  const found = await readProcess(owner.pid);
  if (found === undefined) return false;
  if (found.isZombie) return true;
  return owner.processStart !== null && owner.processStart !== found.start;
}

interface ProcessStatus {
  readonly isZombie: boolean;
  readonly start: number;
}

/**
 * Reads the state (field 3) and the start time (field 22) of `/proc/<pid>/stat`, proc(5). Field 2,
 * the program's name in parentheses, may itself hold spaces and parentheses.
 */
export function parseProcessStatus(stat: string): ProcessStatus | undefined {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const state = fields[0];
  const start = Number(fields[19]);
  if (state === undefined || fields[19] === undefined || !Number.isSafeInteger(start)) {
    return undefined;
  }
  return { isZombie: state === "Z" || state === "X", start };
}

async function readProcess(pid: number): Promise<ProcessStatus | undefined> {
  const stat = await readSystemFile(`/proc/${pid}/stat`);
  return stat === undefined ? undefined : parseProcessStatus(stat);
}

/** Undefined where the system has no such file or hides it: then less is known, never more. */
async function readSystemFile(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}
