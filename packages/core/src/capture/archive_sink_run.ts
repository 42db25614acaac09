import type { ArchiveEvent } from "../archive/archive_event.ts";
import type { StreamName } from "../archive/archive_names.ts";
import type { ArchiveSinkOptions } from "./archive_sink_options.ts";
import { Archiver } from "../archive/archiver.ts";
import { backoffMs } from "./backoff.ts";
import type { CaptureRecord } from "./capture_record.ts";
import { type Clock, type EpochMicros, MICROS_PER_SECOND, SystemClock } from "../clock.ts";
import { DiskFloor } from "./disk_floor.ts";
import { messageOf, SsmdError } from "../errors.ts";
import { FrameMonitor } from "./frame_monitor.ts";
import { RecordReader } from "./record_reader.ts";
import { RingBuffer } from "../ring/ring_buffer.ts";
import { SessionStart } from "./session_start.ts";
import type { Durable, SinkHandlers, SinkState } from "./sink.ts";
import type { ArchiveIo } from "../storage/storage.ts";
import { UnsavedRecords } from "./unsaved_records.ts";

/** Records taken before the archiver is asked whether that is enough. */
const BATCH_RECORDS = 64;
/** How long to sleep at most, so that what is due by the clock is done. */
const PARK_MS = 100;
/** After so many bytes the room on the disk is looked at again, however short the time. */
const LOOK_BYTES = 256 * 1024;
/**
 * How long to let records gather: a batch costs hardly more than a record, and to be woken costs the
 * socket's thread a system call. A ring of less than so many MiB is emptied sooner: they fill as many
 * milliseconds only at a gigabyte a second.
 */
const GATHER_MS = 20;
const MIB = 1024 * 1024;
/** Waits of 1, 2, 4, … 30 seconds: nobody else comes back at the same time, so without chance. */
const REOPEN = { firstMs: 2000, maxMs: 60_000 };

/** One life of an `ArchiveSink`. */
export class ArchiveSinkRun {
  readonly #io: ArchiveIo;
  readonly #stream: StreamName;
  readonly #options: ArchiveSinkOptions;
  readonly #clock: Clock;
  readonly #handlers: SinkHandlers;
  readonly #ring: RingBuffer;
  readonly #reader: RecordReader;
  readonly #gatherMs: number;
  readonly #floor: DiskFloor;
  readonly #monitor: FrameMonitor | undefined;
  readonly #unsaved = new UnsavedRecords();
  readonly #gaps: Record<string, number> = {};
  #start = new SessionStart(undefined);
  #archiver: Archiver | undefined;
  /** Why the archiver can no longer be used. */
  #failure: { readonly error: unknown } | undefined;
  /** Whether a file was sealed whose sessions nobody was told of since the last batch was stored. */
  #sealedUnheard = false;
  #isBatchFull = false;
  #inBatch = 0;
  #records = 0;
  #lost = 0;
  #lastSyncAt: EpochMicros | undefined;
  #lastLookAt = -Infinity;
  #bytesSinceLook = 0;

