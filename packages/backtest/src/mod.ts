/**
 * What a strategy would have earned: replayed events, fills against the recorded books, an exact
 * ledger, settlement, and a result that says what the data lacked. Knows no exchange: fees and
 * settlements are handed in.
 *
 * Every line here is public API.
 * @module
 */
export { runBacktest, runBacktests } from "./backtest.ts";
export type {
  BacktestData,
  BacktestOptions,
  BacktestVariant,
  RowFollower,
} from "./backtest_options.ts";
export type {
  BacktestResult,
  DataSummary,
  MarketCounts,
  OpenPosition,
  PortfolioSummary,
  SkippedMarket,
} from "./backtest_result.ts";
export type { Coverage, MarketCoverage } from "./coverage.ts";
export type { Decision, DisplayedBook } from "./decision.ts";
export type { EquityPoint } from "./equity_point.ts";
export { favourite, type FavouriteOptions } from "./favourite.ts";
export type { FillAssumption } from "./fill_assumption.ts";
export {
  bookWalker,
  type BookWalkerOptions,
  type Fill,
  type FillModel,
  type Order,
  walkBook,
} from "./fill_model.ts";
export type { GapPolicy } from "./gap_policy.ts";
export {
  type MakerModel,
  queueMaker,
  type QueuePlace,
  throughMaker,
  touchMaker,
} from "./maker_model.ts";
export type { NewOrder, OrderId, OrderReport, RefusalReason } from "./order.ts";
export type { OrderCounts } from "./order_counts.ts";
export type { ChargedFill } from "./charged_fill.ts";
export {
  Portfolio,
  type Position,
  type PositionFill,
  type PositionKey,
  type SavedPortfolio,
} from "./portfolio.ts";
export { decisionLine, equityCsv, summaryJson, tradesJsonl } from "./result_text.ts";
export type { SavedRun, SavedSimulation } from "./saved_simulation.ts";
export { settlementsOf } from "./settlement.ts";
export { type Resumption, Simulation, type SimulationData } from "./simulation.ts";
export type {
  OpenMarket,
  Strategy,
  StrategyContext,
  StrategyParameters,
  Timer,
} from "./strategy.ts";
export type { Trade } from "./trade.ts";
export { CENT_UNITS, EXACT_UNITS, type MarketUnits } from "./momentum/market_units.ts";
export type { MarketView, QuoteWindow, TradeFlow } from "./momentum/market_view.ts";
export { MarketState } from "./momentum/market_state.ts";
export {
  MarketStates,
  type MarketStatesOptions,
  type SavedMarketStates,
} from "./momentum/market_states.ts";
export { RollingWindow } from "./momentum/rolling_window.ts";
export {
  type Signal,
  type SignalFunction,
  type SignalParameters,
  type SignalResult,
  SILENT,
} from "./momentum/signal.ts";
export { signalsOf } from "./momentum/signals/signals_of.ts";
export { Composer, type Composition } from "./momentum/composer.ts";
export { MomentumEngine, type MomentumEngineOptions } from "./momentum/momentum_engine.ts";
export type { SavedEngine } from "./momentum/saved_engine.ts";
export type { EngineNotes } from "./momentum/engine_notes.ts";
export { customSignal } from "./momentum/custom_signal.ts";
export type {
  ActivationConfig,
  ComposerConfig,
  CustomSignalConfig,
  ExecutionConfig,
  FlatFeesConfig,
  MarketCloseConfig,
  MeanReversionConfig,
  MomentumConfig,
  NatsConfig,
  PortfolioConfig,
  PositionsConfig,
  PriceMomentumConfig,
  ReportingConfig,
  SignalsConfig,
  SignalSwitch,
  SpreadTighteningConfig,
  VolatilitySqueezeConfig,
  VolumeOnsetConfig,
} from "./momentum/momentum_config.ts";
export {
  type MomentumRuns,
  momentumRuns,
  type MomentumRunsOptions,
} from "./momentum/momentum_runs.ts";
export type { Sizing } from "./momentum/sizing.ts";
export { runOriginal } from "./original/original_profile.ts";
export {
  type OriginalDecision,
  type OriginalEntry,
  type OriginalExitReason,
  type OriginalModel,
  type OriginalOptions,
  type OriginalPortfolio,
  type OriginalResult,
  type OriginalTrade,
  originalTradesJsonl,
} from "./original/original_result.ts";
export { type Breakdown, type BreakdownInput, breakdownOf } from "./report/breakdown.ts";
export type { Calibration, CalibrationBin } from "./report/calibration.ts";
export type { Exposure } from "./report/exposure.ts";
export type { PlotBand, PlotPoint } from "./report/plot_point.ts";
export type { ReportTrade } from "./report/report_trade.ts";
export type { NamedFigures, TradeFigures } from "./report/trade_figures.ts";
export { breakdownSummary } from "./report/breakdown_summary.ts";
export type { CoverageFigures } from "./report/data_coverage.ts";
export { type GapBand, GapRecorder } from "./report/gap_recorder.ts";
export type { HeatCell, HeatMap } from "./report/heat_map.ts";
export { PriceRecorder, type PriceRecorderOptions } from "./report/price_recorder.ts";
export { reportHtml } from "./report/report_html.ts";
export type {
  NamedText,
  ReportModel,
  ReportMoney,
  ReportPosition,
  SensitivityRow,
} from "./report/report_model.ts";
export { type ReportContext, reportOf } from "./report/report_of.ts";
export { type OriginalRun, reportOfOriginal } from "./report/report_of_original.ts";
export { originalDecisionLine } from "./report/original_decision_line.ts";
export { rankTrials, type SweepMetric } from "./sweep/best_trial.ts";
export { type Selection, selectionSentence } from "./sweep/selection.ts";
export { expectedMaximumSharpe, probabilisticSharpe } from "./sweep/deflated_sharpe.ts";
export { type ParameterMap, shownMap } from "./sweep/parameter_map.ts";
export {
  type Choice,
  chooseTrial,
  type SplitOutcome,
  type SplitSkip,
  totalOfTests,
  walkForwardJson,
  type WalkForwardTotal,
} from "./sweep/split_outcome.ts";
export {
  type ParameterValue,
  type SweepAxis,
  type SweepGrid,
  trialCount,
  type TrialParameters,
  trialParameters,
} from "./sweep/sweep_grid.ts";
export type { Trial, TrialFigures } from "./sweep/trial.ts";
export { figuresOf, figuresOfOriginal } from "./sweep/trial_figures.ts";
export {
  summarizeTrials,
  type TrialRow,
  trialRow,
  trialsCsv,
  trialsJson,
  type TrialsSummary,
} from "./sweep/trials_table.ts";
export {
  parseWalkForward,
  planSplits,
  type Segment,
  type Split,
  type WalkForward,
  type WalkForwardPlan,
} from "./sweep/walk_forward.ts";
export { paper, type PaperOptions } from "./paper/paper.ts";
export {
  type PaperCheckpoint,
  type PaperMarkets,
  type PaperResumption,
  PaperRun,
} from "./paper/paper_run.ts";
