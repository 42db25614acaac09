import { isObject, type JsonObject } from "../wire/json_object.ts";

/** Who besides the receiver has to see a frame. */
export type FrameRoute = "data" | "snapshot" | "other";

const SNAPSHOT = bytesOf('{"type":"orderbook_snapshot"');
/** The beginnings of the frames that come by the million and concern nobody else. */
const DATA = ['{"type":"orderbook_delta"', '{"type":"ticker"', '{"type":"trade"'].map(bytesOf);
const TICKER_KEY = '"market_ticker":"';
const HEAD_BYTES = 400;

const utf8 = new TextDecoder();

/**
 * Tells by its first bytes whether `frame` is market data, a book's snapshot, or something that has
 * to be parsed to know: answers, lifecycle, and everything that is written in another order.
 */
export function frameRoute(frame: Uint8Array): FrameRoute {
  for (let i = 0; i < DATA.length; i++) if (startsWith(frame, DATA[i]!)) return "data";
  return startsWith(frame, SNAPSHOT) ? "snapshot" : "other";
}

/** The market of a snapshot frame; `undefined` when its beginning does not say. */
export function snapshotMarket(frame: Uint8Array): string | undefined {
  const head = utf8.decode(frame.subarray(0, HEAD_BYTES));
  const start = head.indexOf(TICKER_KEY) + TICKER_KEY.length;
  const end = head.indexOf('"', start);
  return start < TICKER_KEY.length || end < 0 ? undefined : head.slice(start, end);
}

/** The frame as a JSON object; `undefined` when it is none. */
export function parseFrame(frame: Uint8Array): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(utf8.decode(frame));
    return isObject(value) ? value : undefined;
  } catch {
    // Not JSON: it is kept like every frame, and the decoder counts it.
    return undefined;
  }
}

function startsWith(frame: Uint8Array, start: Uint8Array): boolean {
  if (frame.length < start.length) return false;
  // From the end: the beginnings are alike.
  for (let at = start.length - 1; at >= 0; at--) if (frame[at] !== start[at]) return false;
  return true;
}

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
