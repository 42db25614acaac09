import { type MarketInfo, SsmdError } from "@ssmd/core";
import { MarketCatalog } from "@ssmd/kalshi";
import { archivedMarkets, loadMarkets, MARKET_LOG } from "../market_files.ts";
import type { BacktestSource } from "./backtest_source.ts";

/** What is known of the markets beside their data. */
export interface MarketKnowledge {
  /** Every object that was found; empty when there was none. */
  readonly catalog: MarketCatalog;
  /** The markets that may be traded; absent when no objects were found: then all in the data. */
  readonly markets?: readonly MarketInfo[];
  /** A digest over the files that were read; `null` without any. */
  readonly fingerprint: string | null;
  /** Where the objects come from, for messages. */
  readonly source: string;
  /** Last lines that were not whole and were left out. */
  readonly unfinished: number;
}

/**
 * Reads the REST objects in `files`, or else those that captures left beside the streams of the
 * archive in `folder`. Throws `SsmdError` as `loadMarkets` does, and with `isRequired` `not_found`
 * when there are none.
 */
export async function learnMarkets(
  folder: string,
  source: BacktestSource,
  files: readonly string[] | undefined,
  isRequired: boolean,
): Promise<MarketKnowledge> {
  const found = files ?? await archivedMarkets(folder, source.io, source.streams)
    .catch((error: unknown): string[] => {
      if (!isRequired && error instanceof SsmdError && error.code === "not_found") return [];
      throw error;
    });
  if (found.length === 0) {
    const source = "no market objects";
    return { catalog: new MarketCatalog(), fingerprint: null, source, unfinished: 0 };
  }
  const { catalog, fingerprint, unfinished } = await loadMarkets(found);
  return {
    catalog,
    markets: catalog.markets(),
    fingerprint,
    source: files === undefined ? MARKET_LOG : "--markets",
    unfinished,
  };
}
