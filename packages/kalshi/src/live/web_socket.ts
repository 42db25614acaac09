import type { Refusal } from "./refusal.ts";

/** What a WebSocket is opened with. */
export interface WebSocketRequest {
  /** The address. */
  readonly url: string;
  /** Headers of the handshake. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long the handshake may take, in milliseconds. */
  readonly handshakeTimeoutMs: number;
  /** A frame with more bytes ends the connection. */
  readonly maxFrameBytes: number;
}

/** Who hears what a WebSocket receives. */
export interface WebSocketHandlers {
  /** The handshake is done. */
  onOpen(): void;
  /** A frame came; its bytes are valid until this returns. */
  onFrame(data: Uint8Array, isBinary: boolean): void;
  /** A ping or a pong came. */
  onSign(): void;
  /** The handshake was answered with something else; `onClose` follows. */
  onRefused(refusal: Refusal): void;
  /** It is over, with the reason in words; called once, as the last. */
  onClose(reason: string): void;
}

/** An open WebSocket, or one that is being opened. Its methods never throw. */
export interface LiveWebSocket {
  /** Sends a text. What becomes of it is not told. */
  send(text: string): void;
  /** Sends a ping. */
  ping(): void;
  /** Says goodbye; the other side's goodbye ends it. */
  close(): void;
  /** Ends it at once. */
  terminate(): void;
}

/** Opens WebSockets, without compression. */
export type WebSocketFactory = (
  request: WebSocketRequest,
  handlers: WebSocketHandlers,
) => LiveWebSocket;
