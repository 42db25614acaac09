import { Buffer } from "node:buffer";
import type { Duplex } from "node:stream";
import { controlFrame, headerSize, OPCODE, writeHeader } from "./web_socket_frame.ts";
import { WebSocketReader } from "./web_socket_reader.ts";

/** Text is handed to the socket in pieces of about this size. */
const BATCH_BYTES = 64 * 1024;

/** What a {@link WebSocketPeer} tells its owner. */
export interface PeerHandler {
  /** The client sent a text message. */
  text(text: string): void;
  /** The client sent a binary message. */
  binary(): void;
  /** The socket is gone; once, last. */
  closed(): void;
}

/**
 * The server's end of one WebSocket, after the handshake. It frames by itself rather than by the
 * package `ws`: Bun replaces that package, and a connection that is cut inside a frame, or that
 * falls silent without being closed, needs the bytes in hand. Compression is never agreed on.
 */
export class WebSocketPeer {
  readonly #socket: Duplex;
  readonly #waiting: (() => void)[] = [];
  #texts: string[] = [];
  #bytes = 0;
  #silent = false;
  #ended = false;
  #bytesSent = 0;

  /** Takes over `socket`; `head` is what came with the handshake. */
  constructor(socket: Duplex, head: Buffer, handler: PeerHandler) {
    this.#socket = socket;
    const reader = new WebSocketReader({
      text: (text) => this.#live && handler.text(text),
      binary: () => this.#live && handler.binary(),
      ping: (payload) => this.#control(OPCODE.pong, payload),
      close: (code) => this.#finish(code),
      invalid: (code) => this.#finish(code),
    });
    socket.on("data", (chunk: Buffer) => reader.read(chunk));
    socket.on("drain", () => this.#release());
    // A reset is an ordinary end of a client; "close" follows and is what counts.
    socket.on("error", () => socket.destroy());
    socket.on("end", () => socket.end());
    socket.on("close", () => {
      this.#ended = true;
      this.#texts = [];
      this.#bytes = 0;
      this.#release();
      handler.closed();
    });
    // Not before whoever makes this peer has it.
    if (head.length > 0) queueMicrotask(() => reader.read(head));
  }

  /** Bytes that are not yet with the operating system. */
  get backlog(): number {
    return this.#ended ? 0 : this.#bytes + this.#socket.writableLength;
  }

  /** Bytes handed to the socket, headers included. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  get #live(): boolean {
    return !this.#silent && !this.#ended;
  }

  /** Queues a text message; {@link WebSocketPeer.flush} sends it, at the latest 64 KiB later. */
  send(text: string): void {
    if (!this.#live) return;
    this.#texts.push(text);
    // A lower bound; the exact size is known when it is written.
    this.#bytes += text.length;
    if (this.#bytes >= BATCH_BYTES) this.flush();
  }

  /** Hands everything queued to the socket, as one write. */
  flush(): void {
    if (this.#texts.length === 0) return;
    const texts = this.#texts;
    this.#texts = [];
    this.#bytes = 0;
    let size = 0;
    for (const text of texts) {
      const length = Buffer.byteLength(text);
      size += headerSize(length) + length;
    }
    const batch = Buffer.allocUnsafe(size);
    let pos = 0;
    for (const text of texts) {
      pos = writeHeader(batch, pos, OPCODE.text, Buffer.byteLength(text));
      pos += batch.write(text, pos);
    }
    this.#write(batch);
  }

  /** Sends a ping after what is queued. */
  ping(payload: string): void {
    this.#control(OPCODE.ping, Buffer.from(payload));
  }

  /** Resolves when the socket has taken over everything, or is gone. */
  drained(): Promise<void> {
    if (this.#ended || !this.#socket.writableNeedDrain) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Sends what is queued and half of `text`'s frame, then ends the connection. */
  cut(text: string): void {
    if (!this.#live) return;
    this.flush();
    const length = Buffer.byteLength(text);
    const frame = Buffer.allocUnsafe(headerSize(length) + length);
    frame.write(text, writeHeader(frame, 0, OPCODE.text, length));
    this.#end(frame.subarray(0, Math.max(1, frame.length >> 1)));
  }

  /** Sends what is queued and then nothing any more, and answers nothing; the socket stays open. */
  silence(): void {
    this.flush();
    this.#silent = true;
  }

  /** Ends the connection with a close frame. */
  close(code: number): void {
    this.#finish(code);
  }

  /** Ends the connection at once; what is queued is lost. */
  destroy(): void {
    this.#socket.destroy();
  }

  #control(opcode: number, payload: Uint8Array): void {
    if (!this.#live) return;
    this.flush();
    this.#write(controlFrame(opcode, payload));
  }

  #finish(code: number): void {
    if (!this.#live) return;
    this.flush();
    const payload = Buffer.alloc(code === 1005 ? 0 : 2);
    if (payload.length > 0) payload.writeUInt16BE(code, 0);
    this.#end(controlFrame(OPCODE.close, payload));
  }

  #end(last: Buffer): void {
    this.#ended = true;
    this.#bytesSent += last.length;
    this.#socket.end(last, () => this.#socket.destroy());
    this.#release();
  }

  #write(bytes: Buffer): void {
    this.#bytesSent += bytes.length;
    this.#socket.write(bytes);
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
