import assert from "node:assert/strict";
import process from "node:process";
import { Readable } from "node:stream";
import { type Ran, startCli, type StartOptions } from "../run_cli_test_support.ts";
import { runCommand } from "../run_command.ts";

/** A line of the capture's log: three fields that every line has, and those of its event. */
export interface LogLine {
  readonly time: string;
  readonly level: "info" | "warn" | "error";
  readonly event: string;
  readonly [field: string]: unknown;
}

/** A running `ssmd capture --json`, and everything that it has logged so far. */
export class LoggedCapture {
  /** What it logged, each line checked for the fields that all have. */
  readonly lines: LogLine[] = [];
  /** Its end. */
  readonly ended: Promise<Ran>;
  readonly #stop: (signal: NodeJS.Signals) => void;
  #onLine: () => void = () => {};
  #isOver = false;

  private constructor(
    start: (onLine: (line: string) => void) => {
      readonly ended: Promise<Ran>;
      readonly kill: (signal: NodeJS.Signals) => void;
    },
  ) {
    const { ended, kill } = start((text) => this.#note(text));
    this.ended = ended;
    this.#stop = kill;
    void ended.then(() => {
      this.#isOver = true;
      this.#onLine();
    });
  }

  /** In a process of its own. */
  static start(args: readonly string[], options: StartOptions = {}): LoggedCapture {
    return new LoggedCapture((onLine) =>
      startCli(["capture", ...args, "--json"], { ...options, onLine })
    );
  }

  /** In the test's process, where every signal is the first one. */
  static here(
    args: readonly string[],
    env: Readonly<Record<string, string | undefined>> = process.env,
  ): LoggedCapture {
    return new LoggedCapture((onLine) => {
      const abort = new AbortController();
      let out = "";
      let err = "";
      const terminal = {
        out: (text: string) => {
          out += text;
          for (const line of text.split("\n").slice(0, -1)) onLine(line);
        },
        err: (text: string) => void (err += text),
        columns: 80,
        color: false,
        live: false,
        piped: true,
      };
      const ended = runCommand(["capture", ...args, "--json"], {
        terminal,
        stdin: Readable.from([]),
        env,
        signal: abort.signal,
      }).then((code) => ({ code, out, err }));
      return { ended, kill: () => abort.abort() };
    });
  }

  /** The first line of `event` that `fits`, also one that was logged before. */
  async line(event: string, fits: (line: LogLine) => boolean = () => true): Promise<LogLine> {
    for (let seen = 0;;) {
      for (; seen < this.lines.length; seen++) {
        const line = this.lines[seen]!;
        if (line.event === event && fits(line)) return line;
      }
      if (this.#isOver) {
        const { code, err } = await this.ended;
        assert.fail(`the capture ended with ${code} before ${event}: ${err}${this.text()}`);
      }
      await new Promise<void>((resolve) => this.#onLine = resolve);
    }
  }

  /** All lines of `event` so far. */
  all(event: string): readonly LogLine[] {
    return this.lines.filter((line) => line.event === event);
  }

  /** What it serves at `path`, with the status. */
  async ask(path: string): Promise<{ readonly status: number; readonly body: string }> {
    const { url } = await this.line("health_served");
    const answer = await fetch(`${url}${path}`);
    return { status: answer.status, body: await answer.text() };
  }

  /** Asks at `path` until the status is `status`; the body then. */
  async until(path: string, status: number): Promise<string> {
    for (;;) {
      const answer = await this.ask(path);
      if (answer.status === status) return answer.body;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Sends a signal. */
  signal(signal: NodeJS.Signals = "SIGTERM"): void {
    this.#stop(signal);
  }

  /** Stops it and fails unless it says that all is done; its summary. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<LogLine> {
    this.#stop(signal);
    const { code, err } = await this.ended;
    assert.equal(code, 0, err + this.text());
    const last = this.lines.at(-1);
    assert.equal(last?.event, "stopped");
    return last!;
  }

  /** The log as text, for messages. */
  text(): string {
    return this.lines.map((line) => `\n${JSON.stringify(line)}`).join("");
  }

  #note(text: string): void {
    const line = JSON.parse(text) as LogLine;
    const names = Object.keys(line).slice(0, 3);
    assert.deepEqual(names, ["time", "level", "event"], text);
    assert.match(line.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/, text);
    assert.ok(["info", "warn", "error"].includes(line.level), text);
    assert.match(line.event, /^[a-z_]+$/, text);
    this.lines.push(line);
    this.#onLine();
  }
}
