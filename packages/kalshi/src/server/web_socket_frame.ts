import { Buffer } from "node:buffer";
/** A frame's kind (RFC 6455, 5.2). */
export const OPCODE = {
  continuation: 0x0,
  text: 0x1,
  binary: 0x2,
  close: 0x8,
  ping: 0x9,
  pong: 0xa,
} as const;

/** Bytes before the payload of an unmasked frame with `length` bytes of payload. */
export function headerSize(length: number): number {
  return length < 126 ? 2 : length < 0x1_0000 ? 4 : 10;
}

/**
 * Writes the header of a whole, unmasked frame (servers never mask, RFC 6455, 5.1) into `target` at
 * `pos` and gives the position of the payload.
 */
export function writeHeader(target: Buffer, pos: number, opcode: number, length: number): number {
  target[pos] = 0x80 | opcode;
  if (length < 126) {
    target[pos + 1] = length;
    return pos + 2;
  }
  if (length < 0x1_0000) {
    target[pos + 1] = 126;
    return target.writeUInt16BE(length, pos + 2);
  }
  target[pos + 1] = 127;
  target.writeUInt32BE(Math.floor(length / 0x1_0000_0000), pos + 2);
  return target.writeUInt32BE(length >>> 0, pos + 6);
}

/** A whole control frame; `payload` has at most 125 bytes. */
export function controlFrame(opcode: number, payload: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(2 + payload.length);
  frame.set(payload, writeHeader(frame, 0, opcode, payload.length));
  return frame;
}
