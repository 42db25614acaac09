import { Command, Option } from "commander";
import type { CommandContext } from "./command_context.ts";
import { archiveCat } from "./commands/archive_cat.ts";
import { archiveImport } from "./commands/archive_import.ts";
import { archiveLs } from "./commands/archive_ls.ts";
import { archiveRepair } from "./commands/archive_repair.ts";
import { archiveVerify } from "./commands/archive_verify.ts";
import { backtest } from "./commands/backtest.ts";
import { book } from "./commands/book.ts";
import { candles } from "./commands/candles.ts";
import { captureCommand } from "./commands/capture.ts";
import { demo } from "./commands/demo.ts";
import { exchange } from "./commands/exchange.ts";
import { oneLine } from "./exit_code.ts";
import { VERSION } from "./version.ts";

/** Receives the exit code of the command that ran. */
export type ExitCode = (code: number) => void;

const JSON_HELP = "write the result as JSON; progress and warnings go to stderr";

/** The command line of `ssmd`. Nothing in it exits the process. */
export function program(context: CommandContext, exit: ExitCode): Command {
  const ssmd = new Command("ssmd")
    .description("Keep prediction-market data, prove what was kept, replay and backtest it.")
    .version(VERSION, "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => context.terminal.out(text),
      writeErr: (text) => context.terminal.err(text),
      getOutHelpWidth: () => context.terminal.columns,
      getErrHelpWidth: () => context.terminal.columns,
      outputError: (text, write) =>
        write(`ssmd: ${oneLine(text.replace(/^error: /, ""))}; --help tells what is possible
`),
    })
    .addHelpText("after", examples(["ssmd demo", "ssmd archive import --help"]))
    .exitOverride();
  archiveCommands(ssmd, context, exit);
  ssmd.addCommand(bookCommand(context, exit));
  ssmd.addCommand(candlesCommand(context, exit));
  ssmd.addCommand(backtestCommand(context, exit));
  ssmd.addCommand(demoCommand(context, exit));
  ssmd.addCommand(captureCommandLine(context, exit));
  ssmd.addCommand(exchangeCommand(context, exit));
  for (const command of everyCommand(ssmd)) inherit(ssmd, command);
  return ssmd;
}

/** `addCommand` does not hand settings down, so every command gets those of the root. */
function inherit(root: Command, command: Command): void {
  if (command !== root) command.copyInheritedSettings(root).helpOption("-h, --help", "print help");
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)];
}

function archiveCommands(ssmd: Command, context: CommandContext, exit: ExitCode): void {
  const archive = ssmd.command("archive").helpCommand(false).description(
    "Import, list, prove, repair and print archives",
  );
  archive.addHelpText(
    "after",
    examples(["ssmd archive ls ./archive", "ssmd archive verify ./archive"]),
  );
  archive.command("import")
    .description(
      'Bring recordings into an archive: tapes {"recv_ms","event"}, bare frames, the original ssmd\'s archives; plain or gzip, - for stdin. The files of one import are one recording.',
    )
    .argument("<file...>", "the recordings")
    .requiredOption("--feed <name>", "the source's definition: kalshi")
    .requiredOption("--stream <name>", "the stream within the feed, a name of your own")
    .requiredOption("--out <dir>", "the archive's folder")
    .option(
      "--partial",
      "the tapes hold only some of the markets of their subscriptions: holes in the sequence mean nothing",
    )
    .option("--dry-run", "read and judge everything, write nothing")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      examples([
        "ssmd archive import tape.ndjson.gz --feed kalshi --stream books --out ./archive",
        "ssmd archive import window-*.gz --feed kalshi --stream gold --partial --out ./archive",
        "zcat tape.gz | ssmd archive import - --feed kalshi --stream books --out ./archive",
      ]),
    )
    .action(async (files, options) => exit(await archiveImport(files, options, context)));
  selecting(
    archive.command("ls").description(
      "List the files of an archive, or those that hold chosen lines",
    ),
  )
    .addHelpText(
      "after",
      examples([
        "ssmd archive ls ./archive",
        "ssmd archive ls ./archive --ticker KXGOLD15M-26AUG102300-00 --type trade",
      ]),
    )
    .action(async (dir, options) => exit(await archiveLs(dir, options, context)));
  selecting(
    archive.command("verify").description(
      "Re-read everything and hold it against the manifests, our own numbers and the exchange's; exits 1 when anything is wrong. With a filter, the files that hold chosen lines.",
    ),
  )
    .addHelpText(
      "after",
      examples([
        "ssmd archive verify ./archive",
        "ssmd archive verify ./archive --from 2026-08-11T00:00:00Z --json",
      ]),
    )
    .action(async (dir, options) => exit(await archiveVerify(dir, options, context)));
  selecting(
    archive.command("repair").description(
      "Complete what a crash left behind and salvage damaged files into new ones; nothing that exists is changed. With a filter, only files that hold chosen lines are salvaged.",
    ),
  )
    .addHelpText("after", examples(["ssmd archive repair ./archive"]))
    .action(async (dir, options) => exit(await archiveRepair(dir, options, context)));
  selecting(
    archive.command("cat").description("Print chosen lines in time order, as they are stored"),
  )
    .option(
      "--frames",
      "print the frames as they were received, without ssmd's own fields and without gaps",
    )
    .addHelpText(
      "after",
      examples([
        "ssmd archive cat ./archive --type trade | head",
        "ssmd archive cat ./archive --ticker KXGOLD15M-26AUG102300-00 --to 2026-08-11T02:50:00Z --frames",
      ]),
    )
    .action(async (dir, options) => exit(await archiveCat(dir, options, context)));
}

