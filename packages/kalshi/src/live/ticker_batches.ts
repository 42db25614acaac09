/** Proxies refuse addresses of 8 KiB; this leaves room for the rest. */
const MAX_BATCH_CHARACTERS = 4000;
const MAX_BATCH_TICKERS = 100;

/**
 * Splits `tickers` into lists that fit into the query of one request. A ticker with a comma cannot
 * be part of a list and stands alone in `single`.
 */
export function tickerBatches(
  tickers: Iterable<string>,
): { readonly lists: readonly string[][]; readonly single: readonly string[] } {
  const lists: string[][] = [];
  const single: string[] = [];
  let length = Infinity;
  for (const ticker of tickers) {
    if (ticker.includes(",")) {
      single.push(ticker);
      continue;
    }
    const added = encodeURIComponent(ticker).length + "%2C".length;
    const list = lists.at(-1);
    if (
      list === undefined || length + added > MAX_BATCH_CHARACTERS ||
      list.length >= MAX_BATCH_TICKERS
    ) {
      lists.push([ticker]);
      length = added;
    } else {
      list.push(ticker);
      length += added;
    }
  }
  return { lists, single };
}
