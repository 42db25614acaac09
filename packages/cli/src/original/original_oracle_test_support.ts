/**
 * The original momentum engine once more, from its description alone and without any skill: arrays,
 * filters, `JSON.parse` and doubles. It shares no code with what it judges.
 */
import type { MomentumConfig } from "@ssmd/backtest";
import { readOracleLine } from "./oracle_line_test_support.ts";
import { deviation, mean, OracleMarket, sum } from "./oracle_market_test_support.ts";

/** One line of `trades.jsonl`. */
export interface OracleTrade {
  model: string;
  ticker: string;
  side: "yes" | "no";
  entryPrice: number;
  exitPrice: number;
  contracts: number;
  entryTime: number;
  exitTime: number;
  reason: "take-profit" | "stop-loss" | "time-stop";
  pnl: number;
  fees: number;
  entryCost: number;
}

/** A position, as `entries.jsonl` has it. */
export interface OracleEntry {
  model: string;
  ticker: string;
  side: "yes" | "no";
  entryPrice: number;
  contracts: number;
  entryTime: number;
  entryCost: number;
}

/** What a signal says. */
export interface OracleSignal {
  name: string;
  weight: number;
  score: number;
  confidence: number;
}

const NOTHING = { score: 0, confidence: 0 };

/** The engine with its whole state; hand it lines, then read its fields. */
export class OriginalOracle {
  trades: OracleTrade[] = [];
  entries: OracleEntry[] = [];
  open: OracleEntry[] = [];
  activated: string[] = [];
  halted = false;
  cash: number;
  records = 0;
  parseErrors = 0;
  #config: MomentumConfig;
  #markets = new Map<string, OracleMarket>();
  #cooldowns = new Map<string, number>();
  #squeezes = new Map<string, { start: number; lowest: number }>();

  constructor(config: MomentumConfig) {
    this.#config = config;
    this.cash = config.portfolio.startingBalance;
  }

  get totalPnl(): number {
    return sum(this.trades.map(({ pnl }) => pnl));
  }

  get drawdownPercent(): number {
    const start = this.#config.portfolio.startingBalance;
    return Math.max(0, (start - this.cash) / start * 100);
  }

  get tradesJsonl(): string {
    return this.trades.map((trade) => `${JSON.stringify(trade)}\n`).join("");
  }

  line(line: string): void {
    if (line.trim() === "") return;
    const record = readOracleLine(line);
    if (record === null) this.parseErrors++;
    if (record === null || record === undefined) return;
    this.records++;
    if (record.ticker === "") return;
    const market = this.#markets.get(record.ticker) ?? new OracleMarket();
    this.#markets.set(record.ticker, market);
    market.update(record);
    this.#decide(record.ticker, market);
  }

  /** All five signals for the market of `line`, on the state after it. */
  signals(line: string): OracleSignal[] {
    const { ticker } = readOracleLine(line)!;
    return this.#evaluate(ticker, this.#markets.get(ticker)!);
  }

  /** {@link line} without the engine. */
  observe(line: string): void {
    const record = readOracleLine(line)!;
    const market = this.#markets.get(record.ticker) ?? new OracleMarket();
    this.#markets.set(record.ticker, market);
    market.update(record);
  }

  #decide(ticker: string, market: OracleMarket): void {
    const { activation, portfolio, positions } = this.#config;
    const isActive = () => market.dollars(activation.windowMinutes * 60) >= activation.dollarVolume;
    if (!this.activated.includes(ticker)) {
      if (!isActive()) return;
      this.activated.push(ticker);
    }
    for (const position of this.open.filter((one) => one.ticker === ticker)) {
      this.#maybeExit(position, market);
    }
    const values = this.open.map(({ ticker: of, side, entryPrice, contracts }) => {
      const price = of === ticker ? market.lastPrice : entryPrice;
      return (side === "yes" ? price : 100 - price) * contracts / 100;
    });
    const floor = portfolio.startingBalance * (1 - portfolio.drawdownHaltPercent / 100);
    if (this.cash + sum(values) <= floor) this.halted = true;
    if (this.halted || !isActive()) return;
    if (market.lastTs < (this.#cooldowns.get(ticker) ?? -Infinity)) return;
    const entry = this.#compose(this.#evaluate(ticker, market), market);
    if (entry === undefined) return;
    const price = market.lastPrice;
    if (price < positions.minPriceCents || price > positions.maxPriceCents) return;
    if ((entry.side === "yes" ? 100 - price : price) < positions.takeProfitCents) return;
    this.#enter(ticker, entry.side, entry.model, market);
  }

  #maybeExit(position: OracleEntry, market: OracleMarket): void {
    const { positions, fees } = this.#config;
    const { side, entryPrice, contracts, entryTime } = position;
    const exit = market.lastPrice;
    const gain = side === "yes" ? exit - entryPrice : entryPrice - exit;
    const reason = gain >= positions.takeProfitCents
      ? "take-profit"
      : -gain >= positions.stopLossCents
      ? "stop-loss"
      : market.lastTs - entryTime >= positions.timeStopMinutes * 60
      ? "time-stop"
      : undefined;
    if (reason === undefined) return;
    const fee = reason === "take-profit"
      ? fees.defaultMakerPerContract
      : fees.defaultTakerPerContract;
    this.cash += ((side === "yes" ? exit : 100 - exit) * contracts - fee * contracts / 100 * 100) /
      100;
    this.open.splice(this.open.indexOf(position), 1);
    this.trades.push({
      model: position.model,
      ticker: position.ticker,
      side,
      entryPrice,
      exitPrice: exit,
      contracts,
      entryTime,
      exitTime: market.lastTs,
      reason,
      pnl: gain * contracts / 100 - fee * contracts / 100,
      fees: fee * contracts / 100,
      entryCost: position.entryCost,
    });
    this.#cooldowns.set(position.ticker, market.lastTs + positions.cooldownSeconds);
  }