function selecting(command: Command): Command {
  return command
    .argument("<dir>", "the archive's folder")
    .option("--ticker <ticker>", "only lines of this market")
    .option("--type <type>", "only lines of this type, for example trade or gap")
    .option("--from <time>", "only lines received at or after this moment")
    .option("--to <time>", "only lines received at or before this moment")
    .option("--json", JSON_HELP);
}

function bookCommand(context: CommandContext, exit: ExitCode): Command {
  return new Command("book")
    .description("Show a market's order book at a moment")
    .argument("<ticker>", "the market")
    .requiredOption(
      "--at <time>",
      "the moment, ISO 8601 with a zone or epoch milliseconds; what was received at it counts",
    )
    .requiredOption("--archive <dir>", "the archive's folder")
    .option("--depth <n>", "levels per side (default: 10 in the picture, all in JSON)")
    .option("--hash", "give the SHA-256 of the book's canonical text")
    .option("--stream <name>", "only this stream of the archive")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      examples([
        "ssmd book KXGOLD15M-26AUG102300-00 --at 2026-08-11T02:55:00Z --archive ./archive",
        "ssmd book KXGOLD15M-26AUG102300-00 --at 1786416900000 --archive ./archive --hash --json",
      ]),
    )
    .action(async (ticker, options) => exit(await book(ticker, options, context)));
}

function candlesCommand(context: CommandContext, exit: ExitCode): Command {
  return new Command("candles")
    .description("Aggregate a market's trades by the exchange's time")
    .argument("<ticker>", "the market")
    .requiredOption("--archive <dir>", "the archive's folder")
    .option("--interval <duration>", "length of a candle: 60s, 5m, 1h, 1d", "60s")
    .option("--stream <name>", "only this stream of the archive")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      examples([
        "ssmd candles KXGOLD15M-26AUG102300-00 --archive ./archive",
        "ssmd candles KXGOLD15M-26AUG102300-00 --archive ./archive --interval 5m --json",
      ]),
    )
    .action(async (ticker, options) => exit(await candles(ticker, options, context)));
}

function backtestCommand(context: CommandContext, exit: ExitCode): Command {
  return new Command("backtest")
    .description("Trade a strategy against the recorded books, with Kalshi's fees, to settlement")
    .requiredOption("--archive <dir>", "the archive's folder")
    .addOption(
      new Option("--strategy <name>", "favourite: buy the favourite before the close and hold it")
        .choices(["favourite"]).makeOptionMandatory(),
    )
    .option(
      "--markets <file...>",
      "REST event, market or series objects as Kalshi answers them, JSON or one a line in .jsonl (default: the markets.jsonl that a capture left beside its stream)",
    )
    .option("--before-close <duration>", "when the favourite is bought", "300s")
    .option("--contracts <n>", "how many contracts are bought", "10")
    .addOption(
      new Option(
        "--fees <rounding>",
        "direct: to $0.0001 a fill, as charged since August 2026; cent: each fill up to a cent; cent-per-order: each order up to a cent",
      ).choices(["cent", "cent-per-order", "direct"]).default("direct"),
    )
    .option("--balance <dollars>", "what the account starts with", "10000")
    .option(
      "--run-id <id>",
      "name of the result's folder (default: hash of data, configuration and engine)",
    )
    .option("--stream <name>", "only this stream of the archive")
    .requiredOption("--out <dir>", "where the result's folder is made")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      examples([
        "ssmd backtest --archive ./archive --strategy favourite --markets event.json --out ./results",
        "ssmd backtest --archive ./archive --strategy favourite --markets events/*.json --before-close 60s --fees cent --out ./results",
      ]),
    )
    .action(async (options) => exit(await backtest(options, context)));
}

