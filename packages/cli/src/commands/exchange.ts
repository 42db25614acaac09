import { formatIsoTime, messageOf, SsmdError, SystemClock } from "@ssmd/core";
import {
  type ExchangeKey,
  type FaultPlan,
  KalshiExchange,
  parseFaults,
  type Speed,
} from "@ssmd/kalshi/server";
import { readFile, rm } from "node:fs/promises";
import { parseCount, parseTime } from "../arguments.ts";
import { type CommandContext, type CommonOptions, EXIT_DONE } from "../command_context.ts";
import { CONSOLE_HELP, ExchangeConsole } from "../exchange/exchange_console.ts";
import { readKey, writeKey, type WrittenKey } from "../exchange/exchange_keys.ts";
import { openSource } from "../exchange/exchange_sources.ts";
import { type ExchangeTraffic, TrafficMeter } from "../exchange/exchange_traffic.ts";
import { counted, grouped } from "../ui/numbers.ts";
import { StatusLine } from "../ui/status_line.ts";
import { styled } from "../ui/terminal.ts";

/** Options of `ssmd exchange`. */
export interface ExchangeOptions extends CommonOptions {
  /** `synthetic`, `archive:DIR` or `tape:FILE`. */
  readonly source: string;
  /** How fast its time runs: a factor, or `max`. */
  readonly speed: string;
  /** The address to listen on. */
  readonly host: string;
  /** The port; 0 for any free one. */
  readonly port: string;
  /** `ID:FILE` of those who may connect. */
  readonly key?: readonly string[];
  /** Where the private half of a new key goes. */
  readonly writeKey?: string;
  /** A file with what goes wrong. */
  readonly faults?: string;
  /** Chooses what happens. */
  readonly seed: string;
  /** When it begins. */
  readonly at?: string;
  /** How many made-up markets are open at a time. */
  readonly markets?: string;
  /** How many made-up events there are in a second. */
  readonly rate?: string;
  /** Files with REST answers about recorded markets. */
  readonly objects?: readonly string[];
  /** How frames write numbers. */
  readonly wire: "fixed_point" | "cents";
}

const STATUS_MS = 1000;
const CLOCK = new SystemClock();

/** `ssmd exchange`: an exchange on a port of this machine, until a signal or `q` ends it. */
export async function exchange(options: ExchangeOptions, context: CommandContext): Promise<number> {
  const { signal } = context;
  context.outliveOutput?.();
  const running = await startExchange(options);
  const { exchange } = running;
  const report = new Report(options, context, running);
  const orders = new ExchangeConsole(context.stdin, exchange, (line) => report.tell(line));
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  const timer = setInterval(() => report.status(), STATUS_MS);
  try {
    report.started();
    // The end of a recording is no end of the exchange: clients stay and REST answers.
    const failed = exchange.ended.then(() => {
      report.ended();
      return new Promise<never>(() => {});
    });
    await Promise.race([aborted, orders.quit, failed]);
  } finally {
    clearInterval(timer);
    orders.close();
    report.stopped();
    await exchange.close();
  }
  return EXIT_DONE;
}

interface Running {
  readonly exchange: KalshiExchange;
  readonly keys: readonly ExchangeKey[];
  readonly written: WrittenKey | undefined;
  /** Whether time stands until somebody subscribes. */
  readonly waits: boolean;
}

async function startExchange(options: ExchangeOptions): Promise<Running> {
  const seed = options.seed === "0" ? 0 : parseCount(options.seed);
  const speed = parseSpeed(options.speed);
  const port = parsePort(options.port);
  const keys = await Promise.all((options.key ?? []).map(readKey));
  const faults = options.faults === undefined ? undefined : await readFaults(options.faults, seed);
  if (keys.length === 0 && options.writeKey === undefined && !isLoopback(options.host)) {
    throw new SsmdError(
      "invalid_input",
      `Cannot listen on ${options.host} without a key: anyone could connect; give --key or --write-key`,
    );
  }
  const at = options.at === undefined ? undefined : parseTime(options.at);
  const source = await openSource({
    source: options.source,
    seed,
    start: at ?? CLOCK.now(),
    ...(options.markets === undefined ? {} : { markets: parseCount(options.markets) }),
    ...(options.rate === undefined ? {} : { rate: parseRate(options.rate) }),
    ...(options.objects === undefined ? {} : { objects: options.objects }),
  });
  // What is recorded, and what takes no time, would be over before anyone sees it.
  const waits = options.source !== "synthetic" || speed === "max";
  let written: WrittenKey | undefined;
  try {
    if (options.writeKey !== undefined) written = await writeKey(options.writeKey);
    const known = written === undefined ? keys : [...keys, written];
    const exchange = await KalshiExchange.start(source, {
      host: options.host,
      port,
      speed,
      wire: options.wire,
      waitForClient: waits,
      ...(known.length > 0 ? { keys: known } : { allowUnsigned: true }),
      ...(faults === undefined ? {} : { faults }),
    });
    if (at !== undefined && at > source.start) await exchange.seek(at);
    return { exchange, keys: known, written, waits };
  } catch (error) {
    await source.close();
    if (written !== undefined) await rm(written.path, { force: true });
    throw error;
  }
}