  #compose(results: OracleSignal[], market: OracleMarket) {
    const { composer } = this.#config;
    const yes = results.filter(({ score }) => score > 0);
    const no = results.filter(({ score }) => score < 0);
    if (yes.length + no.length === 0) return undefined;
    const side = yes.length >= no.length ? "yes" as const : "no" as const;
    const agreeing = side === "yes" ? yes : no;
    if (agreeing.length < composer.minSignals) return undefined;
    const strength = sum(
      agreeing.map(({ score, confidence, weight }) => Math.abs(score) * confidence * weight),
    );
    if (!(strength >= composer.entryThreshold) || !(market.lastPrice > 0)) return undefined;
    const book = side === "yes" ? market.yesAsk : market.noBid;
    if (book > 0 && Math.abs(book - market.lastPrice) > composer.maxSlippageCents) return undefined;
    return { side, model: agreeing.map(({ name }) => name).join("+") };
  }

  #enter(ticker: string, side: "yes" | "no", model: string, market: OracleMarket): void {
    const { portfolio, fees } = this.#config;
    const contracts = portfolio.minContracts;
    const price = market.lastPrice;
    const paid = side === "yes" ? price : 100 - price;
    const entryCost = (paid * contracts + fees.defaultMakerPerContract * contracts) / 100;
    if (entryCost > this.cash) return;
    if (this.open.some((one) => one.model === model && one.ticker === ticker)) return;
    this.cash -= entryCost;
    const entryTime = market.lastTs;
    const entry = { model, ticker, side, entryPrice: price, contracts, entryTime, entryCost };
    this.open.push(entry);
    this.entries.push(entry);
  }

  #evaluate(ticker: string, market: OracleMarket): OracleSignal[] {
    const { spreadTightening, volumeOnset, meanReversion, volatilitySqueeze, priceMomentum } =
      this.#config.signals;
    return [
      { name: "spread-tightening", ...spreadTightening, say: () => this.#spread(market) },
      { name: "volume-onset", ...volumeOnset, say: () => this.#onset(market) },
      { name: "mean-reversion", ...meanReversion, say: () => this.#reversion(market) },
      {
        name: "volatility-squeeze",
        ...volatilitySqueeze,
        say: () => this.#squeeze(ticker, market),
      },
      { name: "price-momentum", ...priceMomentum, say: () => this.#momentum(market) },
    ].filter(({ enabled }) => enabled).map(({ name, weight, say }) => ({ name, weight, ...say() }));
  }

  #spread(market: OracleMarket) {
    const config = this.#config.signals.spreadTightening;
    const samples = market.within(market.quotes, config.spreadWindowMinutes * 60);
    const n = samples.length;
    if (n < 5) return NOTHING;
    const split = Math.min(Math.floor(0.7 * n) + 1, n - 1);
    const [base, recent] = [samples.slice(0, split), samples.slice(split)];
    const before = mean(base.map(({ spread }) => spread));
    if (!(before > 0)) return NOTHING;
    const narrowing = 1 - mean(recent.map(({ spread }) => spread)) / before;
    if (narrowing < config.narrowingThreshold) return NOTHING;
    const move = mean(recent.map(({ midpoint }) => midpoint)) -
      mean(base.map(({ midpoint }) => midpoint));
    // Crossed quotes narrow by more than everything.
    const score = Math.max(-1, Math.min(1, Math.sign(move) * narrowing));
    return { score, confidence: Math.min(n / 20, 1) };
  }

  #onset(market: OracleMarket) {
    const config = this.#config.signals.volumeOnset;
    const recentSeconds = config.recentWindowSec;
    const baseSeconds = config.baselineWindowMinutes * 60;
    if (baseSeconds <= recentSeconds) return NOTHING;
    const recent = market.dollars(recentSeconds);
    const base = (market.dollars(baseSeconds) - recent) / (baseSeconds - recentSeconds) *
      recentSeconds;
    if (!(base > 0)) return NOTHING;
    const ratio = recent / base;
    const flow = market.flow(recentSeconds);
    if (ratio < config.onsetMultiplier || flow.total === 0) return NOTHING;
    const magnitude = Math.min((ratio - 1) / 3, 1);
    const buckets = (baseSeconds - recentSeconds) / recentSeconds;
    return {
      score: flow.side === "yes" ? magnitude : -magnitude,
      confidence: Math.min(buckets / 10, 1) * flow.dominance,
    };
  }

  #reversion(market: OracleMarket) {
    const config = this.#config.signals.meanReversion;
    const midpoints = market.within(market.quotes, config.anchorWindowMinutes * 60)
      .map(({ midpoint }) => midpoint);
    if (midpoints.length < 5) return NOTHING;
    const anchor = mean(midpoints.slice(0, Math.max(3, Math.floor(0.7 * midpoints.length))));
    const off = market.lastPrice - anchor;
    if (Math.abs(off) < config.deviationThresholdCents) return NOTHING;
    const change = Math.abs(market.priceChange(config.recentWindowSec));
    if (change < config.minRecentChangeCents) return NOTHING;
    const stall = market.priceChange(config.stallWindowSec);
    if (stall !== 0 && Math.sign(stall) === Math.sign(off)) return NOTHING;
    const { trades } = market.flow(config.recentWindowSec);
    return {
      score: -Math.sign(off) * Math.min(Math.abs(off) / config.maxDeviationCents, 1),
      confidence: Math.min(change / Math.abs(off), 1) * Math.min(trades / config.minTrades, 1),
    };
  }

  #squeeze(ticker: string, market: OracleMarket) {
    const config = this.#config.signals.volatilitySqueeze;
    const window = config.squeezeWindowMinutes * 60;
    const midpoints = market.within(market.quotes, window).map(({ midpoint }) => midpoint);
    const n = midpoints.length;
    if (n < config.minSnapshots) return NOTHING;
    const split = Math.min(Math.floor(0.7 * n) + 1, n - 1);
    if (split < 2 || n - split < 2) return NOTHING;
    const before = deviation(midpoints.slice(0, split));
    if (before < config.minBaselineStdDev) return NOTHING;
    const ratio = deviation(midpoints.slice(split)) / before;
    const squeeze = this.#squeezes.get(ticker);
    if (ratio < config.compressionThreshold) {
      if (squeeze === undefined) {
        this.#squeezes.set(ticker, { start: market.lastTs, lowest: ratio });
      } else squeeze.lowest = Math.min(squeeze.lowest, ratio);
      return NOTHING;
    }
    if (squeeze === undefined) return NOTHING;
    if (ratio > config.expansionThreshold) {
      this.#squeezes.delete(ticker);
      const change = market.priceChange(60);
      if (change === 0) return NOTHING;
      return {
        score: Math.sign(change) * Math.min(ratio / config.maxExpansionRatio, 1),
        confidence: Math.max(0, 1 - squeeze.lowest / config.compressionThreshold) *
          Math.min(n / 20, 1),
      };
    }
    if (market.lastTs - squeeze.start > 2 * window) this.#squeezes.delete(ticker);
    return NOTHING;
  }

  #momentum(market: OracleMarket) {
    const config = this.#config.signals.priceMomentum;
    const short = market.rate(config.shortWindowSec);
    const mid = market.rate(config.midWindowSec);
    const long = market.rate(config.longWindowSec);
    const sign = Math.sign(short);
    if (sign === 0 || Math.sign(mid) !== sign || Math.sign(long) !== sign) return NOTHING;
    if (Math.abs(market.priceChange(config.longWindowSec)) < config.minTotalMoveCents) {
      return NOTHING;
    }
    const acceleration = Math.abs(short) / Math.abs(long);
    if (acceleration < 1) return NOTHING;
    if (
      sign > 0 ? market.lastPrice > config.maxEntryPrice : market.lastPrice < config.minEntryPrice
    ) {
      return NOTHING;
    }
    const flow = market.flow(config.shortWindowSec);
    if (flow.trades < config.minTrades || flow.side !== (sign > 0 ? "yes" : "no")) return NOTHING;
    return {
      score: sign * Math.min(acceleration / config.maxAccelRatio, 1),
      confidence: flow.dominance * Math.min(Math.abs(mid) / Math.abs(short), 1),
    };
  }
}
