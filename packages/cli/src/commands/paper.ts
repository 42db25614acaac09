import {
  type BacktestResult,
  momentumRuns,
  paper,
  type PaperCheckpoint,
  PaperRun,
} from "@ssmd/backtest";
import { parseMomentumConfig } from "@ssmd/backtest/config";
import { type Connector, type ConnectorStatus, messageOf, stream, SystemClock } from "@ssmd/core";
import { KalshiDecoder, kalshiFees, MarketCatalog } from "@ssmd/kalshi";
import {
  type KalshiConnector,
  type MarketUniverse,
  tapLifecycle,
  timerWait,
} from "@ssmd/kalshi/live";
import { basename } from "node:path";
import { parseDuration } from "../arguments.ts";
import { chosenUniverse } from "../capture/chosen_universe.ts";
import { ExchangeAccess } from "../capture/exchange_access.ts";
import { timePassed } from "../capture/time_passed.ts";
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
import { VERSION } from "../version.ts";

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
  const durationMs = options.duration === undefined
    ? undefined
    : parseDuration(options.duration) / 1000;
  // Nothing is recorded: the folder is not used.
  const { feed, env, config: configFile, checkpoint: file } = options;
  const access = await ExchangeAccess.open({ feed, env, out: "." }, context.env, clock);
  const { plan } = access;
  const text = await readText(configFile, "configuration");
  const config = parseMomentumConfig(text, basename(configFile));
  const { functions, sha256 } = await loadCustomSignals(configFile, config.signals.custom);
  const origin = { engine: VERSION, feed: plan.feed, signalsSha256: sha256 };
  const saved = file === undefined ? undefined : await readCheckpoint(file, origin);

  const markets = new LiveMarkets(saved?.markets);
  const fees = kalshiFees(new MarketCatalog().feeSchedule(), "direct");
  const runs = momentumRuns([config], fees, { functions });
  const decoder = new KalshiDecoder();
  const { symbols } = decoder;
  const world = { settlements: markets, followers: [markets] };
  const run = saved === undefined
    ? new PaperRun(world, runs)
    : new PaperRun(world, runs, { checkpoint: saved.run, symbols, name: JSON.stringify(file) });
  if (saved !== undefined) run.missed(plan.feed, clock.now(), symbols);

  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  for (const reason of access.warnings) warn(terminal, reason);
  const universe = plan.choice === undefined
    ? undefined
    : chosenUniverse(plan.choice, access.rest(), clock);
  const connector = access.connector(
    universe === undefined
      ? {}
      : { markets: () => universe.tickersAt(clock.now()), universeEveryMs: UNIVERSE_MS },
  );
  const status = new StatusLine(terminal);
  const batches = stream(following(connector, universe), decoder, {
    signal,
    onStatus: (change) => tellTrouble(change, terminal),
  });
  context.outliveOutput?.();
  const working = [
    ...(universe === undefined ? [] : [keepFresh(universe, connector, context, signal)]),
    ...(durationMs === undefined ? [] : [timePassed(durationMs, signal).then(() => stop.abort())]),
  ];
  const isJson = options.json === true;
  const watch = new RunWatch(run, markets, { terminal, status, json: isJson }, clock);
  try {
    const [result] = await paper(batches, run, {
      clock,
      onProgress: watch.look,
      ...(file === undefined ? {} : {
        onCheckpoint: (checkpoint: PaperCheckpoint) =>
          writeCheckpoint(file, { origin, run: checkpoint, markets: markets.save() }),
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
