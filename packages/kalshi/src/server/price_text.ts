import { formatPrice, ONE_DOLLAR, type Price } from "@ssmd/core";

const TEXTS: string[] = [];

/** `formatPrice`, remembered: there are only 10,001 prices, and frames by the million. */
export function priceText(price: Price): string {
  if (!(price >= 0 && price <= ONE_DOLLAR)) return formatPrice(price);
  return TEXTS[price] ??= formatPrice(price);
}
