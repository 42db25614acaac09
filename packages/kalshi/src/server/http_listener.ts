import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { messageOf, SsmdError } from "@ssmd/core";

/** Who answers what arrives at an {@link HttpListener}. */
export interface HttpHandler {
  /** An ordinary request. */
  request(request: IncomingMessage, response: ServerResponse): void;
  /** A handshake; `head` is what came after it. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** A port with an HTTP server on it, which can be taken away and come back. */
export class HttpListener {
  readonly #host: string;
  readonly #handler: HttpHandler;
  readonly #sockets = new Set<Duplex>();
  /** One promise per server that was stopped: they end with their last socket. */
  readonly #ending: Promise<void>[] = [];
  #server: Server | undefined;
  #port: number;

  private constructor(host: string, port: number, handler: HttpHandler) {
    this.#host = host;
    this.#port = port;
    this.#handler = handler;
  }

  /**
   * Listens on `host` and `port`, 0 for any free one. Throws `SsmdError` `invalid_input` when the
   * port is in use or cannot be had.
   */
  static async open(host: string, port: number, handler: HttpHandler): Promise<HttpListener> {
    const listener = new HttpListener(host, port, handler);
    await listener.listen();
    return listener;
  }

  /** The port, the same each time it listens. */
  get port(): number {
    return this.#port;
  }

  /** Whether new connections are accepted. */
  get listening(): boolean {
    return this.#server !== undefined;
  }

  /** Listens again after {@link HttpListener.stop}, on the same port; throws as `open` does. */
  async listen(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer();
    server.on("request", (request, response) => this.#handler.request(request, response));
    server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      this.#handler.upgrade(request, socket, head);
    });
    try {
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(this.#port, this.#host, () => {
          server.off("error", reject);
          resolve();
        });
      });
    } catch (cause) {
      throw new SsmdError("invalid_input", this.#refusal(cause), { cause });
    }
    const address = server.address();
    if (typeof address === "object" && address !== null) this.#port = address.port;
    this.#server = server;
  }

  /** Accepts nothing new and ends requests that run; WebSockets stay. */
  stop(): void {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    this.#ending.push(new Promise((resolve) => server.close(() => resolve())));
    server.closeAllConnections();
  }

  /** Ends everything at once; resolves when all of it is gone. */
  async close(): Promise<void> {
    this.stop();
    for (const socket of [...this.#sockets]) socket.destroy();
    await Promise.all(this.#ending);
  }

  #refusal(cause: unknown): string {
    const place = `${this.#host}:${this.#port}`;
    const inUse = cause instanceof Error && "code" in cause && cause.code === "EADDRINUSE";
    if (!inUse) return `Cannot listen on ${place}: ${messageOf(cause)}`;
    return `Cannot listen on ${place}: the port is in use; choose another, or 0 for any free one`;
  }
}
