import { ArchiveLineReader } from "./archive_line_reader.ts";
import { LineSplitter, MAX_STORED_LINE_BYTES } from "./line_splitter.ts";
import type { ByteStream } from "../storage/storage.ts";

/** What {@link readLines} went through. */
export interface LinesRead {
  /** Lines longer than the limit, skipped. */
  readonly tooLong: number;
  /** Bytes after the last newline. */
  readonly tornBytes: number;
  /** Bytes of whole lines. */
  readonly wholeBytes: number;
}

/**
 * Hands every line of `content` to `visit`, with its number from 1. A last line without newline is
 * handed over too, unless `whole` is set. `visit` must not keep the reader's bytes.
 */
export async function readLines(
  content: ByteStream,
  visit: (reader: ArchiveLineReader, line: number) => void,
  options: { readonly whole?: boolean } = {},
): Promise<LinesRead> {
  const splitter = new LineSplitter(MAX_STORED_LINE_BYTES);
  const reader = new ArchiveLineReader();
  for await (const chunk of content) {
    splitter.push(chunk);
    while (splitter.next()) {
      reader.read(splitter.data, splitter.start, splitter.end);
      visit(reader, splitter.line);
      reader.restore();
    }
  }
  const wholeBytes = splitter.offset;
  const tornBytes = splitter.pending;
  if (options.whole !== true && splitter.finish()) {
    reader.read(splitter.data, splitter.start, splitter.end);
    visit(reader, splitter.line);
  }
  return { tooLong: splitter.tooLong, tornBytes, wholeBytes };
}