/** Tells what goes on: lines of JSON, or lines for people and one that is drawn again. */
class Report {
  readonly #context: CommandContext;
  readonly #options: ExchangeOptions;
  readonly #running: Running;
  readonly #meter: TrafficMeter;
  readonly #line: StatusLine;
  #stopped = false;

  constructor(options: ExchangeOptions, context: CommandContext, running: Running) {
    this.#options = options;
    this.#context = context;
    this.#running = running;
    this.#meter = new TrafficMeter(running.exchange, CLOCK.now());
    this.#line = new StatusLine(context.terminal);
  }

  started(): void {
    const { exchange, keys, written, waits } = this.#running;
    const { restUrl, webSocketUrl } = exchange;
    const { source } = this.#options;
    const time = formatIsoTime(exchange.now());
    const ids = keys.map(({ id }) => id);
    if (this.#options.json === true) {
      const key = written === undefined ? {} : { writtenKey: written.id, keyFile: written.path };
      return this.#json("started", {
        source,
        time,
        restUrl,
        webSocketUrl,
        keys: ids,
        ...key,
        waits,
      });
    }
    const { terminal } = this.#context;
    terminal.out(`${styled(terminal, "bold", `Exchange: ${source}`)}, from ${time}\n`);
    terminal.out(`REST       ${restUrl}\nWebSocket  ${webSocketUrl}\n`);
    if (written !== undefined) {
      terminal.out("A key to sign with, for the environment of your program:\n");
      terminal.out(`  KALSHI_API_KEY=${written.id}\n  KALSHI_PRIVATE_KEY_PATH=${written.path}\n`);
    } else if (keys.length > 0) terminal.out(`Only these may connect: ${ids.join(", ")}\n`);
    else terminal.out("Anyone on this machine may connect, signed with any key or not at all.\n");
    if (waits) terminal.out("Its time stands still until the first subscription.\n");
    if (terminal.live) terminal.out(`${CONSOLE_HELP}\n`);
  }

  status(): void {
    const traffic = this.#meter.look(CLOCK.now());
    if (this.#options.json === true) return this.#json("status", traffic);
    this.#line.draw([
      { text: formatIsoTime(Math.floor(traffic.time / 1_000_000) * 1_000_000), droppable: 0 },
      { text: counted(traffic.clients, "client"), droppable: 0 },
      { text: counted(traffic.subscriptions, "subscription"), droppable: 3 },
      { text: `${grouped(traffic.framesPerSecond)} frames/s`, droppable: 1 },
      { text: traffic.faults > 0 ? counted(traffic.faults, "fault") : "", droppable: 2 },
    ]);
  }

  ended(): void {
    // Closing ends the source as well.
    if (this.#stopped) return;
    if (this.#options.json === true) {
      this.#json("ended", { time: this.#running.exchange.now() });
    } else this.tell("The source is over; the exchange stays as it is.");
  }

  stopped(): void {
    this.#stopped = true;
    this.#line.clear();
    const { counts, injected } = this.#running.exchange;
    if (this.#options.json === true) {
      return this.#json("stopped", { ...counts, faults: injected.length });
    }
    this.#context.terminal.out(
      `Served ${counted(counts.handshakes - counts.refused, "connection")} and ${
        counted(counts.requests, "request")
      }.\n`,
    );
  }

  /** One line for people, beside the result. */
  tell(line: string): void {
    this.#line.print(`${line}\n`);
  }

  #json(type: string, values: object): void {
    const { time } = values as Partial<ExchangeTraffic>;
    const shown = typeof time === "number" ? { time: formatIsoTime(time) } : {};
    this.#context.terminal.out(`${JSON.stringify({ type, ...values, ...shown })}\n`);
  }
}

function parseSpeed(text: string): Speed {
  const speed = Number(text);
  if (text === "max") return "max";
  if (/^\d{1,6}(\.\d{1,6})?$/.test(text) && speed > 0) return speed;
  throw new SsmdError(
    "invalid_input",
    `Cannot run at speed ${JSON.stringify(text)}: expected a number above 0, or max`,
  );
}

function parseRate(text: string): number {
  const rate = Number(text);
  if (/^\d{1,7}(\.\d{1,3})?$/.test(text) && rate > 0) return rate;
  throw new SsmdError(
    "invalid_input",
    `Cannot make ${JSON.stringify(text)} events a second: expected a number above 0`,
  );
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new SsmdError(
    "invalid_input",
    `Cannot listen on port ${JSON.stringify(text)}: expected 0 to 65535`,
  );
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

async function readFaults(file: string, seed: number): Promise<FaultPlan> {
  try {
    const json: unknown = JSON.parse(await readFile(file, "utf8"));
    const isPlain = typeof json === "object" && json !== null && !Array.isArray(json);
    return parseFaults(isPlain ? { seed, ...json } : json);
  } catch (cause) {
    throw new SsmdError(
      "invalid_input",
      `Cannot use the faults file ${JSON.stringify(file)}: ${messageOf(cause)}`,
      { cause },
    );
  }
}
