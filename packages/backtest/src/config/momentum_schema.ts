import { choice, section, wholeNumber } from "@ssmd/core/config";
import { flag, text } from "./plain_values.ts";
import type { z } from "zod";
import type {
  ActivationConfig,
  ComposerConfig,
  ExecutionConfig,
  FlatFeesConfig,
  MarketCloseConfig,
  MomentumConfig,
  NatsConfig,
  PortfolioConfig,
  PositionsConfig,
  ReportingConfig,
} from "../momentum/momentum_config.ts";
import { cents, numberAboveZero, numberFrom, percent, someOfHundred } from "./momentum_numbers.ts";
import { momentumSignals } from "./momentum_signals_schema.ts";

/** An account's gains must still fit into a safe integer of 1/1,000,000 dollar. */
const MOST_DOLLARS = 1_000_000_000;
/** What takes longer to arrive is not a latency. */
const DAY_MS = 86_400_000;

const nats: z.ZodType<NatsConfig> = section({
  url: text.default("nats://localhost:4222"),
  stream: text.default("PROD_KALSHI_SPORTS"),
  filter: text.exactOptional(),
});

const activation: z.ZodType<ActivationConfig> = section({
  dollarVolume: numberFrom(0).default(100_000),
  windowMinutes: numberFrom(0).default(10),
});

const portfolio: z.ZodType<PortfolioConfig> = section({
  startingBalance: numberFrom(0, MOST_DOLLARS).default(500),
  tradeSize: numberFrom(0).default(100),
  minContracts: numberAboveZero.default(1),
  maxContracts: numberAboveZero.default(200),
  drawdownHaltPercent: percent.default(10),
  sizing: choice("random", "fixed", "cash").default("random"),
  seed: wholeNumber(0).default(1),
}).check(inOrder("minContracts", "maxContracts"));

const positions: z.ZodType<PositionsConfig> = section({
  takeProfitCents: cents.default(5),
  stopLossCents: numberFrom(0).default(5),
  timeStopMinutes: numberFrom(0).default(15),
  minPriceCents: cents.default(20),
  maxPriceCents: cents.default(80),
  cooldownSeconds: numberFrom(0).default(300),
}).check(inOrder("minPriceCents", "maxPriceCents"));

const fees: z.ZodType<FlatFeesConfig> = section({
  defaultMakerPerContract: numberFrom(0).default(0),
  defaultTakerPerContract: numberFrom(0).default(2),
});

const marketClose: z.ZodType<MarketCloseConfig> = section({
  noEntryBufferMinutes: numberFrom(0).default(5),
  forceExitBufferMinutes: numberFrom(0).default(2),
});

const composer: z.ZodType<ComposerConfig> = section({
  entryThreshold: numberFrom(0).default(0.15),
  minSignals: numberFrom(0).default(1),
  maxSlippageCents: numberFrom(0).default(10),
});

const reporting: z.ZodType<ReportingConfig> = section({
  summaryIntervalMinutes: numberAboveZero.default(5),
  publishToNats: flag.default(false),
  debug: flag.default(false),
});

const execution: z.ZodType<ExecutionConfig> = section({
  latencyMs: numberFrom(0, DAY_MS).default(250),
  entry: choice("taker", "maker").default("taker"),
  takeProfit: choice("taker", "maker").default("taker"),
  makerModel: choice("queue", "through", "touch").default("queue"),
  makerTimeoutSeconds: numberFrom(0).default(30),
  maxParticipationPercent: someOfHundred.default(100),
  unknownQuoteSizeContracts: numberFrom(0).default(10),
  gapPolicy: choice("halt", "exclude", "ignore").default("halt"),
});

/** The keys of the momentum engine's YAML. Every one has a default: an empty mapping is enough. */
export const momentumSchema: z.ZodType<MomentumConfig> = section({
  nats: nats.prefault({}),
  activation: activation.prefault({}),
  portfolio: portfolio.prefault({}),
  positions: positions.prefault({}),
  fees: fees.prefault({}),
  marketClose: marketClose.prefault({}),
  signals: momentumSignals.prefault({}),
  composer: composer.prefault({}),
  reporting: reporting.prefault({}),
  execution: execution.prefault({}),
});

/** Refuses a section whose `low` is above its `high`. */
function inOrder<K extends string>(
  low: K,
  high: K,
): (payload: z.core.ParsePayload<Readonly<Record<K, unknown>>>) => void {
  return ({ value, issues }) => {
    const [least, most] = [Number(value[low]), Number(value[high])];
    if (least <= most) return;
    const message = `at most ${high} (${most})`;
    issues.push({ code: "custom", message, path: [low], input: value });
  };
}
