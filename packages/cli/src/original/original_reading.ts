import {
  type ArchiveFile,
  type ArchiveSource,
  type ByteStream,
  CentFileCache,
  type CentRecords,
  type EpochMicros,
  type ReplayCache,
} from "@ssmd/core";
import { CENT_RULES, type CentCounts, CentRecordReader } from "@ssmd/kalshi";
import { OriginalFile } from "./original_file.ts";

const COUNTS = [
  "scanned",
  "parsed",
  "withoutMarket",
  "withoutMessage",
  "parseErrors",
  "tooLong",
] as const;

/** How far a reading is. */
export interface OriginalProgress {
  /** Stored bytes read so far. */
  readonly bytes: number;
  /** Stored bytes of all files. */
  readonly totalBytes: number;
  /** Path of the file that is being read. */
  readonly file: string;
  /** Records read so far. */
  readonly records: number;
}

/** Options of {@link OriginalReading}. */
export interface OriginalReadingOptions {
  /** Called about four times for each MiB that is read. */
  readonly onProgress?: (progress: OriginalProgress) => void;
  /** Ends the reading, which then throws its reason. */
  readonly signal?: AbortSignal;
  /** Where the rows of sealed files are kept for the next reading. Default nowhere. */
  readonly cache?: ReplayCache;
}

/** A file of which not everything could be read. */
export interface DamagedFile {
  /** Its path. */
  readonly path: string;
  /** What is wrong with it, and from where on. */
  readonly reason: string;
  /** Lines of it that were read, the torn last one included. */
  readonly lines: number;
  /** Lines that its manifest says it has; absent without one. */
  readonly expectedLines?: number;
}

/**
 * The lines of files as {@link CentRecords}, one file after the other and line by line: nothing is
 * put into order, and gaps are passed over. Of a damaged file what can be read is used. To be
 * iterated once; memory stays bounded by the size of a batch.
 */
export class OriginalReading implements AsyncIterable<CentRecords> {
  /** Files of which not everything could be read, so far. */
  readonly damaged: DamagedFile[] = [];
  /** What the lines were: those of the files that were read to their end. */
  readonly counts: CentCounts = {
    scanned: 0,
    parsed: 0,
    withoutMarket: 0,
    withoutMessage: 0,
    parseErrors: 0,
    tooLong: 0,
  };
  /** Files read to their end, damaged or not. */
  files = 0;
  /** When the last record was received; 0 before the end and without records. */
  lastReceivedAt: EpochMicros = 0;
  readonly #source: ArchiveSource;
  readonly #files: readonly ArchiveFile[];
  readonly #options: OriginalReadingOptions;
  readonly #totalBytes: number;
  #bytes = 0;

  /** Reads `files` of `source` in their order. */
  constructor(
    source: ArchiveSource,
    files: readonly ArchiveFile[],
    options: OriginalReadingOptions = {},
  ) {
    this.#source = source;
    this.#files = files;
    this.#options = options;
    this.#totalBytes = files.reduce((sum, { size }) => sum + size, 0);
  }

  /** Lines with an object `msg`, so far: what the original counts as records. */
  get records(): number {
    const { scanned, parsed, withoutMarket } = this.counts;
    return scanned + parsed + withoutMarket;
  }

  /** Batches in order, each until the next one. Throws what reading a file throws but damage. */
  async *[Symbol.asyncIterator](): AsyncGenerator<CentRecords, void, undefined> {
    const { cache } = this.#options;
    const kept = cache === undefined
      ? undefined
      : new CentFileCache(this.#source, cache, CENT_RULES);
    const reader = new CentRecordReader();
    for (const file of this.#files) {
      // A file that may be kept is read alone, so that nothing of others gets into what is kept.
      const decoded = new OriginalFile(
        this.#stored(file),
        this.#source,
        kept === undefined ? reader : new CentRecordReader(),
      );
      let counts: CentCounts;
      if (kept === undefined) {
        yield* this.#passOn(decoded);
        counts = decoded.counts;
      } else {
        counts = (yield* this.#readKept(kept, file, decoded)) ?? decoded.counts;
      }
      for (const name of COUNTS) this.counts[name] += counts[name];
      this.files++;
      if (decoded.damage === undefined) continue;
      this.damaged.push({
        path: file.path,
        reason: decoded.damage,
        lines: COUNTS.reduce((sum, name) => sum + counts[name], 0),
        ...(file.entry === undefined ? {} : { expectedLines: file.entry.records }),
      });
    }
  }

  async *#passOn(batches: AsyncIterable<CentRecords>): AsyncGenerator<CentRecords> {
    for await (const batch of batches) {
      this.lastReceivedAt = batch.lastReceivedAt;
      yield batch;
    }
  }

  /** Gives what the lines were, when the file's rows come from the cache or are kept in it now. */
  async *#readKept(
    kept: CentFileCache,
    file: ArchiveFile,
    decoded: OriginalFile,
  ): AsyncGenerator<CentRecords, CentCounts | undefined> {
    const batches = kept.read(file, () => decoded, (from) => {
      if (from === "cache") this.#tell(`${file.path} (cache)`, file.size);
    });
    let step = await batches.next();
    try {
      for (; step.done !== true; step = await batches.next()) {
        this.#options.signal?.throwIfAborted();
        this.lastReceivedAt = step.value.lastReceivedAt;
        yield step.value;
      }
    } finally {
      await batches.return(undefined);
    }
    // The account is what OriginalFile gave when the file was decoded.
    return step.value as CentCounts | undefined;
  }

  async *#stored({ path }: ArchiveFile): ByteStream {
    for await (const chunk of this.#source.storage.read(path)) {
      this.#options.signal?.throwIfAborted();
      yield chunk;
      this.#tell(path, chunk.length);
    }
  }

  #tell(file: string, bytes: number): void {
    this.#bytes += bytes;
    const { records } = this;
    this.#options.onProgress?.({
      bytes: this.#bytes,
      totalBytes: this.#totalBytes,
      file,
      records,
    });
  }
}