  /** For one call of {@link run}. */
  constructor(
    io: ArchiveIo,
    stream: StreamName,
    options: ArchiveSinkOptions,
    ring: SharedArrayBuffer,
    handlers: SinkHandlers,
  ) {
    this.#io = io;
    this.#stream = stream;
    this.#options = options;
    this.#clock = options.clock ?? new SystemClock();
    this.#handlers = handlers;
    this.#ring = RingBuffer.attach(ring);
    this.#reader = new RecordReader(this.#ring, stream.feed);
    this.#gatherMs = Math.min(GATHER_MS, Math.ceil(this.#ring.capacity / MIB));
    this.#floor = new DiskFloor(
      options.minFreeBytes ?? 0,
      options.freeBytes ?? (() => Promise.resolve(undefined)),
    );
    this.#monitor = options.decoder === undefined ? undefined : new FrameMonitor(options.decoder);
  }

  /** Takes records until there will be no more; see `ArchiveSink.run`. */
  async run(): Promise<void> {
    // Waiting for records alone would not keep the process alive.
    const alive = setInterval(() => {}, 2 ** 30);
    try {
      this.#archiver = await this.#open();
      this.#start = new SessionStart(this.#archiver.lastReceivedAt);
      await this.#look();
      this.#handlers.onReady();
      await this.#takeAll();
      await this.#finish();
      this.#handlers.onState(this.#state());
    } catch (error) {
      this.#failure ??= { error };
      this.#handlers.onState(this.#state());
      throw error;
    } finally {
      clearInterval(alive);
      await this.#abandon();
    }
  }

  async #takeAll(): Promise<void> {
    while (!this.#ring.isDrained) {
      if (this.#clock.now() - this.#lastLookAt >= MICROS_PER_SECOND) await this.#look();
      if (this.#bytesSinceLook >= LOOK_BYTES) await this.#watchDisk();
      if (this.#failure !== undefined) await this.#recover();
      this.#isBatchFull = false;
      const isTaking = this.#isTaking();
      if (isTaking) this.#drain();
      await this.#store();
      if (this.#isBatchFull || this.#failure !== undefined) continue;
      await (isTaking ? this.#park() : sleep(PARK_MS));
    }
  }

  #isTaking(): boolean {
    return this.#floor.problem === undefined || this.#ring.closed;
  }

  #drain(): void {
    while (!this.#isBatchFull && this.#reader.read(BATCH_RECORDS, this.#take) > 0);
  }

  readonly #take = (record: CaptureRecord): void => {
    if (this.#start.isOver) this.#keep(record);
    else for (const released of this.#start.take(record)) this.#keep(released);
  };

  #keep(record: CaptureRecord): void {
    this.#unsaved.add(record);
    if ("seq" in record) {
      this.#bytesSinceLook += record.data.length;
      this.#monitor?.observe(record);
    } else if ("reason" in record) {
      this.#gaps[record.reason] = (this.#gaps[record.reason] ?? 0) + 1;
    }
    // The rest of the batch is out of the ring: it counts as lost with what was not stored before.
    if (this.#failure !== undefined) return;
    try {
      if (this.#archiver!.add(record)) this.#isBatchFull = true;
      this.#inBatch++;
    } catch (error) {
      if (!(error instanceof SsmdError) || error.code !== "write_failed") throw error;
      this.#failure = { error };
    }
  }

  /** Writes what was taken; what goes wrong becomes the failure. */
  async #store(): Promise<void> {
    if (this.#failure !== undefined) return;
    try {
      // Only when nothing older is still to come may the file be ended by the clock.
      if (this.#isBatchFull) await this.#archiver!.flush();
      else await this.#archiver!.tick();
      this.#noteStored();
    } catch (error) {
      this.#failure = { error };
    }
  }

  #noteStored(): void {
    this.#unsaved.flushed();
    this.#sealedUnheard = false;
    this.#records += this.#inBatch;
    this.#inBatch = 0;
  }

  async #park(): Promise<void> {
    // A file is sealed beside this, which needs the thread's events.
    const mayBlock = this.#options.blocking === true && this.#archiver?.sealing === 0;
    const isWoken = mayBlock ? this.#ring.wait(PARK_MS) : await this.#ring.waitAsync(PARK_MS);
    if (isWoken && !this.#ring.closed) await sleep(this.#gatherMs);
  }

  /** Opens the stream again, until that works; rejects when the capture is being closed before. */
  async #recover(): Promise<void> {
    const first = this.#failure!.error;
    this.#handlers.onState(this.#state());
    for (let attempt = 1; this.#failure !== undefined; attempt++) {
      await this.#abandon();
      await this.#sleepUnlessClosed(backoffMs(attempt, 0, REOPEN));
      const isLast = this.#ring.closed;
      try {
        await this.#reopen();
      } catch (error) {
        this.#failure = { error };
        this.#handlers.onState(this.#state());
        if (isLast) throw await this.#lastWord(first);
      }
    }
    this.#handlers.onState(this.#state());
  }

  async #reopen(): Promise<void> {
    const isComplete = !this.#sealedUnheard;
    const archiver = await this.#open();
    this.#archiver = archiver;
    this.#sealedUnheard = false;
    this.#failure = undefined;
    for (const [session, seq] of archiver.recovered) {
      if (seq > 0) this.#noteDurable({ session, seq });
    }
    const { recovered, lastReceivedAt } = archiver;
    const instead = this.#unsaved.settle(recovered, isComplete, lastReceivedAt);
    const missing = instead.reduce((sum, gap) => sum + lostFrames(gap), 0);
    this.#lost += missing;
    this.#inBatch = Math.max(0, this.#inBatch - missing);
    for (const record of instead) this.#keep(record);
    await archiver.flush();
    this.#noteStored();
  }

  /** Why the sink ends: frames that were taken and those that are still in the ring are lost. */
  async #lastWord(first: unknown): Promise<SsmdError> {
    await this.#abandon();
    const { feed, stream } = this.#stream;
    return new SsmdError(
      "write_failed",
      `Cannot finish the stream ${feed}/${stream}: ${
        messageOf(first)
      }; the records since then are lost`,
      { cause: first },
    );
  }

  async #finish(): Promise<void> {
    for (const record of this.#start.finish()) this.#keep(record);
    try {
      if (this.#failure === undefined) await this.#archiver!.close();
    } catch (error) {
      this.#failure = { error };
    }
    if (this.#failure !== undefined) {
      await this.#recover();
      await this.#archiver!.close();
    }
    this.#lastSyncAt = this.#archiver!.lastSyncAt ?? this.#lastSyncAt;
    this.#archiver = undefined;
  }

  #open(): Promise<Archiver> {
    const { rotateSeconds, rotateBytes, sync, sequence } = this.#options;
    return Archiver.open(this.#io, this.#stream, {
      ...(rotateSeconds === undefined ? {} : { rotateSeconds }),
      ...(rotateBytes === undefined ? {} : { rotateBytes }),
      ...(sync === undefined ? {} : { sync }),
      ...(sequence === undefined ? {} : { sequence }),
      clock: this.#clock,
      onEvent: (event) => this.#noteEvent(event),
      onDurable: (durable) => this.#noteDurable(durable),
    });
  }

  #noteEvent(event: ArchiveEvent): void {
    if (event.type === "sealed" || event.type === "open_file_completed") {
      this.#sealedUnheard = true;
    }
    this.#handlers.onArchiveEvent(event);
  }

  #noteDurable(durable: Durable): void {
    this.#unsaved.durable(durable.session, durable.seq);
    this.#handlers.onDurable(durable);
  }

  /** Gives the stream back as it is. */
  async #abandon(): Promise<void> {
    const archiver = this.#archiver;
    if (archiver === undefined) return;
    this.#archiver = undefined;
    this.#lastSyncAt = archiver.lastSyncAt ?? this.#lastSyncAt;
    try {
      await archiver.abandon();
    } catch (error) {
      // What made it fail before says more.
      this.#failure ??= { error };
    }
  }

  async #sleepUnlessClosed(ms: number): Promise<void> {
    for (let left = ms; left > 0 && !this.#ring.closed; left -= PARK_MS) {
      await sleep(Math.min(left, PARK_MS));
      if (this.#clock.now() - this.#lastLookAt >= MICROS_PER_SECOND) await this.#look();
    }
  }

  /** Asks for the room on the disk and says how everything is. */
  async #look(): Promise<void> {
    await this.#watchDisk();
    this.#lastLookAt = this.#clock.now();
    this.#handlers.onState(this.#state());
  }

  async #watchDisk(): Promise<void> {
    this.#bytesSinceLook = 0;
    const wasLow = this.#floor.problem !== undefined;
    await this.#floor.look();
    if ((this.#floor.problem !== undefined) !== wasLow) this.#handlers.onState(this.#state());
  }

  #state(): SinkState {
    const archiver = this.#archiver;
    const problem = this.#failure === undefined
      ? this.#floor.problem
      : messageOf(this.#failure.error);
    const openFile = archiver?.openFile;
    const lastSyncAt = archiver?.lastSyncAt ?? this.#lastSyncAt;
    const { freeBytes } = this.#floor;
    return {
      writing: problem === undefined,
      ...(problem === undefined ? {} : { problem }),
      records: this.#records,
      lost: this.#lost,
      gaps: { ...this.#gaps },
      ...(openFile === undefined ? {} : { openFile, openBytes: archiver?.openBytes ?? 0 }),
      ...(lastSyncAt === undefined ? {} : { lastSyncAt }),
      ...(freeBytes === undefined ? {} : { freeBytes }),
      sealing: archiver?.sealing ?? 0,
      ...(this.#monitor === undefined ? {} : { frames: this.#monitor.takeFigures() }),
    };
  }
}

/** Frames that a record of ours stands for because they could not be stored. */
function lostFrames(record: CaptureRecord): number {
  return "reason" in record && record.reason === "overflow" ? record.missing ?? 0 : 0;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
