import type { ArchiveFile, ArchiveStream } from "../archive/archive_catalog.ts";
import { BookSet } from "../book/book_set.ts";
import type { OrderBook } from "../book/order_book.ts";
import { type EpochMicros, MICROS_PER_DAY, MICROS_PER_SECOND } from "../clock.ts";
import type { Decoder } from "../decoder.ts";
import { EventBatch } from "../events/event_batch.ts";
import { EventKind, FLAG_LAST, NO_MARKET, SIDE_NO, SIDE_YES } from "../events/event_kind.ts";
import { ONE_DOLLAR } from "../fixed_point.ts";
import type { Gap } from "../gap.ts";
import type { ArchiveLineReader } from "../lines/archive_line_reader.ts";
import type { MarketInfo } from "../market_info.ts";
import { FrameSessions } from "../replay/frame_sessions.ts";
import type { ReplayRun } from "../replay/replay_plan.ts";
import { CoverageLedger } from "./coverage_ledger.ts";
import type { FileTally } from "./file_tally.ts";
import type { MarketDay } from "./market_day.ts";
import { MarketWatch, ROW_GROUP } from "./market_watch.ts";
import type { UntrustedReason } from "./quality_report.ts";
import { checkEventTime, checkLevel, checkQuote, checkTrade } from "./row_check.ts";
import { copyNameCounts, type NameCounts, StreamDay } from "./stream_day.ts";

/** Two files further apart than this have a gap between them. */
export const FILE_GAP: EpochMicros = 30 * 60 * MICROS_PER_SECOND;

/** Goes through the lines of one stream in time order and counts what they are worth. */
export class StreamCheck {
  /** The stream. */
  readonly stream: ArchiveStream;
  /** The days that are looked at, in order. */
  readonly days: ReadonlyMap<string, StreamDay>;
  /** Markets by id; `undefined` for those that only a gap or an announcement named. */
  readonly watches: (MarketWatch | undefined)[] = [undefined];
  /** Objects by ticker; absent when there are none. */
  readonly objects: ReadonlyMap<string, MarketInfo> | undefined;
  /** Names the markets' ids. */
  readonly decoder: Decoder;
  /** Time of the last line; NaN before the first. */
  last: EpochMicros = NaN;
  readonly #batch: EventBatch;
  readonly #books: BookSet;
  readonly #sessions = new FrameSessions();
  #ledger: CoverageLedger | undefined;
  /** Where time begins for coverage; −Infinity: at the first line. */
  readonly #start: EpochMicros;
  #file: ArchiveFile | undefined;
  #tally: FileTally | undefined;
  #day: StreamDay | undefined;
  #session = "";
  #names: NameCounts;
  #damage: Gap[] = [];

  /** `start` is where the time that was asked for begins, −Infinity when nobody said. */
  constructor(
    stream: ArchiveStream,
    dates: readonly string[],
    decoder: Decoder,
    objects: ReadonlyMap<string, MarketInfo> | undefined,
    start: EpochMicros,
  ) {
    this.stream = stream;
    this.days = new Map(dates.map((date) => [date, new StreamDay(date)]));
    this.decoder = decoder;
    this.objects = objects;
    this.#start = start;
    this.#batch = new EventBatch(decoder.symbols);
    this.#books = new BookSet(decoder.symbols);
    this.#names = copyNameCounts(decoder.counts);
  }

  /** Notes that what follows in `file` cannot be read; `gap` says from when on. */
  addDamage(file: ArchiveFile, reason: string, gap: Gap): void {
    const tally = this.#dayOf(file).file(file);
    tally.damage = reason;
    tally.lostFrom = gap.from;
    if (tally.claimed !== undefined) {
      tally.lostRecords = Math.max(0, tally.claimed - tally.records);
    }
    this.#damage.push(gap);
  }

