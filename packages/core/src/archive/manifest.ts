/**
 * What a day's folder claims about its files; `verify` holds it against them.
 * @module
 */
import { MANIFEST_NAME } from "./archive_names.ts";
import type { EpochMicros } from "../clock.ts";
import { SsmdError } from "../errors.ts";
import type { Gap } from "../gap.ts";
import { readText } from "../storage/read_text.ts";
import type { Storage } from "../storage/storage.ts";

/** The version of the format that this library writes, and the newest it reads. */
export const ARCHIVE_VERSION = 1;

/**
 * Whether the exchange's sequence numbers were judged when the frames came in: `checked`, each hole
 * is a gap line; `partial`, only some markets of the subscriptions were stored, so that holes mean
 * nothing; `unchecked`, nobody looked.
 */
export type SequenceCoverage = "checked" | "partial" | "unchecked";

/** Where receive times come from: our own clock, or the exchange's time where none was kept. */
export type ReceiveClock = "receive" | "exchange";

const SEQUENCES: readonly unknown[] = [
  "checked",
  "partial",
  "unchecked",
] satisfies SequenceCoverage[];
const CLOCKS: readonly unknown[] = ["receive", "exchange"] satisfies ReceiveClock[];

/** The share of a session in one file. */
export interface SessionRange {
  /** The session. */
  readonly id: string;
  /** Our count of its first frame in the file; 0 when it has no frames there. */
  readonly firstSeq: number;
  /** Our count of its last frame in the file. */
  readonly lastSeq: number;
}

/** What is claimed of one sealed file. */
export interface ManifestFile {
  /** Its name within the day's folder. */
  readonly name: string;
  /** Lines. */
  readonly records: number;
  /** Lines by the frame's `type`; `gap`, `sent` and `raw` are ours, `(none)` has no type. */
  readonly recordsByType: Readonly<Record<string, number>>;
  /** Bytes of the content. */
  readonly bytes: number;
  /** Receive time of the first line. */
  readonly firstReceivedAt: EpochMicros;
  /** Receive time of the last line. */
  readonly lastReceivedAt: EpochMicros;
  /** The sessions in it, in order of appearance. */
  readonly sessions: readonly SessionRange[];
  /** SHA-256 of the file as stored, lower-case hex. */
  readonly sha256: string;
  /** SHA-256 of its content. */
  readonly contentSha256: string;
  /** Whether sequence could be judged. */
  readonly sequence: SequenceCoverage;
  /** Where its receive times come from. */
  readonly clock: ReceiveClock;
  /** The gap lines in it. */
  readonly gaps: readonly Gap[];
  /** The damaged file whose readable lines this one holds; readers pass over that file. */
  readonly salvagedFrom?: string;
}

/** A day's manifest. */
export interface Manifest {
  /** Tells the file apart from others of this name. */
  readonly format: "ssmd-archive";
  /** See {@link ARCHIVE_VERSION}. */
  readonly version: number;
  /** The source's definition. */
  readonly feed: string;
  /** The stream within it. */
  readonly stream: string;
  /** The UTC day. */
  readonly date: string;
  /** The sealed files, in the order in which they were sealed. */
  readonly files: readonly ManifestFile[];
}

/** The manifest of the day's `folder`: `undefined` when there is none or it is not one of ours. */
export async function readManifest(
  storage: Storage,
  folder: string,
): Promise<Manifest | undefined> {
  const path = `${folder}/${MANIFEST_NAME}`;
  const text = await readText(storage, path);
  return text === undefined ? undefined : parseManifest(text, path);
}

/**
 * Parses a manifest; `undefined` for well-formed JSON that is not ours (the original wrote files of
 * the same name). Throws `SsmdError` `newer_format` or `damaged_manifest`, naming `path`.
 */
