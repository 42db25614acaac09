import {
  type ArchiveEvent,
  type Capture,
  capture,
  type CaptureHealth,
  type CaptureSummary,
  type Connector,
  type ConnectorStatus,
  messageOf,
  MetricsRegistry,
  SystemClock,
} from "@ssmd/core";
import { threadSink } from "@ssmd/core/fs";
import { type HealthServer, serveHealth } from "@ssmd/core/http";
import { type KalshiConnector, tapLifecycle, timerWait } from "@ssmd/kalshi/live";
import { parseAddress, parseDuration } from "../arguments.ts";
import { checkCapture } from "../capture/capture_check.ts";
import { CaptureLog } from "../capture/capture_log.ts";
import type { CapturePlan } from "../capture/capture_plan.ts";
import { captureStatus } from "../capture/capture_status.ts";
import { ExchangeAccess } from "../capture/exchange_access.ts";
import { MarketFollower } from "../capture/market_follower.ts";
import { timePassed } from "../capture/time_passed.ts";
import { type CommandContext, type CommonOptions, EXIT_DONE } from "../command_context.ts";
import { counted, grouped } from "../ui/numbers.ts";
import { StatusLine } from "../ui/status_line.ts";
import { facts } from "../ui/table.ts";

/** Options of `ssmd capture`. */
export interface CaptureCommandOptions extends CommonOptions {
  /** The feed's file. */
  readonly feed: string;
  /** The environment's file. */
  readonly env: string;
  /** The archive's folder; default the environment's. */
  readonly out?: string;
  /** When to stop; default never. */
  readonly duration?: string;
  /** Where health and metrics are served; default nowhere. */
  readonly health?: string;
  /** Only test what a capture needs. */
  readonly check?: boolean;
}

const STATUS_MS = 1000;
/** Markets open and close by the clock: asking costs nothing while nothing changed. */
const UNIVERSE_MS = 2000;

/** `ssmd capture`: records a feed until it is told to stop. */
export async function captureCommand(
  options: CaptureCommandOptions,
  context: CommandContext,
): Promise<number> {
  const { terminal } = context;
  const clock = new SystemClock();
  const durationMs = options.duration === undefined
    ? undefined
    : parseDuration(options.duration) / 1000;
  const address = options.health === undefined ? undefined : parseAddress(options.health);
  const access = await ExchangeAccess.open(options, context.env, clock);
  const { plan } = access;
  if (options.check === true) {
    return await checkCapture(access, options.json === true, context);
  }

  const status = new StatusLine(terminal);
  const isLogged = options.json === true || terminal.piped;
  const log = new CaptureLog(terminal, status, clock, isLogged);
  const stop = new AbortController();
  const signal = AbortSignal.any([context.signal, stop.signal]);
  const follower = plan.choice === undefined
    ? undefined
    : new MarketFollower(plan, plan.choice, access.rest(), clock, log);
  const connector = access.connector(
    follower === undefined ? {} : { markets: follower.tickers, universeEveryMs: UNIVERSE_MS },
  );
  const sink = threadSink(plan.root, { feed: plan.feed, stream: plan.stream }, {
    rotateSeconds: plan.rotateSeconds,
    sync: plan.sync,
    minFreeBytes: plan.minFreeBytes,
    sequence: "checked",
    decoder: { module: import.meta.resolve("@ssmd/kalshi"), name: "KalshiDecoder" },
  });
  const source = follower === undefined ? connector : following(connector, follower);
  const metrics = new MetricsRegistry();
  // Before anything is opened: a port in use is an error of the command line. Nobody is answered
  // before the capture runs, for that begins in the same turn.
  const server = address === undefined
    ? undefined
    : await serveHealth({ ...address, health: () => running.health(), metrics });
  context.outliveOutput?.();
  announce(access, log);
  const running = capture(source, sink, {
    clock,
    metrics,
    signal,
    onStatus: (change) => logStatus(change, log),
    onDurable: (durable) => log.note("durable", { ...durable }),
    onArchiveEvent: (event) => logArchiveEvent(event, log),
    onError: (error) => log.write("error", "trouble", { reason: messageOf(error) }),
  });
  return await supervise(running, {
    log,
    status,
    stop,
    signal,
    durationMs,
    server,
    follow: follower === undefined
      ? undefined
      : (until) => follower.run(until, () => void connector.refreshMarkets()),
    describe: (summary) => {
      if (!isLogged) describe(summary, plan, context);
    },
  });
}

