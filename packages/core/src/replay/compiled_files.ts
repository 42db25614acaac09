import type { ArchiveFile, ArchiveStream } from "../archive/archive_catalog.ts";
import { type ArchiveSource, openContent } from "../archive/open_content.ts";
import { beginsAlike, CompiledFile, type CompiledSummary, shareOf } from "./compiled_file.ts";
import { countFailure, type ReplayCache } from "../cache/replay_cache.ts";
import { compileFile } from "./compile_file.ts";
import { ENTRY_VERSION } from "../cache/entry_layout.ts";
import { EntryMemory } from "../cache/entry_reader.ts";
import { EntryWriter } from "../cache/entry_writer.ts";
import { EventBatch } from "../events/event_batch.ts";
import { EventColumns } from "../cache/event_columns.ts";
import { type EpochMicros, MICROS_PER_DAY } from "../clock.ts";
import type { CacheableDecoder } from "../decoder.ts";
import { IS_LITTLE_ENDIAN } from "../cache/block_layout.ts";
import { isSessionOf } from "./frame_sessions.ts";
import { fileDigest, type OpenEntry, openEntry, textDigest } from "../cache/open_entry.ts";
import { MAX_STORED_LINE_BYTES } from "../lines/line_splitter.ts";
import type { SymbolTable } from "../events/symbol_table.ts";
import type { TimeRange, TimeSpan } from "./replay_plan.ts";
import { parseIsoTime } from "../time_text.ts";

/** Where in the archive a file stands when it is its turn. */
export interface FilePlace {
  /** The file. */
  readonly file: ArchiveFile;
  /** Its stream. */
  readonly stream: ArchiveStream;
  /** The time before its first line. */
  readonly time: EpochMicros;
  /** Longer lines are skipped, in bytes; `undefined` for the usual limit. */
  readonly maxLineBytes: number | undefined;
}

interface OpenFileEntry extends OpenEntry {
  readonly summary: CompiledSummary;
}

/** Memory through which the files of one run pass, one after the other. */
export class RunMemory {
  /** Entries. */
  readonly entry: EntryMemory = new EntryMemory();
  /** Their rows. */
  readonly batch: EventBatch;

  /** For rows of a decoder that names markets with `symbols`. */
  constructor(symbols: SymbolTable) {
    this.batch = new EventBatch(symbols);
  }
}

/**
 * Sealed files as rows from a cache; those that it lacks are decoded whole into it first. What comes
 * from it is what decoding in place would give: an entry is used only if the file's bytes, the
 * decoder's rules, and what the decoder remembers at that point are those of its making.
 */
export class CompiledFiles {
  readonly #source: ArchiveSource;
  readonly #decoder: CacheableDecoder;
  readonly #cache: ReplayCache;
  readonly #range: TimeRange;
  readonly #signal: AbortSignal | undefined;
  readonly #columns = new EventColumns();
  readonly #digests = new Map<ArchiveFile, string>();
  /** Files whose entries were made here. */
  readonly #made = new Set<ArchiveFile>();

  /** For one replay; `decoder` is the one that its other files go through. */
  constructor(
    source: ArchiveSource,
    decoder: CacheableDecoder,
    cache: ReplayCache,
    options: TimeRange & { readonly signal?: AbortSignal },
  ) {
    this.#source = source;
    this.#decoder = decoder;
    this.#cache = cache;
    this.#range = options;
    this.#signal = options.signal;
  }

