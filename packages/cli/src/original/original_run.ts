import {
  type MomentumConfig,
  type OriginalOptions,
  type OriginalResult,
  runOriginal,
} from "@ssmd/backtest";
import type { CentRecords, EpochMicros } from "@ssmd/core";
import type { CentCounts } from "@ssmd/kalshi";
import {
  type DamagedFile,
  OriginalReading,
  type OriginalReadingOptions,
} from "./original_reading.ts";
import { originalFiles, type OriginalSource } from "./original_source.ts";

/** Options of {@link runOriginalSource}. */
export interface OriginalRunOptions extends OriginalReadingOptions, OriginalOptions {
  /** Shown each batch before the engines; it must not keep it. */
  readonly watch?: (records: CentRecords) => void;
}

/** What a run read. */
export interface OriginalCoverage {
  /** The stream's folder; `.` for a plain folder of days. */
  readonly stream: string;
  /** Days that have a sealed file, ascending. */
  readonly days: readonly string[];
  /** Files read. */
  readonly files: number;
  /** Stored bytes read. */
  readonly bytes: number;
  /** Lines with an object `msg`: what the original counts as records. */
  readonly records: number;
  /** What all lines were. */
  readonly counts: CentCounts;
  /** Files of which not everything could be read. */
  readonly damaged: readonly DamagedFile[];
  /** Paths of files that are not sealed and were left out. */
  readonly leftOut: readonly string[];
  /** Paths that a manifest lists and that do not exist. */
  readonly missing: readonly string[];
  /** When the last record was received; 0 without records. */
  readonly lastReceivedAt: EpochMicros;
}

/** What the configurations came to, in their order, and what they saw. */
export interface OriginalRun {
  /** One for each configuration. */
  readonly results: readonly OriginalResult[];
  /** The same for all of them. */
  readonly coverage: OriginalCoverage;
}

/**
 * Runs configurations under profile `original` over one pass of an archive's stream. Throws
 * `SsmdError` `invalid_input` when there are several streams, `not_found` when there is none, and
 * the reason of `signal`. Damage in a file is no error: see {@link OriginalCoverage.damaged}.
 */
export async function runOriginalSource(
  source: OriginalSource,
  configs: readonly MomentumConfig[],
  options: OriginalRunOptions = {},
): Promise<OriginalRun> {
  const { stream, files, leftOut, missing } = await originalFiles(source);
  const reading = new OriginalReading(source.data, files, options);
  const { watch } = options;
  const records = watch === undefined ? reading : watched(reading, watch);
  const results = await runOriginal(records, configs, options);
  return {
    results,
    coverage: {
      stream,
      days: [...new Set(files.map(({ date }) => date))],
      files: reading.files,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      records: reading.records,
      counts: reading.counts,
      damaged: reading.damaged,
      leftOut,
      missing,
      lastReceivedAt: reading.lastReceivedAt,
    },
  };
}

async function* watched(
  records: AsyncIterable<CentRecords>,
  watch: (records: CentRecords) => void,
): AsyncGenerator<CentRecords> {
  for await (const batch of records) {
    watch(batch);
    yield batch;
  }
}
