/**
 * The names of an archive: `{feed}/{stream}/{YYYY-MM-DD}/{HHMM}[-NN].jsonl.gz`, UTC by receive time.
 * @module
 */
import type { EpochMicros } from "../clock.ts";
import { SsmdError } from "../errors.ts";
import { utcDate, utcMinute } from "../time_text.ts";

/** Which stream of which feed. */
export interface StreamName {
  /** The source's definition, for example `kalshi`. */
  readonly feed: string;
  /** The stream within it, for example `books`. */
  readonly stream: string;
}

/** The name of a day's manifest. */
export const MANIFEST_NAME = "manifest.json";
/** The ending of a sealed file. */
export const SEALED_SUFFIX = ".jsonl.gz";
/** The ending of the open file: plain text that grows, the journal. */
export const OPEN_SUFFIX = ".jsonl.open";

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]+)*$/;
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const BASE = /^(\d{4})(?:-(\d+))?$/;

/** The folder of a stream. Throws `SsmdError` `invalid_name` unless both names are plain words. */
export function streamFolder(name: StreamName): string {
  return `${checkName("feed", name.feed)}/${checkName("stream", name.stream)}`;
}

/**
 * Whether `name` can be that of a feed, a stream or a session, in paths and subjects: 1 to 64
 * letters, digits, `_`, `-` and single dots between them, and not a date.
 */
export function isPlainName(name: string): boolean {
  return name.length <= 64 && NAME.test(name) && !DATE.test(name);
}

/** `name`, or `SsmdError` `invalid_name` when it is no {@link isPlainName}. */
export function checkName(what: "feed" | "stream" | "session", name: string): string {
  if (!isPlainName(name)) {
    throw new SsmdError(
      "invalid_name",
      `Cannot use ${
        JSON.stringify(name)
      } as a ${what} name: expected 1 to 64 letters, digits, "_", "-" and single dots between them, not a date`,
    );
  }
  return name;
}

/** Whether `text` is the name of a day's folder. */
export function isDateFolder(text: string): boolean {
  return DATE.test(text);
}

/** The day's folder and the file's base name (without `-NN` and ending) for a receive time. */
export function placeOf(tsRecv: EpochMicros): { readonly date: string; readonly base: string } {
  return { date: utcDate(tsRecv), base: utcMinute(tsRecv) };
}

/** The first of `HHMM`, `HHMM-01`, `HHMM-02`, … that `taken` does not hold. */
export function freeBase(base: string, taken: ReadonlySet<string>): string {
  if (!taken.has(base)) return base;
  for (let n = 1;; n++) {
    const name = `${base}-${String(n).padStart(2, "0")}`;
    if (!taken.has(name)) return name;
  }
}

/** Orders file names of one folder by minute and number, then those of another kind by their text. */
export function compareFileNames(a: string, b: string): number {
  const left = BASE.exec(baseOf(a));
  const right = BASE.exec(baseOf(b));
  if (left !== null && right !== null) {
    const difference = Number(left[1]) - Number(right[1]) ||
      Number(left[2] ?? 0) - Number(right[2] ?? 0);
    if (difference !== 0) return difference;
  } else if (left !== null) return -1;
  else if (right !== null) return 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A file name up to its first dot after which `jsonl` begins. */
export function baseOf(fileName: string): string {
  const cut = fileName.indexOf(".jsonl");
  return cut < 0 ? fileName : fileName.slice(0, cut);
}
