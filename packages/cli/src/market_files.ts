import { messageOf, SsmdError } from "@ssmd/core";
import { sha256 } from "@ssmd/core/fs";
import { MarketCatalog, parseMarketObjects } from "@ssmd/kalshi";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";

/** What the files of `--markets` hold. */
export interface LoadedMarkets {
  /** The merged objects. */
  readonly catalog: MarketCatalog;
  /** SHA-256 over the sorted digests of the files' bytes. */
  readonly fingerprint: string;
}

/** Reads REST objects from files. Throws `SsmdError` `not_found` or `invalid_input`, naming the file. */
export async function loadMarkets(files: readonly string[]): Promise<LoadedMarkets> {
  const catalog = new MarketCatalog();
  const digests: string[] = [];
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
    catalog.add(parseFile(file, bytes));
  }
  return { catalog, fingerprint: digest(new TextEncoder().encode(digests.sort().join("\n"))) };
}

function parseFile(file: string, bytes: Uint8Array): ReturnType<typeof parseMarketObjects> {
  try {
    return parseMarketObjects(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
  } catch (cause) {
    throw new SsmdError(
      "invalid_input",
      `Cannot use the markets file ${basename(file)}: ${messageOf(cause)}`,
      { cause },
    );
  }
}

function digest(bytes: Uint8Array): string {
  const hash = sha256();
  hash.update(bytes);
  return hash.digest();
}
