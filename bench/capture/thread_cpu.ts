import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";

/** CPU time in nanoseconds since the start of this process, by thread. */
export interface ThreadCpu {
  /** The main thread, which has the sockets. */
  readonly socket: number;
  /** The busiest other one: the sink's worker, where there is one. NaN where only sums are known. */
  readonly sink: number;
  /** Everybody else: disk and gzip of libuv, collection and compilation of the engine. */
  readonly rest: number;
  /** The whole process. */
  readonly all: number;
}

/** A mark to measure from. */
export type CpuMark = () => ThreadCpu;

/** Begins a measurement; the answer gives what was used since then. */
export function markCpu(): CpuMark {
  const process0 = process.cpuUsage();
  const threads = nanosByThread();
  const socket = socketNanos();
  return () => {
    const { user, system } = process.cpuUsage(process0);
    const all = (user + system) * 1000;
    const used = nanosByThread();
    for (const [id, nanos] of threads) used.set(id, (used.get(id) ?? 0) - nanos);
    used.delete(process.pid);
    const own = socketNanos() - socket;
    const sink = used.size === 0 ? NaN : Math.max(...used.values());
    return { socket: own, sink, rest: all - own - (sink || 0), all };
  };
}

/** What Node knows from 23.9 on; the file of Linux has nanoseconds, its sibling `stat` has only ticks. */
function socketNanos(): number {
  const own = nanosByThread().get(process.pid);
  if (own !== undefined) return own;
  const { threadCpuUsage } = process as typeof process & {
    threadCpuUsage?: () => { readonly user: number; readonly system: number };
  };
  if (threadCpuUsage === undefined) {
    throw new Error("Cannot measure a thread's CPU here: it needs Linux or Node 23.9");
  }
  const { user, system } = threadCpuUsage();
  return (user + system) * 1000;
}

function nanosByThread(): Map<number, number> {
  const nanos = new Map<number, number>();
  let ids: readonly string[];
  try {
    ids = readdirSync("/proc/self/task");
  } catch {
    return nanos; // no Linux
  }
  for (const id of ids) {
    try {
      const text = readFileSync(`/proc/self/task/${id}/schedstat`, "utf8");
      nanos.set(Number(id), Number(text.split(" ", 1)[0]));
    } catch {
      // The thread ended meanwhile, or the kernel does not count.
    }
  }
  return nanos;
}
