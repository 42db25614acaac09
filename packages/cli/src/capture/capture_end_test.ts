import assert from "node:assert/strict";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Capture, capture, type CaptureSummary, type Sink } from "@ssmd/core";
import { fileSink, threadSink } from "@ssmd/core/fs";
import { KalshiConnector } from "@ssmd/kalshi/live";
import { KalshiExchange, SyntheticSource } from "@ssmd/kalshi/server";
import { runHere, startCli, withFolder } from "../run_cli_test_support.ts";

const STREAM = { feed: "kalshi", stream: "end" };
const START = Date.UTC(2026, 0, 5, 12) * 1000;
const FRAMES = 2000;
const SINKS = {
  thread: threadSink,
  file: fileSink,
} satisfies Readonly<Record<string, (root: string, stream: typeof STREAM) => Sink>>;

/** Where captures are directed to, and who closes it. */
interface Target {
  readonly url: string;
  close(): Promise<void>;
}

for (const [kind, open] of Object.entries(SINKS)) {
  test(`A capture into a ${kind} sink leaves nothing open when it is closed`, async () => {
    await withFolder(async (folder) => {
      const exchange = await startExchange();
      try {
        // What the first one loads and starts stays for all that follow.
        await captureFrames(exchange, open(join(folder, "first"), STREAM));
        await captureFrames(exchange, open(join(folder, "second"), STREAM));
        const before = await held();
        for (const name of ["third", "fourth", "fifth"]) {
          await captureFrames(exchange, open(join(folder, name), STREAM));
        }
        await assertHeld(before);
      } finally {
        await exchange.close();
      }
    });
  });

  test(`A program that closes its capture into a ${kind} sink ends by itself and has stored everything`, async () => {
    await withFolder(async (root) => {
      const exchange = await startExchange();
      try {
        const args = [exchange.webSocketUrl, root, kind, String(FRAMES), ...tickers()];
        const program = new URL("./capture_program_test_support.ts", import.meta.url);
        const { code, out, err } = await startCli(args, { program }).ended;
        assert.equal(code, 0, out + err);
        const { frames, dropped, lost, gaps } = JSON.parse(out) as CaptureSummary;
        assert.ok(frames >= FRAMES, out);
        assert.deepEqual({ dropped, lost, gaps }, { dropped: 0, lost: 0, gaps: {} });
        const verified = await runHere(["archive", "verify", root]);
        assert.equal(verified.code, 0, verified.out + verified.err);
      } finally {
        await exchange.close();
      }
    });
  });
}

const TARGETS: Readonly<Record<string, () => Promise<Target>>> = {
  "never answers the handshake": silentServer,
  "is down": async () => {
    const target = await silentServer();
    await target.close();
    return { url: target.url, close: () => Promise.resolve() };
  },
};

for (const [what, start] of Object.entries(TARGETS)) {
  test(`A capture from an exchange that ${what} can be closed, twice, and leaves nothing open`, async () => {
    await withFolder(async (folder) => {
      const target = await start();
      try {
        await closeWhileConnecting(target, join(folder, "first"));
        const before = await held();
        for (const name of ["second", "third"]) {
          await closeWhileConnecting(target, join(folder, name));
        }
        await assertHeld(before);
      } finally {
        await target.close();
      }
    });
  });
}

test("A capture that is closed before it has begun never connects and leaves nothing open", async () => {
  await withFolder(async (folder) => {
    const exchange = await startExchange();
    try {
      const closeAtOnce = async (name: string): Promise<void> => {
        const running = startCapture(exchange.webSocketUrl, threadSink(join(folder, name), STREAM));
        await closeTwice(running);
      };
      await closeAtOnce("first");
      const before = await held();
      for (const name of ["second", "third", "fourth"]) await closeAtOnce(name);
      assert.equal(exchange.counts.handshakes, 0);
      await assertHeld(before);
    } finally {
      await exchange.close();
    }
  });
});

