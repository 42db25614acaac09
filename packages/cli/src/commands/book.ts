import {
  type BookLevel,
  BookSet,
  formatIsoTime,
  formatPrice,
  formatQuantity,
  Replay,
  SIDE_NO,
  SIDE_YES,
  SsmdError,
} from "@ssmd/core";
import { sha256 } from "@ssmd/core/fs";
import { KalshiDecoder } from "@ssmd/kalshi";
import { existingArchive, streamFilter } from "../archive_folder.ts";
import { parseCount, parseTime } from "../arguments.ts";
import {
  type CommandContext,
  type CommonOptions,
  EXIT_BAD_DATA,
  EXIT_DONE,
  warn,
  writeJson,
} from "../command_context.ts";
import { reportCoverage } from "../coverage_report.ts";
import { ladder } from "../ui/ladder.ts";
import { Progress } from "../ui/progress.ts";
import { styled } from "../ui/terminal.ts";

/** Options of `ssmd book`. */
export interface BookOptions extends CommonOptions {
  /** The moment; what was received at it counts. */
  readonly at: string;
  /** The archive's folder. */
  readonly archive: string;
  /** Levels per side; all of them without it in JSON, ten in the picture. */
  readonly depth?: string;
  /** Whether the digest of the book's canonical text is given. */
  readonly hash?: boolean;
  /** Only this stream. */
  readonly stream?: string;
}

/** `ssmd book TICKER`: the market's book at a moment. */
export async function book(
  ticker: string,
  options: BookOptions,
  { terminal, signal }: CommandContext,
): Promise<number> {
  const at = parseTime(options.at);
  const depth = options.depth === undefined ? undefined : parseCount(options.depth);
  const io = await existingArchive(options.archive);
  const decoder = new KalshiDecoder();
  const books = new BookSet(decoder.symbols);
  const progress = new Progress(terminal, "Replaying");
  const replay = new Replay(io, decoder, {
    to: at,
    streams: streamFilter(options.stream),
    onProgress: progress.update,
    signal,
  });
  try {
    for await (const batch of replay) {
      for (let row = 0; row < batch.length; row++) books.apply(batch, row);
    }
  } finally {
    progress.done();
  }
  const found = books.find(ticker);
  if (found === undefined) {
    throw new SsmdError(
      "not_found",
      `Cannot show the book of ${ticker}: the archive holds none up to ${
        formatIsoTime(at)
      }; "ssmd archive ls ${options.archive} --ticker ${ticker}" tells where the market is recorded`,
    );
  }
  const digest = sha256();
  digest.update(new TextEncoder().encode(found.canonicalText()));
  const hash = digest.digest();
  if (options.json === true) {
    const levels = (list: readonly BookLevel[]) =>
      list.map(({ price, size }) => [formatPrice(price), formatQuantity(size)]);
    writeJson(terminal, {
      ticker,
      at: formatIsoTime(at),
      stale: found.stale,
      ...(found.staleReason === undefined ? {} : { staleReason: found.staleReason }),
      ...(found.staleSince === undefined ? {} : { staleSince: formatIsoTime(found.staleSince) }),
      bestYesBid: levels(found.bids("yes", 1))[0] ?? null,
      bestYesAsk: levels(found.asks("yes", 1))[0] ?? null,
      levels: { yes: found.levelCount(SIDE_YES), no: found.levelCount(SIDE_NO) },
      totalSize: {
        yes: formatQuantity(found.totalSize(SIDE_YES)),
        no: formatQuantity(found.totalSize(SIDE_NO)),
      },
      bids: { yes: levels(found.bids("yes", depth)), no: levels(found.bids("no", depth)) },
      sequence: replay.coverage.sequence,
      ...(options.hash === true ? { hash } : {}),
    });
  } else {
    terminal.out(`${styled(terminal, "bold", ticker)}\n${formatIsoTime(at)}\n\n`);
    terminal.out(ladder(found, depth ?? 10, terminal));
    if (options.hash === true) terminal.out(`\nsha256 ${hash}\n`);
  }
  if (found.stale) {
    const since = found.staleSince === undefined ? "" : ` since ${formatIsoTime(found.staleSince)}`;
    warn(
      terminal,
      `the book is stale${since} (${found.staleReason}): it may be wrong until its next snapshot`,
    );
  }
  reportCoverage(terminal, replay.coverage, decoder.counts);
  return replay.coverage.damaged.length > 0 ? EXIT_BAD_DATA : EXIT_DONE;
}
