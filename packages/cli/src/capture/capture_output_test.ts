import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import process from "node:process";
import { Readable } from "node:stream";
import { test } from "node:test";
import { SystemClock } from "@ssmd/core";
import { SyntheticSource } from "@ssmd/kalshi/server";
import { runHere, startCli, withFolder } from "../run_cli_test_support.ts";
import { runCommand } from "../run_command.ts";
import { StatusLine } from "../ui/status_line.ts";
import { type CaptureSetup, startSetup } from "./capture_setup_test_support.ts";
import { CaptureLog } from "./capture_log.ts";
import { LoggedCapture } from "./logged_capture_test_support.ts";

async function withExchange(body: (setup: CaptureSetup) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    const source = new SyntheticSource({
      seed: 9,
      start: new SystemClock().now(),
      framesPerSecond: 500,
    });
    const setup = await startSetup(folder, source, { subscription: ["series: [KXBTC15M]"] });
    try {
      await body(setup);
    } finally {
      await setup.exchange.close();
    }
  });
}

/** Runs `ssmd` for a terminal of `columns` and gives everything that appeared on it. */
async function watch(args: readonly string[], columns: number): Promise<string> {
  let seen = "";
  const write = (text: string): void => void (seen += text);
  const terminal = { out: write, err: write, columns, color: false, live: true, piped: false };
  const { signal } = new AbortController();
  const stdin = Readable.from([]);
  const code = await runCommand(args, { terminal, stdin, env: process.env, signal });
  assert.equal(code, 0, seen);
  return marked(seen);
}

/** `text` with `⌫` where the line is taken back. */
function marked(text: string): string {
  return text.replaceAll("\r\u001b[K", "⌫");
}

for (const columns of [80, 40]) {
  test(`On a terminal of ${columns} columns a capture draws one line that fits and ends with a summary that fits`, async () => {
    await withExchange(async ({ args }) => {
      const seen = await watch(["capture", ...args, "--duration", "2s", "--health", "0"], columns);
      const drawn = [...seen.matchAll(/⌫(connected [^⌫\n]*)/g)].map(([, line]) => line!);
      assert.ok(drawn.length > 0, seen);
      for (const line of drawn) {
        assert.ok(line.length < columns, line);
        assert.match(line, /^connected [01]\/1 · \d+ frames\/s/);
      }
      // Without what was taken away again there are lines of the log and then the summary.
      const lines = seen.replaceAll(/⌫(connected [^⌫\n]*(?=⌫))?/g, "").trimEnd().split("\n");
      const first = lines.findIndex((line) => line.startsWith("frames"));
      for (const line of lines.slice(0, first)) assert.match(line, /^\d\d:\d\d:\d\d {2}[a-z]/);
      const summary = lines.slice(first);
      assert.match(
        summary.join("\n"),
        /^frames +\d+ in 2 s\ngaps +none\nlost +0 frames\nreconnects +0\n/,
      );
      // A path is not broken.
      for (const line of summary.slice(0, 4)) assert.ok(line.length <= columns, line);
      assert.match(seen, /subscribed: orderbook_delta, sid \d, markets \d+, connection 0\n/);
      assert.doesNotMatch(seen, /session|\{|undefined/);

      const checked = await watch(["capture", ...args, "--check"], columns);
      for (const line of checked.trimEnd().split("\n")) {
        // A word is never broken.
        assert.ok(line.length <= columns || !line.trim().includes(" "), line);
      }
    });
  });
}

test("With --json each line of the standard output is an object, on a terminal too", async () => {
  await withExchange(async ({ args }) => {
    let out = "";
    let screen = "";
    const terminal = {
      out: (text: string) => {
        out += text;
        screen += text;
      },
      err: (text: string) => void (screen += text),
      columns: 80,
      color: false,
      live: true,
      piped: false,
    };
    const { signal } = new AbortController();
    const context = { terminal, stdin: Readable.from([]), env: process.env, signal };
    assert.equal(await runCommand(["capture", ...args, "--duration", "2s", "--json"], context), 0);
    const events = out.trimEnd().split("\n").map((line) => JSON.parse(line).event);
    assert.deepEqual([events[0], events.at(-1)], ["starting", "stopped"]);
    // No object begins behind a status line.
    for (const line of marked(screen).split("\n")) assert.match(line, /^([^{]*⌫)?(\{.*\})?$/);
  });
});

test("What an exchange says cannot take over the terminal", () => {
  let seen = "";
  const terminal = {
    out: () => assert.fail("the standard output is for results"),
    err: (text: string) => void (seen += text),
    columns: 80,
    color: false,
    live: false,
    piped: false,
  };
  const log = new CaptureLog(terminal, new StatusLine(terminal), { now: () => 0 }, false);
  log.write("warn", "disconnected", { reason: "gone\u001b[2J\r\nssmd: all is well\u009b1m\u202e" });
  assert.equal(seen, "00:00:00  disconnected: gone [2J ssmd: all is well 1m \n");
});

test("A capture for longer than timers last goes on until it is told to stop", async () => {
  await withExchange(async ({ args }) => {
    const capture = LoggedCapture.here([...args, "--duration", "30d"]);
    await capture.line("durable");
    await capture.stop();
  });
});

test("A log that cannot be written costs its lines and nothing else", {
  skip: existsSync("/dev/full") ? false : "there is no /dev/full",
}, async () => {
  await withExchange(async ({ args, root }) => {
    const wrapper = ["sh", "-c", 'exec "$@" >/dev/full', "sh"];
    const ran = await startCli(["capture", ...args, "--duration", "2s"], { wrapper }).ended;
    assert.equal(ran.code, 0, ran.err);
    assert.match(
      ran.err,
      /^ssmd: The output cannot be written: [^\n]+; lines are lost until it can be\n$/,
    );
    const verified = await runHere(["archive", "verify", root, "--json"]);
    assert.equal(verified.code, 0, verified.out);
    assert.ok(JSON.parse(verified.out).records > 0);

    // Where the output is the result, it is an error.
    const listed = await startCli(["archive", "ls", root], { wrapper }).ended;
    assert.equal(listed.code, 2);
    assert.match(listed.err, /^ssmd: The output cannot be written: [^\n]+\n$/);
    const deaf = ["sh", "-c", 'exec "$@" 2>/dev/full', "sh"];
    assert.equal((await startCli(["archive", "ls", "/none"], { wrapper: deaf }).ended).code, 2);
  });
});