  /** Takes the next line, of `file` in `run`. */
  line(reader: ArchiveLineReader, time: EpochMicros, file: ArchiveFile, run: ReplayRun): void {
    if (file !== this.#file) this.#enterFile(file, time, reader.session);
    const tally = this.#tally!;
    const day = this.#day!;
    this.#ledger ??= new CoverageLedger(this.days, Math.max(this.#start, this.#firstTime(time)));
    if (this.#damage.length > 0) this.#applyDamage(time);
    tally.records++;
    this.#checkTimes(reader, time, tally, day);
    this.#session = reader.session;
    this.last = time;
    if (reader.gap !== undefined) {
      day.addGap(reader.gap, false);
      this.#batch.pushGap(reader.gap);
      this.#rows(time, run, day, reader.gap);
    } else if (reader.kind === "frame") this.#frame(reader, time, run, tally, day);
  }

  /** Counts what is left when what is looked at ends at `end`, or with the data. */
  finish(end: EpochMicros | undefined): void {
    this.#noteNames();
    if (this.#ledger === undefined) return;
    this.#applyDamage(Infinity);
    for (const watch of this.watches) {
      if (watch === undefined) continue;
      if (!Number.isNaN(watch.crossedSince)) this.#uncross(watch, watch.last);
      this.#ledger.close(watch, end ?? this.last);
    }
  }

  #firstTime(time: EpochMicros): EpochMicros {
    return this.#start === -Infinity ? time : -Infinity;
  }

  #dayOf(file: ArchiveFile): StreamDay {
    // The days were made of the files' dates.
    return this.days.get(file.date)!;
  }

  #enterFile(file: ArchiveFile, time: EpochMicros, session: string): void {
    const before = this.#file;
    const day = this.#dayOf(file);
    if (day !== this.#day) this.#noteNames();
    const livesOn = session !== "" && session === this.#session;
    if (before !== undefined && time - this.last > FILE_GAP && !livesOn) {
      const from = this.last;
      this.#dayOf(before).fileGaps.push({ from, to: time, before: before.path, after: file.path });
      const gap = { feed: this.stream.feed, session: "", from, to: time, tsRecv: from };
      this.#doubtAll({ ...gap, reason: "restart" }, "file gap");
    }
    this.#file = file;
    this.#day = day;
    this.#tally = day.file(file);
  }

  #checkTimes(
    { tsRecv }: ArchiveLineReader,
    time: EpochMicros,
    tally: FileTally,
    day: StreamDay,
  ): void {
    if (Number.isNaN(day.first)) day.first = time;
    day.last = time;
    if (time < day.start || time >= day.start + MICROS_PER_DAY) tally.otherDay++;
    if (Number.isNaN(tsRecv)) tally.withoutReceiveTime++;
    else {
      if (tsRecv < tally.lastReceived) tally.receiveTimeBack++;
      tally.lastReceived = tsRecv;
    }
  }

