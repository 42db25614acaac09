import type { PaperCheckpoint } from "@ssmd/backtest";
import { messageOf, SsmdError } from "@ssmd/core";
import { FileStorage, sha256 } from "@ssmd/core/fs";
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { LiveMarket } from "./live_markets.ts";

/** What a paper run leaves for its next start. */
export interface SavedPaper {
  /** What the run is of; only the same goes on. */
  readonly origin: PaperOrigin;
  /** The run. */
  readonly run: PaperCheckpoint;
  /** What was announced of markets, by ticker. */
  readonly markets: Readonly<Record<string, LiveMarket>>;
}

/** What a paper run is of, beside the settings that {@link PaperCheckpoint} has. */
export interface PaperOrigin {
  /** The version of this program. */
  readonly engine: string;
  /** The feed's name. */
  readonly feed: string;
  /** A SHA-256 over the files of the user's signals; null without any. */
  readonly signalsSha256: string | null;
}

const FORMAT = "ssmd paper 1";

/**
 * The checkpoint in `file`, or `undefined` when there is none. Throws `SsmdError` `invalid_input` for
 * anything else than what {@link writeCheckpoint} wrote, to the byte of every value, and for the
 * checkpoint of a run of something else than `origin`.
 */
export async function readCheckpoint(
  file: string,
  origin: PaperOrigin,
): Promise<SavedPaper | undefined> {
  const text = await textOf(file);
  if (text === undefined) return undefined;
  const { format, sha256: digest, ...content } = parsed(file, text);
  if (format !== FORMAT) {
    throw refusal(file, "it is no checkpoint of this ssmd paper; name another file");
  }
  if (digest !== digestOf(JSON.stringify(content))) {
    throw refusal(file, `it was changed or damaged since it was written; ${ANEW}`);
  }
  // Nobody but writeCheckpoint made it, as the digest says.
  const saved = content as unknown as SavedPaper;
  const { engine, feed, signalsSha256 } = saved.origin;
  if (engine !== origin.engine) {
    throw refusal(
      file,
      `ssmd ${engine} wrote it and this is ${origin.engine}; go on with that version, or ${ANEW}`,
    );
  }
  if (feed !== origin.feed) {
    throw refusal(file, `its feed is ${feed}, now it is ${origin.feed}; name another file`);
  }
  if (signalsSha256 !== origin.signalsSha256) {
    throw refusal(
      file,
      `the files of signals.custom have changed since; go on with those of then, or ${ANEW}`,
    );
  }
  return saved;
}

/** Replaces `file`, whole or not at all. Throws `SsmdError` `write_failed`. */
export async function writeCheckpoint(file: string, saved: SavedPaper): Promise<void> {
  const path = resolve(file);
  const content = JSON.stringify(saved);
  const head = JSON.stringify({ format: FORMAT, sha256: digestOf(content) });
  const text = `${head.slice(0, -1)},${content.slice(1)}\n`;
  await new FileStorage(dirname(path))
    .write(basename(path), new TextEncoder().encode(text), { replace: true });
}

/** What helps when a checkpoint is lost. */
const ANEW = "remove it to start anew, or name another file";

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw refusal(file, `it cannot be read (${messageOf(cause)})`, cause);
  }
}

function parsed(file: string, text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw refusal(
      file,
      `it is cut, damaged or no checkpoint (${messageOf(cause)}); ${ANEW}`,
      cause,
    );
  }
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function digestOf(text: string): string {
  const hash = sha256();
  hash.update(new TextEncoder().encode(text));
  return hash.digest();
}

function refusal(file: string, problem: string, cause?: unknown): SsmdError {
  return new SsmdError(
    "invalid_input",
    `Cannot go on from ${JSON.stringify(file)}: ${problem}`,
    cause === undefined ? {} : { cause },
  );
}
