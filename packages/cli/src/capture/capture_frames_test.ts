import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { type WebSocket, WebSocketServer } from "ws";
import { ScriptedSource } from "@ssmd/kalshi/server";
import { runHere, withFolder } from "../run_cli_test_support.ts";
import { startSetup } from "./capture_setup_test_support.ts";
import { LoggedCapture } from "./logged_capture_test_support.ts";

const MIB = 1024 * 1024;
const START = Date.UTC(2026, 0, 5, 12) * 1000;

/** Captures from a server that hands each socket to `lie`; REST is an exchange's. */
async function captureLies(
  lie: (socket: WebSocket) => void,
  body: (capture: LoggedCapture, root: string, sockets: () => number) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const setup = await startSetup(folder, new ScriptedSource(START), {
      subscription: ["channels: [trade]"],
    });
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(server, "listening");
    let sockets = 0;
    server.on("connection", (socket) => {
      sockets++;
      socket.on("error", () => {});
      lie(socket);
    });
    const { port } = server.address() as AddressInfo;
    const file = join(folder, "env.yaml");
    const endpoints = `endpoint: ws://127.0.0.1:${port}/trade-api/ws/v2\n` +
      `rest_endpoint: ${setup.exchange.restUrl}\n`;
    await writeFile(file, endpoints + await readFile(file, "utf8"));
    const capture = LoggedCapture.here([...setup.args, "--health", "0"]);
    try {
      await body(capture, setup.root, () => sockets);
    } finally {
      for (const socket of server.clients) socket.terminate();
      await new Promise((resolve) => server.close(resolve));
      await setup.exchange.close();
    }
  });
}

async function framesOf(root: string): Promise<string> {
  const verified = await runHere(["archive", "verify", root]);
  assert.equal(verified.code, 0, verified.out + verified.err);
  const { code, out, err } = await runHere(["archive", "cat", root, "--frames"]);
  assert.equal(code, 0, err);
  return out;
}

/** The value of a metric, by the beginning of its line. */
async function metric(capture: LoggedCapture, name: string, value: number): Promise<void> {
  for (;;) {
    const { body } = await capture.ask("/metrics");
    if (body.split("\n").includes(`${name} ${value}`)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("Frames that are binary, no text, no JSON or of no known type are kept as they came, and counted", async () => {
  const odd: readonly (string | Uint8Array)[] = [
    "",
    "hello",
    "{",
    "[1,2]",
    "null",
    '{"type":"halt","sid":9,"msg":{}}',
    '{"type":"trade","sid":"seven","seq":-1,"msg":5}',
    "line\nbreaks\u0000and \u001b[2J",
    new TextEncoder().encode('{"type":"ok"}'),
    new Uint8Array([0xff, 0xfe, 0x00, 0x0a, 0x80]),
    new Uint8Array(0),
  ];
  await captureLies((socket) => {
    for (const frame of odd) socket.send(frame);
  }, async (capture, root) => {
    await capture.line("durable", ({ seq }) => seq === odd.length);
    await metric(capture, 'ssmd_capture_errors_total{feed="kalshi",code="binary_frame"}', 3);
    // What is JSON, if not an object, is malformed, too.
    await metric(capture, 'ssmd_frames_malformed_total{feed="kalshi"}', 8);
    await metric(capture, 'ssmd_frames_unknown_type_total{feed="kalshi",type="halt"}', 1);
    const { frames } = await capture.stop();
    assert.equal(frames, odd.length);
    const text = new TextDecoder();
    const kept = odd.map((frame) => `${typeof frame === "string" ? frame : text.decode(frame)}\n`);
    assert.equal(await framesOf(root), kept.join(""));
  });
});

test("A frame that is larger than the buffer is a gap with its size, and the next one is kept", async () => {
  const size = 40 * MIB;
  await captureLies((socket) => {
    socket.send("x".repeat(size));
    socket.send("{}");
  }, async (capture, root) => {
    await capture.line("durable", ({ seq }) => seq === 2);
    const { frames, dropped, gaps } = await capture.stop();
    assert.deepEqual({ frames, dropped, gaps }, { frames: 2, dropped: 1, gaps: { overflow: 1 } });
    assert.equal(await framesOf(root), "{}\n");
    const gap = JSON.parse((await runHere(["archive", "cat", root, "--type", "gap"])).out);
    assert.deepEqual([gap.reason, gap.missing, gap.bytes], ["overflow", 1, size]);
  });
});

test("A frame of more than 64 MiB costs its connection, which is made again", async () => {
  await captureLies((socket) => {
    socket.on("message", (data: Uint8Array) => {
      const { id, params } = JSON.parse(new TextDecoder().decode(data));
      const msg = { channel: params.channels[0], sid: id };
      socket.send(JSON.stringify({ id, type: "subscribed", msg }));
      socket.send("x".repeat(64 * MIB + 1));
    });
  }, async (capture, root, sockets) => {
    const { reason } = await capture.line("disconnected");
    assert.equal(reason, "a frame of more than 67108864 bytes came");
    await capture.line("connected", ({ attempt }) => attempt === 2);
    await capture.line("durable", ({ session }) => String(session).includes("-0-2-"));
    const { dropped, gaps } = await capture.stop();
    assert.ok(sockets() >= 2);
    assert.equal(dropped, 0);
    // The connection was lost, and the next one delivered its first frame.
    assert.ok((gaps as Readonly<Record<string, number>>)["disconnect"]! >= 1);
    assert.match(await framesOf(root), /^(\{"id":[^\n]+\n)+$/);
  });
});

test("A server that closes every connection at once is asked less and less often", async () => {
  await captureLies(
    (socket) => socket.close(4000, "go \u001b[2J\naway"),
    async (capture, _, sockets) => {
      for (const [attempt, least] of [250, 500, 1000].entries()) {
        const { reason, retryInMs } = await capture.line(
          "disconnected",
          () => capture.all("disconnected").length > attempt,
        );
        assert.match(String(reason), /^the exchange closed it with code 4000: go .*away$/s);
        const waits = Number(capture.all("disconnected")[attempt]!["retryInMs"]);
        assert.ok(waits >= least, `${waits} ms after ${String(retryInMs)}`);
      }
      await capture.stop();
      assert.equal(sockets(), 3);
    },
  );
});
