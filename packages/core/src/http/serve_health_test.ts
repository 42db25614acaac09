import assert from "node:assert/strict";
import { createServer, request } from "node:http";
import { connect } from "node:net";
import { test } from "node:test";
import { capture, type CaptureHealth, ManualClock, MetricsRegistry } from "../mod.ts";
import { ToyConnector, ToySink } from "../capture/toy_connector_test_support.ts";
import { type HealthServer, serveHealth } from "./serve_health.ts";

interface Reply {
  readonly status: number | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

function ask(url: string, method = "GET"): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (text: string) => body += text);
      response.on(
        "end",
        () =>
          resolve({ status: response.statusCode, type: response.headers["content-type"], body }),
      );
    });
    sent.on("error", reject);
    sent.end();
  });
}

async function withServer(
  health: () => CaptureHealth,
  body: (server: HealthServer) => Promise<void>,
  metrics = new MetricsRegistry(),
): Promise<void> {
  const server = await serveHealth({ health, metrics, port: 0 });
  try {
    await body(server);
  } finally {
    await server.close();
  }
}

test("Health and readiness follow the capture from its start to its end", async () => {
  const connector = new ToyConnector();
  const sink = new ToySink();
  const metrics = new MetricsRegistry();
  const running = capture(connector, sink, { metrics, clock: new ManualClock(100) });
  await withServer(() => running.health(), async ({ url }) => {
    const statuses = async () => {
      const [health, ready] = [await ask(`${url}/health`), await ask(`${url}/ready?x=1`)];
      return [health.status, ready.status, ready.body];
    };
    await connector.started;
    assert.deepEqual(await statuses(), [200, 503, "not ready: nothing was written yet\n"]);
    sink.state({ writing: true });
    assert.deepEqual(await statuses(), [200, 200, "ready\n"]);
    connector.connected = false;
    assert.deepEqual(await statuses(), [200, 503, "not ready: a connection is dead\n"]);
    connector.connected = true;
    sink.state({ writing: false, problem: "the disk is full" });
    assert.deepEqual(await statuses(), [503, 503, "not ready: the disk is full\n"]);
    const { type, body } = await ask(`${url}/health`);
    assert.equal(type, "application/json; charset=utf-8");
    assert.deepEqual(JSON.parse(body), JSON.parse(JSON.stringify(running.health())));
    await running.close();
    assert.deepEqual(await statuses(), [503, 503, "not ready: the capture is ended\n"]);
    const shown = await ask(`${url}/metrics`);
    assert.equal(shown.type, "text/plain; version=0.0.4; charset=utf-8");
    assert.equal(shown.body, metrics.text());
    assert.match(shown.body, /^ssmd_capture_ready\{feed="toy"\} 0$/m);
  }, metrics);
});

const HEALTH: () => CaptureHealth = () => {
  throw new Error("nobody knows");
};

test("What is not there, not a read, or fails is answered with its own status", async () => {
  await withServer(HEALTH, async ({ url }) => {
    assert.deepEqual(await ask(`${url}/other`), {
      status: 404,
      type: "text/plain; charset=utf-8",
      body: "ask for /health, /ready or /metrics\n",
    });
    assert.equal((await ask(`${url}/metrics`, "POST")).status, 405);
    const head = await ask(`${url}/metrics`, "HEAD");
    assert.deepEqual([head.status, head.body], [200, ""]);
    const failed = await ask(`${url}/health`);
    assert.deepEqual([failed.status, failed.body], [500, "nobody knows\n"]);
  });
});

test("A port in use is one clear line", async () => {
  await withServer(HEALTH, async ({ port }) => {
    const metrics = new MetricsRegistry();
    await assert.rejects(serveHealth({ health: HEALTH, metrics, port }), {
      code: "port_in_use",
      message: `Cannot serve health on 127.0.0.1:${port}: another program listens there`,
    });
  });
});

test("An address of another machine is refused in one line", async () => {
  const options = { health: HEALTH, metrics: new MetricsRegistry(), port: 0 };
  await assert.rejects(serveHealth({ ...options, host: "203.0.113.1" }), {
    code: "invalid_input",
    message: /^Cannot serve health on 203\.0\.113\.1:0: [^\n]+$/,
  });
});

test("Closing drops connections that are kept alive, gives the port back, and is safe twice", async () => {
  const metrics = new MetricsRegistry();
  const server = await serveHealth({ health: HEALTH, metrics, port: 0 });
  const kept = connect(server.port, "127.0.0.1");
  kept.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await new Promise((resolve) => kept.once("data", resolve));
  const gone = new Promise((resolve) => kept.once("close", resolve));
  // A reset is as good an end as any.
  kept.on("error", () => {});
  kept.resume();
  await Promise.all([server.close(), server.close()]);
  await server.done;
  await gone;
  const next = createServer();
  await new Promise<void>((resolve) => next.listen(server.port, "127.0.0.1", resolve));
  await new Promise((resolve) => next.close(resolve));
});
