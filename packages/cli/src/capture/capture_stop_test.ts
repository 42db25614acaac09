import assert from "node:assert/strict";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { SystemClock } from "@ssmd/core";
import { SyntheticSource } from "@ssmd/kalshi/server";
import { runHere, withFolder } from "../run_cli_test_support.ts";
import { type CaptureSetup, startSetup } from "./capture_setup_test_support.ts";
import { LoggedCapture } from "./logged_capture_test_support.ts";
import { type PortMode, SwitchedPort } from "./switched_port_test_support.ts";

/** Runs `body` with an exchange of many markets behind a port that begins in `mode`. */
async function withExchange(
  mode: PortMode,
  body: (setup: CaptureSetup, port: SwitchedPort) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const source = new SyntheticSource({
      seed: 5,
      start: new SystemClock().now(),
      markets: 400,
      framesPerSecond: 2000,
    });
    const setup = await startSetup(folder, source, {
      subscription: ["series: [KXBTC15M, KXETH15M]"],
    });
    const port = await SwitchedPort.start(setup.exchange.webSocketUrl, mode);
    const file = join(folder, "env.yaml");
    await writeFile(file, port.environment + await readFile(file, "utf8"));
    try {
      await body(setup, port);
    } finally {
      await port.close();
      await setup.exchange.close();
    }
  });
}

async function assertVerified(root: string): Promise<void> {
  const verified = await runHere(["archive", "verify", root]);
  assert.equal(verified.code, 0, verified.out + verified.err);
  assert.doesNotMatch(verified.out, /open/, "everything is sealed");
}

test("Of two captures of one stream the second is refused by name before it connects", async () => {
  await withExchange("pass", async ({ args, root, exchange }) => {
    const first = LoggedCapture.start(args);
    await first.line("durable");
    const { handshakes } = exchange.counts;
    const second = LoggedCapture.start(args);
    const { code, err } = await second.ended;
    assert.equal(code, 2);
    assert.match(
      err,
      /^ssmd: Cannot write kalshi\/[^\n:]+: process \d+ on host \S+ holds its lock since [^\n]+\n$/,
    );
    assert.equal(exchange.counts.handshakes, handshakes);
    assert.deepEqual(second.lines.map(({ event }) => event), ["starting", "trouble"]);
    await first.stop();
    await assertVerified(root);
  });
});

test("The stream of a capture that was killed is taken over, which is logged with its name", async () => {
  await withExchange("pass", async ({ args, root }) => {
    const first = LoggedCapture.start(args);
    await first.line("durable");
    first.signal("SIGKILL");
    assert.equal((await first.ended).code, "SIGKILL");
    const second = LoggedCapture.start(args);
    const { from } = await second.line("lock_taken_over");
    assert.match(String(from), /^process \d+ on host \S+, since /);
    await second.line("durable");
    const { gaps } = await second.stop("SIGINT");
    assert.equal((gaps as Readonly<Record<string, number>>)["restart"], 1);
    await assertVerified(root);
  });
});

type Reach = (capture: LoggedCapture, port: SwitchedPort) => Promise<unknown>;

const MOMENTS: Readonly<Record<string, readonly [PortMode, Reach]>> = {
  "right after it began": ["pass", (capture) => capture.line("starting")],
  "while nothing answers": ["silent", (capture) => capture.line("connecting")],
  "in the middle of the snapshots": [
    "pass",
    (capture) => capture.line("markets_changed", ({ markets }) => Number(markets) > 0),
  ],
  "while it waits to connect again": ["pass", async (capture, port) => {
    await capture.line("durable");
    port.mode = "cut";
    port.cut();
    await capture.line("disconnected");
  }],
  "while its next connection is not answered": ["pass", async (capture, port) => {
    await capture.line("durable");
    port.mode = "silent";
    port.cut();
    await capture.line("connecting", () => capture.all("connecting").length === 2);
  }],
};

for (const [index, [when, [mode, reach]]] of Object.entries(MOMENTS).entries()) {
  const signal = index % 2 === 0 ? "SIGINT" : "SIGTERM";
  test(`${signal} ${when} drains, seals and gives the stream back`, async () => {
    await withExchange(mode, async ({ args, root }, port) => {
      const capture = LoggedCapture.start(args);
      await reach(capture, port);
      const { frames } = await capture.stop(signal);
      if (Number(frames) > 0) await assertVerified(root);
      assert.deepEqual((await readdir(root, { recursive: true })).filter(isUnfinished), []);
    });
  });
}

function isUnfinished(name: string): boolean {
  return name.endsWith(".lock") || name.includes(".tmp") || name.includes("open");
}

test("A second signal ends a capture at once, and the next one finds everything in order", async () => {
  await withExchange("pass", async ({ args, root }) => {
    const capture = LoggedCapture.start(args);
    await capture.line("durable");
    capture.signal("SIGINT");
    capture.signal("SIGTERM");
    const { code, err } = await capture.ended;
    // 0 when it was done before the second one was heard.
    assert.ok([0, 130, 143].includes(Number(code)), `${code} ${err}`);
    assert.equal(err, "");
    const next = LoggedCapture.start(args);
    await next.line("durable");
    await next.stop();
    await assertVerified(root);
  });
});

test("A capture whose log nobody reads any more drains and seals", async () => {
  await withExchange("pass", async ({ args, root }) => {
    const wrapper = ["sh", "-c", '"$@" | head -3 >/dev/null; echo done >&2', "sh"];
    const capture = LoggedCapture.start(args, { wrapper });
    const { err } = await capture.ended;
    assert.equal(err, "done\n");
    await assertVerified(root);
    assert.deepEqual((await readdir(root, { recursive: true })).filter(isUnfinished), []);
  });
});
