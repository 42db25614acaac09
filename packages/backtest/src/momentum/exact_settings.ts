import {
  type EpochMicros,
  MICROS_PER_SECOND,
  type Money,
  MONEY_DECIMALS,
  type Price,
  type Quantity,
  QUANTITY_DECIMALS,
  SsmdError,
  tryParseDecimal,
} from "@ssmd/core";
import type { MomentumConfig } from "./momentum_config.ts";

/** The figures of a {@link MomentumConfig} that decide about money and time, in exact units. */
export interface ExactSettings {
  /** Money traded within {@link activationWindow} from which a market is active. */
  readonly activationVolume: Money;
  /** Length of the window. */
  readonly activationWindow: EpochMicros;
  /** The cash at the start. */
  readonly startingBalance: Money;
  /** What an entry may cost with sizing by cash. */
  readonly tradeSize: Money;
  /** The fewest contracts of an entry. */
  readonly minQuantity: Quantity;
  /** The most contracts of an entry. */
  readonly maxQuantity: Quantity;
  /** Gain a contract at which a position is closed. */
  readonly takeProfit: Price;
  /** Loss a contract at which a position is closed. */
  readonly stopLoss: Price;
  /** How long a position is held. */
  readonly timeStop: EpochMicros;
  /** The lowest price that is paid for an entry. */
  readonly minPrice: Price;
  /** The highest price that is paid for an entry. */
  readonly maxPrice: Price;
  /** How long a market is left alone after an exit. */
  readonly cooldown: EpochMicros;
  /** How long before the close nothing is entered. */
  readonly noEntryBuffer: EpochMicros;
  /** How long before the close positions are closed. */
  readonly forceExitBuffer: EpochMicros;
  /** How far the price to be paid may lie from the last one. */
  readonly maxSlippage: Price;
  /** After how long a resting entry is cancelled. */
  readonly makerTimeout: EpochMicros;
  /** What a quote of unknown size is good for. */
  readonly unknownQuoteSize: Quantity;
  /** The share of what is displayed that an order may take, in 1/1,000,000. */
  readonly maxParticipation: number;
  /** From the decision to the exchange. */
  readonly latency: EpochMicros;
  /** Data time between two points of the equity curve. */
  readonly equityInterval: EpochMicros;
}

const CENT_DECIMALS = 2;
/** A millionth is a ten-thousandth of a percent. */
const PERCENT_DECIMALS = 4;

/**
 * The figures of `config` in exact units. Times are rounded to the microsecond. Throws `SsmdError`
 * `invalid_input` for an amount that its unit cannot hold: dollars with more than 6 decimals, cents
 * or contracts with more than 2.
 */
export function exactSettings(config: MomentumConfig): ExactSettings {
  const { activation, portfolio, positions, marketClose, composer, execution, reporting } = config;
  return {
    activationVolume: dollars(activation.dollarVolume, "activation.dollarVolume"),
    activationWindow: minutes(activation.windowMinutes),
    startingBalance: dollars(portfolio.startingBalance, "portfolio.startingBalance"),
    tradeSize: dollars(portfolio.tradeSize, "portfolio.tradeSize"),
    minQuantity: contracts(portfolio.minContracts, "portfolio.minContracts"),
    maxQuantity: contracts(portfolio.maxContracts, "portfolio.maxContracts"),
    takeProfit: cents(positions.takeProfitCents, "positions.takeProfitCents"),
    stopLoss: cents(positions.stopLossCents, "positions.stopLossCents"),
    timeStop: minutes(positions.timeStopMinutes),
    minPrice: cents(positions.minPriceCents, "positions.minPriceCents"),
    maxPrice: cents(positions.maxPriceCents, "positions.maxPriceCents"),
    cooldown: seconds(positions.cooldownSeconds),
    noEntryBuffer: minutes(marketClose.noEntryBufferMinutes),
    forceExitBuffer: minutes(marketClose.forceExitBufferMinutes),
    maxSlippage: cents(composer.maxSlippageCents, "composer.maxSlippageCents"),
    makerTimeout: seconds(execution.makerTimeoutSeconds),
    unknownQuoteSize: contracts(
      execution.unknownQuoteSizeContracts,
      "execution.unknownQuoteSizeContracts",
    ),
    maxParticipation: exact(
      execution.maxParticipationPercent,
      PERCENT_DECIMALS,
      "execution.maxParticipationPercent",
      "percent",
    ),
    latency: seconds(execution.latencyMs / 1000),
    equityInterval: equityInterval(reporting.summaryIntervalMinutes),
  };
}

/** Between two records an hour apart every interval makes a point, so that tiny ones never end. */
function equityInterval(value: number): EpochMicros {
  const interval = minutes(value);
  if (interval >= MICROS_PER_SECOND) return interval;
  throw new SsmdError(
    "invalid_input",
    `Cannot use reporting.summaryIntervalMinutes ${value} in profile default: expected 1 second (0.017) or more`,
  );
}

function minutes(value: number): EpochMicros {
  return seconds(value * 60);
}

function seconds(value: number): EpochMicros {
  return Math.round(value * MICROS_PER_SECOND);
}

function dollars(value: number, path: string): Money {
  return exact(value, MONEY_DECIMALS, path, "dollars");
}

function cents(value: number, path: string): Price {
  return exact(value, CENT_DECIMALS, path, "cents");
}

function contracts(value: number, path: string): Quantity {
  return exact(value, QUANTITY_DECIMALS, path, "contracts");
}

function exact(value: number, decimals: number, path: string, unit: string): number {
  const units = tryParseDecimal(String(value), decimals);
  if (units !== undefined) return units;
  const most = Math.floor(Number.MAX_SAFE_INTEGER / 10 ** decimals);
  const expected = value > most
    ? `at most ${most} ${unit}`
    : `${unit} with at most ${decimals} decimals`;
  throw new SsmdError(
    "invalid_input",
    `Cannot use ${path} ${value} in profile default: expected ${expected}`,
  );
}
