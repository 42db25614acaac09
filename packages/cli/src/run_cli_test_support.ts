import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { fileURLToPath, pathToFileURL } from "node:url";
import { runCommand } from "./run_command.ts";
import type { Terminal } from "./ui/terminal.ts";

/** What a command left when it ended. */
export interface Ran {
  /** The exit code, or the signal that killed the process. */
  readonly code: number | NodeJS.Signals;
  /** Its standard output. */
  readonly out: string;
  /** Its standard error. */
  readonly err: string;
}

/** How a command is started in a process of its own. */
export interface StartOptions {
  /** What it reads from its standard input; nothing by default. */
  readonly input?: string | Uint8Array;
  /** Whether its standard input stays open after that. */
  readonly keepOpen?: boolean;
  /** Its working folder. */
  readonly cwd?: string;
  /** Additional variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** A command that executes the command in its last arguments. */
  readonly wrapper?: readonly string[];
  /** A module that is loaded before the command. */
  readonly preload?: URL;
  /** A program in sources of ours that is run in the place of `ssmd`. */
  readonly program?: URL;
  /** Hears of each whole line of its standard output while it runs. */
  readonly onLine?: (line: string) => void;
}

/** A command that runs in a process of its own. */
export interface Running {
  /** Its process id. */
  readonly pid: number;
  /** Sends it a signal. */
  kill(signal: NodeJS.Signals): void;
  /** Its end; never rejects. */
  readonly ended: Promise<Ran>;
}

/** Starts `ssmd` from its sources in a process of its own, on the runtime of the tests. */
export function startCli(args: readonly string[], options: StartOptions = {}): Running {
  const { input = "", keepOpen = false, cwd, env = {}, wrapper = [], onLine } = options;
  const line = [...wrapper, process.execPath, ...programArguments(options), ...args];
  const child = spawn(line[0]!, line.slice(1), {
    stdio: "pipe",
    env: { ...process.env, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  // A command that ends before it has read its input closes the pipe: no matter.
  child.stdin.on("error", () => {});
  child.stdin.write(input);
  if (!keepOpen) child.stdin.end();
  if (onLine !== undefined) createInterface({ input: child.stdout }).on("line", onLine);
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals]>;
  const ended = Promise.all([closed, text(child.stdout), text(child.stderr)])
    .then(([[code, signal], out, err]) => ({ code: code ?? signal, out, err }));
  // After child.kill() Deno takes the signal for the end's cause, whatever the exit code is.
  const kill = (signal: NodeJS.Signals) => void process.kill(child.pid!, signal);
  return { pid: child.pid!, kill, ended };
}

/** Runs `ssmd` in a process of its own to its end. */
export function runCli(
  args: readonly string[],
  options: StartOptions = {},
): Promise<Ran> {
  return startCli(args, options).ended;
}

/** Runs `ssmd` within the test, on a terminal that only keeps what is written. */
export async function runHere(
  args: readonly string[],
  { input = "", columns = 80 }: {
    readonly input?: string | Uint8Array;
    readonly columns?: number;
  } = {},
): Promise<Ran> {
  let out = "";
  let err = "";
  const terminal: Terminal = {
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    columns,
    color: false,
    live: false,
    piped: true,
  };
  const stdin = Readable.from([
    typeof input === "string" ? new TextEncoder().encode(input) : input,
  ]);
  const { signal } = new AbortController();
  const code = await runCommand(args, { terminal, stdin, env: process.env, signal });
  return { code, out, err };
}

/** Runs `body` with an empty folder, which is removed afterwards. */
export async function withFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "ssmd-cli-"));
  try {
    await body(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The arguments with which this runtime runs `ssmd` or another program from its sources. */
function programArguments({ preload, program }: StartOptions): string[] {
  const { versions } = process;
  const main = fileURLToPath(program ?? new URL("./main.ts", import.meta.url));
  if ("deno" in versions) {
    const config = fileURLToPath(new URL("../../../deno.json", import.meta.url));
    const flags = ["-A", "--no-check", "--conditions=ssmd-source", `--config=${config}`];
    return ["run", ...flags, ...preload === undefined ? [] : [`--preload=${preload.href}`], main];
  }
  const early = preload === undefined ? [] : [preload];
  if ("bun" in versions) {
    const modules = early.map((url) => `--preload=${fileURLToPath(url)}`);
    return ["--conditions=ssmd-source", ...modules, main];
  }
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
  const modules = early.flatMap(({ href }) => ["--import", href]);
  return ["--import", tsx, ...modules, "--conditions=ssmd-source", main];
}
