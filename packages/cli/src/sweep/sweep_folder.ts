import { FileStorage } from "@ssmd/core/fs";
import type { StreamLock } from "@ssmd/core";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { TrialLog } from "./trial_log.ts";

const LOCK = "sweep.lock";
const RUNS = "runs";
const BEST = "best";

/**
 * A sweep's folder `{out}/{sweepId}`: the log of finished trials, the results, below `best` the
 * folder of the best trial's run, and below `runs` those of all, if they are kept. It belongs to one
 * process at a time; close it.
 */
export class SweepFolder {
  /** Where it is. */
  readonly path: string;
  /** Where the folders of all trials' runs are, if they are kept. */
  readonly runs: string;
  /** Where the folder of the best trial's run is. */
  readonly best: string;
  /** The trials that are finished. */
  readonly log: TrialLog;
  readonly #storage: FileStorage;
  readonly #lock: StreamLock;

  private constructor(path: string, storage: FileStorage, lock: StreamLock, log: TrialLog) {
    this.path = path;
    this.runs = join(path, RUNS);
    this.best = join(path, BEST);
    this.#storage = storage;
    this.#lock = lock;
    this.log = log;
  }

  /**
   * Makes the folder or goes on with one that is there, and removes what a killed process left half
   * written. Throws `SsmdError` `stream_locked` while another process sweeps in it.
   */
  static async open(path: string): Promise<SweepFolder> {
    const storage = new FileStorage(path);
    const lock = await storage.lock(LOCK);
    try {
      const folder = new SweepFolder(path, storage, lock, await TrialLog.open(storage));
      await removeStaged(folder.runs);
      await removeStaged(folder.best);
      return folder;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Whether the folder of this trial's run is there, whole. */
  async hasRun(id: string): Promise<boolean> {
    return await stat(join(this.runs, id)).then(() => true, () => false);
  }

  /** Writes a result file, whole or not at all, in the place of one of an earlier call. */
  async write(name: string, text: string): Promise<void> {
    await this.#storage.write(name, new TextEncoder().encode(text), { replace: true });
  }

  /** Closes the log and lets others sweep here; twice is safe. */
  async close(): Promise<void> {
    await this.log.close();
    await this.#lock.release();
  }
}

/** `writeRun` makes folders under a name that begins with a dot, and renames them when they are whole. */
async function removeStaged(runs: string): Promise<void> {
  const names = await readdir(runs).catch((error: NodeJS.ErrnoException): string[] => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  for (const name of names) {
    if (name.startsWith(".run-")) await rm(join(runs, name), { recursive: true, force: true });
  }
}