  /** Memory for a run. */
  runMemory(): RunMemory {
    return new RunMemory(this.#decoder.symbols);
  }

  /**
   * The receive times that the lines of a file begin and end with; `undefined` when the cache cannot
   * tell. A file that it lacks is decoded into it, as the first of its stream.
   */
  async span(stream: ArchiveStream, file: ArchiveFile): Promise<TimeSpan | undefined> {
    if (!this.#mayBeUsed(file)) return undefined;
    const place = { file, stream, time: 0, maxLineBytes: maxLineBytesOf(file) };
    const memory = new EntryMemory();
    const digest = await this.#digest(file);
    const opened = await this.#openEntry(this.#key(place, digest, ""), memory) ??
      await this.#make(place, digest, "", ["", this.#stateOf(place, "")], memory);
    await opened?.bytes.close();
    return opened?.summary.span ?? undefined;
  }

  /**
   * The rows of the file at `place`, or `undefined` when it must be read line by line: it is not sealed
   * or damaged, only some of its lines are wanted, or they cannot be kept. Its user calls
   * {@link leave} after its last row, and closes it.
   */
  async open(place: FilePlace, memory: RunMemory): Promise<CompiledFile | undefined> {
    const { file, stream } = place;
    if (!this.#mayBeUsed(file)) return undefined;
    const digest = await this.#digest(file);
    const remembered = this.#decoder.memory((id) => isSessionOf(stream, id));
    const states = ["", this.#stateOf(place, remembered)] as const;
    const found = await this.#find(place, this.#key(place, digest, states[0]), memory.entry) ??
      await this.#find(place, this.#key(place, digest, states[1]), memory.entry) ??
      await this.#make(place, digest, remembered, states, memory.entry);
    if (found === undefined) return undefined;
    const share = shareOf(found.summary, this.#range);
    if (share === "some") {
      await found.bytes.close();
      return undefined;
    }
    const isNew = this.#made.has(file);
    if (!isNew) this.#cache.counts.hits++;
    return new CompiledFile(found, found.summary, memory.batch, this.#columns, {
      isWanted: share === "all",
      isNew,
    });
  }

  /** Lets the decoder go on behind a file whose rows were all taken. */
  leave({ summary, isWanted }: CompiledFile): void {
    if (isWanted) this.#decoder.join(summary.part);
  }

  #mayBeUsed({ state, entry, date }: ArchiveFile): boolean {
    if (state !== "sealed" || !IS_LITTLE_ENDIAN) return false;
    const { from = -Infinity, to = Infinity } = this.#range;
    if (entry !== undefined) return entry.firstReceivedAt >= from && entry.lastReceivedAt <= to;
    // Nobody knows its times, but they should lie around its day: what is far off is passed over.
    const day = parseIsoTime(`${date}T00:00:00Z`) ?? NaN;
    return !(day + 2 * MICROS_PER_DAY < from || day - MICROS_PER_DAY > to);
  }

  /** An entry that can be used at `place`. */
  async #find(
    place: FilePlace,
    key: string,
    memory: EntryMemory,
  ): Promise<OpenFileEntry | undefined> {
    const opened = await this.#openEntry(key, memory);
    if (opened === undefined) return undefined;
    const { summary } = opened;
    const isUsable = beginsAlike(summary, place.time) &&
      (!summary.part.isIndependent || this.#decoder.accepts(summary.part));
    if (isUsable) return opened;
    await opened.bytes.close();
    return undefined;
  }

  async #openEntry(key: string, memory: EntryMemory): Promise<OpenFileEntry | undefined> {
    const name = textDigest(key, this.#cache);
    const opened = await openEntry(this.#cache, name, key, memory);
    if (opened === undefined) return undefined;
    // Written by `compileFile` under the same key, which names the layout's version.
    return { ...opened, summary: opened.reader.summary as CompiledSummary };
  }

  /** Decodes the file into an entry, for one of two states, and opens that. */
  async #make(
    place: FilePlace,
    digest: string,
    remembered: string,
    states: readonly [independent: string, dependent: string],
    memory: EntryMemory,
  ): Promise<OpenFileEntry | undefined> {
    this.#cache.counts.misses++;
    const out = await this.#cache.create(place.file.size);
    if (out === undefined) return undefined;
    try {
      const entry = new EntryWriter(out);
      const open = () => openContent(this.#source, place.file);
      const branch = this.#decoder.branch(remembered);
      const summary = await compileFile({ ...place, open, branch, signal: this.#signal }, entry);
      if (summary === undefined) {
        countFailure(this.#cache.counts, "a file could not be kept");
        return undefined;
      }
      const isAlone = summary.part.isIndependent && (summary.startsAnew || summary.first === null);
      const key = this.#key(place, digest, states[isAlone ? 0 : 1]);
      if (!(await entry.finish(textDigest(key, this.#cache), key, summary))) return undefined;
      this.#made.add(place.file);
      return await this.#openEntry(key, memory);
    } finally {
      await out.discard();
    }
  }

  async #digest(file: ArchiveFile): Promise<string> {
    const known = this.#digests.get(file);
    if (known !== undefined) return known;
    const digest = await fileDigest(this.#source, file, this.#cache);
    this.#digests.set(file, digest);
    return digest;
  }

  /** What a file's rows depend on when what came before it matters. */
  #stateOf({ time }: FilePlace, remembered: string): string {
    return textDigest(JSON.stringify([time, remembered]), this.#cache);
  }

  /** Everything that the rows depend on. */
  #key({ file, stream, maxLineBytes }: FilePlace, digest: string, state: string): string {
    return JSON.stringify({
      entry: `events ${ENTRY_VERSION}`,
      decoder: this.#decoder.version,
      sha256: digest,
      size: file.size,
      // They stand in gaps.
      feed: stream.feed,
      folder: stream.folder,
      maxLineBytes,
      state,
    });
  }
}

/** The longest line that is read of `file`; `undefined` for the usual limit. */
export function maxLineBytesOf({ entry, state }: ArchiveFile): number | undefined {
  return entry !== undefined || state === "open" ? MAX_STORED_LINE_BYTES : undefined;
}
