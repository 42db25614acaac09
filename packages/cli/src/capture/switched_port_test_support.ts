import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** What happens to a connection: passed on, cut, taken in silence, or answered with a text. */
export type PortMode = "pass" | "cut" | "silent" | { readonly answer: string };

/** A port in front of a server, which can stand for every way in which that is not there. */
export class SwitchedPort {
  /** What happens to connections from now on. */
  mode: PortMode;
  /** Connections so far. */
  connections = 0;
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();

  private constructor(target: number, mode: PortMode) {
    this.#target = target;
    this.mode = mode;
    this.#server = createServer((client) => this.#take(client));
  }

  /** Stands before the server at `url`. */
  static async start(url: string, mode: PortMode): Promise<SwitchedPort> {
    const port = new SwitchedPort(Number(new URL(url).port), mode);
    await new Promise<void>((resolve) => port.#server.listen(0, "127.0.0.1", resolve));
    return port;
  }

  /** Where an exchange's WebSocket seems to be. */
  get url(): string {
    const { port } = this.#server.address() as AddressInfo; // it listens on one
    return `ws://127.0.0.1:${port}/trade-api/ws/v2`;
  }

  /** The line of an environment's file that leads here. */
  get environment(): string {
    return `endpoint: ${this.url}\n`;
  }

  /** Connections that are open now pass nothing on from now on, and stay open. */
  freeze(): void {
    for (const socket of this.#sockets) socket.unpipe().removeAllListeners("data").resume();
  }

  /** Cuts every connection that is open now. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Cuts everything and listens no more. */
  async close(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #take(client: Socket): void {
    this.connections++;
    this.#hold(client);
    const { mode } = this;
    if (mode === "cut") client.destroy();
    else if (mode === "silent") client.resume();
    else if (mode === "pass") {
      const server = connect(this.#target, "127.0.0.1");
      this.#hold(server);
      client.on("close", () => server.destroy());
      server.on("close", () => client.destroy());
      client.pipe(server).pipe(client);
    } else client.once("data", () => client.end(mode.answer));
  }

  #hold(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.#sockets.delete(socket));
  }
}
