import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { capture, formatIsoTime, MetricsRegistry, SystemClock } from "@ssmd/core";
import { fileSink } from "@ssmd/core/fs";
import { serveHealth } from "@ssmd/core/http";
import { KalshiConnector, KalshiCredentials } from "@ssmd/kalshi/live";
import { ScriptedSource, SyntheticSource } from "@ssmd/kalshi/server";
import { runHere, withFolder } from "../run_cli_test_support.ts";
import { type CaptureSetup, KEY_ID, startSetup } from "./capture_setup_test_support.ts";
import { LoggedCapture } from "./logged_capture_test_support.ts";
import { type PortMode, SwitchedPort } from "./switched_port_test_support.ts";

function http(status: string, body: string): string {
  return `HTTP/1.1 ${status}\r\ncontent-type: text/html\r\nconnection: close\r\n` +
    `content-length: ${body.length}\r\n\r\n${body}`;
}

/** Runs `body` with an exchange behind a port that begins in `mode`. */
async function withPort(
  mode: PortMode,
  body: (setup: CaptureSetup, port: SwitchedPort, folder: string) => Promise<void>,
): Promise<void> {
  await withFolder(async (folder) => {
    const source = new SyntheticSource({
      seed: 3,
      start: new SystemClock().now(),
      framesPerSecond: 500,
    });
    const setup = await startSetup(folder, source, { subscription: ["series: [KXBTC15M]"] });
    const port = await SwitchedPort.start(setup.exchange.webSocketUrl, mode);
    const file = join(folder, "env.yaml");
    await writeFile(file, port.environment + await readFile(file, "utf8"));
    try {
      await body(setup, port, folder);
    } finally {
      await port.close();
      await setup.exchange.close();
    }
  });
}

async function assertVerified(root: string): Promise<void> {
  const verified = await runHere(["archive", "verify", root]);
  assert.equal(verified.code, 0, verified.out + verified.err);
}

interface Lie {
  readonly mode: PortMode;
  /** What the log says of the handshake. */
  readonly reason: RegExp;
  /** Whether nobody needs to change anything before it may work again. */
  readonly passing: boolean;
}

const LIES: Readonly<Record<string, Lie>> = {
  "answers everything with a page": {
    mode: { answer: http("200 OK", "<html><body>It works!</body></html>") },
    reason: /^There is no WebSocket at this address: status 200$/,
    passing: false,
  },
  "is down for maintenance": {
    mode: { answer: http("503 Service Unavailable", '{"error":{"code":"under_repair"}}') },
    reason: /503.*under_repair/,
    passing: true,
  },
  "speaks no HTTP": {
    mode: { answer: "\u0016\u0003\u0001 220 ready for mail\r\n" },
    reason: /./,
    passing: true,
  },
  "cuts every connection": { mode: "cut", reason: /./, passing: true },
};

for (const [what, { mode, reason, passing }] of Object.entries(LIES)) {
  test(`A capture outlives a server that ${what}, does not hurry, and says so`, async () => {
    await withPort(mode, async (setup, port) => {
      const capture = LoggedCapture.here([...setup.args, "--health", "0"]);
      const refused = await capture.line("refused");
      assert.match(String(refused["reason"]), reason);
      assert.ok(Number(refused["retryInMs"]) >= (passing ? 250 : 15_000));
      assert.match(await capture.until("/ready", 503), /^not ready: a connection is dead\n$/);
      assert.equal((await capture.ask("/health")).status, 200);
      const health = JSON.parse((await capture.ask("/health")).body);
      assert.match(health.connector.problem, /^the markets to follow are not known/);
      if (passing) {
        // Two refusals in a row wait longer than one.
        const again = await capture.line("refused", ({ attempt }) => attempt === 2);
        assert.ok(Number(again["retryInMs"]) >= 500);
        port.mode = "pass";
        await capture.until("/ready", 200);
        await capture.line("subscribed", ({ reason }) => reason === "orderbook_delta");
      }
      const { frames } = await capture.stop();
      assert.equal(Number(frames) > 0, passing);
      if (passing) await assertVerified(setup.root);
    });
  });
}

