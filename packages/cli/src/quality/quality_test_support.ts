import {
  checkQuality,
  type DayQuality,
  type DayRange,
  fflateGzip,
  type MarketInfo,
  MemoryStorage,
  type QualityReport,
} from "@ssmd/core";
import { gzipSync } from "node:zlib";
import { sha256 } from "@ssmd/core/fs";
import { KalshiDecoder } from "@ssmd/kalshi";

/** When the days of the tests begin: 2026-01-05T00:00:00Z, in seconds. */
export const DAY_SECONDS = 1_767_571_200;
/** The folder of that day. */
export const DAY = "2026-01-05";

/** A market's ticker as the exchange wrote it in cents; `change` replaces fields, `undefined` drops. */
export function quote(second: number, change: object = {}): object {
  const fields = { price: 50, yes_bid: 48, yes_ask: 52, volume: 1000, open_interest: 10 };
  const msg = { market_ticker: "A", ...fields, dollar_volume: 500, ts: DAY_SECONDS + second };
  return { type: "ticker", sid: 1, msg: { ...msg, ...change } };
}

/** A trade in cents. */
export function trade(second: number, change: object = {}): object {
  const fields = { yes_price: 50, count: 3, taker_side: "yes", ts: DAY_SECONDS + second };
  return { type: "trade", sid: 2, msg: { market_ticker: "A", ...fields, ...change } };
}

/** A frame of a subscription to books. */
export function bookFrame(seq: number, type: "snapshot" | "delta", msg: object): object {
  return { type: `orderbook_${type}`, sid: 3, seq, msg: { market_ticker: "A", ...msg } };
}

/** `frame` as this recorder's line, received `second` seconds into the day. */
export function stamped(
  second: number,
  frame: object,
  session = "s1",
  seq = 1,
): object {
  const at = (DAY_SECONDS + second) * 1_000_000;
  return { ...frame, _received_at: at, _session: session, _seq: seq };
}

/** A gap as this recorder's line, from second `from` to second `to`, known at `to`. */
export function gapLine(from: number, to: number, more: object = {}): object {
  const micros = (second: number) => (DAY_SECONDS + second) * 1_000_000;
  const gap = { type: "gap", reason: "disconnect", from: micros(from), to: micros(to), ...more };
  return { ...gap, _received_at: micros(to), _session: "s1", _seq: 1 };
}

/** A file's lines: objects as JSON, texts as they are. */
export type Lines = readonly (object | string)[];

/** The bytes of a file of lines. */
export function fileOf(lines: Lines): Uint8Array {
  const text = lines.map((line) => `${typeof line === "string" ? line : JSON.stringify(line)}\n`);
  return gzipSync(text.join(""));
}

/** What is found in an archive of these files, by path. */
export async function check(
  files: Readonly<Record<string, Lines | Uint8Array>>,
  options: {
    readonly days?: DayRange;
    readonly markets?: readonly MarketInfo[];
  } = {},
): Promise<QualityReport> {
  const storage = new MemoryStorage();
  for (const [path, content] of Object.entries(files)) {
    await storage.write(path, content instanceof Uint8Array ? content : fileOf(content));
  }
  const { days, markets } = options;
  return checkQuality({ storage, gzip: fflateGzip, sha256 }, () => new KalshiDecoder(), {
    ...(days === undefined ? {} : { days }),
    ...(markets === undefined ? {} : { markets: () => markets }),
  });
}

/** What is found of one file of a plain folder. */
export async function checkDay(lines: Lines): Promise<DayQuality> {
  const { streams } = await check({ [`${DAY}/0000.jsonl.gz`]: lines });
  return streams[0]!.days[0]!;
}

/** The findings as `fact: count`, notes left out. */
export function warnings({ findings }: DayQuality): Record<string, number> {
  return Object.fromEntries(
    findings.filter(({ severity }) => severity !== "note").map(({ fact, count }) => [fact, count]),
  );
}

/** The notes as `fact: count`. */
export function notes({ findings }: DayQuality): Record<string, number> {
  return Object.fromEntries(
    findings.filter(({ severity }) => severity === "note").map(({ fact, count }) => [fact, count]),
  );
}
