import { type BookView, formatPrice, formatQuantity } from "@ssmd/core";
import { trimmed } from "./numbers.ts";
import { styled, type Terminal } from "./terminal.ts";

interface Rung {
  readonly side: "ask" | "bid";
  readonly price: string;
  readonly size: string;
  readonly share: number;
}

/**
 * The book of YES as a ladder: asks above, bids below, the best of each in the middle, with bars in
 * proportion to the largest size shown. An ask for YES is a resting bid for NO.
 */
export function ladder(book: BookView, depth: number, terminal: Terminal): string {
  const asks = book.asks("yes", depth).reverse();
  const bids = book.bids("yes", depth);
  const largest = Math.max(...[...asks, ...bids].map(({ size }) => size), 1);
  const rung =
    (side: Rung["side"]) => ({ price, size }: { price: number; size: number }): Rung => ({
      side,
      price: trimmed(formatPrice(price)),
      size: trimmed(formatQuantity(size)),
      share: size / largest,
    });
  const above = asks.map(rung("ask"));
  const below = bids.map(rung("bid"));
  const sizes = Math.max(4, ...[...above, ...below].map(({ size }) => size.length));
  const prices = Math.max(5, ...[...above, ...below].map(({ price }) => price.length));
  const bars = Math.max(0, Math.min(40, terminal.columns - sizes - prices - 9));
  const line = ({ side, price, size, share }: Rung): string => {
    const bar = "█".repeat(Math.max(1, Math.round(share * bars))).slice(0, bars);
    const color = side === "ask" ? "red" : "green";
    return `${side}  ${price.padStart(prices)}  ${size.padStart(sizes)}  ${
      styled(terminal, color, bar)
    }`
      .trimEnd() + "\n";
  };
  const middle = above.length === 0 || below.length === 0
    ? `${above.length === 0 ? "no asks" : "no bids"}\n`
    : `     ${"·".repeat(prices)}  spread ${
      trimmed(formatPrice(book.bestAsk("yes")!.price - book.bestBid("yes")!.price))
    }\n`;
  if (above.length + below.length === 0) return "the book is empty\n";
  return above.map(line).join("") + styled(terminal, "dim", middle) + below.map(line).join("");
}
