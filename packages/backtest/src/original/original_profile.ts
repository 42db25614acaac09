/**
 * The original momentum engine, exactly, quirks included: this is the one file that computes dollars
 * in doubles, in the original's order of operations, so that results agree to the byte.
 * @module
 */
import type { CentRecordKind, CentRecords } from "@ssmd/core";
import { isWithinSlippage } from "../momentum/composer.ts";
import { MarketState } from "../momentum/market_state.ts";
import { CENT_UNITS } from "../momentum/market_units.ts";
import type { MomentumConfig } from "../momentum/momentum_config.ts";
import { SeededRandom } from "../momentum/seeded_random.ts";
import { type EntryRule, SignalBoard } from "../momentum/signal_board.ts";
import { Activation, type Activity } from "./activation.ts";
import type {
  OriginalDecision,
  OriginalEntry,
  OriginalExitReason,
  OriginalModel,
  OriginalOptions,
  OriginalPortfolio,
  OriginalResult,
  OriginalTrade,
} from "./original_result.ts";

const RETENTION_SECONDS = 1800;

// Literals that the type checks: bundled code reads an exported constant anew for every row.
const TICKER: typeof CentRecordKind.ticker = 1;
const TRADE: typeof CentRecordKind.trade = 2;
const NEVER: typeof Activity.never = 0;
const NOW: typeof Activity.now = 2;

/**
 * Runs every configuration over one pass of the records. Markets are followed once for all of them;
 * each configuration's result is what it would be alone. Rejects with `RangeError` when one of them
 * asks for what the original does not have: another sizing than `random`, or signals of one's own.
 */
export async function runOriginal(
  records: AsyncIterable<CentRecords>,
  configs: readonly MomentumConfig[],
  options: OriginalOptions = {},
): Promise<readonly OriginalResult[]> {
  const run = new OriginalRun(configs, options);
  for await (const batch of records) run.follow(batch);
  return run.results();
}

class OriginalRun {
  readonly #board = new SignalBoard(CENT_UNITS);
  // By market id, without holes.
  readonly #states: MarketState[] = [];
  readonly #engines: readonly OriginalEngine[];
  readonly #groups: readonly Group[];
  #records = 0;

