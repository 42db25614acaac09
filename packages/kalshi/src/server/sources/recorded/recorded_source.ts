import {
  ArchiveLines,
  type ArchiveSource as ArchiveIo,
  type ArchiveStream,
  type EpochMicros,
  SsmdError,
  SymbolTable,
} from "@ssmd/core";
import type { ExchangeEvent } from "../../exchange_event.ts";
import type { ExchangeCatalog, ExchangeSource } from "../../exchange_source.ts";
import { MarketHistories } from "./market_history.ts";
import { RecordedCatalog } from "./recorded_catalog.ts";
import type { RecordedCounts } from "./recorded_counts.ts";
import { RecordedEvents } from "./recorded_events.ts";
import type { RecordedObjects } from "./recorded_objects.ts";

/** Options of a recorded source. */
export interface RecordedOptions {
  /** REST answers about the markets, as JSON values; `parseMarketObjects` says which. */
  readonly objects?: readonly unknown[];
  /**
   * Whether the recording is read through once to know its markets from the start. Default: unless
   * there are REST objects, given or recorded; without it markets appear only if objects tell them.
   */
  readonly scan?: boolean;
}

/** A batch of events is handed over when it has as many. */
const BATCH_EVENTS = 256;

/** A recording that is open at its first line. */
export interface OpenRecording {
  /** Where it is. */
  readonly io: ArchiveIo;
  /** Which streams of it are played. */
  readonly streams: (stream: ArchiveStream) => boolean;
  /** Its lines, of which the first is current. */
  readonly lines: ArchiveLines;
  /** What is known of its markets from its frames; nothing when they were not read for that. */
  readonly histories: MarketHistories;
  /** The REST objects with it. */
  readonly objects: RecordedObjects;
}

/**
 * Opens a recording; `name` is for the error. Throws `SsmdError` `not_found` when there is no line
 * in it.
 */
export async function openRecording(
  io: ArchiveIo,
  name: string,
  streams: (stream: ArchiveStream) => boolean,
  objects: RecordedObjects,
  scan: boolean = objects.markets.size === 0,
): Promise<OpenRecording> {
  const histories = scan ? await MarketHistories.read(io, streams) : new MarketHistories();
  const lines = await ArchiveLines.open(io, { streams });
  if (await firstLine(lines)) return { io, streams, lines, histories, objects };
  await lines.close();
  throw new SsmdError("not_found", `Cannot play ${name}: there is no line in it`);
}

/**
 * Plays a recording. Its time is the receive time, never decreasing, and not the exchange's own:
 * books come out right only in the order in which their changes arrived. Lines without a receive
 * time have the exchange's.
 *
 * After a gap, changes of the books that it concerns are left out until the next recorded snapshot,
 * which is then played. Messages of unknown types are played as they are, replies to commands not
 * at all. Both wire forms, of before and after March 2026, are understood.
 */
export class RecordedSource implements ExchangeSource {
  /** When the first line was received. */
  readonly start: EpochMicros;
  /** What REST said, as far as the recording and the REST objects with it tell. */
  readonly catalog: ExchangeCatalog;
  readonly #io: ArchiveIo;
  readonly #streams: (stream: ArchiveStream) => boolean;
  readonly #symbols = new SymbolTable();
  readonly #counts = {
    frames: 0,
    gaps: 0,
    duplicates: 0,
    unknownBook: 0,
    otherStream: 0,
    unplayable: 0,
    damagedFiles: 0,
  };
  #lines: ArchiveLines;
  #events: RecordedEvents;
  /** Whether the current line is still to be played. */
  #pending: boolean;
  #time: EpochMicros;
  #waiting: readonly ExchangeEvent[] = [];

  /** Takes over an open recording and closes it at its own end. */
  constructor({ io, streams, lines, histories, objects }: OpenRecording) {
    this.#io = io;
    this.#streams = streams;
    this.#lines = lines;
    this.#events = new RecordedEvents(this.#symbols, this.#counts);
    this.#pending = true;
    this.start = lines.time;
    this.#time = lines.time;
    const tickerOf = (ticker: string) => this.#events.tickerOf(ticker);
    this.catalog = new RecordedCatalog({ start: this.start, histories, objects, tickerOf });
  }

  /** What was met so far and could not be played; starts anew with {@link seek} backwards. */
  get counts(): RecordedCounts {
    return this.#counts;
  }

  /** The next events; at once while they are in memory. */
  next(): readonly ExchangeEvent[] | undefined | Promise<readonly ExchangeEvent[] | undefined> {
    const events: ExchangeEvent[] = [...this.#waiting];
    this.#waiting = [];
    this.#play(events, Infinity);
    return events.length > 0 ? events : this.#readOn();
  }

  /**
   * Goes to `time`: on from the present place, or from the start of the recording when it lies
   * before. Then come the books that are known at `time`.
   */
  async seek(time: EpochMicros): Promise<void> {
    if (time < this.#time) await this.#restart();
    this.#waiting = [];
    const unseen: ExchangeEvent[] = [];
    do {
      while (this.#play(unseen, time)) unseen.length = 0;
      unseen.length = 0;
    } while (!this.#pending && await this.#fill());
    this.#time = Math.max(time, this.start);
    this.#waiting = time < this.start ? [] : this.#events.snapshots(time);
  }

  /** Closes the files; twice is safe. */
  close(): Promise<void> {
    return this.#lines.close();
  }

  /** Plays lines up to `time` from memory; true when it stopped because `out` is full. */
  #play(out: ExchangeEvent[], time: EpochMicros): boolean {
    const lines = this.#lines;
    while (this.#pending || lines.next()) {
      this.#pending = lines.time > time;
      if (this.#pending) return false;
      this.#time = lines.time;
      this.#events.take(lines, out);
      if (out.length >= BATCH_EVENTS) return true;
    }
    return false;
  }

  async #readOn(): Promise<readonly ExchangeEvent[] | undefined> {
    const events: ExchangeEvent[] = [];
    while (events.length === 0) {
      if (!await this.#fill()) return undefined;
      this.#play(events, Infinity);
    }
    return events;
  }

  async #fill(): Promise<boolean> {
    const more = await this.#lines.fill();
    this.#events.lose(this.#lines);
    return more;
  }

  async #restart(): Promise<void> {
    await this.#lines.close();
    for (const name of Object.keys(this.#counts)) {
      this.#counts[name as keyof RecordedCounts] = 0;
    }
    this.#lines = await ArchiveLines.open(this.#io, { streams: this.#streams });
    this.#events = new RecordedEvents(this.#symbols, this.#counts);
    this.#pending = await firstLine(this.#lines);
  }
}

async function firstLine(lines: ArchiveLines): Promise<boolean> {
  while (await lines.fill()) if (lines.next()) return true;
  return false;
}
