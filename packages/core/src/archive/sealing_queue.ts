/**
 * Seals files that were written to their end, one after the other, while the next one is written.
 * @module
 */
import type { ArchiveEvent } from "./archive_event.ts";
import { countLosses } from "../gap.ts";
import { type FileFacts, sealOpenFile, type SealTarget } from "./seal.ts";
import type { ArchiveIo } from "../storage/storage.ts";

/** A closed and synced open file that is to be sealed. */
export interface FinishedFile {
  /** The open file. */
  readonly path: string;
  /** The sealed one. */
  readonly target: SealTarget;
  /** What is known of its lines. */
  readonly facts: FileFacts;
}

/** Seals one file at a time, in the order given. After a failure the others stay open files. */
export class SealingQueue {
  readonly #io: ArchiveIo;
  readonly #onEvent: (event: ArchiveEvent) => void;
  readonly #stop = new AbortController();
  #work: Promise<void> = Promise.resolve();
  #count = 0;
  #failure: { readonly error: unknown } | undefined;

  /** `onEvent` hears of each file sealed. */
  constructor(io: ArchiveIo, onEvent: (event: ArchiveEvent) => void) {
    this.#io = io;
    this.#onEvent = onEvent;
  }

  /** Files being sealed or waiting for it. */
  get count(): number {
    return this.#count;
  }

  /** What went wrong, after which nothing is sealed any more. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** Seals `file` after those that were given before it. */
  push(file: FinishedFile): void {
    this.#count++;
    this.#work = this.#work.then(() => this.#seal(file));
  }

  /** Waits until everything given is sealed. Throws what went wrong. */
  async drain(): Promise<void> {
    await this.#work;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /**
   * Leaves what is not sealed to whoever opens the stream next. Resolves when nothing is being
   * written any more; twice is safe.
   */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#work;
  }

  async #seal({ path, target, facts }: FinishedFile): Promise<void> {
    const { signal } = this.#stop;
    try {
      if (signal.aborted || this.#failure !== undefined) return;
      const { name, records, gaps } = await sealOpenFile(this.#io, path, target, facts, signal);
      const sealed = `${target.folder}/${name}`;
      this.#onEvent({ type: "sealed", path: sealed, records, gaps: countLosses(gaps) });
    } catch (error) {
      this.#failure ??= { error };
    } finally {
      this.#count--;
    }
  }
}
