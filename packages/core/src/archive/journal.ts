import type { Clock } from "../clock.ts";
import type { AppendFile } from "../storage/storage.ts";

/**
 * When appended lines are forced to disk: at most `every` milliseconds after they were appended
 * (when {@link Journal.tick} is called at least that often), with every batch, or only when the file
 * is sealed.
 */
export type SyncPolicy = { readonly every: number } | "batch" | "none";

/** The open file of a stream: appended in batches, forced to disk by policy. */
export class Journal {
  readonly #file: AppendFile;
  readonly #policy: SyncPolicy;
  readonly #clock: Clock;
  readonly #onSync: (lastSeqs: ReadonlyMap<string, number>) => void;
  #size = 0;
  #oldestUnsynced = NaN;
  #unsynced = new Map<string, number>();

  /**
   * Owns `file` and closes it. `clock` is asked only under the policy `every`. `onSync` hears after
   * each sync how far the sessions came that had frames appended since the one before; it never hears
   * of frames that a failed sync was to cover.
   */
  constructor(
    file: AppendFile,
    policy: SyncPolicy,
    clock: Clock,
    onSync: (lastSeqs: ReadonlyMap<string, number>) => void = () => {},
  ) {
    this.#file = file;
    this.#policy = policy;
    this.#clock = clock;
    this.#onSync = onSync;
  }

  /** Bytes appended. */
  get size(): number {
    return this.#size;
  }

  /** Appends whole lines, in which `lastSeqs` are the last frames, then syncs if the policy says so. */
  async append(lines: Uint8Array, lastSeqs: ReadonlyMap<string, number>): Promise<void> {
    await this.#file.append(lines);
    this.#size += lines.length;
    for (const [session, seq] of lastSeqs) this.#unsynced.set(session, seq);
    if (this.#policy === "batch") await this.sync();
    else if (this.#policy !== "none") {
      if (Number.isNaN(this.#oldestUnsynced)) this.#oldestUnsynced = this.#clock.now();
      await this.tick();
    }
  }

  /** Syncs when the oldest line that is not on disk is older than the policy allows. */
  async tick(): Promise<void> {
    if (typeof this.#policy !== "object" || Number.isNaN(this.#oldestUnsynced)) return;
    if (this.#clock.now() - this.#oldestUnsynced >= this.#policy.every * 1000) await this.sync();
  }

  /** Forces everything appended to disk. */
  async sync(): Promise<void> {
    const synced = this.#unsynced;
    // Taken before: what a sync that fails would have covered is in doubt for ever.
    this.#unsynced = new Map();
    await this.#file.sync();
    this.#oldestUnsynced = NaN;
    this.#onSync(synced);
  }

  /** Closes the file without syncing; twice is safe. */
  close(): Promise<void> {
    return this.#file.close();
  }
}
