import { LineEncoder } from "../lines/archive_line.ts";
import { freeBase, OPEN_SUFFIX, placeOf, streamFolder, type StreamName } from "./archive_names.ts";
import { type Clock, type EpochMicros, MICROS_PER_SECOND, SystemClock } from "../clock.ts";
import { type ArchiverOptions, checkOptions, factsOf } from "./archiver_options.ts";
import type { Durable } from "../capture/sink.ts";
import { messageOf, SsmdError } from "../errors.ts";
import type { Gap } from "../gap.ts";
import { Journal, type SyncPolicy } from "./journal.ts";
import { LastSeqs } from "./last_seqs.ts";
import { type Metrics, silentMetrics } from "../metrics.ts";
import { PendingFiles, type PendingLines } from "./pending_files.ts";
import type { RawMessage } from "../raw_message.ts";
import { recoverStream } from "./recovery.ts";
import type { FileFacts, SealTarget } from "./seal.ts";
import { SealingQueue } from "./sealing_queue.ts";
import type { SentMessage } from "../sent_message.ts";
import { readStreamEnd, type StreamEnd } from "./stream_end.ts";
import { readStreamFacts, writeStreamFacts } from "./stream_facts.ts";
import type { ArchiveIo, StreamLock } from "../storage/storage.ts";
import { takenBases } from "./taken_bases.ts";

export type { ArchiverOptions };

/** The file that lines are appended to. */
interface OpenFile {
  readonly path: string;
  readonly target: SealTarget;
  /** Its rotation interval. */
  readonly interval: number;
  readonly journal: Journal;
}

/** The name of a stream's lock file. */
export const LOCK_NAME = "writer.lock";

const FLUSH_BYTES = 1024 * 1024;

/**
 * Writes one stream of an archive. {@link add} records, {@link flush} when it says so, {@link close}
 * at the end. Records may be added while a call is under way, and calls may overlap: each waits for
 * the one before. A file that is full is synced and closed and the next one begun at once; it is
 * sealed beside the writing, one at a time.
 *
 * After a rejected `flush`, `tick` or `close`, or when sealing failed, which the next call says, the
 * archiver is finished: whole lines of the failed batch may or may not be stored, nothing older has
 * changed, and the next `open` puts the stream in order.
 */
export class Archiver {
  /** The latest receive time that the stream had stored when it was opened; absent for none. */
  readonly lastReceivedAt: EpochMicros | undefined;
  /**
   * The sessions in the open files of an earlier writer that this `open` sealed, with our count of the
   * last frame that was found of each; 0 when there was none.
   */
  readonly recovered: ReadonlyMap<string, number>;
  readonly #io: ArchiveIo;
  readonly #stream: StreamName;
  readonly #folder: string;
  readonly #lock: StreamLock;
  readonly #rotateBytes: number;
  readonly #sync: SyncPolicy;
  #facts: FileFacts;
  readonly #clock: Clock;
  readonly #onDurable: (durable: Durable) => void;
  readonly #metrics: Metrics;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #encoder = new LineEncoder();
  readonly #lastSeqs: LastSeqs;
  readonly #pending: PendingFiles;
  readonly #sealing: SealingQueue;
  #latest: EpochMicros = 0;
  #pendingBytes = 0;
  #open: OpenFile | undefined;
  #lastSyncAt: EpochMicros | undefined;
  #clamped = 0;
  #failure: unknown;
  #work: Promise<void> = Promise.resolve();
  #closed: Promise<void> | undefined;

