import { GAP_TYPE, RAW_TYPE, SENT_TYPE } from "../lines/archive_line.ts";
import type { ArchiveLineReader } from "../lines/archive_line_reader.ts";
import type { EpochMicros } from "../clock.ts";
import type { Gap } from "../gap.ts";
import { decodeUtf8, equalsAscii, scanObject } from "../lines/json_text.ts";
import type { ManifestFile, ReceiveClock, SequenceCoverage, SessionRange } from "./manifest.ts";

const MAX_TYPES = 200;
const MAX_TYPE_BYTES = 64;
const QUOTE = 0x22;
const FRONT = `{"type":"`;

/** Counts what a file's lines hold, for its manifest entry. */
export class FileSummary {
  /** Lines so far. */
  records = 0;
  /** Receive time of the first line with one; NaN before. */
  first: EpochMicros = NaN;
  /** Receive time of the last line with one. */
  last: EpochMicros = NaN;
  /** The gap lines. */
  readonly gaps: Gap[] = [];
  readonly #feed: string;
  readonly #types = new Map<string, number>();
  readonly #sessions = new Map<string, { firstSeq: number; lastSeq: number }>();

  /** `feed` goes into the gaps, whose lines do not repeat it. */
  constructor(feed = "") {
    this.#feed = feed;
  }

  /** Counts a line that `reader` has just read. */
  add(reader: ArchiveLineReader): void {
    if (reader.kind === "blank") return;
    this.records++;
    this.#countType(typeOfLine(reader));
    if (!Number.isNaN(reader.tsRecv)) {
      if (Number.isNaN(this.first)) this.first = reader.tsRecv;
      this.last = reader.tsRecv;
    }
    if (reader.gap !== undefined) this.gaps.push({ ...reader.gap, feed: this.#feed });
    if (reader.session !== "") {
      this.#countSession(reader.session, reader.kind === "frame" ? reader.seq : undefined);
    }
  }

  /** Lines by type, in order of appearance. */
  types(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#types);
  }

  /** The sessions, in order of appearance. */
  sessions(): SessionRange[] {
    return [...this.#sessions].map(([id, range]) => ({ id, ...range }));
  }

  /** The manifest entry of the file whose lines were added. */
  entry(
    stored: {
      readonly name: string;
      readonly bytes: number;
      readonly sha256: string;
      readonly contentSha256: string;
    },
    facts: { readonly sequence: SequenceCoverage; readonly clock: ReceiveClock },
  ): ManifestFile {
    return {
      name: stored.name,
      records: this.records,
      recordsByType: this.types(),
      bytes: stored.bytes,
      firstReceivedAt: Number.isNaN(this.first) ? 0 : this.first,
      lastReceivedAt: Number.isNaN(this.last) ? 0 : this.last,
      sessions: this.sessions(),
      sha256: stored.sha256,
      contentSha256: stored.contentSha256,
      sequence: facts.sequence,
      clock: facts.clock,
      gaps: this.gaps,
    };
  }

  #countType(type: string): void {
    const name = this.#types.has(type) || this.#types.size < MAX_TYPES ? type : "(more)";
    this.#types.set(name, (this.#types.get(name) ?? 0) + 1);
  }

  /** Without `seq`: the line is no frame and takes no number. */
  #countSession(id: string, seq: number | undefined): void {
    const range = this.#sessions.get(id);
    if (range === undefined) {
      this.#sessions.set(id, { firstSeq: seq ?? 0, lastSeq: seq ?? 0 });
    } else if (seq !== undefined) {
      if (range.firstSeq === 0) range.firstSeq = seq;
      range.lastSeq = seq;
    }
  }
}

/** The type under which a line is counted: the frame's, `gap`, `sent`, `raw`, or `(none)`. */
export function typeOfLine(reader: ArchiveLineReader): string {
  if (reader.kind === "gap") return GAP_TYPE;
  if (reader.kind === "sent") return SENT_TYPE;
  return reader.wrapped ? RAW_TYPE : frameType(reader.data, reader.start, reader.end);
}

/**
 * The `type` of a frame that is a JSON object; `(none)` when it has none that is short text. A frame
 * that begins with its type is not looked at any further: it may be cut.
 */
export function frameType(data: Uint8Array, start: number, end: number): string {
  if (equalsAscii(data, start, start + FRONT.length, FRONT)) {
    const from = start + FRONT.length;
    for (let i = from; i < end && i - from <= MAX_TYPE_BYTES; i++) {
      const byte = data[i]!;
      if (byte === QUOTE) return internType(data, from, i);
      if (byte < 0x20 || byte > 0x7e || byte === 0x5c) break;
    }
  }
  let type = "(none)";
  const visit = (keyStart: number, keyEnd: number, valueStart: number, valueEnd: number): void => {
    if (!equalsAscii(data, keyStart, keyEnd, "type") || data[valueStart] !== QUOTE) return;
    const isShort = valueEnd - valueStart - 2 <= MAX_TYPE_BYTES;
    const text = isShort ? decodeUtf8(data, valueStart, valueEnd) : undefined;
    if (text !== undefined) type = JSON.parse(text) as string;
  };
  return scanObject(data, start, end, visit) ? type : "(none)";
}

const COMMON_TYPES: readonly string[] = [
  "orderbook_delta",
  "trade",
  "ticker",
  "orderbook_snapshot",
];

function internType(data: Uint8Array, start: number, end: number): string {
  for (const type of COMMON_TYPES) if (equalsAscii(data, start, end, type)) return type;
  return String.fromCharCode(...data.subarray(start, end));
}
