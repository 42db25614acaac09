/**
 * The markets that a message to the exchange names: its members `market_ticker` and `market_tickers`,
 * or those of its `params`. `undefined` when it has neither, so that it may concern every market.
 */
export function sentMarkets(message: Uint8Array): readonly string[] | undefined {
  // The archive's reader gives well-formed objects only.
  const fields = JSON.parse(new TextDecoder().decode(message)) as Readonly<Record<string, unknown>>;
  const { params } = fields;
  const named = [fields, typeof params === "object" && params !== null ? params : {}]
    .flatMap((object) => Object.entries(object))
    .filter(([key]) => key === "market_ticker" || key === "market_tickers")
    .flatMap(([, value]: [string, unknown]) => value);
  return named.length === 0 ? undefined : named.filter((name) => typeof name === "string");
}
