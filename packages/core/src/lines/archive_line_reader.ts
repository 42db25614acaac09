import { GAP_TYPE, looksOwn, RAW_TYPE, SENT_TYPE } from "./archive_line.ts";
import type { EpochMicros } from "../clock.ts";
import type { Gap, GapReason } from "../gap.ts";
import { decodeUtf8, equalsAscii, scanObject, skipSpace } from "./json_text.ts";
import { readTapeLine } from "./tape_line.ts";

/** What a line holds. */
export type LineKind =
  /** A frame: {@link ArchiveLineReader.data} between `start` and `end`. */
  | "frame"
  /** A gap: {@link ArchiveLineReader.gap}. */
  | "gap"
  /** What we sent: the message, {@link ArchiveLineReader.data} between `start` and `end`. */
  | "sent"
  /** White space only. */
  | "blank";

const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const UNDERSCORE = 0x5f;
const MAX_SESSION = 64;
/** The last of the original's fields begins this near to the line's end. */
const FOREIGN_REACH = 160;
/** From this length on a line is not looked through for them when it ends with an object. */
const LONG_LINE = 200;
const FOREIGN_KEYS: readonly string[] = ["_received_at", "_nats_seq", "_shard_id"];
const GAP_REASONS: readonly string[] = [
  "sequence",
  "overflow",
  "disconnect",
  "restart",
  "damage",
  "unsubscribed",
] satisfies GapReason[];

/**
 * Reads one line at a time: ours, the original's with `_received_at`, `_nats_seq` and `_shard_id`,
 * a tape's `{"recv_ms":…,"event":…}`, and bare frames. To give back a frame without copying it, the
 * byte after it is changed in place; {@link restore} undoes that.
 */
export class ArchiveLineReader {
  /** What the line holds. */
  kind: LineKind = "blank";
  /** Holds the bytes of the frame, or of what we sent. */
  data: Uint8Array = new Uint8Array(0);
  /** Where they start in {@link data}. */
  start = 0;
  /** Where they end. */
  end = 0;
  /** Our receive time; NaN when the line has none. */
  tsRecv: EpochMicros = NaN;
  /** The session; `""` when the line has none. */
  session = "";
  /** Our own count of the frame within the session, else of the one before; 0 when there is none. */
  seq = 0;
  /** The connection's number in the original's archives; `""` otherwise. */
  shard = "";
  /** Whether the frame was wrapped because its bytes could not be a line. */
  wrapped = false;
  /** The gap of a gap line. */
  gap: Gap | undefined;
  readonly #feed: string;
  #sessionBytes: Uint8Array = new Uint8Array(0);
  #lastSession = "";
  #line: Uint8Array = this.data;
  #lineStart = 0;
  #lineEnd = 0;
  #patched: Uint8Array | undefined;
  #patchedAt = 0;

  /** Gap lines do not repeat their feed: `feed` is put into the gaps. */
  constructor(feed = "") {
    this.#feed = feed;
  }

  /** Reads the line `data[start, end)`, which may be changed until {@link restore} or the next read. */
  read(data: Uint8Array, start: number, end: number): void {
    this.#patched = undefined;
    this.gap = undefined;
    this.wrapped = false;
    this.tsRecv = NaN;
    this.session = "";
    this.seq = 0;
    this.shard = "";
    this.#line = data;
    this.#lineStart = start;
    this.#lineEnd = end;
    this.data = data;
    this.start = start;
    this.end = end;
    if (skipSpace(data, start, end) === end) {
      this.kind = "blank";
      return;
    }
    this.kind = "frame";
    const own = looksOwn(data, start, end);
    const stamped = this.#cutSuffix(data, start, end);
    if (own && stamped) this.#unwrap();
    else if (!stamped && !this.#readTape(data, start, end)) {
      this.#cutForeignFields(data, start, end);
    }
  }