function startExchange(): Promise<KalshiExchange> {
  const source = new SyntheticSource({ seed: 1, start: START, markets: 12, framesPerSecond: 5000 });
  return KalshiExchange.start(source, { allowUnsigned: true });
}

/** The markets that are open on such an exchange when it begins. */
function tickers(): string[] {
  const { catalog } = new SyntheticSource({ seed: 1, start: START, markets: 12 });
  return catalog.markets(START).map(({ ticker }) => String(ticker));
}

function startCapture(url: string, sink: Sink, onAttempt: () => void = () => {}): Capture {
  const channels = ["orderbook_delta", "ticker", "trade"] as const;
  const connector = new KalshiConnector({ url, channels, markets: tickers });
  return capture(connector, sink, {
    onStatus: ({ type }) => {
      if (type === "connecting") onAttempt();
    },
  });
}

async function captureFrames({ webSocketUrl }: KalshiExchange, sink: Sink): Promise<void> {
  const running = startCapture(webSocketUrl, sink);
  while (running.health().connector.frames < FRAMES) await sleep(10);
  const { records, frames } = await closeTwice(running);
  assert.ok(records >= frames);
}

async function closeWhileConnecting({ url }: Target, root: string): Promise<void> {
  let onAttempt = (): void => {};
  const attempted = new Promise<void>((resolve) => onAttempt = resolve);
  const running = startCapture(url, threadSink(root, STREAM), onAttempt);
  await attempted;
  await sleep(50);
  const { frames } = await closeTwice(running);
  assert.equal(frames, 0);
}

/** Closes during a close, and again when it is closed: the answer is the same. */
async function closeTwice(running: Capture): Promise<CaptureSummary> {
  const [summary, again] = await Promise.all([running.close(), running.close()]);
  assert.equal(summary, again);
  assert.equal(await running.close(), summary);
  assert.equal(running.health().stage, "ended");
  return summary;
}

/** Takes connections and says nothing. */
async function silentServer(): Promise<Target> {
  const server = createServer((socket) => socket.on("error", () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return {
    url: `ws://127.0.0.1:${address.port}/trade-api/ws/v2`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** What this process holds, by kind, once that does not change any more. */
async function held(): Promise<readonly string[]> {
  let last = heldNow();
  for (let same = 0; same < 5;) {
    await sleep(20);
    const now = heldNow();
    same = now.join() === last.join() ? same + 1 : 0;
    last = now;
  }
  return last;
}

/** Fails unless this process soon holds no more than `before`. */
async function assertHeld(before: readonly string[]): Promise<void> {
  // The exchange, too, lives here: it learns of a closed socket a moment later.
  for (let waits = 0; waits < 250 && beyond(before).length > 0; waits++) await sleep(20);
  assert.deepEqual(beyond(before), []);
}

/** What is held now and was not `before`; a socket that was still ending then may be gone. */
function beyond(before: readonly string[]): readonly string[] {
  const left = [...before];
  return heldNow().filter((one) => {
    const index = left.indexOf(one);
    if (index >= 0) left.splice(index, 1);
    return index < 0;
  });
}

function heldNow(): readonly string[] {
  const found: string[] = [];
  if (existsSync("/proc/self/fd")) found.push(...descriptors());
  const isNode = !("deno" in process.versions || "bun" in process.versions);
  if (isNode) {
    found.push(...process.getActiveResourcesInfo());
    // The engines of the others start and end threads as they like.
    if (existsSync("/proc/self/task")) {
      found.push(`${readdirSync("/proc/self/task").length} threads`);
    }
  }
  return found.sort();
}

/** Open descriptors without their numbers, such as `socket`. */
function descriptors(): string[] {
  return readdirSync("/proc/self/fd").flatMap((number) => {
    try {
      return readlinkSync(`/proc/self/fd/${number}`).replace(/:\[\d+\]$/, "");
    } catch {
      // The one by which the folder was read.
      return [];
    }
  });
}
