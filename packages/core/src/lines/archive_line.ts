/**
 * How a record becomes one line of an archive. A frame that is a non-empty JSON object keeps its
 * bytes; our fields are spliced in before its last brace. Everything else is wrapped. The format is
 * written out in `docs/archive_format.md`.
 * @module
 */
import { checkName } from "../archive/archive_names.ts";
import type { ByteBuffer } from "./byte_buffer.ts";
import type { EpochMicros } from "../clock.ts";
import type { Gap } from "../gap.ts";
import { decodeUtf8, equalsAscii, scanObject } from "./json_text.ts";
import type { SentMessage } from "../sent_message.ts";

/** Type of a line that wraps bytes which are not a spliceable frame. */
export const RAW_TYPE = "raw";
/** Type of a line that stands for frames which are not there. */
export const GAP_TYPE = "gap";
/** Type of a line that holds what we sent. */
export const SENT_TYPE = "sent";

/** How the lines begin that only we write. */
const OWN_FRONTS: readonly string[] = [RAW_TYPE, GAP_TYPE, SENT_TYPE].map((type) =>
  `{"type":"${type}"`
);
/** Where the types in them begin: most frames' types begin with other letters. */
const TYPE_AT = `{"type":"`.length;
const NEWLINE = 0x0a;
const MAX_TEXT_BYTES = 1024 * 1024;
const CLOSE_BRACE = 0x7d;
const OWN_KEYS: readonly string[] = [
  "_received_at",
  "_session",
  "_seq",
  "_nats_seq",
  "_shard_id",
];

/**
 * Writes records as lines. What could not be read back is refused, and nothing is added: `SsmdError`
 * `invalid_name` for a session that is no plain word, `RangeError` for a number that is no exact
 * integer from 0 up, `TypeError` for a sent message that is not one JSON object in one line.
 */
export class LineEncoder {
  #session: string | undefined;
  #data: Uint8Array = new Uint8Array(0);
  #members = 0;
  #ownKeys = 0;
  readonly #visit = (keyStart: number, keyEnd: number): void => {
    this.#members++;
    if (this.#data[keyStart] !== 0x5f) return;
    for (const key of OWN_KEYS) {
      if (equalsAscii(this.#data, keyStart, keyEnd, key)) this.#ownKeys++;
    }
  };

  /** Adds the frame `data` as one line, its newline included. */
  frame(
    out: ByteBuffer,
    data: Uint8Array,
    session: string,
    seq: number,
    tsRecv: EpochMicros,
  ): void {
    this.#checkStamp(session, seq, tsRecv);
    const suffix = `"_received_at":${tsRecv},"_session":"${session}","_seq":${seq}}`;
    if (this.#spliceable(data)) {
      const brace = data.lastIndexOf(CLOSE_BRACE);
      out.pushBytes(data, 0, brace);
      out.pushText(`,${suffix}`);
      out.pushBytes(data, brace + 1, data.length);
      out.pushText("\n");
    } else {
      out.pushText(`{"type":"${RAW_TYPE}",${encodeBytes(data)},${suffix}\n`);
    }
  }

  /** Adds `gap` as one line. `seq` is that of the session's last frame before it, 0 before any. */
  gap(out: ByteBuffer, gap: Gap, seq: number): void {
    this.#checkStamp(gap.session, seq, gap.tsRecv);
    const { from, to, sid = 0, missing = 0, bytes = 0 } = gap;
    for (const number of [from, to, sid, missing, bytes]) checkCount(number);
    const fields = {
      type: GAP_TYPE,
      reason: gap.reason,
      ...(gap.sid === undefined ? {} : { sid: gap.sid }),
      from: gap.from,
      to: gap.to,
      ...(gap.missing === undefined ? {} : { missing: gap.missing }),
      ...(gap.bytes === undefined ? {} : { bytes: gap.bytes }),
      ...(gap.markets === undefined ? {} : { markets: gap.markets }),
      ...(gap.books === undefined ? {} : { books: gap.books }),
      _received_at: gap.tsRecv,
      _session: gap.session,
      _seq: seq,
    };
    out.pushText(`${JSON.stringify(fields)}\n`);
  }

  /** Adds `message` as one line. `seq` is that of the session's last frame before it, 0 before any. */
  sent(out: ByteBuffer, { data, session, tsSent }: SentMessage, seq: number): void {
    this.#checkStamp(session, seq, tsSent);
    if (data.includes(NEWLINE) || !scanObject(data, 0, data.length)) {
      throw new TypeError("Cannot write a sent message: expected one JSON object in one line");
    }
    out.pushText(`{"type":"${SENT_TYPE}","data":`);
    out.pushBytes(data, 0, data.length);
    out.pushText(`,"_received_at":${tsSent},"_session":"${session}","_seq":${seq}}\n`);
  }

  #checkStamp(session: string, seq: number, tsRecv: EpochMicros): void {
    if (session !== this.#session) this.#session = checkName("session", session);
    checkCount(seq);
    checkCount(tsRecv);
  }

  #spliceable(data: Uint8Array): boolean {
    if (data.includes(NEWLINE) || looksOwn(data, 0, data.length)) return false;
    this.#data = data;
    this.#members = 0;
    this.#ownKeys = 0;
    const object = scanObject(data, 0, data.length, this.#visit);
    return object && this.#members > 0 && this.#ownKeys === 0;
  }
}

/** Whether a line or frame begins like the lines that only we write. */
export function looksOwn(data: Uint8Array, start: number, end: number): boolean {
  const initial = data[start + TYPE_AT];
  if (initial !== 0x72 /* r */ && initial !== 0x67 /* g */ && initial !== 0x73 /* s */) {
    return false;
  }
  for (const front of OWN_FRONTS) if (startsWith(data, start, end, front)) return true;
  return false;
}

function checkCount(number: number): void {
  if (Number.isSafeInteger(number) && number >= 0) return;
  throw new RangeError(`Cannot write ${number} into a line: expected an exact integer from 0 up`);
}

function startsWith(data: Uint8Array, start: number, end: number, text: string): boolean {
  return start + text.length <= end && equalsAscii(data, start, start + text.length, text);
}

function encodeBytes(data: Uint8Array): string {
  // Escapes make text up to six times as long, which a large frame must not become.
  const text = data.length > MAX_TEXT_BYTES ? undefined : decodeUtf8(data, 0, data.length);
  return text === undefined
    ? `"encoding":"base64","data":"${toBase64(data)}"`
    : `"encoding":"utf8","data":${JSON.stringify(text)}`;
}

function toBase64(data: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < data.length; i += 8192) {
    binary += String.fromCharCode(...data.subarray(i, i + 8192));
  }
  return btoa(binary);
}