  #frame(
    reader: ArchiveLineReader,
    time: EpochMicros,
    run: ReplayRun,
    tally: FileTally,
    day: StreamDay,
  ): void {
    day.frames++;
    const { counts } = this.decoder;
    const { malformed, duplicates } = counts;
    const session = this.#sessions.find(this.stream, reader.session, reader.shard);
    this.decoder.decode(reader.data, reader.start, reader.end, session, time, this.#batch);
    if (counts.malformed > malformed) tally.malformed++;
    if (counts.duplicates > duplicates) day.duplicates++;
    const batch = this.#batch;
    const last = batch.length - 1;
    // Without a receive time of ours `time` is the exchange's itself.
    if (!Number.isNaN(reader.tsRecv)) this.#noteAge(batch, last, day);
    this.#rows(time, run, day, undefined);
  }

  #noteAge(batch: EventBatch, row: number, day: StreamDay): void {
    const kind = batch.kind[row]!;
    if (kind === EventKind.delta || kind === EventKind.trade || kind === EventKind.ticker) {
      day.addAge(batch.tsRecv[row]! - batch.tsEvent[row]!);
    }
  }

  /** Goes through the rows of one line; `declared` is the line's own gap. */
  #rows(time: EpochMicros, run: ReplayRun, day: StreamDay, declared: Gap | undefined): void {
    const batch = this.#batch;
    let known = declared;
    for (let row = 0; row < batch.length; row++) {
      switch (batch.kind[row]!) {
        case EventKind.gap: {
          const gap = batch.details[batch.ref[row]!] as Gap;
          if (gap !== known) day.addGap(gap, true);
          known = gap;
          this.#gapRow(row, time, gap);
          break;
        }
        case EventKind.snapshot:
        case EventKind.level:
        case EventKind.delta:
          this.#bookRow(row, time, run, day);
          break;
        case EventKind.trade:
          this.#tradeRow(row, time, run, day);
          break;
        case EventKind.ticker:
          this.#tickerRow(row, time, run, day);
          break;
      }
    }
    batch.clear();
  }

  #bookRow(row: number, time: EpochMicros, run: ReplayRun, day: StreamDay): void {
    const batch = this.#batch;
    const id = batch.market[row]!;
    if (id === NO_MARKET) {
      this.#books.apply(batch, row);
      this.#doubtEvery(time, "inconsistency");
      return;
    }
    const watch = this.#open(id, time);
    const market = day.market(id);
    const kind = batch.kind[row]!;
    if (kind === EventKind.delta) {
      market.deltas++;
      checkEventTime(batch.tsEvent[row]!, watch, ROW_GROUP.book, market);
    } else if (kind === EventKind.snapshot) market.snapshots++;
    const changed = kind !== EventKind.level &&
      this.#changesRun(watch, ROW_GROUP.book, run, market);
    if (kind !== EventKind.snapshot) checkLevel(batch, row, market);
    const before = this.#books.get(id);
    const dropped = before?.deltasBeforeSnapshot ?? 0;
    const odd = before?.inconsistencies ?? 0;
    this.#books.apply(batch, row);
    const book = this.#books.get(id)!;
    // A snapshot puts the book right by itself; after a delta of another recording it is unknown.
    if (changed && kind === EventKind.delta) book.markStale("restart", time);
    if (book.deltasBeforeSnapshot > dropped) market.count("deltasBeforeSnapshot");
    if (book.inconsistencies > odd) market.count("inconsistencies");
    if ((batch.flags[row]! & FLAG_LAST) !== 0) this.#judgeBook(watch, book, time, market);
  }

  #judgeBook(watch: MarketWatch, book: OrderBook, time: EpochMicros, market: MarketDay): void {
    const isFresh = !book.stale;
    const yes = book.bestBidPrice(SIDE_YES);
    const no = book.bestBidPrice(SIDE_NO);
    const isCrossed = isFresh && yes >= 0 && no >= 0 && yes + no > ONE_DOLLAR;
    if (isCrossed && Number.isNaN(watch.crossedSince)) {
      watch.crossedSince = time;
      market.count("crossedBooks");
    } else if (!isCrossed && !Number.isNaN(watch.crossedSince)) this.#uncross(watch, time);
    this.#trust(watch, isFresh || watch.hasQuote, time, book.staleReason);
  }

  #uncross(watch: MarketWatch, time: EpochMicros): void {
    this.#day!.market(watch.id).crossedTime += Math.max(0, time - watch.crossedSince);
    watch.crossedSince = NaN;
  }

  #tradeRow(row: number, time: EpochMicros, run: ReplayRun, day: StreamDay): void {
    const batch = this.#batch;
    const id = batch.market[row]!;
    if (id === NO_MARKET) return;
    const watch = this.#open(id, time);
    const market = day.market(id);
    market.trades++;
    this.#changesRun(watch, ROW_GROUP.trade, run, market);
    checkEventTime(batch.tsEvent[row]!, watch, ROW_GROUP.trade, market);
    checkTrade(batch, row, market);
  }

  #tickerRow(row: number, time: EpochMicros, run: ReplayRun, day: StreamDay): void {
    const batch = this.#batch;
    const id = batch.market[row]!;
    if (id === NO_MARKET) return;
    const watch = this.#open(id, time);
    const market = day.market(id);
    market.tickers++;
    this.#changesRun(watch, ROW_GROUP.quote, run, market);
    checkEventTime(batch.tsEvent[row]!, watch, ROW_GROUP.quote, market);
    if (!checkQuote(batch, row, watch, market)) return;
    watch.hasQuote = true;
    this.#trust(watch, true, time);
  }

  /** A gap is written down when it ends; what it concerns is in doubt from where it began. */
  #gapRow(row: number, time: EpochMicros, gap: Gap): void {
    this.#books.apply(this.#batch, row);
    const id = this.#batch.market[row]!;
    const from = gap.reason === "sequence" ? time : Math.min(gap.from, time);
    if (id !== NO_MARKET) this.#doubt(this.watches[id], from, gap.reason);
    else this.#doubtEvery(from, gap.reason);
  }

  /** What made every book stale; quotes from before say nothing any more either. */
  #doubtEvery(time: EpochMicros, reason: UntrustedReason): void {
    for (const watch of this.watches) this.#doubt(watch, time, reason);
  }

  #doubt(watch: MarketWatch | undefined, from: EpochMicros, reason: UntrustedReason): void {
    if (watch === undefined) return;
    watch.hasQuote = false;
    const book = this.#books.get(watch.id);
    const isFresh = book !== undefined && !book.stale;
    if (!isFresh && !Number.isNaN(watch.crossedSince)) this.#uncross(watch, from);
    this.#trust(watch, isFresh, Math.max(from, watch.since), reason);
  }

  #doubtAll(gap: Gap, reason: UntrustedReason): void {
    this.#batch.pushGap(gap);
    this.#books.apply(this.#batch, 0);
    this.#batch.clear();
    this.#doubtEvery(gap.tsRecv, reason);
  }

  #applyDamage(time: EpochMicros): void {
    const due = this.#damage.filter(({ tsRecv }) => tsRecv <= time);
    this.#damage = this.#damage.filter(({ tsRecv }) => tsRecv > time);
    for (const gap of due) this.#doubtAll({ ...gap, tsRecv: Math.max(gap.tsRecv, 0) }, "damage");
  }

  #trust(
    watch: MarketWatch,
    trusted: boolean,
    time: EpochMicros,
    reason?: UntrustedReason,
  ): void {
    if (trusted !== watch.trusted) this.#ledger!.observe(watch, trusted, time, reason);
  }

  #changesRun(watch: MarketWatch, group: number, run: ReplayRun, market: MarketDay): boolean {
    const before = watch.runs[group];
    if (before === run) return false;
    watch.runs[group] = run;
    if (before === undefined) return false;
    market.count("overlaps");
    return true;
  }

  #open(id: number, time: EpochMicros): MarketWatch {
    // Ids are dense: filling up keeps the array free of holes.
    while (this.watches.length <= id) this.watches.push(undefined);
    const watch = this.watches[id] ??= this.#watch(id, time);
    watch.last = time;
    return watch;
  }

  #watch(id: number, time: EpochMicros): MarketWatch {
    const ticker = this.decoder.symbols.name(id);
    return new MarketWatch(id, ticker, time, this.objects?.get(ticker));
  }

  /** Counts by name belong to the day on which they grew. */
  #noteNames(): void {
    if (this.#day === undefined) return;
    this.#day.addCounts(this.#names, this.decoder.counts);
    this.#names = copyNameCounts(this.decoder.counts);
  }
}
