import { GAP_TYPE, RAW_TYPE, SENT_TYPE } from "../lines/archive_line.ts";
import type { ArchiveLineReader } from "../lines/archive_line_reader.ts";
import { checkName, type StreamName } from "../archive/archive_names.ts";
import type { Archiver } from "../archive/archiver.ts";
import type { EpochMicros } from "../clock.ts";
import { SsmdError } from "../errors.ts";
import { typeOfLine } from "../archive/file_summary.ts";
import { frameMarket } from "../lines/frame_market.ts";
import { readFirstTime } from "../lines/first_line.ts";
import { type Gap, type GapReason, type LossReason, lossReason } from "../gap.ts";
import type { ImportReport, TapeReport } from "./import_report.ts";
import { scanObject } from "../lines/json_text.ts";
import { LineCursor } from "../lines/line_cursor.ts";
import { LineMerge } from "../lines/line_merge.ts";
import type { ReceiveClock } from "../archive/manifest.ts";
import { openTape, type Tape } from "./open_tape.ts";
import type { RawMessage } from "../raw_message.ts";
import { readLines } from "../lines/read_lines.ts";
import type { SequenceCheck } from "../sequence_check.ts";
import type { ByteStream, GzipCodec } from "../storage/storage.ts";
import { type GapPart, TapeSession } from "./tape_session.ts";

/** A tape whose stored bytes have been counted and hashed. */
export interface KnownTape {
  /** The tape. */
  readonly tape: Tape;
  /** SHA-256 of its stored bytes. */
  readonly sha256: string;
  /** How many they are. */
  readonly bytes: number;
}

/** How tapes are read; see the members of the same names in `ImportOptions`. */
export interface ReadingOptions {
  /** Makes a check that takes a lower number for a restart. */
  readonly sequence: () => SequenceCheck;
  /** Whether holes in the numbers mean nothing. */
  readonly partial?: boolean;
  /** Told how many of the stored bytes are read. */
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
  /** Ends the reading with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Reads tapes once, in time order, and hands every frame and gap to an archiver, if there is one. */
export class TapeReading {
  readonly #stream: StreamName;
  readonly #options: ReadingOptions;
  readonly #archiver: Archiver | undefined;
  readonly #reports: TapeReport[];
  readonly #sessions: TapeSession[];
  readonly #cursors: readonly LineCursor<number>[];
  readonly #merge: LineMerge<number>;
  #storedBytesRead = 0;
  readonly #types = new Map<string, number>();
  readonly #gaps: Partial<Record<LossReason, number>> = {};
  #records = 0;
  #missing = 0;
  #clamped = 0;
  #clock: ReceiveClock = "receive";
  #span: { from: number; to: number } | undefined;
  #newlyDamaged: number[] = [];
  readonly #tapes: readonly KnownTape[];
  readonly #gzip: GzipCodec;

