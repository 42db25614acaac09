import type { SettlementSource } from "@ssmd/core";
import type { BacktestResult } from "../backtest_result.ts";
import { breakdownOf } from "./breakdown.ts";
import type { ReportModel } from "./report_model.ts";

/** What a report says of a run beside its result. */
export interface ReportContext extends
  Pick<
    ReportModel,
    | "runId"
    | "prices"
    | "gaps"
    | "sensitivity"
    | "warnings"
    | "fingerprints"
    | "config"
    | "heatMap"
  > {
  /** How the markets ended, for the calibration. */
  readonly settlements: SettlementSource;
}

/** The report of a run of profile `default`. */
export function reportOf(result: BacktestResult, context: ReportContext): ReportModel {
  const { portfolio, drawdown, models, data } = result;
  const { settlements, ...about } = context;
  return {
    ...about,
    profile: "default",
    strategy: result.strategy.name,
    clock: result.clock,
    ...(data.first === undefined ? {} : { first: data.first }),
    ...(data.last === undefined ? {} : { last: data.last }),
    money: {
      startingBalance: portfolio.startingBalance,
      balance: portfolio.balance,
      ...(portfolio.equity === undefined ? {} : { equity: portfolio.equity }),
      totalPnl: portfolio.totalPnl,
      fees: portfolio.fees,
      drawdown: drawdown.money,
      drawdownPpm: drawdown.sharePpm,
    },
    equity: result.equity,
    equityIsRealised: false,
    trades: result.trades,
    open: result.open,
    breakdown: breakdownOf(result, settlements),
    assumptions: [
      ["takers", models.fills],
      ["makers", models.makers],
      ["latency", `${models.latency / 1000} ms`],
      ["gaps", models.gaps],
      ["fees", models.fees],
      ["settlements", models.settlements],
    ],
  };
}
