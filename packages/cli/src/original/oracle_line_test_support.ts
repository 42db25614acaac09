import type { OracleRecord } from "./oracle_market_test_support.ts";

/** The record in a line: `null` when it is not JSON, `undefined` when it is no record. */
export function readOracleLine(line: string): OracleRecord | null | undefined {
  let raw;
  try {
    raw = JSON.parse(line);
  } catch {
    return null;
  }
  const msg = raw?.msg;
  if (typeof msg !== "object" || msg === null || Array.isArray(msg)) return undefined;
  const sides = [msg.taker_side, msg.side, msg.taker_outcome_side];
  return {
    type: raw.type,
    ticker: typeof msg.market_ticker === "string" ? msg.market_ticker : "",
    ts: numberOf(msg.ts) ?? 0,
    price: numberOf(msg.price) ?? numberOf(msg.yes_price) ?? numberOf(msg.last_price) ??
      centsOf(msg.price_dollars) ?? centsOf(msg.yes_price_dollars) ??
      centsOf(msg.last_price_dollars),
    side: sides.find((side) => side !== null && side !== undefined && side !== ""),
    volume: numberOf(msg.volume) ?? numberOf(msg.volume_fp),
    dollars: numberOf(msg.dollar_volume),
    yesBid: numberOf(msg.yes_bid) ?? centsOf(msg.yes_bid_dollars),
    yesAsk: numberOf(msg.yes_ask) ?? centsOf(msg.yes_ask_dollars),
    noBid: numberOf(msg.no_bid) ?? centsOf(msg.no_bid_dollars),
    noAsk: numberOf(msg.no_ask) ?? centsOf(msg.no_ask_dollars),
    count: numberOf(msg.count) ?? numberOf(msg.count_fp),
  };
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || !/^-?[0-9]+([.][0-9]+)?$/.test(value)) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Moves the point of a decimal text two places to the right. */
function centsOf(value: unknown): number | undefined {
  if (numberOf(value) === undefined) return undefined;
  const [whole = "", fraction = ""] = String(value).split(".");
  const digits = fraction.padEnd(2, "0");
  return Number(`${whole}${digits.slice(0, 2)}.${digits.slice(2)}`);
}