  private constructor(
    io: ArchiveIo,
    stream: StreamName,
    lock: StreamLock,
    { lastReceivedAt, lastSeqs }: StreamEnd,
    recovered: ReadonlyMap<string, number>,
    options: ArchiverOptions,
  ) {
    this.#io = io;
    this.#stream = stream;
    this.#folder = streamFolder(stream);
    this.#lock = lock;
    this.lastReceivedAt = lastReceivedAt;
    this.recovered = recovered;
    this.#lastSeqs = new LastSeqs(lastSeqs);
    this.#rotateBytes = options.rotateBytes ?? 256 * 1024 * 1024;
    this.#pending = new PendingFiles(
      (options.rotateSeconds ?? 900) * MICROS_PER_SECOND,
      this.#rotateBytes,
    );
    this.#sync = options.sync ?? { every: 1000 };
    this.#facts = factsOf(options);
    this.#clock = options.clock ?? new SystemClock();
    this.#sealing = new SealingQueue(io, options.onEvent ?? (() => {}));
    this.#onDurable = options.onDurable ?? (() => {});
    this.#metrics = options.metrics ?? silentMetrics;
    this.#labels = { feed: stream.feed, stream: stream.stream };
  }

  /**
   * Takes the stream's lock and puts the stream in order. Throws `SsmdError`: `stream_locked` while
   * another process writes it, `invalid_name`, `newer_format`, `damaged_manifest`, `already_exists`
   * for a manifest that is not ssmd's where one is to be written, `write_failed`; `RangeError` for a
   * rotation that does not divide a day, a size or a sync interval that is no number above it. The
   * lock is given back then, and every stored line is where it was: it can be tried again.
   */
  static async open(
    io: ArchiveIo,
    stream: StreamName,
    options: ArchiverOptions = {},
  ): Promise<Archiver> {
    checkOptions(options);
    const folder = streamFolder(stream);
    const lockPath = `${folder}/${LOCK_NAME}`;
    const lock = await io.storage.lock(lockPath);
    try {
      const onEvent = options.onEvent ?? (() => {});
      if (lock.takenOverFrom !== undefined) {
        onEvent({ type: "lock_taken_over", path: lockPath, from: lock.takenOverFrom });
      }
      const before = await readStreamFacts(io.storage, folder);
      const recovered = await recoverStream(io, stream, before, onEvent);
      await writeStreamFacts(io.storage, folder, factsOf(options), before);
      const end = await readStreamEnd(io.storage, folder);
      return new Archiver(io, stream, lock, end, recovered, options);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Records whose receive time went back and were given the time of the record before them. */
  get clampedTimes(): number {
    return this.#clamped;
  }

  /** The file that lines are appended to, as a path from the archive's root; absent between files. */
  get openFile(): string | undefined {
    return this.#open?.path;
  }

  /** Bytes appended to it. */
  get openBytes(): number {
    return this.#open?.journal.size ?? 0;
  }

  /** When lines were last forced to disk; absent before that. */
  get lastSyncAt(): EpochMicros | undefined {
    return this.#lastSyncAt;
  }

  /** Files that are being sealed or wait for it. */
  get sealing(): number {
    return this.#sealing.count;
  }

  /** Says that lines without a receive time of ours follow; the files that hold them will say so. */
  markExchangeClock(): void {
    if (this.#facts.clock !== "exchange") this.#facts = { ...this.#facts, clock: "exchange" };
  }

  /**
   * Takes a frame, a gap or what was sent, in the order in which they happened; its bytes are copied.
   * True when enough is waiting that {@link flush} should be awaited before more is added. Throws,
   * and takes nothing, for what could not be read back: `RangeError` for a time or number that is no
   * exact integer, `invalid_name` for a session that is no plain word, `TypeError` for a sent message
   * that is not one JSON object in one line.
   */
  add(record: RawMessage | Gap | SentMessage): boolean {
    this.#assertUsable();
    const time = "tsSent" in record ? record.tsSent : record.tsRecv;
    if (!Number.isSafeInteger(time)) {
      throw new RangeError(
        `Cannot archive a record received at ${time}: expected whole microseconds`,
      );
    }
    const tsRecv = Math.max(time, this.#latest);
    const open = this.#open;
    const pending = this.#pending.at(tsRecv, open?.interval ?? NaN, open?.journal.size ?? 0);
    const before = pending.lines.length;
    this.#encode(record, tsRecv, pending);
    this.#latest = tsRecv;
    if (time < tsRecv) {
      this.#clamped++;
      this.#metrics.count("ssmd_archive_clamped_times_total", 1, this.#labels);
    }
    this.#pendingBytes += pending.lines.length - before;
    this.#metrics.count("ssmd_archive_records_total", 1, this.#labels);
    return this.#pendingBytes >= FLUSH_BYTES;
  }

  /** Appends what was added to the open file; at each rotation that one is left to be sealed. */
  async flush(): Promise<void> {
    await this.#guarded(() => this.#flush());
  }

  /** Ends the open file when its interval is over, and syncs what the policy says is due. */
  async tick(): Promise<void> {
    await this.#guarded(async () => {
      await this.#flush();
      const open = this.#open;
      if (open === undefined) return;
      if (this.#pending.intervalOf(this.#clock.now()) > open.interval) await this.#rotate();
      else await open.journal.tick();
    });
  }

  /**
   * Flushes, seals every file and gives the lock back; twice is safe, and the same promise. Throws
   * what went wrong, unless another call has already done so.
   */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    try {
      await this.#work;
      if (this.#failure === undefined) {
        await this.#flush();
        await this.#rotate();
        await this.#sealing.drain();
      }
    } finally {
      await this.#release();
    }
  }

  async #release(): Promise<void> {
    try {
      await this.#sealing.stop();
      await this.#open?.journal.close();
    } finally {
      await this.#lock.release();
    }
  }

  /**
   * Gives the lock back and leaves the open files as they are, for the next `open` to seal; what was
   * added and not flushed is lost. Twice is safe, and after {@link close} even when that failed.
   */
  async abandon(): Promise<void> {
    if (this.#closed === undefined) {
      this.#closed = this.#work.then(() => this.#release());
      await this.#closed;
    } else {
      // Its caller heard of the failure, and the lock was given back.
      await this.#closed.catch(() => undefined);
    }
  }

  #encode(record: RawMessage | Gap | SentMessage, tsRecv: EpochMicros, into: PendingLines): void {
    const { lines, lastSeqs } = into;
    const { session } = record;
    if ("seq" in record) {
      this.#encoder.frame(lines, record.data, session, record.seq, tsRecv);
      lastSeqs.note(session, record.seq);
      this.#lastSeqs.note(session, record.seq);
    } else if ("tsSent" in record) {
      const sent = tsRecv === record.tsSent ? record : { ...record, tsSent: tsRecv };
      this.#encoder.sent(lines, sent, this.#lastSeqs.of(session));
    } else {
      const gap = tsRecv === record.tsRecv ? record : { ...record, tsRecv };
      this.#encoder.gap(lines, gap, this.#lastSeqs.of(session));
    }
  }

  async #flush(): Promise<void> {
    const files = this.#pending.take();
    this.#pendingBytes = 0;
    let isFirst = true;
    for (const file of files) {
      if (file.lines.length === 0) continue;
      const isFull = (this.#open?.journal.size ?? 0) >= this.#rotateBytes;
      if (!isFirst || isFull || file.interval !== this.#open?.interval) await this.#rotate();
      isFirst = false;
      this.#open ??= await this.#begin(file);
      await this.#open.journal.append(file.lines.view(), file.lastSeqs.all());
      this.#metrics.count("ssmd_archive_bytes_total", file.lines.length, this.#labels);
    }
    const last = files.at(-1);
    if (last !== undefined && last.interval === this.#open?.interval) this.#pending.reuse(last);
  }

  async #begin({ first, interval }: PendingLines): Promise<OpenFile> {
    const { date, base } = placeOf(first);
    const folder = `${this.#folder}/${date}`;
    const free = freeBase(base, await takenBases(this.#io, folder));
    const path = `${folder}/${free}${OPEN_SUFFIX}`;
    const file = await this.#io.storage.openAppend(path);
    const journal = new Journal(
      file,
      this.#sync,
      this.#clock,
      (lastSeqs) => this.#onSync(lastSeqs),
    );
    return { path, target: { ...this.#stream, date, folder, base: free }, interval, journal };
  }

  #onSync(lastSeqs: ReadonlyMap<string, number>): void {
    this.#lastSyncAt = this.#clock.now();
    for (const [session, seq] of lastSeqs) this.#onDurable({ session, seq });
  }

  /** Ends the open file; it is sealed while others are written. */
  async #rotate(): Promise<void> {
    const open = this.#open;
    if (open === undefined) return;
    await open.journal.sync();
    await open.journal.close();
    this.#open = undefined;
    this.#sealing.push({ path: open.path, target: open.target, facts: this.#facts });
  }

  #assertUsable(): void {
    if (this.#closed !== undefined) {
      throw new Error(`Cannot write to ${this.#folder}: the archiver is closed`);
    }
    this.#failure ??= this.#sealing.failure?.error;
    if (this.#failure !== undefined) {
      throw new SsmdError(
        "write_failed",
        `Cannot write to ${this.#folder}: an earlier write failed: ${messageOf(this.#failure)}`,
        { cause: this.#failure },
      );
    }
  }

  async #guarded(work: () => Promise<void>): Promise<void> {
    this.#assertUsable();
    const before = this.#work;
    const done = (async () => {
      await before;
      if (this.#failure !== undefined) this.#assertUsable();
      try {
        await work();
      } catch (error) {
        this.#failure = error;
        throw error;
      }
    })();
    // Its caller hears of the failure, and so does every later call.
    this.#work = done.catch(() => undefined);
    await done;
  }
}
