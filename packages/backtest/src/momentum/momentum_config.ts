/**
 * How the momentum engine is set up, in the words and units of its YAML file. Parsing and defaults
 * of a file are in `@ssmd/backtest/config`.
 */
export interface MomentumConfig {
  /** Where a live run gets its messages; a backtest ignores it. */
  readonly nats: NatsConfig;
  /** When a market becomes active. */
  readonly activation: ActivationConfig;
  /** The money and the size of an entry. */
  readonly portfolio: PortfolioConfig;
  /** When positions are closed and which prices are entered. */
  readonly positions: PositionsConfig;
  /** The flat fees of profile `original`; profile `default` charges the exchange's. */
  readonly fees: FlatFeesConfig;
  /** How near to its close a market is left alone. */
  readonly marketClose: MarketCloseConfig;
  /** The signals, in the order in which they are evaluated and named. */
  readonly signals: SignalsConfig;
  /** How signals become an entry. */
  readonly composer: ComposerConfig;
  /** What is reported. */
  readonly reporting: ReportingConfig;
  /** How orders meet the market; profile `default` only. */
  readonly execution: ExecutionConfig;
}

/** The section `nats`. */
export interface NatsConfig {
  /** Default `nats://localhost:4222`. */
  readonly url: string;
  /** Default `PROD_KALSHI_SPORTS`. */
  readonly stream: string;
  /** A subject filter; default none. */
  readonly filter?: string;
}

/** The section `activation`. */
export interface ActivationConfig {
  /** Dollars traded within the window from which a market is active. Default 100000. */
  readonly dollarVolume: number;
  /** Length of the window in minutes. Default 10. */
  readonly windowMinutes: number;
}

/** The section `portfolio`. */
export interface PortfolioConfig {
  /** Dollars at the start, at most a billion. Default 500. */
  readonly startingBalance: number;
  /** Dollars that an entry may cost with `sizing: cash`; the original ignores it. Default 100. */
  readonly tradeSize: number;
  /** The fewest contracts of an entry. Default 1. */
  readonly minContracts: number;
  /** The most contracts of an entry. Default 200. */
  readonly maxContracts: number;
  /** The loss in percent from which nothing is entered any more. Default 10. */
  readonly drawdownHaltPercent: number;
  /**
   * Addition: `random` draws between the bounds as the original does, `fixed` takes maxContracts,
   * `cash` as many as tradeSize buys, within the bounds. Default `random`.
   */
  readonly sizing: "random" | "fixed" | "cash";
  /** Addition: what `random` sizing draws from, a whole number. Default 1. */
  readonly seed: number;
}

/** The section `positions`. */
export interface PositionsConfig {
  /** Gain in cents a contract at which a position is closed. Default 5. */
  readonly takeProfitCents: number;
  /** Loss in cents a contract at which a position is closed. Default 5. */
  readonly stopLossCents: number;
  /** Minutes after which a position is closed. Default 15. */
  readonly timeStopMinutes: number;
  /** The lowest price that is entered, in cents. Default 20. */
  readonly minPriceCents: number;
  /** The highest price that is entered, in cents. Default 80. */
  readonly maxPriceCents: number;
  /** Seconds after an exit without a new entry in the same market. Default 300. */
  readonly cooldownSeconds: number;
}

/** The section `fees`. */
export interface FlatFeesConfig {
  /** Cents a contract. Default 0. */
  readonly defaultMakerPerContract: number;
  /** Cents a contract. Default 2. */
  readonly defaultTakerPerContract: number;
}

/** The section `marketClose`. */
export interface MarketCloseConfig {
  /** Minutes before the close from which nothing is entered. Default 5. */
  readonly noEntryBufferMinutes: number;
  /** Minutes before the close at which positions are closed. Default 2. */
  readonly forceExitBufferMinutes: number;
}

/** The section `signals`. */
export interface SignalsConfig {
  /** A spread that narrows. */
  readonly spreadTightening: SpreadTighteningConfig;
  /** Volume that sets in. */
  readonly volumeOnset: VolumeOnsetConfig;
  /** A price that turns back to where it was. */
  readonly meanReversion: MeanReversionConfig;
  /** A price that breaks out of a quiet stretch. */
  readonly volatilitySqueeze: VolatilitySqueezeConfig;
  /** A price that goes on in its direction, faster. */
  readonly priceMomentum: PriceMomentumConfig;
  /** Addition: signals from files of the user. Default none. */
  readonly custom: readonly CustomSignalConfig[];
}

/** Whether a signal is evaluated and how much it counts. */
export interface SignalSwitch {
  /** Default true for spreadTightening and volumeOnset, false for the others. */
  readonly enabled: boolean;
  /** Default 1; 0.8 for volatilitySqueeze, 0.6 for priceMomentum. */
  readonly weight: number;
}

