import { decodeUtf8, skipSpace } from "./json_text.ts";

const KEY = new TextEncoder().encode(`"market_ticker"`);
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const MAX_TICKER = 200;

/**
 * The market that a frame names first: the text of its first `market_ticker` member at any depth, or
 * `undefined`: without one, or when that is no text of 1 to 200 bytes. Routing needs no more of a
 * frame than this and its type.
 */
export function frameMarket(data: Uint8Array, start: number, end: number): string | undefined {
  for (let key = findKey(data, start, end); key >= 0; key = findKey(data, key + 1, end)) {
    const colon = skipSpace(data, key + KEY.length, end);
    // A text that reads like the key.
    if (colon >= end || data[colon] !== COLON) continue;
    const value = skipSpace(data, colon + 1, end);
    return value < end && data[value] === QUOTE ? readTicker(data, value, end) : undefined;
  }
  return undefined;
}

function findKey(data: Uint8Array, start: number, end: number): number {
  for (
    let i = data.indexOf(QUOTE, start);
    i >= 0 && i + KEY.length < end;
    i = data.indexOf(QUOTE, i + 1)
  ) {
    let k = 1;
    while (k < KEY.length && data[i + k] === KEY[k]) k++;
    if (k === KEY.length) return i;
  }
  return -1;
}

function readTicker(data: Uint8Array, quote: number, end: number): string | undefined {
  let isPlain = true;
  let i = quote + 1;
  const limit = Math.min(end, i + MAX_TICKER + 1);
  while (i < limit && data[i] !== QUOTE) {
    if (data[i] === BACKSLASH || data[i]! >= 0x80) isPlain = false;
    i += data[i] === BACKSLASH ? 2 : 1;
  }
  if (i >= limit || i === quote + 1) return undefined;
  if (isPlain) return String.fromCharCode(...data.subarray(quote + 1, i));
  try {
    return JSON.parse(decodeUtf8(data, quote, i + 1) ?? "") as string;
  } catch (error) {
    // Not a JSON string after all.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