  /** Puts back the byte that {@link read} changed; the frame is no longer valid after it. */
  restore(): void {
    if (this.#patched !== undefined) this.#patched[this.#patchedAt] = COMMA;
    this.#patched = undefined;
  }

  /** The line as it is stored; {@link restore} happens on the way. */
  storedLine(): Uint8Array {
    this.restore();
    return this.#line.subarray(this.#lineStart, this.#lineEnd);
  }

  /** Recognises `,"_received_at":N,"_session":"S","_seq":N}` at the line's end, backwards. */
  #cutSuffix(data: Uint8Array, start: number, end: number): boolean {
    let brace = end - 1;
    while (brace > start && data[brace] !== CLOSE_BRACE && data[brace]! <= 0x20) brace--;
    if (data[brace] !== CLOSE_BRACE) return false;
    const seqStart = digitsBefore(data, start, brace);
    let at = keyBefore(data, start, seqStart, brace, `,"_seq":`);
    if (at < 0 || data[at - 1] !== QUOTE) return false;
    const sessionEnd = at - 1;
    let sessionStart = sessionEnd;
    while (sessionEnd - sessionStart <= MAX_SESSION && data[sessionStart - 1] !== QUOTE) {
      sessionStart--;
    }
    at = keyBefore(data, start, sessionStart - 1, sessionEnd, `,"_session":`);
    if (at < 0) return false;
    const timeStart = digitsBefore(data, start, at);
    const cut = keyBefore(data, start, timeStart, at, `,"_received_at":`);
    if (cut < 0) return false;
    const tsRecv = readDigits(data, timeStart, at);
    const seq = readDigits(data, seqStart, brace);
    // Numbers that we do not write: the line is not ours.
    if (Number.isNaN(tsRecv) || Number.isNaN(seq)) return false;
    this.tsRecv = tsRecv;
    this.seq = seq;
    this.session = this.#internSession(data, sessionStart, sessionEnd);
    this.#endFrame(data, start, cut, brace, end);
    return true;
  }

  #endFrame(data: Uint8Array, start: number, cut: number, brace: number, end: number): void {
    if (brace + 1 === end) {
      this.#patched = data;
      this.#patchedAt = cut;
      data[cut] = CLOSE_BRACE;
      this.end = cut + 1;
      return;
    }
    // White space follows the brace: the frame's bytes lie apart and are joined in a copy.
    const joined = new Uint8Array(cut - start + end - brace);
    joined.set(data.subarray(start, cut));
    joined.set(data.subarray(brace, end), cut - start);
    this.data = joined;
    this.start = 0;
    this.end = joined.length;
  }

  #internSession(data: Uint8Array, start: number, end: number): string {
    const known = this.#sessionBytes;
    let same = known.length === end - start;
    for (let i = 0; same && i < known.length; i++) same = known[i] === data[start + i];
    if (!same) {
      this.#sessionBytes = data.slice(start, end);
      this.#lastSession = String.fromCharCode(...this.#sessionBytes);
    }
    return this.#lastSession;
  }

  /** Looks into what only we write; whatever else the line turns out to be stays a frame. */
  #unwrap(): void {
    const fields = parseOwn(this.data, this.start, this.end);
    if (fields === undefined) return;
    if (fields["type"] === RAW_TYPE) {
      const bytes = decodeWrapped(fields);
      if (bytes === undefined) return;
      this.wrapped = true;
      this.data = bytes;
      this.start = 0;
      this.end = bytes.length;
    } else if (fields["type"] === GAP_TYPE) {
      this.gap = readGap(fields, this.#feed, this.session, this.tsRecv);
      if (this.gap !== undefined) this.kind = "gap";
    } else if (fields["type"] === SENT_TYPE) this.#unwrapSent();
  }

  #unwrapSent(): void {
    let from = -1;
    let to = -1;
    scanObject(this.data, this.start, this.end, (keyStart, keyEnd, valueStart, valueEnd) => {
      if (!equalsAscii(this.data, keyStart, keyEnd, "data")) return;
      const isObject = this.data[valueStart] === OPEN_BRACE;
      from = isObject ? valueStart : -1;
      to = valueEnd;
    });
    if (from < 0) return;
    this.kind = "sent";
    this.start = from;
    this.end = to;
  }

  #readTape(data: Uint8Array, start: number, end: number): boolean {
    const tape = readTapeLine(data, start, end);
    if (tape === undefined) return false;
    this.tsRecv = tape.tsRecv;
    this.start = tape.start;
    this.end = tape.end;
    return true;
  }

  /** The original stamps `_received_at` (µs), `_nats_seq` and `_shard_id` at the end, in any order. */
  #cutForeignFields(data: Uint8Array, start: number, end: number): void {
    if (endsWithObject(data, start, end) || !hasKeyNearEnd(data, start, end)) return;
    // The comma before the run of such fields that reaches to the object's end.
    let cut = -1;
    let previousEnd = start;
    let tsRecv = NaN;
    let shard = "";
    const ok = scanObject(data, start, end, (keyStart, keyEnd, valueStart, valueEnd) => {
      const key = data[keyStart] === UNDERSCORE
        ? FOREIGN_KEYS.find((name) => equalsAscii(data, keyStart, keyEnd, name))
        : undefined;
      if (key === undefined) cut = -1;
      else if (cut < 0) cut = skipSpace(data, previousEnd, end);
      if (key === "_received_at") tsRecv = readDigits(data, valueStart, valueEnd);
      if (key === "_shard_id") shard = decodeUtf8(data, valueStart, valueEnd) ?? "";
      previousEnd = valueEnd;
    });
    if (!ok) return;
    this.tsRecv = tsRecv;
    this.shard = shard;
    // Without any field of a frame before them there is no comma, and nothing to give.
    if (cut < 0 || data[cut] !== COMMA) return;
    this.#endFrame(data, start, cut, data.lastIndexOf(CLOSE_BRACE, end - 1), end);
  }
}