test("While REST talks nonsense the rest is captured, /ready says no, and the markets follow when it is back", async () => {
  const nonsense = { answer: http("200 OK", "<html><body>It works!</body></html>") };
  await withPort(nonsense, async (setup, port, folder) => {
    const { webSocketUrl } = setup.exchange;
    const file = join(folder, "env.yaml");
    const text = await readFile(file, "utf8");
    const rest = port.environment.replace("endpoint: ws", "rest_endpoint: http").replace(
      "/ws/",
      "/",
    );
    await writeFile(file, text.replace(/^.*\n/, `endpoint: ${webSocketUrl}\n${rest}`));
    const capture = LoggedCapture.here([...setup.args, "--health", "0"]);
    await capture.line("subscribed", ({ reason }) => reason === "market_lifecycle_v2");
    const answer = await capture.until("/ready", 503);
    assert.match(answer, /^not ready: the markets to follow are not known/);
    assert.match((await capture.ask("/metrics")).body, /^ssmd_capture_ready\{feed="kalshi"\} 0$/m);
    port.mode = "pass";
    await capture.line("subscribed", ({ reason }) => reason === "orderbook_delta");
    await capture.until("/ready", 200);
    await capture.stop();
    await assertVerified(setup.root);
  });
});

test("An exchange that goes away for a while is a gap with both its ends, and seen at /ready and /metrics", async () => {
  await withPort("pass", async (setup, port) => {
    const capture = LoggedCapture.here([...setup.args, "--health", "0"]);
    await capture.line("subscribed", ({ reason }) => reason === "orderbook_delta");
    assert.equal(await capture.until("/ready", 200), "ready\n");
    port.mode = "cut";
    port.cut();
    const { reason, uptimeMs, retryInMs } = await capture.line("disconnected");
    assert.equal(reason, "the connection was cut");
    assert.ok(Number(uptimeMs) > 0 && Number(retryInMs) >= 250);
    assert.equal((await capture.ask("/ready")).status, 503);
    assert.match(
      (await capture.ask("/metrics")).body,
      /^ssmd_capture_ready\{feed="kalshi"\} [01]$/m,
    );
    await capture.line("refused");
    port.mode = "pass";
    await capture.line("connected", ({ attempt }) => Number(attempt) > 1);
    await capture.until("/ready", 200);
    await capture.line(
      "subscribed",
      ({ time, reason }) =>
        reason === "orderbook_delta" && time > String(capture.all("refused")[0]!.time),
    );
    const { gaps, reconnects } = await capture.stop();
    assert.equal(reconnects, 1);
    const { disconnect } = gaps as Readonly<Record<string, number>>;
    assert.ok(disconnect !== undefined && disconnect >= 2, JSON.stringify(gaps));
    await assertVerified(setup.root);
  });
});

