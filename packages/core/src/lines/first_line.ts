import { ArchiveLineReader } from "./archive_line_reader.ts";
import type { EpochMicros } from "../clock.ts";
import { SsmdError } from "../errors.ts";
import { exchangeTime } from "./exchange_time.ts";
import { LineSplitter } from "./line_splitter.ts";
import type { ByteStream } from "../storage/storage.ts";

/**
 * Reads the first whole line of `content` that is not blank and no more of it than that needs;
 * `undefined` when there is none, also because of damage.
 */
export function readFirstLine(content: ByteStream): Promise<ArchiveLineReader | undefined> {
  return findLine(content, () => true);
}

/**
 * The time of the first line that has one, its receive time or the exchange's; `undefined` when no
 * line has. Reads no further than that.
 */
export async function readFirstTime(content: ByteStream): Promise<EpochMicros | undefined> {
  let time = NaN;
  await findLine(content, ({ tsRecv, data, start, end }) => {
    time = Number.isNaN(tsRecv) ? exchangeTime(data, start, end) : tsRecv;
    return !Number.isNaN(time);
  });
  return Number.isNaN(time) ? undefined : time;
}

async function findLine(
  content: ByteStream,
  wanted: (reader: ArchiveLineReader) => boolean,
): Promise<ArchiveLineReader | undefined> {
  const splitter = new LineSplitter();
  const reader = new ArchiveLineReader();
  try {
    for await (const chunk of content) {
      splitter.push(chunk);
      while (splitter.next()) {
        reader.read(splitter.data, splitter.start, splitter.end);
        const found = reader.kind !== "blank" && wanted(reader);
        reader.restore();
        if (found) return reader;
      }
    }
  } catch (error) {
    // Whoever reads the whole file meets the damage and reports it.
    if (!(error instanceof SsmdError) || error.code !== "damaged_gzip") throw error;
  }
  return undefined;
}
