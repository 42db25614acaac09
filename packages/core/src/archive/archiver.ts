import type { ArchiveEvent } from "./archive_event.ts";
import { LineEncoder } from "../lines/archive_line.ts";
import {
  freeBase,
  OPEN_SUFFIX,
  placeOf,
  SEALED_SUFFIX,
  streamFolder,
  type StreamName,
} from "./archive_names.ts";
import { ByteBuffer } from "../lines/byte_buffer.ts";
import { type Clock, type EpochMicros, MICROS_PER_SECOND, SystemClock } from "../clock.ts";
import { SsmdError } from "../errors.ts";
import type { Gap } from "../gap.ts";
import { Journal, type SyncPolicy } from "./journal.ts";
import type { ReceiveClock, SequenceCoverage } from "./manifest.ts";
import { type Metrics, silentMetrics } from "../metrics.ts";
import type { RawMessage } from "../raw_message.ts";
import { recoverStream } from "./recovery.ts";
import { type FileFacts, sealOpenFile, type SealTarget } from "./seal.ts";
import { readStreamFacts, writeStreamFacts } from "./stream_facts.ts";
import type { ArchiveIo, StreamLock } from "../storage/storage.ts";
import { takenBases } from "./taken_bases.ts";

/** Options of {@link Archiver.open}. */
export interface ArchiverOptions {
  /**
   * Files begin at whole multiples of this many seconds since midnight UTC. A whole number that
   * divides a day. Default 900.
   */
  readonly rotateSeconds?: number;
  /** A file is also closed when its content reaches this many bytes, from 1. Default 256 MiB. */
  readonly rotateBytes?: number;
  /** When lines are forced to disk. Default `{every: 1000}`. */
  readonly sync?: SyncPolicy;
  /** Whether somebody judges the exchange's sequence before frames come here. Default `unchecked`. */
  readonly sequence?: SequenceCoverage;
  /** Where receive times come from. Default `receive`. */
  readonly receiveClock?: ReceiveClock;
  /** Asked under the sync policy `every` and by {@link Archiver.tick}. Default: the system's. */
  readonly clock?: Clock;
  /** Told of every file sealed and everything recovered. */
  readonly onEvent?: (event: ArchiveEvent) => void;
  /** Counts `ssmd_archive_records_total`, `_bytes_total`, `_clamped_times_total`. */
  readonly metrics?: Metrics;
}

/** Lines for one file that are not appended yet. */
interface Segment {
  /** Receive time of its first line; names the file. */
  first: EpochMicros;
  /** Start of its rotation interval. */
  readonly bucket: number;
  readonly lines: ByteBuffer;
}

/** The name of a stream's lock file. */
export const LOCK_NAME = "writer.lock";

const FLUSH_BYTES = 1024 * 1024;
const SECONDS_PER_DAY = 86_400;

/**
 * Writes one stream of an archive. {@link add} records, {@link flush} when it says so, {@link close}
 * at the end. Records may be added while a call is under way, and calls may overlap: each waits for
 * the one before. After a rejected `flush`, `tick` or `close` the archiver is finished: whole lines
 * of the failed batch may or may not be stored, nothing older has changed, and the next `open` puts
 * the stream in order.
 */
export class Archiver {
  readonly #io: ArchiveIo;
  readonly #stream: StreamName;
  readonly #folder: string;
  readonly #lock: StreamLock;
  readonly #rotateMicros: number;
  readonly #rotateBytes: number;
  readonly #sync: SyncPolicy;
  #facts: FileFacts;
  readonly #clock: Clock;
  readonly #onEvent: (event: ArchiveEvent) => void;
  readonly #metrics: Metrics;
  readonly #labels: Readonly<Record<string, string>>;
  readonly #encoder = new LineEncoder();
  #segments: Segment[] = [];
  #latest: EpochMicros = 0;
  #pendingBytes = 0;
  #journal: Journal | undefined;
  #target: SealTarget | undefined;
  #openBucket = NaN;
  #lastSeq = new Map<string, number>();
  #clamped = 0;
  #failure: unknown;
  #work: Promise<void> = Promise.resolve();
  #closed: Promise<void> | undefined;

