import type { Dice } from "./dice_test_support.ts";

/** The same records in both of the exchange's formats. */
export interface NastyArchive {
  /** Lines in cents and whole contracts, with everything that may go wrong in them. */
  readonly cents: readonly string[];
  /** Lines in fixed-point dollars and contracts. */
  readonly fixed: readonly string[];
}

/** How bad the feed is: shares of the lines, from 0 up. */
interface Troubles {
  readonly noQuotes: boolean;
  readonly badTime: number;
  readonly timeBack: number;
  readonly pause: number;
  readonly shrinking: number;
  readonly absent: number;
  readonly garbage: number;
  readonly foreign: number;
  readonly oddValues: number;
  readonly fractions: number;
}

/** What a record says; a key is absent where the record has no such field. */
interface Said {
  price?: number | null;
  yes_bid?: number | null;
  yes_ask?: number | null;
  no_bid?: number | null;
  no_ask?: number | null;
  volume?: number | null;
  count?: number | null;
  dollar_volume?: number | null;
  taker_side?: string | null;
  ts?: unknown;
}

interface Market {
  readonly ticker: string;
  price: number;
  spread: number;
  drift: number;
  volume: number;
  dollars: number;
}

const START = 1_769_000_000;
const ODD_TICKERS = ["A", "KX.ODD(1)-x", 'KX"QUOTED"-1', "KX TÜR-1", "__proto__", "toString"];
const GARBAGE = [
  "",
  "   ",
  "garbage",
  "{",
  "[]",
  "null",
  "0",
  '"text"',
  "{}",
  '{"type":"ticker"}',
  '{"type":"ticker","msg":null}',
  '{"type":"ticker","msg":"KXA-1"}',
  '{"type":"ticker","msg":[]}',
  '{"type":"ticker","msg":{}}',
  '{"type":"ticker","msg":{"price":50,"yes_bid":1,"ts":1769000000}}',
  '{"type":"trade","msg":{"market_ticker":"","yes_price":50,"count":5,"taker_side":"yes"}}',
  '{"type":"trade","msg":{"market_ticker":null,"yes_price":50}}',
  '{"type":"subscribed","id":1,"msg":{"channel":"ticker","sid":1}}',
  '{"type":"ok","id":1,"sid":2,"seq":3,"msg":{"market_tickers":["KXMARKET-0"]}}',
  '{"type":"gap","reason":"disconnect","from":1,"to":2,"_received_at":3,"_session":"s","_seq":4}',
  '{"type":"ticker","sid":1,"msg":{"market_ticker":"KXMARKET-0","price":50,',
];

/** About `count` lines of a feed with `dice`'s own troubles. */
export function nastyArchive(dice: Dice, count: number): NastyArchive {
  const share = (...shares: number[]) => dice.pick(shares);
  const troubles: Troubles = {
    noQuotes: dice.chance(0.4),
    badTime: share(0, 0, 0, 0.002, 0.02),
    timeBack: share(0, 0, 0.01, 0.1),
    pause: share(0, 0, 0.002, 0.01),
    shrinking: share(0, 0, 0.01, 0.1),
    absent: share(0, 0, 0.01, 0.1),
    garbage: share(0, 0.01, 0.05),
    foreign: share(0, 0.01, 0.1),
    oddValues: share(0, 0, 0.02, 0.1),
    fractions: share(0, 0, 0.05, 0.3),
  };
  const markets = Array.from({ length: dice.pick([1, 1, 2, 3, 8, 20]) }, (_, k): Market => ({
    ticker: dice.chance(0.1) ? dice.pick(ODD_TICKERS) : `KXMARKET-${k}`,
    price: dice.between(25, 75),
    spread: dice.between(1, 8),
    drift: 0,
    volume: dice.below(100_000),
    dollars: dice.below(50_000),
  }));
  const step = dice.pick([0, 1, 1, 2, 5, 20]);
  const cents: string[] = [];
  const fixed: string[] = [];
  let time = START;
  for (let k = 0; k < count; k++) {
    if (dice.chance(troubles.garbage)) {
      const line = dice.pick(GARBAGE);
      cents.push(line);
      fixed.push(line);
    }
    time += dice.chance(troubles.pause) ? dice.pick([90, 600, 1799, 1800, 1801, 4000, 90_000]) : 0;
    time += dice.between(0, step);
    const market = dice.pick(markets);
    walk(market, dice, troubles);
    const type = dice.chance(troubles.foreign)
      ? dice.pick(["orderbook_delta", "market_lifecycle_v2", "", 5, null, "TICKER"])
      : dice.chance(0.3)
      ? "trade"
      : "ticker";
    const said = type === "trade"
      ? tradeOf(market, dice, troubles)
      : tickerOf(market, dice, troubles);
    said.ts = timeOf(time, dice, troubles);
    spoil(said, dice, troubles);
    const beside = dice.chance(0.5) ? "" : `,"_received_at":${time * 1e6 + k}`;
    const head = `{"type":${JSON.stringify(type)},"sid":${dice.between(1, 9)},"msg":`;
    const name = JSON.stringify(market.ticker);
    cents.push(`${head}${centsMessage(name, type, said, dice, troubles)}${beside}}`);
    fixed.push(`${head}${fixedMessage(name, type, said)}${beside}}`);
  }
  return { cents, fixed };
}

