import { ByteBuffer } from "../lines/byte_buffer.ts";
import type { EpochMicros } from "../clock.ts";
import { LastSeqs } from "./last_seqs.ts";

/** Lines that go into one file together and are not appended yet. */
export class PendingLines {
  /** Receive time of the first line; names the file when it is a new one. */
  first: EpochMicros;
  /** Which rotation interval they lie in, counted from 1970. */
  readonly interval: number;
  /** The lines. */
  readonly lines: ByteBuffer = new ByteBuffer();
  /** The frames among them. */
  readonly lastSeqs: LastSeqs = new LastSeqs();

  /** Nothing yet; the first line will be of `first`. */
  constructor(first: EpochMicros, interval: number) {
    this.first = first;
    this.interval = interval;
  }

  /** Empties it, for more lines of the same interval. */
  clear(): void {
    this.lines.clear();
    this.lastSeqs.clear();
  }
}

/** The lines that wait to be appended, cut where a new file begins. */
export class PendingFiles {
  readonly #rotateMicros: number;
  readonly #rotateBytes: number;
  #files: PendingLines[] = [];

  /** A new file begins at multiples of `rotateMicros`, and when one has `rotateBytes` bytes. */
  constructor(rotateMicros: number, rotateBytes: number) {
    this.#rotateMicros = rotateMicros;
    this.#rotateBytes = rotateBytes;
  }

  /** The rotation interval of a moment. */
  intervalOf(time: EpochMicros): number {
    return Math.floor(time / this.#rotateMicros);
  }

  /**
   * Where a line of `tsRecv` belongs; of the file that is open now, `openBytes` are appended, and
   * they are of `openInterval`.
   */
  at(tsRecv: EpochMicros, openInterval: number, openBytes: number): PendingLines {
    const interval = this.intervalOf(tsRecv);
    const current = this.#files.at(-1);
    if (current !== undefined && current.interval === interval) {
      const goesOn = this.#files.length === 1 && interval === openInterval;
      const size = current.lines.length + (goesOn ? openBytes : 0);
      if (size < this.#rotateBytes) {
        if (current.lines.length === 0) current.first = tsRecv;
        return current;
      }
    }
    const next = new PendingLines(tsRecv, interval);
    this.#files.push(next);
    return next;
  }

  /** Hands over what waits; what comes from now on is waiting anew. */
  take(): PendingLines[] {
    const files = this.#files;
    this.#files = [];
    return files;
  }

  /** Takes lines back whose content is appended, to use their memory again, if nothing waits. */
  reuse(appended: PendingLines): void {
    if (this.#files.length > 0) return;
    appended.clear();
    this.#files.push(appended);
  }
}
