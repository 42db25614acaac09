import type { ArchiveStream } from "../archive/archive_catalog.ts";
import { ArchiveLines, type ArchiveLinesOptions } from "./archive_lines.ts";
import { type Coverage, emptyCoverage } from "./coverage.ts";
import type { Decoder, FrameSession } from "../decoder.ts";
import { EventBatch } from "../events/event_batch.ts";
import { EventKind, NO_MARKET } from "../events/event_kind.ts";
import { type Gap, lossReason } from "../gap.ts";
import type { ArchiveSource } from "../archive/open_content.ts";
import type { ReplayRun } from "./replay_plan.ts";

/** Options of {@link Replay}. */
export interface ReplayOptions extends ArchiveLinesOptions {
  /** A batch is handed over when it has at least this many rows. Default 8192. */
  readonly batchRows?: number;
}

/**
 * Plays an archive in time order: streams are merged by receive time; file order, then line, break
 * ties. Iterating yields one batch that is reused: it is valid until the next one is asked for.
 * Iterate once; leaving the loop closes every file. {@link coverage} is complete after the last batch.
 *
 * Throws `SsmdError`: `newer_format`, `damaged_manifest`, `not_found`. A damaged file does not throw:
 * what can be read of it is played, then a gap with the reason `damage` makes the books stale.
 */
export class Replay implements AsyncIterable<EventBatch> {
  readonly #source: ArchiveSource;
  readonly #decoder: Decoder;
  readonly #options: ReplayOptions;
  readonly #batch: EventBatch;
  readonly #sessions = new SessionCache();
  /** For each market the run of files that last gave book rows, and trades. */
  readonly #bookOwner: (ReplayRun | undefined)[] = [];
  readonly #tradeOwner: (ReplayRun | undefined)[] = [];
  #coverage: Coverage = emptyCoverage();

  /** Nothing is read before the iteration starts. */
  constructor(source: ArchiveSource, decoder: Decoder, options: ReplayOptions = {}) {
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
    const lines = await ArchiveLines.open(this.#source, this.#options);
    this.#coverage = lines.coverage;
    let damage: readonly Gap[] = [];
    try {
      for (let more = true; more;) {
        more = await lines.fill();
        damage = [...damage, ...lines.takeDamage()];
        while (lines.next()) {
          if (damage.length > 0) damage = this.#pushDamage(damage, lines.time);
          this.#decodeLine(lines);
          if (batch.length < batchRows) continue;
          yield batch;
          batch.clear();
        }
      }
      this.#pushDamage(damage, this.#options.to ?? Infinity);
      if (batch.length > 0) yield batch;
    } finally {
      await lines.close();
    }
  }

  #decodeLine(lines: ArchiveLines): void {
    const { reader, time, run } = lines;
    const coverage = this.#coverage;
    coverage.records++;
    if (reader.gap !== undefined) {
      this.#pushGap(reader.gap, time);
      return;
    }
    if (reader.kind !== "frame") return;
    coverage.frames++;
    const row = this.#batch.length;
    const session = this.#sessions.find(run.stream, reader.session, reader.shard);
    this.#decoder.decode(reader.data, reader.start, reader.end, session, time, this.#batch);
    this.#watchOwner(run, row, time);
  }

  #pushGap(gap: Gap, tsRecv: number): void {
    const { gaps } = this.#coverage;
    const reason = lossReason(gap);
    if (reason !== undefined) gaps[reason] = (gaps[reason] ?? 0) + 1;
    this.#batch.pushGap(gap.tsRecv === tsRecv ? gap : { ...gap, tsRecv });
  }

  /** Pushes the gaps that begin up to `time` and gives back the others. */
  #pushDamage(damage: readonly Gap[], time: number): readonly Gap[] {
    for (const gap of damage) {
      if (gap.tsRecv <= time) this.#pushGap(gap, Math.max(gap.tsRecv, this.#options.from ?? 0));
    }
    return damage.filter((gap) => gap.tsRecv > time);
  }

  /**
   * A market that two streams recorded, or two overlapping imports into one, has two books in one: it
   * goes stale at each change.
   */
  #watchOwner(run: ReplayRun, row: number, time: number): void {
    const batch = this.#batch;
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

/** Gives the same {@link FrameSession} for the same session of a stream. */
class SessionCache {
  readonly #known = new Map<string, FrameSession>();
  #stream: ArchiveStream | undefined;
  #name = "";
  #shard = "";
  #last: FrameSession = { id: "", exact: false };

  /** Found without a look-up while lines go on in one session. */
  find(stream: ArchiveStream, name: string, shard: string): FrameSession {
    if (stream === this.#stream && name === this.#name && shard === this.#shard) return this.#last;
    const id = `${stream.folder}/${name === "" ? `#${shard}` : name}`;
    const session = this.#known.get(id) ?? { id, exact: name !== "" };
    this.#known.set(id, session);
    this.#stream = stream;
    this.#name = name;
    this.#shard = shard;
    this.#last = session;
    return session;
  }
}
