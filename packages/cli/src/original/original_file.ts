import {
  type ArchiveSource,
  type ByteStream,
  type CentRecords,
  type DecodedCents,
  SsmdError,
} from "@ssmd/core";
import type { CentCounts, CentRecordReader } from "@ssmd/kalshi";

/** The records of one compressed file, as far as it can be read; to be iterated once. */
export class OriginalFile implements DecodedCents {
  /** Why not everything could be read; absent while nothing is wrong. */
  damage: string | undefined;
  readonly #content: ByteStream;
  readonly #reader: CentRecordReader;
  readonly #before: CentCounts;

  /** `reader` may have read other files before, never two at once. */
  constructor(stored: ByteStream, { gzip }: Pick<ArchiveSource, "gzip">, reader: CentRecordReader) {
    this.#content = gzip.decompress(stored, { reuse: true });
    this.#reader = reader;
    this.#before = { ...reader.counts };
  }

  /** What its lines were, so far. */
  get counts(): CentCounts {
    const { counts } = this.#reader;
    const before = this.#before;
    return {
      scanned: counts.scanned - before.scanned,
      parsed: counts.parsed - before.parsed,
      withoutMarket: counts.withoutMarket - before.withoutMarket,
      withoutMessage: counts.withoutMessage - before.withoutMessage,
      parseErrors: counts.parseErrors - before.parseErrors,
      tooLong: counts.tooLong - before.tooLong,
    };
  }

  /** {@link counts}; `undefined` for a damaged file, which must be read again each time. */
  account(): CentCounts | undefined {
    return this.damage === undefined ? this.counts : undefined;
  }

  /** Batches in order, each until the next one. */
  async *[Symbol.asyncIterator](): AsyncGenerator<CentRecords, void, undefined> {
    const reader = this.#reader;
    try {
      for await (const chunk of this.#content) {
        reader.push(chunk);
        while (reader.next()) yield reader.records;
      }
    } catch (error) {
      if (!(error instanceof SsmdError) || error.code !== "damaged_gzip") throw error;
      this.damage = error.message;
    }
    reader.endFile();
    while (reader.next()) yield reader.records;
    if (reader.finish()) yield reader.records;
  }
}
