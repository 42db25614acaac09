import { type ArchiveIo, type ArchiveStream, messageOf, readCatalog, SsmdError } from "@ssmd/core";
import { sha256 } from "@ssmd/core/fs";
import { MarketCatalog, parseMarketObjects } from "@ssmd/kalshi";
import { access, readFile } from "node:fs/promises";
import { basename, join } from "node:path";

/** The REST objects of what a capture recorded, one answer a line, in its stream's folder. */
export const MARKET_LOG = "markets.jsonl";

/** What the files of `--markets` hold. */
export interface LoadedMarkets {
  /** The merged objects. */
  readonly catalog: MarketCatalog;
  /** SHA-256 over the sorted digests of the files' bytes. */
  readonly fingerprint: string;
  /** Last lines that were not whole and were left out. */
  readonly unfinished: number;
}

/** Reads REST objects from files. Throws `SsmdError` `not_found` or `invalid_input`, naming the file. */
export async function loadMarkets(files: readonly string[]): Promise<LoadedMarkets> {
  const catalog = new MarketCatalog();
  const digests: string[] = [];
  let unfinished = 0;
  for (const file of files) {
    const bytes = await readFile(file).catch((cause: NodeJS.ErrnoException) => {
      const missing = cause.code === "ENOENT";
      throw new SsmdError(
        missing ? "not_found" : "invalid_input",
        `Cannot read the markets file ${JSON.stringify(file)}: ${
          missing ? "there is no such file" : cause.message
        }`,
        { cause },
      );
    });
    digests.push(digest(bytes));
    const { values, torn } = splitFile(file, bytes);
    for (const value of values) catalog.add(parseValue(file, value));
    unfinished += torn;
  }
  const fingerprint = digest(new TextEncoder().encode(digests.sort().join("\n")));
  return { catalog, fingerprint, unfinished };
}

/**
 * The market logs that captures left beside the chosen streams of the archive in `folder`. Throws
 * `SsmdError` `not_found` when there is none.
 */
export async function archivedMarkets(
  folder: string,
  io: ArchiveIo,
  streams: (stream: ArchiveStream) => boolean,
): Promise<string[]> {
  const files: string[] = [];
  for (const stream of await readCatalog(io.storage)) {
    const file = join(folder, stream.folder, MARKET_LOG);
    if (streams(stream) && await exists(file)) files.push(file);
  }
  if (files.length > 0) return files;
  throw new SsmdError(
    "not_found",
    `Cannot find market objects in ${folder}: no capture left a ${MARKET_LOG} there; name files with --markets`,
  );
}

async function exists(file: string): Promise<boolean> {
  return await access(file).then(() => true, () => false);
}

/** The JSON texts in a file: one a line in `.jsonl`, whose last line may be unfinished. */
function splitFile(
  file: string,
  bytes: Uint8Array,
): { readonly values: readonly string[]; readonly torn: number } {
  const text = textOf(file, bytes);
  if (!file.endsWith(".jsonl")) return { values: [text], torn: 0 };
  const lines = text.split("\n");
  const last = lines.pop()!;
  // Without its newline a line was still being written, or the writer was killed.
  const torn = last !== "" && !isJson(last);
  if (!torn) lines.push(last);
  return { values: lines.filter((line) => line.trim() !== ""), torn: torn ? 1 : 0 };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // the caller counts it
  }
}

function textOf(file: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unusable(file, cause);
  }
}

function parseValue(file: string, text: string): ReturnType<typeof parseMarketObjects> {
  try {
    return parseMarketObjects(JSON.parse(text));
  } catch (cause) {
    throw unusable(file, cause);
  }
}

function unusable(file: string, cause: unknown): SsmdError {
  return new SsmdError(
    "invalid_input",
    `Cannot use the markets file ${basename(file)}: ${messageOf(cause)}`,
    { cause },
  );
}

function digest(bytes: Uint8Array): string {
  const hash = sha256();
  hash.update(bytes);
  return hash.digest();
}
