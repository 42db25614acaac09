import WebSocket from "ws";
import type { KalshiExchange } from "./kalshi_exchange.ts";

/** A frame as JSON. */
export interface ReceivedFrame {
  readonly type: string;
  readonly id?: number;
  readonly sid?: number;
  readonly seq?: number;
  // Tests look into messages of every kind.
  // deno-lint-ignore no-explicit-any
  readonly msg?: any;
}

/** How a handshake ended. */
export interface Refusal {
  readonly status: number;
  readonly body: string;
  readonly date: string | undefined;
}

/** A client that does nothing by itself and keeps what it gets. */
export class TestClient {
  readonly socket: WebSocket;
  /** Resolves with the close code. */
  readonly closed: Promise<number>;
  /** Payloads of pings. */
  readonly pings: string[] = [];
  /** What came so far and was not taken. */
  readonly texts: string[] = [];
  #ids = 1_000_000;
  #arrived: (() => void) | undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.on("close", resolve));
    // A connection that is cut is an error to some runtimes; `closed` tells it to all.
    socket.on("error", () => undefined);
    socket.on("ping", (payload: Buffer) => this.pings.push(payload.toString()));
    socket.on("message", (data: Buffer) => {
      this.texts.push(data.toString());
      this.#arrived?.();
    });
  }

  static async connect(
    exchange: KalshiExchange,
    headers: Record<string, string> = {},
  ): Promise<TestClient> {
    const socket = new WebSocket(exchange.webSocketUrl, { headers });
    const client = new TestClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.on("open", () => resolve());
      socket.on("error", reject);
    });
    return client;
  }

  /** Sends a command and gives its id. */
  send(cmd: string, params?: object, id: number = ++this.#ids): number {
    this.socket.send(JSON.stringify({ id, cmd, ...params === undefined ? {} : { params } }));
    return id;
  }

  /** Waits until everything sent before has been answered; gives what came since the last time. */
  async take(): Promise<ReceivedFrame[]> {
    const id = this.send("list_subscriptions");
    const frames: ReceivedFrame[] = [];
    for (;;) {
      for (const text of this.texts.splice(0)) {
        const frame = JSON.parse(text) as ReceivedFrame;
        if (frame.id === id) return frames;
        frames.push(frame);
      }
      await this.arrival();
    }
  }

  /** Subscribes and gives what came. */
  subscribe(params: object): Promise<ReceivedFrame[]> {
    this.send("subscribe", params);
    return this.take();
  }

  /** Waits for one more message. */
  arrival(): Promise<void> {
    return new Promise((resolve) => this.#arrived = resolve);
  }

  async close(): Promise<void> {
    this.socket.terminate();
    await this.closed;
  }
}

/** Tries a handshake that is expected to be refused. */
export function refusedHandshake(
  url: string,
  headers: Record<string, string> = {},
): Promise<Refusal> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { headers });
    socket.on("open", () => {
      socket.terminate();
      reject(new Error("Expected a refusal, found an open connection"));
    });
    socket.on("error", reject);
    socket.on("unexpected-response", (_request, response) => {
      const { statusCode: status = 0, headers: { date } } = response;
      let body = "";
      response.on("data", (chunk: Buffer) => body += chunk.toString());
      response.on("end", () => resolve({ status, body, date }));
    });
  });
}
