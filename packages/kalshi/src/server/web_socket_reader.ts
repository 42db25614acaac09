import { Buffer } from "node:buffer";
import { OPCODE } from "./web_socket_frame.ts";

/** What a {@link WebSocketReader} finds. Payloads are valid until the call returns. */
export interface WebSocketHandler {
  /** A whole text message. */
  text(text: string): void;
  /** A whole binary message, which is not looked at. */
  binary(): void;
  /** A ping. */
  ping(payload: Uint8Array): void;
  /** A close frame; `code` is 1005 when it has none. */
  close(code: number): void;
  /** Bytes against the protocol; nothing after them is read. `code` is what a close frame says. */
  invalid(code: number): void;
}

/** The largest message read: Kalshi's own limit, 64 MiB. */
const MAX_MESSAGE = 64 * 1024 * 1024;

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads a client's WebSocket frames (RFC 6455) out of chunks cut anywhere. */
export class WebSocketReader {
  readonly #handler: WebSocketHandler;
  /** Bytes not yet read, in order. */
  #chunks: Buffer[] = [];
  #size = 0;
  /** How many bytes the next step needs. */
  #needed = 2;
  /** Payloads of a message that comes in fragments, and its opcode. */
  #fragments: Buffer[] = [];
  #fragmentBytes = 0;
  #opcode = 0;
  #done = false;

  /** Tells `handler` what it reads. */
  constructor(handler: WebSocketHandler) {
    this.#handler = handler;
  }

  /** Reads `chunk`, which must not change afterwards. */
  read(chunk: Buffer): void {
    if (this.#done) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#needed) return;
    const data = this.#chunks.length === 1 ? chunk : Buffer.concat(this.#chunks, this.#size);
    let pos = 0;
    for (;;) {
      const end = this.#readFrame(data, pos);
      if (this.#done) return;
      if (end < 0) break;
      pos = end;
    }
    this.#chunks = pos === data.length ? [] : [data.subarray(pos)];
    this.#size = data.length - pos;
  }

  /** The position after the frame at `pos`, or −1 when more bytes are needed. */
  #readFrame(data: Buffer, pos: number): number {
    const there = data.length - pos;
    this.#needed = 2;
    if (there < 2) return -1;
    const short = data[pos + 1]! & 0x7f;
    const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
    const header = 2 + lengthBytes + 4;
    this.#needed = header;
    if (there < header) return -1;
    let length = short;
    if (short === 126) length = data.readUInt16BE(pos + 2);
    if (short === 127) length = data.readUInt32BE(pos + 2) * 2 ** 32 + data.readUInt32BE(pos + 6);
    // Extensions are never agreed on, and a client masks every frame (RFC 6455, 5.1 and 5.2).
    if ((data[pos]! & 0x70) !== 0 || (data[pos + 1]! & 0x80) === 0) return this.#fail(1002);
    if (length + this.#fragmentBytes > MAX_MESSAGE) return this.#fail(1009);
    this.#needed = header + length;
    if (there < this.#needed) return -1;
    const payload = unmask(data, pos + header - 4, length);
    this.#needed = 2;
    this.#take((data[pos]! & 0x80) !== 0, data[pos]! & 0x0f, payload);
    return pos + header + length;
  }

  #take(final: boolean, opcode: number, payload: Buffer): void {
    if (opcode >= OPCODE.close) {
      if (!final || payload.length > 125) this.#fail(1002);
      else this.#takeControl(opcode, payload);
      return;
    }
    const begun = this.#fragments.length > 0;
    if (opcode > OPCODE.binary || (opcode === OPCODE.continuation) !== begun) {
      this.#fail(1002);
      return;
    }
    if (!begun) this.#opcode = opcode;
    this.#fragments.push(payload);
    this.#fragmentBytes += payload.length;
    if (!final) return;
    const whole = begun ? Buffer.concat(this.#fragments) : payload;
    this.#fragments = [];
    this.#fragmentBytes = 0;
    if (this.#opcode === OPCODE.binary) this.#handler.binary();
    else this.#takeText(whole);
  }

  #takeText(payload: Buffer): void {
    let text: string;
    try {
      text = UTF8.decode(payload);
    } catch {
      // Close code 1007: a text message that is not UTF-8.
      this.#fail(1007);
      return;
    }
    this.#handler.text(text);
  }

  #takeControl(opcode: number, payload: Buffer): void {
    if (opcode === OPCODE.ping) this.#handler.ping(payload);
    else if (opcode === OPCODE.close) {
      this.#done = true;
      this.#handler.close(payload.length < 2 ? 1005 : payload.readUInt16BE(0));
    } else if (opcode !== OPCODE.pong) this.#fail(1002);
  }

  #fail(code: number): number {
    this.#done = true;
    this.#chunks = [];
    this.#handler.invalid(code);
    return -1;
  }
}

/** The payload behind the mask at `pos`, in bytes of its own. */
function unmask(data: Buffer, pos: number, length: number): Buffer {
  const payload = Buffer.allocUnsafe(length);
  const begin = pos + 4;
  for (let i = 0; i < length; i++) payload[i] = data[begin + i]! ^ data[pos + (i & 3)]!;
  return payload;
}