function walk(market: Market, dice: Dice, troubles: Troubles): void {
  if (dice.chance(0.02)) market.drift = dice.pick([-0.4, -0.2, 0, 0, 0.2, 0.4]);
  if (dice.chance(0.03)) market.spread = dice.between(0, 12);
  else if (dice.chance(0.1) && market.spread > 1) market.spread--;
  if (dice.chance(0.4)) market.price += dice.chance(0.5 + market.drift) ? 1 : -1;
  if (dice.chance(0.01)) market.price += dice.between(-6, 6);
  market.price = Math.min(98, Math.max(2, market.price));
  const burst = dice.chance(0.1) ? 50 : 1;
  market.volume += dice.below(20) * burst;
  market.dollars += dice.below(12) * burst;
  if (dice.chance(troubles.shrinking)) {
    market.volume = Math.max(0, market.volume - dice.below(500));
    market.dollars = Math.max(0, market.dollars - dice.below(300));
  }
}

function tickerOf(
  { price, spread, volume, dollars }: Market,
  dice: Dice,
  troubles: Troubles,
): Said {
  // A quarter of a cent is exact as a double, a hundredth is not.
  const part = dice.chance(troubles.fractions) ? dice.pick([0.5, 0.25, 0.01, 0.57]) : 0;
  const bid = cent(price - (spread >> 1) + part);
  const ask = cent(bid + spread);
  return {
    price: cent(price + part),
    yes_bid: bid,
    yes_ask: ask,
    ...(troubles.noQuotes && dice.chance(0.8)
      ? { no_bid: dice.chance(0.5) ? cent(100 - ask) : price, no_ask: cent(100 - bid) }
      : {}),
    volume: volume + (dice.chance(troubles.fractions) ? 0.25 : 0),
    dollar_volume: dollars,
  };
}

/** The double nearest to two decimals, as both formats give it. */
function cent(value: number): number {
  return Number(value.toFixed(2));
}

function tradeOf({ price, drift }: Market, dice: Dice, troubles: Troubles): Said {
  return {
    price,
    count: dice.between(0, 60) + (dice.chance(troubles.fractions) ? dice.pick([0.5, 0.11]) : 0),
    taker_side: dice.chance(0.5 + drift) ? "yes" : "no",
  };
}

function timeOf(time: number, dice: Dice, troubles: Troubles): unknown {
  if (dice.chance(troubles.badTime)) {
    return dice.pick([undefined, null, "", "2026-01-21T00:00:00Z", 0, true, time + 0.5]);
  }
  const back = dice.chance(troubles.timeBack) ? dice.pick([1, 1, 2, 30, 60, 400, 1800, 5000]) : 0;
  return time - back;
}

/** Takes fields away, or makes them null. */
function spoil(said: Said, dice: Dice, troubles: Troubles): void {
  for (const key of Object.keys(said) as (keyof Said)[]) {
    if (key === "ts" || !dice.chance(troubles.absent)) continue;
    if (dice.chance(0.5)) delete said[key];
    else said[key] = dice.chance(0.3) && key !== "taker_side" ? 0 as never : null;
  }
}

function centsMessage(
  ticker: string,
  type: unknown,
  said: Said,
  dice: Dice,
  troubles: Troubles,
): string {
  const members: [string, unknown][] = [];
  for (const [key, value] of Object.entries(said)) {
    if (value === undefined) continue;
    const name = key === "price"
      ? dice.pick(priceNames(type))
      : key === "taker_side"
      ? dice.pick(["taker_side", "taker_side", "side"])
      : key;
    const odd = typeof value === "number" && value >= 0 && dice.chance(troubles.oddValues);
    members.push([name, odd ? dice.pick([String(value), `0${value}`]) : value]);
    // The dollars of another record beside the cents of this one: cents count.
    if (typeof value === "number" && dice.chance(0.1)) {
      if (/^(yes|no)_|price/.test(name)) members.push([`${name}_dollars`, "0.0100"]);
      if (key === "volume" || key === "count") members.push([`${key}_fp`, "1.00"]);
    }
    if (key === "price" && dice.chance(troubles.oddValues)) members.unshift(["price", null]);
  }
  members.splice(dice.chance(0.8) ? 0 : dice.below(members.length + 1), 0, [
    "market_ticker",
    undefined,
  ]);
  if (dice.chance(0.3)) members.push(["open_interest", dice.below(1000)]);
  if (dice.chance(0.02)) members.push(["extra", { price: 1, ts: 1, market_ticker: "KXOTHER" }]);
  return `{${
    members.map(([key, value]) =>
      `"${key}":${key === "market_ticker" ? ticker : JSON.stringify(value)}`
    ).join(",")
  }}`;
}

function priceNames(type: unknown): readonly string[] {
  return type === "trade" ? ["yes_price", "price"] : ["price", "price", "last_price"];
}

function fixedMessage(ticker: string, type: unknown, said: Said): string {
  const members = Object.entries(said).flatMap(([key, value]): [string, unknown][] => {
    if (value === undefined) return [];
    if (key === "ts" || key === "taker_side" || key === "dollar_volume") return [[key, value]];
    const isCount = key === "volume" || key === "count";
    const name = key === "price" && type === "trade" ? "yes_price" : key;
    return [[
      `${name}${isCount ? "_fp" : "_dollars"}`,
      typeof value !== "number" ? value : isCount ? value.toFixed(2) : (value / 100).toFixed(4),
    ]];
  });
  return `{"market_id":"ea73abc1-76c6","market_ticker":${ticker},${
    members.map(([key, value]) => `"${key}":${JSON.stringify(value)}`).join(",")
  }}`;
}