export function parseManifest(text: string, path: string): Manifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, "it is not JSON", cause);
  }
  if (typeof value !== "object" || value === null || !("format" in value)) return undefined;
  if (value.format !== "ssmd-archive") return undefined;
  const version = "version" in value ? value.version : undefined;
  if (typeof version === "number" && version > ARCHIVE_VERSION) {
    throw new SsmdError(
      "newer_format",
      `Cannot read ${path}: format version ${version}, this ssmd reads up to ${ARCHIVE_VERSION}; update ssmd`,
    );
  }
  if (version !== ARCHIVE_VERSION) throw damaged(path, "it has no valid version");
  if (!("files" in value) || !Array.isArray(value.files) || !value.files.every(isManifestFile)) {
    throw damaged(path, "its list of files is not valid");
  }
  // The members that code relies on were checked above.
  return value as Manifest;
}

/**
 * The manifest of a day's `folder` that is to be written to: `undefined` when there is none. Throws
 * `SsmdError` `already_exists` for a file of that name which is not ours and so must stay.
 */
export async function readOwnManifest(
  storage: Storage,
  folder: string,
): Promise<Manifest | undefined> {
  const path = `${folder}/${MANIFEST_NAME}`;
  const text = await readText(storage, path);
  if (text === undefined) return undefined;
  const manifest = parseManifest(text, path);
  if (manifest !== undefined) return manifest;
  throw new SsmdError(
    "already_exists",
    `Cannot write ${path}: the file there is no manifest of ssmd; move it away`,
  );
}

/** Writes `entries` into the folder's manifest, beside those that are there; none is replaced. */
export async function mergeManifest(
  storage: Storage,
  folder: string,
  day: { readonly feed: string; readonly stream: string; readonly date: string },
  entries: readonly ManifestFile[],
): Promise<void> {
  const present = await readOwnManifest(storage, folder);
  const files = [...present?.files ?? []];
  const names = new Set(files.map((file) => file.name));
  for (const entry of entries) {
    if (names.has(entry.name)) continue;
    names.add(entry.name);
    files.push(entry);
  }
  if (present !== undefined && files.length === present.files.length) return;
  const manifest: Manifest = {
    format: "ssmd-archive",
    version: ARCHIVE_VERSION,
    feed: day.feed,
    stream: day.stream,
    date: day.date,
    files,
  };
  const text = `${JSON.stringify(manifest, null, 1)}\n`;
  await storage.write(`${folder}/${MANIFEST_NAME}`, new TextEncoder().encode(text), {
    replace: true,
  });
}

function damaged(path: string, why: string, cause?: unknown): SsmdError {
  return new SsmdError(
    "damaged_manifest",
    `Cannot use ${path}: ${why}; move it away and run "ssmd archive repair" to write a new one`,
    { cause },
  );
}

function isManifestFile(value: unknown): value is ManifestFile {
  if (!isObject(value)) return false;
  const { name, recordsByType, sequence, clock, sessions, gaps, salvagedFrom } = value;
  return typeof name === "string" && !name.includes("/") &&
    areFinite(value, "records", "bytes", "firstReceivedAt", "lastReceivedAt") &&
    areTexts(value, "sha256", "contentSha256") &&
    isObject(recordsByType) && areFinite(recordsByType, ...Object.keys(recordsByType)) &&
    SEQUENCES.includes(sequence) && CLOCKS.includes(clock) &&
    Array.isArray(sessions) && sessions.every(isSession) &&
    Array.isArray(gaps) && gaps.every(isGap) &&
    (salvagedFrom === undefined || typeof salvagedFrom === "string");
}

function isSession(value: unknown): boolean {
  return isObject(value) && areTexts(value, "id") && areFinite(value, "firstSeq", "lastSeq");
}

function isGap(value: unknown): boolean {
  return isObject(value) && areTexts(value, "session", "reason") &&
    areFinite(value, "from", "to", "tsRecv") &&
    (value["markets"] === undefined || Array.isArray(value["markets"]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function areFinite(object: Readonly<Record<string, unknown>>, ...keys: string[]): boolean {
  return keys.every((key) => Number.isFinite(object[key]));
}

function areTexts(object: Readonly<Record<string, unknown>>, ...keys: string[]): boolean {
  return keys.every((key) => typeof object[key] === "string");
}