function demoCommand(context: CommandContext, exit: ExitCode): Command {
  return new Command("demo")
    .description(
      "Run an exchange, capture it, verify, replay and backtest what was kept: everything offline, in a few seconds",
    )
    .option("--out <dir>", "where the files go", "ssmd-demo")
    .option("--json", JSON_HELP)
    .addHelpText("after", examples(["ssmd demo", "ssmd demo --out ./demo --json"]))
    .action(async (options) => exit(await demo(options, context)));
}

function captureCommandLine(context: CommandContext, exit: ExitCode): Command {
  return new Command("capture")
    .description(
      "Record a feed until stopped: every frame is kept in an archive, and what could not be kept is a gap in it",
    )
    .requiredOption("--feed <file>", "the feed's definition, feed.yaml")
    .requiredOption("--env <file>", "how and what to capture, environment.yaml")
    .option("--out <dir>", "the archive's folder (default: storage.path of the environment)")
    .option("--duration <duration>", "stop after this time: 60s, 15m, 8h (default: never)")
    .option(
      "--health <address>",
      "serve /health, /ready and /metrics on this port, or host:port; without a host on loopback only",
    )
    .option(
      "--check",
      "try configuration, key, clock, markets and disk, record nothing; exits with 2 when something fails",
    )
    .option("--json", "write what happens as lines of JSON, also on a terminal")
    .addHelpText(
      "after",
      examples([
        "ssmd capture --feed kalshi_feed.yaml --env local_env.yaml --out ./archive --check",
        "ssmd capture --feed kalshi_feed.yaml --env local_env.yaml --out ./archive --duration 60s",
        "ssmd capture --feed kalshi_feed.yaml --env local_env.yaml --health 9464 >> capture.log",
      ]),
    )
    .action(async (options) => exit(await captureCommand(options, context)));
}

function exchangeCommand(context: CommandContext, exit: ExitCode): Command {
  return new Command("exchange")
    .description(
      "Be an exchange: Kalshi's REST and WebSocket protocol on a port of this machine, made up or recorded, with faults on request",
    )
    .option(
      "--source <what>",
      "synthetic, or a recording: archive:DIR, tape:FILE",
      "synthetic",
    )
    .option("--speed <factor>", "how fast its time runs; max: as fast as clients read", "1")
    .option("--host <address>", "where to listen", "127.0.0.1")
    .option("--port <n>", "the port, 0 for any free one", "0")
    .option("--key <id:file>", "a key that may connect, with its public half as PEM", listed)
    .option("--write-key <file>", "make a key that may connect, and write its private half")
    .option("--faults <file>", 'what goes wrong, as JSON: {"rules": [{"fault": …}]}')
    .option("--seed <n>", "chooses what happens, and the faults unless their file does", "0")
    .option(
      "--at <time>",
      "when it begins (default: now, or where the recording begins)",
    )
    .option("--markets <n>", "how many made-up markets are open at a time (default: 12)")
    .option("--rate <n>", "how many made-up events there are in a second (default: 50)")
    .option("--objects <file...>", "REST market, event or series objects of a recording")
    .addOption(
      new Option("--wire <form>", "how frames write numbers; cents: as before March 2026")
        .choices(["fixed_point", "cents"]).default("fixed_point"),
    )
    .option("--json", "write what happens as lines of JSON")
    .addHelpText(
      "after",
      examples([
        "ssmd exchange",
        "ssmd exchange --markets 1000 --rate 5000 --write-key ./exchange-key.pem --port 8080",
        "ssmd exchange --source archive:./archive --speed 10 --at 2026-08-11T02:50:00Z",
      ]),
    )
    .action(async (options) => exit(await exchange(options, context)));
}

/** Collects an option that may be given several times. */
function listed(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function examples(lines: readonly string[]): string {
  return `\nExamples:\n${lines.map((line) => `  $ ${line}\n`).join("")}`;
}
