import { Command, Option } from "commander";
import type { CommandContext } from "../command_context.ts";
import type { ExitCode } from "../exit_code.ts";
import { examples, JSON_HELP } from "./command_help.ts";

/** `ssmd demo`, `ssmd capture`, `ssmd paper` and `ssmd exchange`. */
export function liveCommands(ssmd: Command, context: CommandContext, exit: ExitCode): void {
  ssmd.addCommand(demoCommand(context, exit));
  ssmd.addCommand(captureCommandLine(context, exit));
  ssmd.addCommand(paperCommandLine(context, exit));
  ssmd.addCommand(exchangeCommand(context, exit));
}

function paperCommandLine(context: CommandContext, exit: ExitCode): Command {
  return new Command("paper")
    .description(
      "Trade a live stream with simulated orders: the momentum engine of ssmd backtest, on what arrives now",
    )
    .requiredOption("--feed <file>", "the feed's definition, feed.yaml")
    .requiredOption("--env <file>", "how to connect and which markets, environment.yaml")
    .requiredOption("--config <file>", "the momentum engine's configuration, in YAML")
    .option(
      "--checkpoint <file>",
      "where the run is saved every minute and at the end, and goes on from when it is there",
    )
    .option("--duration <duration>", "stop after this time: 60s, 15m, 8h (default: never)")
    .option("--json", JSON_HELP)
    .addHelpText(
      "after",
      examples([
        "ssmd paper --feed kalshi_feed.yaml --env local_env.yaml --config momentum.yaml --checkpoint paper.json",
      ]),
    )
    .action(async (options) => {
      const { paperCommand } = await import("../commands/paper.ts");
      exit(await paperCommand(options, context));
    });
}

function demoCommand(context: CommandContext, exit: ExitCode): Command {
  return new Command("demo")
    .description(
      "Run an exchange, capture it, verify, replay and backtest what was kept: everything offline, in a few seconds",
    )
    .option("--out <dir>", "where the files go", "ssmd-demo")
    .option("--json", JSON_HELP)
    .addHelpText("after", examples(["ssmd demo", "ssmd demo --out ./demo --json"]))
    .action(async (options) => {
      const { demo } = await import("../commands/demo.ts");
      exit(await demo(options, context));
    });
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
    .action(async (options) => {
      const { captureCommand } = await import("../commands/capture.ts");
      exit(await captureCommand(options, context));
    });
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
    .action(async (options) => {
      const { exchange } = await import("../commands/exchange.ts");
      exit(await exchange(options, context));
    });
}

/** Collects an option that may be given several times. */
function listed(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}