/**
 * Whether the last member of a long line is an object, as that of most frames: the original stamps
 * behind it. Short lines are always looked through.
 */
function endsWithObject(data: Uint8Array, start: number, end: number): boolean {
  if (end - start < LONG_LINE) return false;
  let last = end - 1;
  while (last > start && data[last]! <= 0x20) last--;
  return last > start && data[last] === CLOSE_BRACE && data[last - 1] === CLOSE_BRACE;
}

/** Whether a text near the end begins with an underscore, as the keys of the original's fields do. */
function hasKeyNearEnd(data: Uint8Array, start: number, end: number): boolean {
  const first = Math.max(start, end - FOREIGN_REACH) + 1;
  // One of two neighbours is met by every second byte.
  for (let i = end - 1; i >= first; i -= 2) {
    const byte = data[i]!;
    if (byte === UNDERSCORE && data[i - 1] === QUOTE) return true;
    if (byte === QUOTE && data[i + 1] === UNDERSCORE) return true;
  }
  return false;
}

/** The index where the run of digits that ends at `end` starts; `end` when there is none. */
function digitsBefore(data: Uint8Array, start: number, end: number): number {
  let i = end;
  while (i > start && data[i - 1]! >= 0x30 && data[i - 1]! <= 0x39) i--;
  return i;
}

/** Where `key` starts when it ends at `at` and a value follows it up to `valueEnd`; else −1. */
function keyBefore(
  data: Uint8Array,
  start: number,
  at: number,
  valueEnd: number,
  key: string,
): number {
  const from = at - key.length;
  if (at >= valueEnd || from < start || !equalsAscii(data, from, at, key)) return -1;
  return from;
}

/** The number that `data[start, end)` spells; NaN unless it is 1 to 16 digits and exact. */
function readDigits(data: Uint8Array, start: number, end: number): number {
  if (end <= start || end - start > 16) return NaN;
  let value = 0;
  for (let i = start; i < end; i++) {
    const digit = data[i]! - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return Number.isSafeInteger(value) ? value : NaN;
}

function parseOwn(
  data: Uint8Array,
  start: number,
  end: number,
): Readonly<Record<string, unknown>> | undefined {
  const text = scanObject(data, start, end) ? decodeUtf8(data, start, end) : undefined;
  // A well-formed object by the scan above, so this neither throws nor gives anything else.
  return text === undefined ? undefined : JSON.parse(text) as Readonly<Record<string, unknown>>;
}

function decodeWrapped(fields: Readonly<Record<string, unknown>>): Uint8Array | undefined {
  const { encoding, data } = fields;
  if (typeof data !== "string") return undefined;
  if (encoding === "utf8") return new TextEncoder().encode(data);
  if (encoding !== "base64" || !/^[A-Za-z0-9+/]*={0,2}$/.test(data) || data.length % 4 !== 0) {
    return undefined;
  }
  return Uint8Array.from(atob(data), (char) => char.charCodeAt(0));
}

function readGap(
  fields: Readonly<Record<string, unknown>>,
  feed: string,
  session: string,
  tsRecv: EpochMicros,
): Gap | undefined {
  const { reason, sid, from, to, missing, bytes, markets, books } = fields;
  if (typeof reason !== "string" || !GAP_REASONS.includes(reason)) return undefined;
  if (typeof from !== "number" || typeof to !== "number" || !Number.isFinite(from + to)) {
    return undefined;
  }
  const names = Array.isArray(markets) && markets.every((name) => typeof name === "string");
  return {
    feed,
    session,
    // Checked against the list of reasons above.
    reason: reason as GapReason,
    from,
    to,
    tsRecv,
    ...(typeof sid === "number" ? { sid } : {}),
    ...(typeof missing === "number" ? { missing } : {}),
    ...(typeof bytes === "number" ? { bytes } : {}),
    ...(names ? { markets: markets as readonly string[] } : {}),
    ...(books === false ? { books } : {}),
  };
}