/** `connector` with what only the follower knows of it, who hears what lifecycle messages say. */
function following(connector: KalshiConnector, follower: MarketFollower): Connector {
  const { feed, run, health } = tapLifecycle(connector, follower.lifecycle);
  return {
    feed,
    run,
    health: () => {
      const { problem } = follower;
      return { ...health(), ...(problem === undefined ? {} : { problem }) };
    },
  };
}

interface Supervision {
  readonly log: CaptureLog;
  readonly status: StatusLine;
  readonly stop: AbortController;
  readonly signal: AbortSignal;
  readonly durationMs: number | undefined;
  readonly server: HealthServer | undefined;
  readonly follow: ((signal: AbortSignal) => Promise<void>) | undefined;
  readonly describe: (summary: CaptureSummary) => void;
}

/** Keeps everything beside the capture running, and ends all of it when one part fails. */
async function supervise(running: Capture, parts: Supervision): Promise<number> {
  const { log, status, stop, signal, server } = parts;
  let before: CaptureHealth | undefined;
  const drawing = setInterval(() => {
    const health = running.health();
    status.draw(captureStatus(health, before));
    before = health;
  }, STATUS_MS);
  let failure: unknown;
  const guarded = async (work: Promise<unknown>): Promise<void> => {
    try {
      await work;
    } catch (error) {
      failure ??= error;
      stop.abort();
    }
  };
  const working: Promise<void>[] = [];
  try {
    if (server !== undefined) {
      log.write("info", "health_served", { url: server.url });
      working.push(guarded(server.done));
    }
    if (parts.durationMs !== undefined) {
      working.push(timePassed(parts.durationMs, signal).then(() => stop.abort()));
    }
    if (parts.follow !== undefined) working.push(guarded(followWhenOpen(running, parts)));
    const summary = await running.done;
    if (failure !== undefined) throw failure;
    log.note("stopped", { ...summary });
    status.clear();
    parts.describe(summary);
    return EXIT_DONE;
  } finally {
    stop.abort();
    clearInterval(drawing);
    status.clear();
    await server?.close();
    await Promise.all(working);
    if (signal.aborted) await running.done.catch(() => undefined); // it was thrown above
  }
}

/** The market log belongs to whoever holds the stream, so it is opened when the capture does. */
async function followWhenOpen(running: Capture, { follow, signal }: Supervision): Promise<void> {
  while (running.health().stage === "starting") await timerWait(20);
  if (running.health().stage === "running") await follow!(signal);
}

function announce({ plan, warnings }: ExchangeAccess, log: CaptureLog): void {
  for (const reason of warnings) log.write("warn", "configuration", { reason });
  const { feed, stream, root, webSocketUrl, channels } = plan;
  log.write("info", "starting", { feed, stream, root, url: webSocketUrl, channels });
}

const PROBLEMS: readonly ConnectorStatus["type"][] = [
  "refused",
  "disconnected",
  "subscription_lost",
  "resync",
  "market_rejected",
  "error",
];

function logStatus({ type, at: _, ...fields }: ConnectorStatus, log: CaptureLog): void {
  log.write(PROBLEMS.includes(type) ? "warn" : "info", type, fields);
}

function logArchiveEvent({ type, ...fields }: ArchiveEvent, log: CaptureLog): void {
  log.write(type === "unreadable" ? "warn" : "info", type, fields);
}

function describe(
  summary: CaptureSummary,
  { root }: CapturePlan,
  { terminal }: CommandContext,
): void {
  const { frames, gaps, dropped, lost, reconnects, startedAt, endedAt } = summary;
  const found = Object.entries(gaps).map(([reason, count]) => `${grouped(count)} ${reason}`);
  const rows: [string, string][] = [
    ["frames", `${grouped(frames)} in ${Math.round((endedAt - startedAt) / 1_000_000)} s`],
    ["gaps", found.length === 0 ? "none" : found.join(", ")],
    ["lost", counted(dropped + lost, "frame")],
    ["reconnects", grouped(reconnects)],
    ["archive", root],
  ];
  terminal.out(facts(rows, terminal.columns));
}
