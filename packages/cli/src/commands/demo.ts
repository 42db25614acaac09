import { formatIsoTime, SsmdError } from "@ssmd/core";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type CommandContext,
  type CommonOptions,
  EXIT_DONE,
  writeJson,
} from "../command_context.ts";
import {
  DEMO_MARKETS,
  DEMO_MINUTES,
  DEMO_START,
  type DemoSession,
  recordDemoSession,
} from "../demo/demo_session.ts";
import { counted, grouped } from "../ui/numbers.ts";
import { facts } from "../ui/table.ts";
import { styled, type Terminal } from "../ui/terminal.ts";
import { archiveVerify } from "./archive_verify.ts";
import { backtest } from "./backtest.ts";
import { book } from "./book.ts";

/** Options of `ssmd demo`. */
export interface DemoOptions extends CommonOptions {
  /** Where the files go. */
  readonly out: string;
}

/** Says that a folder was made by a demo and may be made anew. */
const MARKER = "made-by-ssmd-demo";
/** What a demo makes in its folder. */
const MADE = [MARKER, "archive", "results"];
const SHOWN_BEFORE_CLOSE = 300_000_000;

/** One command of the demo. */
interface Step {
  readonly title: string;
  readonly command: string;
  run(context: CommandContext, json: boolean): Promise<number>;
}

/**
 * `ssmd demo`: the whole way offline. An exchange and a capture of it in this process, then each step
 * by the command that anyone can type.
 */
export async function demo(options: DemoOptions, context: CommandContext): Promise<number> {
  const { terminal, signal } = context;
  const { out } = options;
  const isJson = options.json === true;
  await prepareFolder(out);
  const archive = join(out, "archive");
  if (!isJson) announce(terminal);
  const session = await recordDemoSession(archive, signal);
  signal.throwIfAborted();
  const results: { command: string; result: unknown }[] = [
    { command: "ssmd capture", result: session },
  ];
  if (!isJson) describe(session, archive, terminal);
  for (const step of demoSteps(archive, join(out, "results"), session.tickers[0]!)) {
    signal.throwIfAborted();
    if (isJson) {
      const collected = collect(terminal);
      const code = await step.run({ ...context, terminal: collected.terminal }, true);
      if (code !== EXIT_DONE) return code;
      results.push({ command: step.command, result: JSON.parse(collected.text()) });
    } else {
      title(terminal, step.title);
      terminal.out(styled(terminal, "dim", `$ ${step.command}`) + "\n");
      const code = await step.run(context, false);
      if (code !== EXIT_DONE) return code;
    }
  }
  if (isJson) writeJson(terminal, { folder: out, steps: results });
  else {
    terminal.out(`\nThe archive, the market objects beside it and the results are in ${out}.\n`);
    terminal.out(`Look around with: ssmd archive cat ${archive} --type gap\n`);
    terminal.out("Run both ends yourself: ssmd exchange --help, ssmd capture --help\n");
  }
  return EXIT_DONE;
}

function announce(terminal: Terminal): void {
  terminal.out(
    `An exchange on this machine that speaks Kalshi's protocol: ${
      counted(DEMO_MARKETS, "market")
    } for ${DEMO_MINUTES}\nminutes of its time, with one lost frame and one cut connection on purpose.\n`,
  );
  title(terminal, "Sign in, subscribe and capture through the ring");
}

function describe({ summary, tickers }: DemoSession, archive: string, terminal: Terminal): void {
  const gaps = Object.entries(summary.gaps).map(([reason, count]) => `${grouped(count)} ${reason}`);
  terminal.out(facts([
    ["captured", `${grouped(summary.frames)} frames of ${counted(tickers.length, "market")}`],
    ["gaps", gaps.join(", ")],
    ["reconnects", grouped(summary.reconnects)],
    ["dropped", counted(summary.dropped + summary.lost, "frame")],
    ["archive", archive],
  ], terminal.columns));
}

function demoSteps(archive: string, results: string, ticker: string): Step[] {
  const at = formatIsoTime(DEMO_START + DEMO_MINUTES * 60_000_000 - SHOWN_BEFORE_CLOSE);
  return [
    {
      title: "Prove what was kept",
      command: `ssmd archive verify ${archive}`,
      run: (context, json) => archiveVerify(archive, { json }, context),
    },
    {
      title: "Replay to a book, five minutes before the close",
      command: `ssmd book ${ticker} --at ${at} --archive ${archive} --depth 6`,
      run: (context, json) => book(ticker, { at, archive, depth: "6", json }, context),
    },
    {
      title: "Buy each market's favourite five minutes before the close, and settle",
      command: `ssmd backtest --archive ${archive} --strategy favourite --out ${results}`,
      run: (context, json) =>
        backtest({
          archive,
          strategy: "favourite",
          profile: "default",
          cache: false,
          beforeClose: "300s",
          contracts: "10",
          fees: "direct",
          balance: "10000",
          out: results,
          json,
        }, context),
    },
  ];
}

function title(terminal: Terminal, text: string): void {
  terminal.out(`\n${styled(terminal, "bold", text)}\n`);
}

async function prepareFolder(out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  const names = await readdir(out);
  const isOurs = names.includes(MARKER) && names.every((name) => MADE.includes(name));
  if (names.length > 0 && !isOurs) {
    throw new SsmdError(
      "already_exists",
      `Cannot put the demo into ${
        JSON.stringify(out)
      }: the folder has files that no demo made; choose another with --out`,
    );
  }
  for (const name of names) await rm(join(out, name), { recursive: true, force: true });
  await writeFile(join(out, MARKER), "");
}

function collect(terminal: Terminal): { readonly terminal: Terminal; text(): string } {
  let text = "";
  return { terminal: { ...terminal, out: (part) => void (text += part) }, text: () => text };
}