test("Metrics are in Prometheus' text form: each family once with help and type, each sample with its feed", async () => {
  await withPort("pass", async (setup) => {
    const capture = LoggedCapture.here([...setup.args, "--health", "0"]);
    await capture.line("durable");
    let body = "";
    while (!/^ssmd_capture_frames_total\{feed="kalshi"\} [1-9]/m.test(body)) {
      body = (await capture.ask("/metrics")).body;
    }
    await capture.stop();
    const families = new Map<string, string>();
    let family = "";
    let help = "";
    for (const line of body.trimEnd().split("\n")) {
      const [, word, name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
      if (word === "HELP") help = name;
      else if (word === "TYPE") {
        assert.equal(name, help, "help precedes type");
        assert.equal(families.has(name), false, `${name} twice`);
        families.set(family = name, rest);
      } else {
        const sample = /^([a-z_]+)\{feed="kalshi"(,[a-z]+="[^"\\]*")?\} (NaN|-?[0-9.e+-]+)$/.exec(
          line,
        );
        assert.equal(sample?.[1], family, line);
      }
    }
    for (const [name, type] of families) {
      assert.match(name, /^ssmd_[a-z_]+$/);
      assert.equal(type, name.endsWith("_total") ? "counter" : "gauge", name);
    }
    for (const name of ["frames", "bytes", "reconnects", "dropped_frames"]) {
      assert.ok(families.has(`ssmd_capture_${name}_total`), name);
    }
    for (
      const name of [
        "ssmd_capture_connected",
        "ssmd_capture_last_inbound_age_seconds",
        "ssmd_frames_malformed_total",
        "ssmd_message_age_seconds",
        "ssmd_ring_high_water_bytes",
        "ssmd_sink_free_bytes",
        "ssmd_sink_last_sync_age_seconds",
        "ssmd_sink_open_file_bytes",
      ]
    ) assert.ok(families.has(name), name);
  });
});

test("A socket that is open and silent is not ready within the watchdog's time, and ready when another one speaks", async () => {
  await withPort("pass", async ({ root }, port, folder) => {
    const connector = new KalshiConnector({
      url: port.url,
      credentials: await KalshiCredentials.fromFile(KEY_ID, join(folder, "key.pem")),
      channels: ["ticker", "trade", "market_lifecycle_v2"],
      silenceMs: 400,
      handshakeTimeoutMs: 400,
      backoff: { firstMs: 50, maxMs: 50 },
    });
    const metrics = new MetricsRegistry();
    const reasons: string[] = [];
    const running = capture(connector, fileSink(root, { feed: "kalshi", stream: "half_open" }), {
      metrics,
      onStatus: ({ type, reason }) => {
        if (type === "disconnected" || type === "refused") reasons.push(`${type}: ${reason}`);
      },
    });
    const server = await serveHealth({ health: () => running.health(), metrics, port: 0 });
    const until = async (status: number): Promise<void> => {
      while ((await fetch(`${server.url}/ready`)).status !== status) await sleep(10);
    };
    try {
      await until(200);
      while (running.health().connector.frames < 10) await sleep(10);
      port.mode = "silent";
      port.freeze();
      await until(503);
      while (reasons.length < 3) await sleep(10);
      port.mode = "pass";
      await until(200);
      const { frames } = running.health().connector;
      while (running.health().connector.frames === frames) await sleep(10);
    } finally {
      await running.close();
      await server.close();
    }
    assert.equal(reasons[0], "disconnected: nothing came for 400 ms");
    for (const reason of reasons.slice(1)) assert.match(reason, /^refused: .*handshake/i);
    assert.match(metrics.text(), /^ssmd_capture_reconnects_total\{feed="kalshi"\} 1$/m);
    await assertVerified(root);
  });
});

test("A market whose ticker is illegal is left out and counted, and costs the others nothing", async () => {
  await withFolder(async (folder) => {
    const now = new SystemClock().now();
    const market = (ticker: string) => ({
      ticker,
      event_ticker: "KXA-1",
      status: "active",
      open_time: formatIsoTime(now - 3600 * 1_000_000),
      close_time: formatIsoTime(now + 3600 * 1_000_000),
    });
    const tickers = ["KXA-1-A", "KXA/../admin", "KXA-1 B", "KXA.*", "KXA.>", "", "KXA-1-C"];
    const source = new ScriptedSource(now, {
      markets: tickers.map(market),
      events: [{ event_ticker: "KXA-1", series_ticker: "KXA" }],
      series: [{ ticker: "KXA" }],
    });
    const { exchange, args, root } = await startSetup(folder, source, {
      subscription: ["series: [KXA]"],
    });
    try {
      const capture = LoggedCapture.here(args);
      const { reason } = await capture.line("market_problem");
      assert.equal(reason, "markets left out, for their tickers are illegal: 5");
      await capture.line(
        "subscribed",
        ({ reason, markets }) => reason === "ticker" && markets === 2,
      );
      await capture.stop();
      await assertVerified(root);
    } finally {
      await exchange.close();
    }
  });
});
