/**
 * Looks at JSON text as bytes: whether it is well formed, and where an object's members lie. Nothing
 * is turned into values. Grammar: RFC 8259; nesting beyond {@link MAX_DEPTH} counts as malformed.
 * @module
 */

/** The deepest nesting of objects and arrays that is followed, the outermost object included. */
export const MAX_DEPTH = 256;

/** Called with the byte ranges of a member's key (without quotes) and value. */
export type MemberVisitor = (
  keyStart: number,
  keyEnd: number,
  valueStart: number,
  valueEnd: number,
) => void;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const DOT = 0x2e;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The text of `data[start, end)`, or `undefined` when that is not UTF-8. */
export function decodeUtf8(data: Uint8Array, start: number, end: number): string | undefined {
  try {
    return utf8.decode(data.subarray(start, end));
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/**
 * Whether `data[start, end)` is one JSON object with nothing but white space around it. Calls
 * `visit` for each member of the object itself, in order; when the answer is false, the members
 * visited before the fault mean nothing.
 */
export function scanObject(
  data: Uint8Array,
  start: number,
  end: number,
  visit?: MemberVisitor,
): boolean {
  let i = skipSpace(data, start, end);
  if (data[i] !== OPEN_BRACE || i >= end) return false;
  i = skipMembers(data, i + 1, end, 1, visit);
  return i >= 0 && skipSpace(data, i, end) === end;
}

/** The first index in `[i, end)` that is not white space. */
export function skipSpace(data: Uint8Array, i: number, end: number): number {
  while (i < end) {
    const byte = data[i]!;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
    i++;
  }
  return i;
}

/** Whether `data[start, end)` is exactly the ASCII text `text`. */
export function equalsAscii(data: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let i = 0; i < text.length; i++) if (data[start + i] !== text.charCodeAt(i)) return false;
  return true;
}

/**
 * The index after the value that begins at `i`, `depth` objects and arrays deep, or −1 when there is
 * no well-formed one.
 */
function skipValue(data: Uint8Array, i: number, end: number, depth: number): number {
  if (i >= end) return -1;
  switch (data[i]) {
    case QUOTE:
      return skipString(data, i + 1, end);
    case OPEN_BRACE:
      return depth < MAX_DEPTH ? skipMembers(data, i + 1, end, depth + 1) : -1;
    case OPEN_BRACKET:
      return depth < MAX_DEPTH ? skipElements(data, i + 1, end, depth + 1) : -1;
    case 0x74:
      return i + 4 <= end && equalsAscii(data, i, i + 4, "true") ? i + 4 : -1;
    case 0x66:
      return i + 5 <= end && equalsAscii(data, i, i + 5, "false") ? i + 5 : -1;
    case 0x6e:
      return i + 4 <= end && equalsAscii(data, i, i + 4, "null") ? i + 4 : -1;
    default:
      return skipNumber(data, i, end);
  }
}

function skipMembers(
  data: Uint8Array,
  start: number,
  end: number,
  depth: number,
  visit?: MemberVisitor,
): number {
  let i = skipSpace(data, start, end);
  if (data[i] === CLOSE_BRACE && i < end) return i + 1;
  for (;;) {
    if (i >= end || data[i] !== QUOTE) return -1;
    const keyStart = i + 1;
    const keyEnd = skipString(data, keyStart, end) - 1;
    if (keyEnd < 0) return -1;
    i = skipSpace(data, keyEnd + 1, end);
    if (i >= end || data[i] !== COLON) return -1;
    const valueStart = skipSpace(data, i + 1, end);
    const valueEnd = skipValue(data, valueStart, end, depth);
    if (valueEnd < 0) return -1;
    visit?.(keyStart, keyEnd, valueStart, valueEnd);
    i = skipSpace(data, valueEnd, end);
    if (i >= end) return -1;
    if (data[i] === CLOSE_BRACE) return i + 1;
    if (data[i] !== COMMA) return -1;
    i = skipSpace(data, i + 1, end);
  }
}

function skipElements(data: Uint8Array, start: number, end: number, depth: number): number {
  let i = skipSpace(data, start, end);
  if (data[i] === CLOSE_BRACKET && i < end) return i + 1;
  for (;;) {
    i = skipValue(data, i, end, depth);
    if (i < 0) return -1;
    i = skipSpace(data, i, end);
    if (i >= end) return -1;
    if (data[i] === CLOSE_BRACKET) return i + 1;
    if (data[i] !== COMMA) return -1;
    i = skipSpace(data, i + 1, end);
  }
}

/** The index after the closing quote of the string whose content begins at `i`, or −1. */
function skipString(data: Uint8Array, i: number, end: number): number {
  const start = i;
  let ascii = true;
  while (i < end) {
    const byte = data[i]!;
    if (byte === QUOTE) {
      return ascii || decodeUtf8(data, start, i) !== undefined ? i + 1 : -1;
    }
    if (byte < 0x20) return -1;
    if (byte >= 0x80) ascii = false;
    if (byte === BACKSLASH) {
      i = skipEscape(data, i + 1, end);
      if (i < 0) return -1;
    } else {
      i++;
    }
  }
  return -1;
}

function skipEscape(data: Uint8Array, i: number, end: number): number {
  if (i >= end) return -1;
  switch (data[i]) {
    case QUOTE:
    case BACKSLASH:
    case 0x2f:
    case 0x62:
    case 0x66:
    case 0x6e:
    case 0x72:
    case 0x74:
      return i + 1;
    case 0x75:
      for (let k = 1; k <= 4; k++) if (i + k >= end || !isHex(data[i + k]!)) return -1;
      return i + 5;
    default:
      return -1;
  }
}

function isHex(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

function skipNumber(data: Uint8Array, i: number, end: number): number {
  if (data[i] === MINUS) i++;
  if (i >= end) return -1;
  if (data[i] === 0x30) i++;
  else if ((i = skipDigits(data, i, end)) < 0) return -1;
  if (i < end && data[i] === DOT && (i = skipDigits(data, i + 1, end)) < 0) return -1;
  if (i < end && (data[i] === 0x65 || data[i] === 0x45)) {
    i++;
    if (i < end && (data[i] === 0x2b || data[i] === MINUS)) i++;
    if ((i = skipDigits(data, i, end)) < 0) return -1;
  }
  return i;
}

/** The index after one or more digits, or −1 when there is none. */
function skipDigits(data: Uint8Array, i: number, end: number): number {
  const start = i;
  while (i < end && isDigit(data[i])) i++;
  return i > start ? i : -1;
}
