import {
  type BacktestResult,
  momentumRuns,
  paper,
  type PaperCheckpoint,
  PaperRun,
} from "@ssmd/backtest";
import { parseMomentumConfig } from "@ssmd/backtest/config";
import {
  type Connector,
  type ConnectorStatus,
  messageOf,
  stream,
  SystemClock,
  utcDate,
} from "@ssmd/core";
import { KalshiDecoder, kalshiFees, MarketCatalog } from "@ssmd/kalshi";
import {
  KalshiConnector,
  KalshiRest,
  MarketUniverse,
  tapLifecycle,
  timerWait,
} from "@ssmd/kalshi/live";
import { basename } from "node:path";
import { parseDuration } from "../arguments.ts";
import { loadCredentials, readCaptureFiles } from "../capture/capture_inputs.ts";
import { type CapturePlan, planCapture } from "../capture/capture_plan.ts";
import {
  type CommandContext,
  type CommonOptions,
  EXIT_DONE,
  warn,
  writeJson,
} from "../command_context.ts";
import { loadCustomSignals } from "../custom_signals.ts";
import { readCheckpoint, writeCheckpoint } from "../paper/checkpoint_file.ts";
import { LiveMarkets } from "../paper/live_markets.ts";
import { readText } from "../read_text.ts";
import { dollars, RunWatch } from "../paper/run_watch.ts";
import { counted } from "../ui/numbers.ts";
import { StatusLine } from "../ui/status_line.ts";
import { facts } from "../ui/table.ts";
import type { Terminal } from "../ui/terminal.ts";

/** Options of `ssmd paper`. */
export interface PaperCommandOptions extends CommonOptions {
  /** The feed's file. */
  readonly feed: string;
  /** The environment's file: how to connect and which markets. */
  readonly env: string;
  /** The momentum configuration. */
  readonly config: string;
  /** Where the run is saved every minute and at the end, and goes on from; default nowhere. */
  readonly checkpoint?: string;
  /** When to stop; default never. */
  readonly duration?: string;
}

/** How often REST is asked which markets there are. */
const REFRESH_MS = 60_000;
const UNIVERSE_MS = 2000;

/** `ssmd paper`: trades a live stream with simulated orders until it is told to stop. */
export async function paperCommand(
  options: PaperCommandOptions,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  const clock = new SystemClock();
  const { feed, environment } = await readCaptureFiles(options.feed, options.env);
  // Nothing is recorded: the folder is not used.
  const plan = planCapture(feed, environment, { date: utcDate(clock.now()), out: "." });
  const text = await readText(options.config, "configuration");
  const config = parseMomentumConfig(text, basename(options.config));
  const { functions } = await loadCustomSignals(options.config, config.signals.custom);
  const saved = options.checkpoint === undefined
    ? undefined
    : await readCheckpoint(options.checkpoint);
  const credentials = await loadCredentials(environment, plan.keyId, context.env);

  const markets = new LiveMarkets(saved?.markets);
  const fees = kalshiFees(new MarketCatalog().feeSchedule(), "direct");
  const { closeTimeOf } = markets;
  const runs = momentumRuns([config], fees, { functions, keepDecisions: () => false, closeTimeOf });
  const decoder = new KalshiDecoder();
  const { symbols } = decoder;
  const world = { settlements: markets, followers: [markets] };
  const run = saved === undefined
    ? new PaperRun(world, runs)
    : new PaperRun(world, runs, { checkpoint: saved.run, symbols });
  if (saved !== undefined) run.missed(plan.feed, clock.now(), symbols);

  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const rest = new KalshiRest({
    baseUrl: plan.restUrl,
    clock,
    ...(credentials === undefined ? {} : { credentials }),
  });
  const universe = universeOf(plan, rest, clock);
  const connector = new KalshiConnector({
    url: plan.webSocketUrl,
    feed: plan.feed,
    channels: plan.channels,
    clock,
    ...(credentials === undefined ? {} : { credentials }),
    ...(universe === undefined
      ? {}
      : { markets: () => universe.tickersAt(clock.now()), universeEveryMs: UNIVERSE_MS }),
    ...(plan.marketsPerConnection === undefined
      ? {}
      : { marketsPerConnection: plan.marketsPerConnection }),
  });
  const status = new StatusLine(terminal);
  const batches = stream(following(connector, universe), decoder, {
    signal,
    onStatus: (change) => tellTrouble(change, terminal),
  });
  context.outliveOutput?.();
  const working = [
    ...(universe === undefined ? [] : [keepFresh(universe, connector, context, signal)]),
    ...(options.duration === undefined
      ? []
      : [timerWait(parseDuration(options.duration) / 1000, signal).then(() => stop.abort())]),
  ];
  const isJson = options.json === true;
  const watch = new RunWatch(run, markets, { terminal, status, json: isJson }, clock);
  const { checkpoint: file } = options;
  try {
    const [result] = await paper(batches, run, {
      clock,
      onProgress: watch.look,
      ...(file === undefined ? {} : {
        onCheckpoint: (checkpoint: PaperCheckpoint) =>
          writeCheckpoint(file, { run: checkpoint, markets: markets.save() }),
      }),
    });
    watch.show();
    status.clear();
    describe(result!, isJson, terminal);
    return EXIT_DONE;
  } finally {
    stop.abort();
    status.clear();
    await batches.close();
    await Promise.all(working);
  }
}

function universeOf(
  { choice }: CapturePlan,
  rest: KalshiRest,
  clock: SystemClock,
): MarketUniverse | undefined {
  if (choice === undefined) return undefined;
  const { markets, series, categories, closeWithinHours, gamesOnly } = choice;
  return new MarketUniverse(rest, {
    tickers: markets,
    series,
    categories,
    gamesOnly,
    ...(closeWithinHours === undefined ? {} : { closeWithinHours }),
  }, { clock });
}

/** `connector`, and `universe` hears what its lifecycle messages say. */
function following(connector: KalshiConnector, universe: MarketUniverse | undefined): Connector {
  if (universe === undefined) return connector;
  return tapLifecycle(connector, {
    onMarket: (ticker, lifecycle) => universe.note(ticker, lifecycle),
    onEvent: (event, series) => universe.noteEvent(event, series),
  });
}

async function keepFresh(
  universe: MarketUniverse,
  connector: KalshiConnector,
  { terminal }: CommandContext,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const { failures } = await universe.refresh(signal);
      for (const failure of failures) warn(terminal, failure);
      connector.refreshMarkets();
    } catch (error) {
      if (signal.aborted) return;
      warn(terminal, `The markets are not known: ${messageOf(error)}`);
    }
    await timerWait(REFRESH_MS, signal);
  }
}

const TROUBLE: readonly ConnectorStatus["type"][] = [
  "refused",
  "disconnected",
  "subscription_lost",
  "market_rejected",
  "error",
];

function tellTrouble({ type, at: _, ...fields }: ConnectorStatus, terminal: Terminal): void {
  if (TROUBLE.includes(type)) warn(terminal, `${type} ${JSON.stringify(fields)}`);
}

function describe(result: BacktestResult, json: boolean, terminal: Terminal): void {
  const { portfolio, trades, open, orders, notes } = result;
  if (json) return writeJson(terminal, { portfolio, open, orders, notes });
  terminal.out(facts([
    ["balance", dollars(portfolio.balance)],
    ["closed", `${counted(trades.length, "position")}, ${dollars(portfolio.totalPnl)} after fees`],
    ["open", counted(open.length, "position")],
    ["fees", dollars(portfolio.fees)],
  ], terminal.columns));
}
