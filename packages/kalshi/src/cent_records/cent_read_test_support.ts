import type { CentRecords } from "@ssmd/core";
import {
  type CentCounts,
  CentRecordReader,
  type CentRecordReaderOptions,
} from "./cent_record_reader.ts";

/** One row, as a test compares it. */
export type CentRow = readonly [kind: number, ticker: string, ...numbers: number[]];

/** What a reader gave: batches of rows, the receive time after each batch, and its counts. */
export interface CentReading {
  /** Rows of each batch: kind, ticker, side, ts, price, volume, dollars, four quotes, count. */
  readonly batches: readonly (readonly CentRow[])[];
  /** Receive time after each batch. */
  readonly received: readonly number[];
  /** What was met. */
  readonly counts: CentCounts;
}

/** Reads one file that comes in `chunks`. */
export function readChunks(
  chunks: readonly Uint8Array[],
  options: CentRecordReaderOptions = {},
): CentReading {
  const reader = new CentRecordReader(options);
  const batches: CentRow[][] = [];
  const received: number[] = [];
  const take = (): void => {
    batches.push(rowsOf(reader.records));
    received.push(reader.records.lastReceivedAt);
  };
  for (const chunk of chunks) {
    const given = chunk.slice();
    reader.push(given);
    while (reader.next()) take();
    // As when its memory is used again.
    given.fill(0x78);
  }
  reader.endFile();
  while (reader.next()) take();
  if (reader.finish()) take();
  return { batches, received, counts: reader.counts };
}

/** Reads lines as one file. */
export function readLines(
  lines: readonly string[],
  options: CentRecordReaderOptions = {},
): Omit<CentReading, "batches"> & { readonly rows: readonly CentRow[] } {
  const { batches, ...rest } = readChunks([new TextEncoder().encode(lines.join("\n"))], options);
  return { rows: batches.flat(), ...rest };
}

function rowsOf(records: CentRecords): CentRow[] {
  return Array.from({ length: records.length }, (_, row) => [
    records.kind[row]!,
    records.tickers[records.market[row]!]!,
    records.side[row]!,
    records.ts[row]!,
    records.price[row]!,
    records.volume[row]!,
    records.dollarVolume[row]!,
    records.yesBid[row]!,
    records.yesAsk[row]!,
    records.noBid[row]!,
    records.noAsk[row]!,
    records.count[row]!,
  ]);
}