  private constructor(
    io: ArchiveIo,
    stream: StreamName,
    lock: StreamLock,
    options: ArchiverOptions,
  ) {
    this.#io = io;
    this.#stream = stream;
    this.#folder = streamFolder(stream);
    this.#lock = lock;
    this.#rotateMicros = (options.rotateSeconds ?? 900) * MICROS_PER_SECOND;
    this.#rotateBytes = options.rotateBytes ?? 256 * 1024 * 1024;
    this.#sync = options.sync ?? { every: 1000 };
    this.#facts = {
      sequence: options.sequence ?? "unchecked",
      clock: options.receiveClock ?? "receive",
    };
    this.#clock = options.clock ?? new SystemClock();
    this.#onEvent = options.onEvent ?? (() => {});
    this.#metrics = options.metrics ?? silentMetrics;
    this.#labels = { feed: stream.feed, stream: stream.stream };
  }

  /**
   * Takes the stream's lock and puts the stream in order. Throws `SsmdError`: `stream_locked` while
   * another process writes it, `invalid_name`, `newer_format`, `damaged_manifest`, `already_exists`
   * for a manifest that is not ssmd's where one is to be written, `write_failed`; `RangeError` for a
   * rotation that does not divide a day, a size or a sync interval that is no number above it.
   */
  static async open(
    io: ArchiveIo,
    stream: StreamName,
    options: ArchiverOptions = {},
  ): Promise<Archiver> {
    checkOptions(options);
    const lockPath = `${streamFolder(stream)}/${LOCK_NAME}`;
    const lock = await io.storage.lock(lockPath);
    try {
      const archiver = new Archiver(io, stream, lock, options);
      if (lock.takenOverFrom !== undefined) {
        archiver.#onEvent({ type: "lock_taken_over", path: lockPath, from: lock.takenOverFrom });
      }
      const before = await readStreamFacts(io.storage, archiver.#folder);
      await recoverStream(io, stream, before, archiver.#onEvent);
      await writeStreamFacts(io.storage, archiver.#folder, archiver.#facts, before);
      return archiver;
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  /** Records whose receive time went back and were given the time of the record before them. */
  get clampedTimes(): number {
    return this.#clamped;
  }

  /** Says that lines without a receive time of ours follow; the files that hold them will say so. */
  markExchangeClock(): void {
    if (this.#facts.clock !== "exchange") this.#facts = { ...this.#facts, clock: "exchange" };
  }

  /**
   * Takes a frame or a gap, in the order of receipt; its bytes are copied. True when enough is
   * waiting that {@link flush} should be awaited before more is added. Throws, and takes nothing,
   * for what could not be read back: `RangeError` for a time or number that is no exact integer,
   * `invalid_name` for a session that is no plain word.
   */
  add(record: RawMessage | Gap): boolean {
    this.#assertUsable();
    let tsRecv = record.tsRecv;
    if (!Number.isSafeInteger(tsRecv)) {
      throw new RangeError(
        `Cannot archive a record received at ${tsRecv}: expected whole microseconds`,
      );
    }
    if (tsRecv < this.#latest) {
      tsRecv = this.#latest;
      this.#clamped++;
      this.#metrics.count("ssmd_archive_clamped_times_total", 1, this.#labels);
    }
    this.#latest = tsRecv;
    const lines = this.#segmentFor(tsRecv).lines;
    const before = lines.length;
    if ("data" in record) {
      this.#encoder.frame(lines, record.data, record.session, record.seq, tsRecv);
      this.#lastSeq.set(record.session, record.seq);
    } else {
      const seq = this.#lastSeq.get(record.session) ?? 0;
      this.#encoder.gap(lines, tsRecv === record.tsRecv ? record : { ...record, tsRecv }, seq);
    }
    this.#pendingBytes += lines.length - before;
    this.#metrics.count("ssmd_archive_records_total", 1, this.#labels);
    return this.#pendingBytes >= FLUSH_BYTES;
  }

  /** Appends what was added to the open file, sealing and opening files at each rotation. */
  async flush(): Promise<void> {
    await this.#guarded(() => this.#flush());
  }

  /** Seals the open file when its interval is over, and syncs what the policy says is due. */
  async tick(): Promise<void> {
    await this.#guarded(async () => {
      await this.#flush();
      if (this.#journal === undefined) return;
      if (this.#bucketOf(this.#clock.now()) > this.#openBucket) await this.#seal();
      else await this.#journal.tick();
    });
  }

  /** Flushes, seals the open file and gives the lock back; twice is safe, and the same promise. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    try {
      await this.#work;
      if (this.#failure === undefined) {
        await this.#flush();
        await this.#seal();
      }
    } finally {
      await this.#release();
    }
  }

  async #release(): Promise<void> {
    try {
      await this.#journal?.close();
    } finally {
      await this.#lock.release();
    }
  }

  /**
   * Gives the lock back and leaves the open file as it is, for the next `open` to seal; what was
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

  #segmentFor(tsRecv: EpochMicros): Segment {
    const bucket = this.#bucketOf(tsRecv);
    const current = this.#segments.at(-1);
    if (current !== undefined) {
      const size = current.lines.length + (this.#segments.length === 1 ? this.#openSize() : 0);
      if (current.bucket === bucket && size < this.#rotateBytes) {
        if (current.lines.length === 0) current.first = tsRecv;
        return current;
      }
    }
    const segment: Segment = { first: tsRecv, bucket, lines: new ByteBuffer() };
    this.#segments.push(segment);
    return segment;
  }

  /** Content of the open file, if the first waiting segment goes on with it. */
  #openSize(): number {
    const continued = this.#segments[0]?.bucket === this.#openBucket;
    return continued && this.#journal !== undefined ? this.#journal.size : 0;
  }

  async #flush(): Promise<void> {
    const segments = this.#segments;
    this.#segments = [];
    this.#pendingBytes = 0;
    for (let i = 0; i < segments.length; i++) {
      const segment = segments[i]!;
      if (segment.lines.length === 0) continue;
      const full = (this.#journal?.size ?? 0) >= this.#rotateBytes;
      if (i > 0 || full || segment.bucket !== this.#openBucket) await this.#seal();
      this.#journal ??= await this.#openJournal(segment);
      await this.#journal.append(segment.lines.view());
      this.#metrics.count("ssmd_archive_bytes_total", segment.lines.length, this.#labels);
    }
    const last = segments.at(-1);
    // What was added meanwhile has segments of its own.
    if (this.#segments.length === 0 && last?.bucket === this.#openBucket && last !== undefined) {
      last.lines.clear();
      this.#segments = [last];
    }
  }

  async #openJournal(segment: Segment): Promise<Journal> {
    const { date, base } = placeOf(segment.first);
    const folder = `${this.#folder}/${date}`;
    const free = freeBase(base, await takenBases(this.#io, folder));
    this.#target = { ...this.#stream, date, folder, base: free };
    this.#openBucket = segment.bucket;
    const file = await this.#io.storage.openAppend(`${folder}/${free}${OPEN_SUFFIX}`);
    return new Journal(file, this.#sync, this.#clock);
  }

  async #seal(): Promise<void> {
    const journal = this.#journal;
    const target = this.#target;
    if (journal === undefined || target === undefined) return;
    await journal.sync();
    await journal.close();
    this.#journal = undefined;
    this.#target = undefined;
    this.#openBucket = NaN;
    const path = `${target.folder}/${target.base}${OPEN_SUFFIX}`;
    const entry = await sealOpenFile(this.#io, path, target, this.#facts);
    this.#onEvent({
      type: "sealed",
      path: `${target.folder}/${target.base}${SEALED_SUFFIX}`,
      records: entry.records,
      gaps: entry.gaps.length,
    });
  }

  #bucketOf(tsRecv: EpochMicros): number {
    return Math.floor(tsRecv / this.#rotateMicros);
  }

  #assertUsable(): void {
    if (this.#closed !== undefined) {
      throw new Error(`Cannot write to ${this.#folder}: the archiver is closed`);
    }
    if (this.#failure !== undefined) {
      throw new SsmdError(
        "write_failed",
        `Cannot write to ${this.#folder}: an earlier write failed`,
        {
          cause: this.#failure,
        },
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

function checkOptions(
  { rotateSeconds = 900, rotateBytes = 1, sync = "none" }: ArchiverOptions,
): void {
  if (
    !Number.isInteger(rotateSeconds) || rotateSeconds <= 0 || SECONDS_PER_DAY % rotateSeconds > 0
  ) {
    throw new RangeError(
      `Cannot rotate every ${rotateSeconds} seconds: expected a whole number that divides a day`,
    );
  }
  if (!(rotateBytes >= 1)) {
    throw new RangeError(`Cannot rotate at ${rotateBytes} bytes: expected a number from 1`);
  }
  if (typeof sync === "object" && !(sync.every >= 0)) {
    throw new RangeError(`Cannot sync every ${sync.every} ms: expected a number from 0`);
  }
}
