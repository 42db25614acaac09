import type { PaperCheckpoint } from "@ssmd/backtest";
import { SsmdError } from "@ssmd/core";
import { FileStorage } from "@ssmd/core/fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { LiveMarket } from "./live_markets.ts";

/** What a paper run leaves for its next start. */
export interface SavedPaper {
  /** The run. */
  readonly run: PaperCheckpoint;
  /** What was announced of markets, by ticker. */
  readonly markets: Readonly<Record<string, LiveMarket>>;
}

/** The checkpoint in `file`, or `undefined` when there is none. Throws `SsmdError` `invalid_input`. */
export async function readCheckpoint(file: string): Promise<SavedPaper | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw refusal(file, cause);
  }
  try {
    const saved: unknown = JSON.parse(text);
    if (typeof saved === "object" && saved !== null && "run" in saved && "markets" in saved) {
      // What is inside is checked by its version and settings.
      return saved as SavedPaper;
    }
  } catch (cause) {
    throw refusal(file, cause);
  }
  throw refusal(file);
}

/** Replaces `file`, whole or not at all. Throws `SsmdError` `write_failed`. */
export async function writeCheckpoint(file: string, saved: SavedPaper): Promise<void> {
  const path = resolve(file);
  const content = new TextEncoder().encode(`${JSON.stringify(saved)}\n`);
  await new FileStorage(dirname(path)).write(basename(path), content, { replace: true });
}

function refusal(file: string, cause?: unknown): SsmdError {
  return new SsmdError(
    "invalid_input",
    `Cannot go on from ${
      JSON.stringify(file)
    }: it is not a checkpoint; name another file or remove it`,
    cause === undefined ? {} : { cause },
  );
}
