import type { SymbolTable } from "../events/symbol_table.ts";
import { judgeDay } from "./judge_day.ts";
import { namedFacts } from "./market_day.ts";
import type { CoverageQuality, DayQuality, MarketQuality, MessageAge } from "./quality_report.ts";
import { ROW_FACTS } from "./row_fact.ts";
import type { StreamDay } from "./stream_day.ts";

/** The day as plain data, judged; `symbols` names its markets. */
export function reportDay(day: StreamDay, symbols: SymbolTable): DayQuality {
  const files = [...day.files.values()].map((file) => file.report())
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const sums = new Float64Array(ROW_FACTS.length);
  const markets: MarketQuality[] = [];
  let unwatchedTime = 0;
  for (const [id, market] of day.markets) {
    market.addTo(sums);
    unwatchedTime += market.unwatchedTime;
    markets.push(market.report(symbols.name(id)));
  }
  markets.sort((a, b) => (a.ticker < b.ticker ? -1 : 1));
  const lost = files.flatMap(({ lostRecords }) => lostRecords ?? []);
  const age = messageAge(day);
  const facts = {
    date: day.date,
    ...(Number.isNaN(day.first) ? {} : { first: day.first, last: day.last }),
    records: files.reduce((total, file) => total + file.records, 0),
    frames: day.frames,
    ...(lost.length === 0 ? {} : { lostRecords: lost.reduce((total, n) => total + n, 0) }),
    files,
    gapCounts: day.gapCounts,
    gaps: day.gaps,
    fileGaps: day.fileGaps,
    duplicates: day.duplicates,
    ...(age === undefined ? {} : { messageAge: age }),
    unknownTypes: Object.fromEntries(day.unknownTypes),
    unknownFields: Object.fromEntries(day.unknownFields),
    invalidFields: Object.fromEntries(day.invalidFields),
    coverage: coverageOf(day, markets, unwatchedTime),
    facts: namedFacts(sums),
    markets,
  };
  return { ...judgeDay(facts, day.manifestDamage), ...facts };
}

function messageAge({ ages, negativeAges }: StreamDay): MessageAge | undefined {
  const p50 = ages?.quantile(0.5);
  const p99 = ages?.quantile(0.99);
  if (ages === undefined || p50 === undefined || p99 === undefined) return undefined;
  return { frames: ages.count, p50, p99, negative: negativeAges };
}

function coverageOf(
  { staleBy }: StreamDay,
  markets: readonly MarketQuality[],
  unwatchedTime: number,
): CoverageQuality {
  const { unsubscribed: _, ...staleByReason } = staleBy;
  return {
    tradingTime: markets.reduce((total, market) => total + market.tradingTime, 0),
    staleTime: markets.reduce((total, market) => total + market.staleTime, 0),
    staleBy: staleByReason,
    unwatchedTime,
  };
}
