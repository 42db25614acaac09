import type { MarketView } from "./market_view.ts";

/**
 * What `look` reads of `market`, by name: `lastPrice`, `priceChange(60000000)`,
 * `tradeFlow(60000000).trades`, … For people, since it costs much more than looking does.
 */
export function lookedAt(
  market: MarketView,
  look: (market: MarketView) => unknown,
): Readonly<Record<string, number>> {
  const values: Record<string, number> = {};
  const note = (name: string, value: unknown): void => {
    if (typeof value === "number") values[name] = value;
  };
  const watched = new Proxy(market, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") {
        note(String(key), value);
        return value;
      }
      return (...given: readonly unknown[]): unknown => {
        const result: unknown = Reflect.apply(value, target, given);
        const call = `${String(key)}(${given.join(", ")})`;
        note(call, result);
        if (typeof result === "object" && result !== null) {
          for (const [part, each] of Object.entries(result)) note(`${call}.${part}`, each);
        }
        return result;
      };
    },
  });
  look(watched);
  return values;
}
