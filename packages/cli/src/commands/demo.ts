import { fflateGzip, formatIsoTime, parseIsoTime, SsmdError } from "@ssmd/core";
import { generateSession } from "@ssmd/kalshi";
import { createWriteStream } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import {
  type CommandContext,
  type CommonOptions,
  EXIT_DONE,
  writeJson,
} from "../command_context.ts";
import { counted } from "../ui/numbers.ts";
import { styled, type Terminal } from "../ui/terminal.ts";
import { archiveImport } from "./archive_import.ts";
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
const MADE = [MARKER, "tape.ndjson.gz", "markets.json", "archive", "results"];
const START = parseIsoTime("2026-01-05T15:00:00Z")!;
const MINUTES = 15;
const SHOWN_BEFORE_CLOSE = 300_000_000;

/** One command of the demo. */
interface Step {
  readonly title: string;
  readonly command: string;
  run(context: CommandContext, json: boolean): Promise<number>;
}

/** `ssmd demo`: the whole way offline, each step by the command that anyone can type. */
export async function demo(options: DemoOptions, context: CommandContext): Promise<number> {
  const { terminal, signal } = context;
  const { out } = options;
  await prepareFolder(out);
  const session = generateSession({ seed: 2, start: START, minutes: MINUTES });
  const tape = join(out, "tape.ndjson.gz");
  const markets = join(out, "markets.json");
  // Compressed the same on every runtime, so that the demo's results are the same as well.
  await pipeline(fflateGzip.compress(blocks(session.lines())), createWriteStream(tape), { signal });
  await writeFile(markets, JSON.stringify(session.rest(), null, 1));
  const steps = demoSteps(out, tape, markets, session.tickers[0]!);
  const results: { command: string; result: unknown }[] = [];
  if (options.json !== true) {
    const { frames } = session.facts();
    terminal.out(
      `A made-up session: ${counted(session.tickers.length, "market")}, ${MINUTES} minutes, ${
        counted(frames, "frame")
      }, with one lost frame\nand one lost connection on purpose.\n`,
    );
  }
  for (const step of steps) {
    signal.throwIfAborted();
    if (options.json === true) {
      const captured = capture(terminal);
      const code = await step.run({ ...context, terminal: captured.terminal }, true);
      if (code !== EXIT_DONE) return code;
      results.push({ command: step.command, result: JSON.parse(captured.text()) });
    } else {
      terminal.out(`\n${styled(terminal, "bold", step.title)}\n`);
      terminal.out(styled(terminal, "dim", `$ ${step.command}`) + "\n");
      const code = await step.run(context, false);
      if (code !== EXIT_DONE) return code;
    }
  }
  if (options.json === true) writeJson(terminal, { folder: out, steps: results });
  else {
    terminal.out(`\nThe files are in ${out}: the tape, markets.json, the archive, the results.\n`);
    terminal.out(`Look around with: ssmd archive cat ${join(out, "archive")} --type gap\n`);
  }
  return EXIT_DONE;
}

function demoSteps(out: string, tape: string, markets: string, ticker: string): Step[] {
  const archive = join(out, "archive");
  const results = join(out, "results");
  const at = formatIsoTime(START + MINUTES * 60_000_000 - SHOWN_BEFORE_CLOSE);
  return [
    {
      title: "Import the recording",
      command: `ssmd archive import ${tape} --feed kalshi --stream demo --out ${archive}`,
      run: (context, json) =>
        archiveImport([tape], { feed: "kalshi", stream: "demo", out: archive, json }, context),
    },
    {
      title: "Prove what was kept",
      command: `ssmd archive verify ${archive}`,
      run: (context, json) => archiveVerify(archive, { json }, context),
    },
    {
      title: "Show a book, five minutes before the close",
      command: `ssmd book ${ticker} --at ${at} --archive ${archive} --depth 6`,
      run: (context, json) => book(ticker, { at, archive, depth: "6", json }, context),
    },
    {
      title: "Buy each market's favourite five minutes before the close, and settle",
      command:
        `ssmd backtest --archive ${archive} --strategy favourite --markets ${markets} --out ${results}`,
      run: (context, json) =>
        backtest({
          archive,
          strategy: "favourite",
          markets: [markets],
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

async function* blocks(lines: Iterable<string>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let block = "";
  for (const line of lines) {
    block += `${line}\n`;
    if (block.length < 65_536) continue;
    yield encoder.encode(block);
    block = "";
  }
  yield encoder.encode(block);
}

function capture(terminal: Terminal): { readonly terminal: Terminal; text(): string } {
  let text = "";
  return { terminal: { ...terminal, out: (part) => void (text += part) }, text: () => text };
}
