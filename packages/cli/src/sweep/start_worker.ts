import { isTypeScript, startWorker } from "@ssmd/core/fs";
import type { Worker } from "node:worker_threads";

/**
 * Starts a thread from the entry `@ssmd/cli/sweep_worker`: beside this file as a source; in a build
 * files are cut and moved, and the package's name leads there.
 */
export function startSweepWorker(): Worker {
  const file = isTypeScript(new URL(import.meta.url))
    ? new URL("./sweep_worker.ts", import.meta.url)
    : new URL(import.meta.resolve("@ssmd/cli/sweep_worker"));
  return startWorker(file);
}
