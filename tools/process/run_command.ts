import { spawn } from "node:child_process";
import process from "node:process";

const LEFTOVER_GRACE_MS = 1000;

/** How a command is run. */
export interface RunOptions {
  readonly cwd?: string;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds until the command and its children are ended; unlimited when absent. */
  readonly limitMs?: number;
  /** Gets standard output line by line while it runs. */
  readonly onLine?: (line: string) => void;
}

/** What a command left behind. */
export interface Finished {
  readonly code: number;
  readonly stdout: string;
  /** Both streams in the order of arrival. */
  readonly output: string;
  readonly timedOut: boolean;
  readonly seconds: number;
}

/** Runs a command to its end; a command that cannot start or is killed has a code other than 0. */
export function runCommand(
  command: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Finished> {
  const started = performance.now();
  let stdout = "";
  let output = "";
  let partial = "";
  let timedOut = false;
  // A group of its own: a limit must also end what the command started.
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
  });
  // A command that runs commands itself gets the time to end those; nothing gets more than that.
  const endGroup = () => {
    signalGroup(child.pid, "SIGTERM");
    setTimeout(() => signalGroup(child.pid, "SIGKILL"), LEFTOVER_GRACE_MS).unref();
  };
  const endBoth = (signal: NodeJS.Signals) => {
    endGroup();
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.once("SIGINT", endBoth).once("SIGTERM", endBoth);
  const timer = options.limitMs === undefined ? undefined : setTimeout(() => {
    timedOut = true;
    endGroup();
  }, options.limitMs);

  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
    output += text;
    if (options.onLine === undefined) return;
    const lines = (partial + text).split("\n");
    partial = lines.pop() ?? "";
    lines.forEach(options.onLine);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => output += text);

  return new Promise((resolve) => {
    let settled = false;
    const finish = (code: number) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      process.off("SIGINT", endBoth).off("SIGTERM", endBoth);
      const seconds = (performance.now() - started) / 1000;
      resolve({ code, stdout, output, timedOut, seconds });
    };
    child.once("error", (error) => {
      output += `${command}: ${error.message}\n`;
      finish(127);
    });
    child.once("close", (code) => finish(code ?? 1));
    // A process that the command left behind holds the pipes open: it ends with the command.
    child.once("exit", () => setTimeout(() => settled || endGroup(), LEFTOVER_GRACE_MS).unref());
  });
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch (error) {
    // The group may have ended between the decision and the signal.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
