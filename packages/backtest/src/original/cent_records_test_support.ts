import { CentRecordKind, type CentRecords } from "@ssmd/core";

type Fields = Readonly<Record<string, unknown>>;

/** Archived lines in cents as columns, by `JSON.parse`: for tests, which know what they feed. */
export function centRecords(lines: readonly string[]): CentRecords {
  const messages = lines.map((line) => JSON.parse(line) as { type: string; msg: Fields });
  const tickers: string[] = [];
  const ids = new Map<string, number>();
  const column = (...names: string[]) =>
    Float64Array.from(messages, ({ msg }) => {
      const value = names.map((name) => msg[name]).find((it) => it !== undefined && it !== null);
      return typeof value === "number" ? value : NaN;
    });
  return {
    length: messages.length,
    tickers,
    kind: Uint8Array.from(
      messages,
      ({ type }) =>
        type === "ticker"
          ? CentRecordKind.ticker
          : type === "trade"
          ? CentRecordKind.trade
          : CentRecordKind.other,
    ),
    market: Uint32Array.from(messages, ({ msg }) => {
      const ticker = String(msg["market_ticker"]);
      const id = ids.get(ticker) ?? tickers.push(ticker) - 1;
      ids.set(ticker, id);
      return id;
    }),
    ts: column("ts").map((ts) => Number.isNaN(ts) ? 0 : ts),
    price: column("price", "yes_price", "last_price"),
    side: Uint8Array.from(messages, ({ msg }) => {
      const side = msg["taker_side"] ?? msg["side"];
      return side === "yes" ? 1 : side === "no" ? 2 : 0;
    }),
    volume: column("volume"),
    dollarVolume: column("dollar_volume"),
    yesBid: column("yes_bid"),
    yesAsk: column("yes_ask"),
    noBid: column("no_bid"),
    noAsk: column("no_ask"),
    count: column("count"),
    lastReceivedAt: 0,
  };
}
