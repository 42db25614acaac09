import {
  type ArchiveFile,
  type ArchiveSource,
  type ByteStream,
  type CentRecords,
  type EpochMicros,
  SsmdError,
} from "@ssmd/core";
import { type CentCounts, CentRecordReader } from "@ssmd/kalshi";

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
  /** Files read to their end, damaged or not. */
  files = 0;
  readonly #source: ArchiveSource;
  readonly #files: readonly ArchiveFile[];
  readonly #options: OriginalReadingOptions;
  readonly #reader = new CentRecordReader();
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
  }

  /** What the lines were, so far. */
  get counts(): CentCounts {
    return this.#reader.counts;
  }

  /** Lines with an object `msg`, so far: what the original counts as records. */
  get records(): number {
    const { scanned, parsed, withoutMarket } = this.counts;
    return scanned + parsed + withoutMarket;
  }

  /** When the last record was received; 0 before the end and without records. */
  get lastReceivedAt(): EpochMicros {
    return this.#reader.records.lastReceivedAt;
  }

  /** Batches in order, each until the next one. Throws what reading a file throws but damage. */
  async *[Symbol.asyncIterator](): AsyncGenerator<CentRecords, void, undefined> {
    const reader = this.#reader;
    for (const file of this.#files) {
      const before = this.#lines;
      let reason: string | undefined;
      const content = this.#source.gzip.decompress(this.#stored(file));
      try {
        for await (const chunk of content) {
          this.#options.signal?.throwIfAborted();
          reader.push(chunk);
          while (reader.next()) yield reader.records;
        }
      } catch (error) {
        if (!(error instanceof SsmdError) || error.code !== "damaged_gzip") throw error;
        reason = error.message;
      }
      reader.endFile();
      while (reader.next()) yield reader.records;
      this.files++;
      if (reason === undefined) continue;
      this.damaged.push({
        path: file.path,
        reason,
        lines: this.#lines - before,
        ...(file.entry === undefined ? {} : { expectedLines: file.entry.records }),
      });
    }
    if (reader.finish()) yield reader.records;
  }

  get #lines(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }

  async *#stored({ path }: ArchiveFile): ByteStream {
    const { onProgress, signal } = this.#options;
    const totalBytes = this.#files.reduce((sum, { size }) => sum + size, 0);
    for await (const chunk of this.#source.storage.read(path)) {
      signal?.throwIfAborted();
      yield chunk;
      this.#bytes += chunk.length;
      onProgress?.({ bytes: this.#bytes, totalBytes, file: path, records: this.records });
    }
  }
}