/** The section `signals.spreadTightening`. */
export interface SpreadTighteningConfig extends SignalSwitch {
  /** Default 5. */
  readonly spreadWindowMinutes: number;
  /** The share by which the spread has to narrow. Default 0.5. */
  readonly narrowingThreshold: number;
}

/** The section `signals.volumeOnset`. */
export interface VolumeOnsetConfig extends SignalSwitch {
  /** Default 30. */
  readonly recentWindowSec: number;
  /** Default 5. */
  readonly baselineWindowMinutes: number;
  /** How many times the baseline's rate the recent one has to be. Default 1.5. */
  readonly onsetMultiplier: number;
}

/** The section `signals.meanReversion`. */
export interface MeanReversionConfig extends SignalSwitch {
  /** Default 5. */
  readonly anchorWindowMinutes: number;
  /** Default 5. */
  readonly deviationThresholdCents: number;
  /** Default 12. */
  readonly maxDeviationCents: number;
  /** Default 60. */
  readonly recentWindowSec: number;
  /** Default 15. */
  readonly stallWindowSec: number;
  /** Default 2. */
  readonly minRecentChangeCents: number;
  /** Default 3. */
  readonly minTrades: number;
}

/** The section `signals.volatilitySqueeze`. */
export interface VolatilitySqueezeConfig extends SignalSwitch {
  /** Default 5. */
  readonly squeezeWindowMinutes: number;
  /** Recent over baseline deviation under which the market is squeezed. Default 0.4. */
  readonly compressionThreshold: number;
  /** Recent over baseline deviation above which it breaks out. Default 1.5. */
  readonly expansionThreshold: number;
  /** In cents. Default 0.5. */
  readonly minBaselineStdDev: number;
  /** Default 4. */
  readonly maxExpansionRatio: number;
  /** Default 10. */
  readonly minSnapshots: number;
}

/** The section `signals.priceMomentum`. */
export interface PriceMomentumConfig extends SignalSwitch {
  /** Default 60. */
  readonly shortWindowSec: number;
  /** Default 180. */
  readonly midWindowSec: number;
  /** Default 300. */
  readonly longWindowSec: number;
  /** Default 4. */
  readonly minTotalMoveCents: number;
  /** Default 3. */
  readonly maxAccelRatio: number;
  /** The lowest YES price at which NO is entered, in cents. Default 40. */
  readonly minEntryPrice: number;
  /** The highest YES price at which YES is entered, in cents. Default 60. */
  readonly maxEntryPrice: number;
  /** Default 5. */
  readonly minTrades: number;
}

/** An entry of `signals.custom`. */
export interface CustomSignalConfig {
  /** What it is called in models and results: lower case letters, digits and "-". */
  readonly name: string;
  /** The module whose default export is a `SignalFunction`; relative to the configuration file. */
  readonly file: string;
  /** Default 1. */
  readonly weight: number;
  /** Handed to the function as they are. Default none. */
  readonly parameters: Readonly<Record<string, string | number | boolean>>;
}

/** The section `composer`. */
export interface ComposerConfig {
  /** The least weighted sum of agreeing signals. Default 0.15. */
  readonly entryThreshold: number;
  /** The fewest agreeing signals. Default 1. */
  readonly minSignals: number;
  /** How far the price to be paid may lie from the last one, in cents. Default 10. */
  readonly maxSlippageCents: number;
}

/** The section `reporting`. */
export interface ReportingConfig {
  /** Minutes of data between two points of the equity curve. Default 5. */
  readonly summaryIntervalMinutes: number;
  /** Accepted, without effect, as in the original. Default false. */
  readonly publishToNats: boolean;
  /** Accepted, without effect. Default false. */
  readonly debug: boolean;
}

/** The section `execution`, an addition. */
export interface ExecutionConfig {
  /** From the decision to the exchange, in milliseconds, at most a day. Default 250. */
  readonly latencyMs: number;
  /** How positions are entered. `maker` rests at the best bid of the side. Default `taker`. */
  readonly entry: "taker" | "maker";
  /** How a gain is taken. `maker` rests an offer at the take-profit price. Default `taker`. */
  readonly takeProfit: "taker" | "maker";
  /** When a resting order counts as filled. Default `queue`. */
  readonly makerModel: "queue" | "through" | "touch";
  /** Seconds after which a resting entry is cancelled. Default 30. */
  readonly makerTimeoutSeconds: number;
  /** The share in percent of the displayed size that an order may take. Default 100. */
  readonly maxParticipationPercent: number;
  /** What a quote of unknown size is good for, in contracts. Default 10. */
  readonly unknownQuoteSizeContracts: number;
  /** What a gap does to its markets. Default `halt`. */
  readonly gapPolicy: "halt" | "exclude" | "ignore";
}
