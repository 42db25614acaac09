import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

/** A WebSocket server whose every answer a test decides. */
export class ToyWebSocketServer {
  readonly url: string;
  readonly #server: WebSocketServer;
  /** Handshakes so far, with their headers. */
  readonly handshakes: Readonly<Record<string, string | string[] | undefined>>[] = [];

  private constructor(server: WebSocketServer) {
    this.#server = server;
    this.url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/trade-api/ws/v2`;
  }

  /** Calls `onCommand` with each command and a way to answer it. */
  static async start(
    onCommand: (
      command: { readonly id: number; readonly cmd: string },
      send: (frame: object | string | Uint8Array) => void,
      socket: WebSocket,
    ) => void,
  ): Promise<ToyWebSocketServer> {
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await new Promise<void>((resolve) => server.on("listening", () => resolve()));
    const toy = new ToyWebSocketServer(server);
    server.on("connection", (socket, request) => {
      toy.handshakes.push(request.headers);
      socket.on("error", () => undefined);
      const send = (frame: object | string | Uint8Array) => {
        const isRaw = typeof frame === "string" || frame instanceof Uint8Array;
        socket.send(isRaw ? frame : JSON.stringify(frame));
      };
      socket.on("message", (data: Uint8Array) => {
        onCommand(JSON.parse(new TextDecoder().decode(data)), send, socket);
      });
    });
    return toy;
  }

  async close(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}

/** A server that answers every connection with `answer`, or with nothing, and its port. */
export async function nonsenseServer(
  answer: string | undefined,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const sockets = new Set<{ destroy(): unknown }>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", () => answer !== undefined && socket.end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