  constructor(configs: readonly MomentumConfig[], options: OriginalOptions) {
    for (const config of configs) refuseAdditions(config);
    const groups = new Map<string, Group>();
    const { onDecision } = options;
    this.#engines = configs.map((config, index) => {
      const { dollarVolume, windowMinutes } = config.activation;
      const key = JSON.stringify([dollarVolume, windowMinutes]);
      let group = groups.get(key);
      if (group === undefined) {
        const activation = new Activation(dollarVolume, windowMinutes * 60);
        groups.set(key, group = { activation, engines: [] });
      }
      const rule = this.#board.rule(config.signals, config.composer);
      const tell: DecisionListener | undefined = onDecision &&
        ((entry, decision) => onDecision(index, entry, decision));
      const engine = new OriginalEngine(config, group.activation, rule, tell);
      group.engines.push(engine);
      return engine;
    });
    this.#groups = [...groups.values()];
  }

  follow(batch: CentRecords): void {
    const { kind, market, ts, price, length } = batch;
    const { volume, dollarVolume, yesBid, yesAsk, noBid, noAsk, side, count } = batch;
    const states = this.#states;
    for (let id = states.length; id < batch.tickers.length; id++) {
      states.push(new MarketState(batch.tickers[id]!, CENT_UNITS, RETENTION_SECONDS));
      for (const { activation } of this.#groups) activation.meet();
      for (const engine of this.#engines) engine.meet();
    }
    for (let row = 0; row < length; row++) {
      const id = market[row]!;
      const state = states[id]!;
      const time = ts[row]!;
      if (kind[row] === TICKER) {
        state.onTicker(
          time,
          price[row]!,
          yesBid[row]!,
          yesAsk[row]!,
          noBid[row]!,
          noAsk[row]!,
          volume[row]!,
          dollarVolume[row]!,
        );
      } else if (kind[row] === TRADE) {
        state.onTrade(time, price[row]!, side[row]!, count[row]!);
      } else state.onOther(time);
      this.#board.next();
      for (let index = 0; index < this.#groups.length; index++) {
        const { activation, engines } = this.#groups[index]!;
        const activity = activation.follow(id, state);
        if (activity === NEVER) continue;
        for (let each = 0; each < engines.length; each++) {
          engines[each]!.follow(id, state, activity === NOW);
        }
      }
    }
    this.#records += length;
  }

  results(): readonly OriginalResult[] {
    return this.#engines.map((engine) => engine.result(this.#records));
  }
}

/** Engines that ask for as many dollars in as long a window. */
interface Group {
  readonly activation: Activation;
  readonly engines: OriginalEngine[];
}

type DecisionListener = (entry: OriginalEntry, decision: OriginalDecision) => void;

class OriginalEngine {
  readonly #config: MomentumConfig;
  readonly #activation: Activation;
  readonly #rule: EntryRule;
  readonly #tell: DecisionListener | undefined;
  readonly #random: SeededRandom;
  readonly #haltsAt: number;
  readonly #takeProfit: number;
  readonly #stopLoss: number;
  readonly #timeStop: number;
  #cash: number;
  #isHalted = false;
  // What everything is worth at entry prices, and a bound of the roundings in any such sum.
  #worth = 0;
  #slack = 0;
  #open: OriginalEntry[] = [];
  // By market id: the open positions in opening order, and until when nothing is entered.
  readonly #held: OriginalEntry[][] = [];
  readonly #cooldowns: number[] = [];
  readonly #entries: OriginalEntry[] = [];
  readonly #trades: OriginalTrade[] = [];

  constructor(
    config: MomentumConfig,
    activation: Activation,
    rule: EntryRule,
    tell: DecisionListener | undefined,
  ) {
    this.#config = config;
    this.#activation = activation;
    this.#rule = rule;
    this.#tell = tell;
    const { portfolio, positions } = config;
    this.#random = new SeededRandom(portfolio.seed);
    this.#cash = portfolio.startingBalance;
    this.#haltsAt = portfolio.startingBalance * (1 - portfolio.drawdownHaltPercent / 100);
    this.#takeProfit = positions.takeProfitCents;
    this.#stopLoss = positions.stopLossCents;
    this.#timeStop = positions.timeStopMinutes;
    this.#revalue();
  }

  meet(): void {
    this.#held.push(NOTHING_HELD);
    this.#cooldowns.push(0);
  }

  follow(id: number, state: MarketState, isActive: boolean): void {
    const held = this.#held[id]!;
    if (held.length > 0) this.#exit(id, held, state);
    if (this.#isHalted) return;
    if (this.#mayHalt(id, state.lastPrice)) this.#testEquity(state);
    if (this.#isHalted || !isActive || state.lastTime < this.#cooldowns[id]!) return;
    const composition = this.#rule.compose(state);
    if (composition === undefined) return;
    const { side, model, strength } = composition;
    const price = state.lastPrice;
    const { composer, positions } = this.#config;
    if (!(price > 0)) return;
    // The quirk: a NO bid is compared with a YES price.
    const quoted = side === "yes" ? state.yesAsk : state.noBid;
    if (!isWithinSlippage(quoted, price, composer.maxSlippageCents)) return;
    if (price < positions.minPriceCents || price > positions.maxPriceCents) return;
    if ((side === "yes" ? 100 - price : price) < this.#takeProfit) return;
    this.#enter(id, state, side, model, strength);
  }

  #exit(id: number, held: readonly OriginalEntry[], state: MarketState): void {
    const { lastPrice, lastTime } = state;
    for (let index = 0; index < held.length; index++) {
      const position = held[index]!;
      const reason = this.#exitReason(position, lastPrice, lastTime);
      if (reason === undefined) continue;
      this.#close(position, lastPrice, lastTime, reason);
      this.#held[id] = this.#held[id]!.filter((other) => other !== position);
      this.#open = this.#open.filter((other) => other !== position);
      this.#cooldowns[id] = lastTime + this.#config.positions.cooldownSeconds;
    }
    if (this.#held[id] !== held) this.#revalue();
  }

  #exitReason(
    { side, entryPrice, entryTime }: OriginalEntry,
    price: number,
    time: number,
  ): OriginalExitReason | undefined {
    const gain = side === "yes" ? price - entryPrice : entryPrice - price;
    if (gain >= this.#takeProfit) return "take-profit";
    if (gain <= -this.#stopLoss) return "stop-loss";
    return (time - entryTime) / 60 >= this.#timeStop ? "time-stop" : undefined;
  }

  #close(
    position: OriginalEntry,
    exitPrice: number,
    exitTime: number,
    reason: OriginalExitReason,
  ): void {
    const { model, ticker, side, entryPrice, contracts, entryTime, entryCost } = position;
    const { defaultMakerPerContract, defaultTakerPerContract } = this.#config.fees;
    const fee = reason === "take-profit" ? defaultMakerPerContract : defaultTakerPerContract;
    const fees = (fee * contracts) / 100;
    const gain = side === "yes" ? exitPrice - entryPrice : entryPrice - exitPrice;
    this.#trades.push({
      model,
      ticker,
      side,
      entryPrice,
      exitPrice,
      contracts,
      entryTime,
      exitTime,
      reason,
      pnl: (gain * contracts) / 100 - fees,
      fees,
      entryCost,
    });
    // The original takes the fee back from dollars to cents: 7 contracts at 2 cents are not 14 then.
    this.#cash += (priceOf(side, exitPrice) * contracts - fees * 100) / 100;
  }

  #revalue(): void {
    let value = 0;
    for (const { side, entryPrice, contracts } of this.#open) {
      value += (priceOf(side, entryPrice) * contracts) / 100;
    }
    this.#worth = this.#cash + value;
    this.#slack = 1e-9 * (Math.abs(this.#cash) + Math.abs(value) + Math.abs(this.#haltsAt));
  }

  // Adding up every position costs too much at every record where the equity is far from the limit.
  #mayHalt(id: number, price: number): boolean {
    const held = this.#held[id]!;
    let gain = 0;
    for (let index = 0; index < held.length; index++) {
      const { side, entryPrice, contracts } = held[index]!;
      gain += ((side === "yes" ? price - entryPrice : entryPrice - price) * contracts) / 100;
    }
    return !(this.#worth + gain > this.#haltsAt + this.#slack + 1e-9 * Math.abs(gain));
  }

  // This market's positions count at its last price, all others at what they were entered at.
  #testEquity({ ticker, lastPrice }: MarketState): void {
    let value = 0;
    for (const position of this.#open) {
      const price = position.ticker === ticker ? lastPrice : position.entryPrice;
      value += (priceOf(position.side, price) * position.contracts) / 100;
    }
    this.#isHalted = this.#cash + value <= this.#haltsAt;
  }

  #enter(
    id: number,
    state: MarketState,
    side: "yes" | "no",
    model: string,
    strength: number,
  ): void {
    const held = this.#held[id]!;
    for (const position of held) if (position.model === model) return;
    const { minContracts, maxContracts } = this.#config.portfolio;
    const contracts = minContracts === maxContracts
      ? minContracts
      : minContracts + Math.floor(this.#random.next() * (maxContracts - minContracts + 1));
    if (contracts <= 0) return;
    const { lastPrice, lastTime, ticker } = state;
    const fee = this.#config.fees.defaultMakerPerContract;
    const entryCost = (priceOf(side, lastPrice) * contracts + fee * contracts) / 100;
    if (entryCost > this.#cash) return;
    const position: OriginalEntry = {
      model,
      ticker,
      side,
      entryPrice: lastPrice,
      contracts,
      entryTime: lastTime,
      entryCost,
    };
    this.#cash -= entryCost;
    this.#held[id] = [...held, position];
    this.#open.push(position);
    this.#revalue();
    this.#entries.push(position);
    this.#tell?.(position, this.#decision(state, strength));
  }

  #decision(state: MarketState, strength: number): OriginalDecision {
    const { lastPrice, yesBid, yesAsk, noBid, noAsk } = state;
    const { signals, results } = this.#rule;
    return {
      strength,
      activationDollars: state.dollarVolume(this.#activation.window),
      prices: { last: lastPrice, yesBid, yesAsk, noBid, noAsk },
      signals: signals.map((signal, index) => ({
        name: signal.name,
        weight: signal.weight,
        ...results[index]!,
        inputs: signal.inputs(state),
      })),
    };
  }

  result(records: number): OriginalResult {
    const exits: Partial<Record<OriginalExitReason, number>> = {};
    for (const { reason } of this.#trades) exits[reason] = (exits[reason] ?? 0) + 1;
    return {
      records,
      activated: this.#activation.tickers,
      entries: this.#entries,
      trades: this.#trades,
      open: this.#open,
      models: modelsOf(this.#trades),
      exits,
      portfolio: this.#portfolio(),
    };
  }

  #portfolio(): OriginalPortfolio {
    const { startingBalance } = this.#config.portfolio;
    const balance = this.#cash;
    return {
      startingBalance,
      balance,
      totalPnl: this.#trades.reduce((sum, { pnl }) => sum + pnl, 0),
      drawdownPercent: Math.max(0, ((startingBalance - balance) / startingBalance) * 100),
      halted: this.#isHalted,
    };
  }
}

const NOTHING_HELD: OriginalEntry[] = [];

function refuseAdditions({ portfolio, signals }: MomentumConfig): void {
  if (portfolio.sizing !== "random") {
    throw new RangeError(
      `Cannot run profile original with portfolio.sizing "${portfolio.sizing}": expected "random"`,
    );
  }
  if (signals.custom.length > 0) {
    const names = signals.custom.map(({ name }) => name).join(", ");
    throw new RangeError(
      `Cannot run profile original with the custom signals ${names}: expected none`,
    );
  }
}

function priceOf(side: "yes" | "no", price: number): number {
  return side === "yes" ? price : 100 - price;
}

function modelsOf(trades: readonly OriginalTrade[]): readonly OriginalModel[] {
  const models = new Map<string, OriginalModel>();
  for (const { model, pnl } of trades) {
    const before = models.get(model);
    const count = (before?.trades ?? 0) + 1;
    const wins = (before?.wins ?? 0) + (pnl > 0 ? 1 : 0);
    models.set(model, {
      model,
      trades: count,
      wins,
      losses: count - wins,
      winRate: wins / count,
      netPnl: (before?.netPnl ?? 0) + pnl,
    });
  }
  return [...models.values()];
}
