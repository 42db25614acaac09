import {
  type ArchiveStream,
  checkQuality,
  type MarketInfo,
  messageOf,
  type QualityReport,
  SsmdError,
} from "@ssmd/core";
import { fileArchive } from "@ssmd/core/fs";
import { KalshiDecoder } from "@ssmd/kalshi";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { existingArchive, streamFilter } from "../archive_folder.ts";
import { dayRange } from "../backtest/backtest_source.ts";
import {
  type CommandContext,
  type CommonOptions,
  EXIT_BAD_DATA,
  EXIT_DONE,
  warn,
  writeJson,
} from "../command_context.ts";
import { loadMarkets, MARKET_LOG } from "../market_files.ts";
import { qualityJson } from "../quality/quality_json.ts";
import { describeQuality } from "../quality/quality_text.ts";
import { Progress } from "../ui/progress.ts";
import type { Terminal } from "../ui/terminal.ts";

/** Options of `ssmd dq`. */
export interface DqOptions extends CommonOptions {
  /** Only this stream. */
  readonly stream?: string;
  /** The first day. */
  readonly from?: string;
  /** The last day, included. */
  readonly to?: string;
  /** Single days, separated by commas. */
  readonly dates?: string;
}

/**
 * `ssmd dq DIR`: exit code 1 when a day is corrupt, when a file cannot be read to its end or is not
 * there, and when there are no data at all.
 */
export async function dq(
  folder: string,
  options: DqOptions,
  { terminal, signal }: CommandContext,
): Promise<number> {
  const io = await existingArchive(folder).catch((error) => {
    // A manifest that cannot be read is one of the things to be found.
    if (error instanceof SsmdError && error.code === "damaged_manifest") return fileArchive(folder);
    throw error;
  });
  const progress = new Progress(terminal, "Checking");
  let report: QualityReport;
  try {
    report = await checkQuality(io, () => new KalshiDecoder(), {
      days: dayRange({ ...options, archive: folder }),
      streams: streamFilter(options.stream),
      markets: (stream) => recordedMarkets(folder, stream, terminal),
      onProgress: progress.update,
      signal,
    });
  } finally {
    progress.done();
  }
  if (report.streams.length === 0) {
    throw new SsmdError("not_found", `Cannot check ${folder}: it has no stream ${options.stream}`);
  }
  if (options.json === true) writeJson(terminal, qualityJson(report));
  else describeQuality(report, terminal);
  return isBad(report) ? EXIT_BAD_DATA : EXIT_DONE;
}

/** What the capture recorded of the stream's markets, if it did. */
async function recordedMarkets(
  folder: string,
  stream: ArchiveStream,
  terminal: Terminal,
): Promise<readonly MarketInfo[] | undefined> {
  const file = join(folder, stream.folder, MARKET_LOG);
  if (!await access(file).then(() => true, () => false)) return undefined;
  try {
    return (await loadMarkets([file])).catalog.markets();
  } catch (error) {
    if (!(error instanceof SsmdError)) throw error;
    warn(terminal, `${messageOf(error)}; when markets traded is taken from their rows`);
    return undefined;
  }
}

function isBad({ verdict, streams }: QualityReport): boolean {
  return verdict === "corrupt" || verdict === "no data" ||
    streams.some(({ days }) =>
      days.some(({ files }) =>
        files.some(({ damage, state }) => damage !== undefined && state !== "salvaged")
      )
    );
}
