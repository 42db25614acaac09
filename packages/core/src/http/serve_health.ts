import { createServer, type Server, type ServerResponse } from "node:http";
import { type CaptureHealth, messageOf, type MetricsRegistry, SsmdError } from "../mod.ts";

/** Options of {@link serveHealth}. */
export interface ServeHealthOptions {
  /** How the capture is now. */
  readonly health: () => CaptureHealth;
  /** What `/metrics` shows; the one that the capture reports to. */
  readonly metrics: Pick<MetricsRegistry, "text">;
  /** Where to listen; anybody who reaches it may ask. Default `127.0.0.1`. */
  readonly host?: string;
  /** The port; 0 lets the system choose. */
  readonly port: number;
}

/** A running server. Whoever started it closes it. */
export interface HealthServer {
  /** The port it listens on. */
  readonly port: number;
  /** Its address, for example `http://127.0.0.1:9184`. */
  readonly url: string;
  /**
   * Resolves when it was closed; rejects when it died unasked. That is fatal: a capture that nobody
   * can ask about is not watched.
   */
  readonly done: Promise<void>;
  /** Stops listening and drops every connection; twice is safe. */
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const JSON_TYPE = "application/json; charset=utf-8";
const TEXT_TYPE = "text/plain; charset=utf-8";
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/**
 * Answers `/health` with the whole state as JSON, 200 while the capture runs and the disk is written,
 * else 503; `/ready` 200 only while everything that comes in is kept, else 503; `/metrics` in
 * Prometheus' text format. Resolves when it listens. Rejects with `SsmdError` `port_in_use`, or
 * `invalid_input` when the system refuses the address for another reason.
 */
export async function serveHealth(options: ServeHealthOptions): Promise<HealthServer> {
  const { host = "127.0.0.1", port } = options;
  const server = createServer((request, response) => {
    request.resume();
    const path = (request.url ?? "/").split("?", 1)[0]!;
    const isRead = request.method === "GET" || request.method === "HEAD";
    send(response, isRead ? answer(path, options) : wrongMethod(), request.method === "HEAD");
  });
  await listen(server, host, port);
  return new RunningServer(server, host);
}

function answer(path: string, { health, metrics }: ServeHealthOptions): Answer {
  try {
    switch (path) {
      case "/health":
        return healthAnswer(health());
      case "/ready":
        return readyAnswer(health());
      case "/metrics":
        return { status: 200, type: METRICS_TYPE, body: metrics.text() };
      default:
        return { status: 404, type: TEXT_TYPE, body: "ask for /health, /ready or /metrics\n" };
    }
  } catch (error) {
    return { status: 500, type: TEXT_TYPE, body: `${messageOf(error)}\n` };
  }
}

function healthAnswer(health: CaptureHealth): Answer {
  const isWell = health.stage !== "ended" && health.sink?.writing !== false;
  return {
    status: isWell ? 200 : 503,
    type: JSON_TYPE,
    body: `${JSON.stringify(health, undefined, 2)}\n`,
  };
}

function readyAnswer({ ready, stage, connected, connector, sink }: CaptureHealth): Answer {
  if (ready) return { status: 200, type: TEXT_TYPE, body: "ready\n" };
  const why = stage !== "running"
    ? `the capture is ${stage}`
    : !connected
    ? "a connection is dead"
    : connector.problem ?? sink?.problem ?? "nothing was written yet";
  return { status: 503, type: TEXT_TYPE, body: `not ready: ${why}\n` };
}

function wrongMethod(): Answer {
  return { status: 405, type: TEXT_TYPE, body: "only GET and HEAD are answered\n" };
}

function send(response: ServerResponse, { status, type, body }: Answer, isHead: boolean): void {
  response.writeHead(status, {
    "content-type": type,
    "content-length": new TextEncoder().encode(body).length,
    "cache-control": "no-store",
    ...(status === 405 ? { allow: "GET, HEAD" } : {}),
  });
  response.end(isHead ? undefined : body);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: Error & { readonly code?: string }): void => {
      const action = `Cannot serve health on ${host}:${port}`;
      reject(
        cause.code === "EADDRINUSE"
          ? new SsmdError("port_in_use", `${action}: another program listens there`, { cause })
          : new SsmdError("invalid_input", `${action}: ${cause.message}`, { cause }),
      );
    };
    server.once("error", onError);
    server.listen(port, host, () => {
      server.off("error", onError);
      resolve();
    });
  });
}

class RunningServer implements HealthServer {
  readonly port: number;
  readonly url: string;
  readonly done: Promise<void>;
  readonly #server: Server;
  #isClosing = false;

  constructor(server: Server, host: string) {
    this.#server = server;
    const address = server.address();
    this.port = typeof address === "object" && address !== null ? address.port : 0;
    this.url = `http://${host.includes(":") ? `[${host}]` : host}:${this.port}`;
    this.done = new Promise((resolve, reject) => {
      server.once("error", (cause) => reject(this.#died(cause.message, cause)));
      server.once("close", () => {
        if (this.#isClosing) resolve();
        else reject(this.#died("it was closed"));
      });
    });
  }

  close(): Promise<void> {
    if (!this.#isClosing) {
      this.#isClosing = true;
      this.#server.close();
      this.#server.closeAllConnections();
    }
    return this.done;
  }

  #died(why: string, cause?: unknown): Error {
    return new Error(`Cannot go on serving health on ${this.url}: ${why}`, { cause });
  }
}
