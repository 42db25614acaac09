import { ArchiveFrames } from "./archive_frames.ts";
import type { ArchiveLinesOptions } from "./archive_lines_options.ts";
import { CompiledFiles } from "./compiled_files.ts";
import { type Coverage, emptyCoverage } from "./coverage.ts";
import { type CacheableDecoder, type Decoder, isCacheable } from "../decoder.ts";
import { EventBatch } from "../events/event_batch.ts";
import { EventKind, FLAG_LAST, NO_MARKET } from "../events/event_kind.ts";
import { clockOf } from "./frame_clock.ts";
import type { Gap } from "../gap.ts";
import type { ArchiveSource } from "../archive/open_content.ts";
import { LineRows } from "./line_rows.ts";
import type { ReplayCache } from "../cache/replay_cache.ts";
import type { ReplayRun } from "./replay_plan.ts";

/** Options of {@link Replay}. */
export interface ReplayOptions extends ArchiveLinesOptions {
  /**
   * A batch is handed over when it has at least this many rows, or when rows from {@link cache} follow.
   * Default 8192.
   */
  readonly batchRows?: number;
  /**
   * Where the rows of sealed files are kept, so that the next replay need not decode them. The rows,
   * the coverage and the decoder's counts are the same with it and without; only batches may end
   * elsewhere, and counts come when a file begins or ends. The decoder must be a
   * {@link CacheableDecoder} then (`TypeError`). Default: nothing is kept.
   */
  readonly cache?: ReplayCache;
  /**
   * Gaps that are known from elsewhere, such as days without a file; each is played where its `tsRecv`
   * says. Default none.
   */
  readonly gaps?: readonly Gap[];
}

/**
 * Plays an archive in time order: streams are merged by receive time; file order, then line, break
 * ties. Iterating yields a batch that is reused: it is valid until the next one is asked for.
 * Iterate once; leaving the loop closes every file. {@link coverage} is complete after the last batch.
 *
 * Throws `SsmdError`: `newer_format`, `damaged_manifest`, `not_found`. A damaged file does not throw:
 * what can be read of it is played, then a gap with the reason `damage` makes the books stale.
 */
export class Replay implements AsyncIterable<EventBatch> {
  readonly #source: ArchiveSource;
  readonly #decoder: Decoder;
  readonly #options: ReplayOptions;
  readonly #compiled: CompiledFiles | undefined;
  readonly #batch: EventBatch;
  /** For each market the run of files that last gave book rows, and trades. */
  readonly #bookOwner: (ReplayRun | undefined)[] = [];
  readonly #tradeOwner: (ReplayRun | undefined)[] = [];
  #coverage: Coverage = emptyCoverage();

  /** Nothing is read before the iteration starts. */
  constructor(source: ArchiveSource, decoder: Decoder, options: ReplayOptions = {}) {
    const { cache } = options;
    if (cache !== undefined) {
      this.#compiled = new CompiledFiles(source, checkCacheable(decoder), cache, options);
    }
    this.#source = source;
    this.#decoder = decoder;
    this.#options = options;
    this.#batch = new EventBatch(decoder.symbols, (options.batchRows ?? 8192) + 1024);
  }

  /** What was read so far. */
  get coverage(): Coverage {
    return this.#coverage;
  }

  /** Starts the replay. */
  async *[Symbol.asyncIterator](): AsyncGenerator<EventBatch> {
    const batch = this.#batch;
    const batchRows = this.#options.batchRows ?? 8192;
    const lines = await ArchiveFrames.open(
      this.#source,
      this.#options,
      this.#compiled,
      clockOf(this.#decoder),
    );
    lines.loseMissing();
    this.#coverage = lines.coverage;
    const rows = new LineRows(this.#decoder, batch, this.#coverage);
    // By time, so that a look at the first tells whether one is due.
    let damage: readonly Gap[] = inOrder(this.#options.gaps ?? []);
    try {
      for (let more = true; more;) {
        more = await lines.fill();
        const found = lines.takeDamage();
        if (found.length > 0) damage = inOrder([...damage, ...found]);
        while (lines.next()) {
          const file = lines.rows;
          if (file?.start === 0 && lines.isOneRun && !isDue(damage, lastTime(file.batch))) {
            if (batch.length > 0) yield batch;
            batch.clear();
            yield file.takeBlock();
            continue;
          }
          if (isDue(damage, lines.time)) damage = this.#pushDamage(rows, damage, lines.time);
          const start = batch.length;
          if (file !== undefined) {
            file.takeFrame();
            batch.append(file.batch, file.start, file.end);
            if (!lines.isOneRun) this.#watchOwner(lines, start);
          } else if (rows.add(lines.reader, lines.run.stream, lines.time) && !lines.isOneRun) {
            this.#watchOwner(lines, start);
          }
          if (batch.length < batchRows) continue;
          yield batch;
          batch.clear();
        }
      }
      this.#pushDamage(rows, damage, this.#options.to ?? Infinity);
      if (batch.length > 0) yield batch;
    } finally {
      await lines.close();
    }
  }

  /** Pushes the gaps that begin up to `time` and gives back the others. */
  #pushDamage(rows: LineRows, damage: readonly Gap[], time: number): readonly Gap[] {
    for (const gap of damage) {
      if (gap.tsRecv <= time) rows.addGap(gap, Math.max(gap.tsRecv, this.#options.from ?? 0));
    }
    return damage.filter((gap) => gap.tsRecv > time);
  }

  /**
   * A market that two streams recorded, or two overlapping imports into one, has two books in one: it
   * goes stale at each change. The frame's rows begin at `start`.
   */
  #watchOwner({ run, time }: ArchiveFrames, start: number): void {
    const batch = this.#batch;
    // Before its own rows a frame may have those of a gap that it revealed, marked like a frame's.
    let row = start;
    for (let i = start; i < batch.length - 1; i++) if (batch.flags[i]! & FLAG_LAST) row = i + 1;
    const kind = batch.kind[row]!;
    const market = batch.market[row]!;
    const book = kind === EventKind.snapshot || kind === EventKind.delta;
    if ((!book && kind !== EventKind.trade) || market === NO_MARKET) return;
    const owners = book ? this.#bookOwner : this.#tradeOwner;
    const owner = owners[market];
    if (owner === run) return;
    owners[market] = run;
    if (owner === undefined) return;
    const name = batch.symbols.name(market);
    this.#coverage.overlappingMarkets.add(name);
    // A snapshot puts the book right by itself; after a delta of the other run it is unknown.
    if (kind !== EventKind.delta) return;
    const at = { from: time, to: time, tsRecv: time };
    batch.pushGap({
      feed: run.stream.feed,
      session: "",
      reason: "restart",
      markets: [name],
      ...at,
    });
  }
}

function inOrder(gaps: readonly Gap[]): readonly Gap[] {
  return [...gaps].sort((a, b) => a.tsRecv - b.tsRecv);
}

/** Whether one of the gaps, which are in order, begins up to `time`. */
function isDue(gaps: readonly Gap[], time: number): boolean {
  const [first] = gaps;
  return first !== undefined && first.tsRecv <= time;
}

function lastTime({ tsRecv, length }: EventBatch): number {
  return tsRecv[length - 1]!;
}

function checkCacheable(decoder: Decoder): CacheableDecoder {
  if (isCacheable(decoder)) return decoder;
  throw new TypeError("Cannot keep the rows of this decoder: expected a CacheableDecoder");
}
