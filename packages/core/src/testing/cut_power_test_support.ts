import type {
  AppendFile,
  ByteStream,
  JournalStorage,
  StoredFile,
  StreamLock,
  WriteOptions,
} from "../mod.ts";

/** How much of the operation during which the power is cut is done. */
export type CutMoment =
  /** Nothing. */
  | "before"
  /** A part, where an operation can be done in part: an append. Otherwise nothing. */
  | "within"
  /** All of it, but nobody hears of that. */
  | "after";

/** The power is gone: what {@link cutPower}'s storage throws, and nothing else does. */
export class PowerCut extends Error {
  override readonly name = "PowerCut";
}

/** Storage of a machine whose power is cut. */
export interface FailingMachine {
  /** The machine's storage; a lock of it dies with the power. */
  readonly storage: JournalStorage;
  /** Operations that change something, up to and including the one that was cut. */
  readonly operations: number;
  /** Whether the power was cut. */
  readonly isOff: boolean;
  /** Waits until nothing is being done any more, so that what `storage` holds stays as it is. */
  settled(): Promise<void>;
}

/**
 * `storage` on a machine whose power is cut during the operation `at` (from 1) of those that change
 * something: append, sync, write, remove, truncate, and making a file for appending. That operation
 * and all after it throw {@link PowerCut}; `storage` itself keeps what was done. Of what was appended
 * and not synced, an arbitrary first part is lost when the power goes: `lost` of it, from 0 to 1.
 */
export function cutPower(
  storage: JournalStorage,
  at: number,
  moment: CutMoment,
  lost = 0,
): FailingMachine {
  return new Machine(storage, at, moment, lost);
}

class Machine implements FailingMachine, JournalStorage {
  operations = 0;
  isOff = false;
  readonly #storage: JournalStorage;
  readonly #running = new Set<Promise<void>>();
  readonly #at: number;
  readonly #moment: CutMoment;
  readonly #lost: number;
  /** Bytes of each open file, synced and in all. */
  readonly #sizes = new Map<string, { synced: number; size: number }>();

  constructor(storage: JournalStorage, at: number, moment: CutMoment, lost: number) {
    this.#storage = storage;
    this.#at = at;
    this.#moment = moment;
    this.#lost = lost;
  }

  get storage(): JournalStorage {
    return this;
  }

  async list(prefix: string): Promise<StoredFile[]> {
    this.#assertOn();
    return await this.#storage.list(prefix);
  }

  async *read(path: string): ByteStream {
    this.#assertOn();
    for await (const chunk of this.#storage.read(path)) {
      this.#assertOn();
      yield chunk;
    }
  }

  write(path: string, data: Uint8Array | ByteStream, options?: WriteOptions): Promise<void> {
    const powered = data instanceof Uint8Array ? data : this.#whileOn(data);
    return this.#change(() => this.#storage.write(path, powered, options));
  }

  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  remove(path: string): Promise<void> {
    return this.#change(async () => {
      await this.#storage.remove(path);
      this.#sizes.delete(path);
    });
  }

  truncate(path: string, size: number): Promise<void> {
    return this.#change(() => this.#storage.truncate(path, size));
  }

  async openAppend(path: string): Promise<AppendFile> {
    let file: AppendFile | undefined;
    await this.#change(async () => {
      file = await this.#storage.openAppend(path);
    });
    const listed = await this.#storage.list(path.slice(0, path.lastIndexOf("/")));
    const size = listed.find((found) => found.path === path)?.size ?? 0;
    const sizes = { synced: size, size };
    this.#sizes.set(path, sizes);
    const append = async (data: Uint8Array): Promise<void> => {
      await file!.append(data);
      sizes.size += data.length;
    };
    return {
      append: (data) =>
        this.#change(() => append(data), () => append(data.subarray(0, data.length >> 1))),
      sync: () =>
        this.#change(async () => {
          await file!.sync();
          sizes.synced = sizes.size;
        }),
      close: () => file!.close(),
    };
  }

  // Whoever starts next finds the lock of a dead process, which is as good as none.
  lock(): Promise<StreamLock> {
    this.#assertOn();
    return Promise.resolve({ release: () => Promise.resolve() });
  }

  async #change(whole: () => Promise<void>, part?: () => Promise<void>): Promise<void> {
    const running = this.#run(whole, part);
    this.#running.add(running);
    try {
      await running;
    } finally {
      this.#running.delete(running);
    }
  }

  async #run(whole: () => Promise<void>, part?: () => Promise<void>): Promise<void> {
    this.#assertOn();
    // The power goes while another operation is under way.
    if (this.operations >= this.#at) throw new PowerCut("The power is going");
    this.operations++;
    if (this.operations < this.#at) return await whole();
    if (this.#moment === "after") await whole();
    if (this.#moment === "within") await part?.();
    this.isOff = true;
    await this.#loseUnsynced();
    throw new PowerCut(`The power was cut in operation ${this.operations}`);
  }

  async #loseUnsynced(): Promise<void> {
    for (const [path, { synced, size }] of this.#sizes) {
      const kept = size - Math.round((size - synced) * this.#lost);
      if (kept < size) await this.#storage.truncate(path, kept);
    }
  }

  async *#whileOn(data: ByteStream): ByteStream {
    for await (const chunk of data) {
      this.#assertOn();
      yield chunk;
    }
    this.#assertOn();
  }

  #assertOn(): void {
    if (this.isOff) throw new PowerCut("The power is off");
  }
}