  /** Nothing is read yet. `archiver` stays the caller's. */
  constructor(
    gzip: GzipCodec,
    stream: StreamName,
    tapes: readonly KnownTape[],
    options: ReadingOptions,
    archiver?: Archiver,
  ) {
    this.#gzip = gzip;
    this.#stream = stream;
    this.#tapes = tapes;
    this.#options = options;
    this.#archiver = archiver;
    this.#reports = tapes.map(({ tape, sha256, bytes }) => ({
      name: tape.name,
      sha256,
      bytes,
      records: 0,
      duplicates: 0,
      restarts: 0,
      unparsed: 0,
      tooLong: 0,
    }));
    this.#sessions = tapes.map(({ sha256 }) =>
      new TapeSession(
        checkName("session", sha256.slice(0, 12)),
        options.sequence(),
        options.sequence(),
      )
    );
    // A tape's first line yields at equal times to those of tapes that have begun: where a recording
    // was cut in two, its second part follows the first in whatever order they are given.
    this.#cursors = tapes.map((known, index) => this.#openCursor(known, index));
    this.#merge = new LineMerge(
      this.#cursors,
      (index, begun) => begun ? index : tapes.length + index,
    );
  }

  /** Reads everything; the report's `sealed` is empty. */
  async run(): Promise<ImportReport> {
    const total = this.#reports.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [index, { tape }] of this.#tapes.entries()) {
      // Bare recordings begin with replies without a time: theirs is that of the first line with one.
      this.#cursors[index]!.time = await readFirstTime(openTape(tape, this.#gzip)) ?? 0;
    }
    try {
      for (let more = true; more;) {
        more = await this.#merge.fill();
        await this.#declareDamage();
        while (this.#merge.next()) if (this.#take()) await this.#archiver?.flush();
        this.#options.signal?.throwIfAborted();
        this.#options.onProgress?.(this.#storedBytesRead, total);
      }
      await this.#archiver?.flush();
    } finally {
      await this.#merge.close();
    }
    return this.#report();
  }

  /** Stores the merge's current line, and before it the gaps that it reveals. */
  #take(): boolean {
    const { reader, time, source: index } = this.#merge.current;
    const report = this.#reports[index]!;
    const session = this.#sessions[index]!;
    report.records++;
    this.#span ??= { from: time, to: time };
    this.#span.to = time;
    if (Number.isNaN(reader.tsRecv)) {
      this.#clock = "exchange";
      this.#archiver?.markExchangeClock();
    }
    if (reader.tsRecv < time) this.#clamped++;
    if (reader.gap !== undefined) {
      session.declare(reader, reader.gap, time);
      return this.#store({
        ...reader.gap,
        feed: this.#stream.feed,
        session: session.id,
        tsRecv: time,
      });
    }
    if (reader.kind === "sent") return this.#takeSent(reader, session, time);
    session.observe(reader, time);
    if (session.duplicate) report.duplicates++;
    if (session.restarted) report.restarts++;
    let due = false;
    if (session.restart !== undefined) {
      due = this.#store(this.#gap("restart", session.restart, time, session.id)) || due;
    }
    if (session.hole !== undefined && this.#options.partial !== true) {
      this.#missing += session.hole.missing ?? 0;
      due = this.#store(this.#gap("sequence", session.hole, time, session.id)) || due;
    }
    const isObject = scanObject(reader.data, reader.start, reader.end);
    if (!isObject) report.unparsed++;
    this.#count(isObject ? typeOfLine(reader) : RAW_TYPE);
    const message: RawMessage = {
      feed: this.#stream.feed,
      session: session.id,
      seq: session.seq,
      tsRecv: time,
      data: reader.data.subarray(reader.start, reader.end),
    };
    due = this.#archiver?.add(message) || due;
    // The tape's own bytes stay as they were handed in.
    reader.restore();
    return due;
  }

  #takeSent(reader: ArchiveLineReader, session: TapeSession, time: EpochMicros): boolean {
    session.pass(reader, time);
    this.#count(SENT_TYPE);
    const due = this.#archiver?.add({
      feed: this.#stream.feed,
      session: session.id,
      tsSent: time,
      data: reader.data.subarray(reader.start, reader.end),
    });
    reader.restore();
    return due ?? false;
  }

  #gap(
    reason: GapReason,
    part: GapPart,
    tsRecv: number,
    session: string,
  ): Gap {
    return { feed: this.#stream.feed, session, reason, tsRecv, ...part };
  }

  #store(gap: Gap): boolean {
    const reason = lossReason(gap);
    if (reason !== undefined) this.#gaps[reason] = (this.#gaps[reason] ?? 0) + 1;
    this.#count(GAP_TYPE);
    return this.#archiver?.add(gap) ?? false;
  }

  #count(type: string): void {
    this.#records++;
    this.#types.set(type, (this.#types.get(type) ?? 0) + 1);
  }

  #openCursor({ tape }: KnownTape, index: number): LineCursor<number> {
    const open = () => openTape({ open: () => this.#counted(tape.open()) }, this.#gzip);
    return new LineCursor([{ open, source: index }], this.#stream.feed, {
      damaged: (_, error) => {
        this.#reports[index]!.damaged = error.message;
        this.#newlyDamaged.push(index);
      },
      tooLong: (_, lines) => {
        this.#reports[index]!.tooLong += lines;
      },
    });
  }

  async *#counted(stored: ByteStream): AsyncGenerator<Uint8Array> {
    for await (const chunk of stored) {
      this.#storedBytesRead += chunk.length;
      yield chunk;
    }
  }

  /** What follows in a cut tape is lost for its markets, and for no others. */
  async #declareDamage(): Promise<void> {
    for (const index of this.#newlyDamaged.splice(0)) {
      const session = this.#sessions[index]!;
      const at = session.lastTime;
      if (Number.isNaN(at)) continue;
      const tape = this.#tapes[index]!.tape;
      const markets = await marketsOf(openTape(tape, this.#gzip));
      const concerned = markets.length > 0 ? { markets } : {};
      this.#store(this.#gap("damage", { from: at, to: at, ...concerned }, at, session.id));
    }
  }

  #report(): ImportReport {
    return {
      tapes: this.#reports,
      records: this.#records,
      recordsByType: Object.fromEntries(this.#types),
      gaps: this.#gaps,
      missingFrames: this.#missing,
      clampedTimes: this.#clamped,
      sequence: this.#options.partial === true ? "partial" : "checked",
      clock: this.#clock,
      ...(this.#span === undefined ? {} : { span: this.#span }),
      sealed: [],
    };
  }
}

async function marketsOf(content: ByteStream): Promise<string[]> {
  const markets = new Set<string>();
  try {
    await readLines(content, ({ data, start, end }) => {
      const market = frameMarket(data, start, end);
      if (market !== undefined) markets.add(market);
    });
  } catch (error) {
    // The damage is known already; its readable lines name the markets.
    if (!(error instanceof SsmdError) || error.code !== "damaged_gzip") throw error;
  }
  return [...markets];
}
