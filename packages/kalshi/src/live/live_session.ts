import { messageOf } from "@ssmd/core";
import type { ConnectorSettings } from "./connector_options.ts";
import type { Refusal } from "./refusal.ts";
import type { LiveWebSocket } from "./web_socket.ts";

/** How a session ended. */
export interface SessionEnd {
  /** Why, in words. */
  readonly reason: string;
  /** What answered the handshake instead of a WebSocket. */
  readonly refusal?: Refusal;
  /** Whether only a long wait makes sense before the next attempt. */
  readonly patience?: true;
}

/** Who hears of a session. */
export interface SessionHandlers {
  /** The handshake is done. */
  onOpen(): void;
  /** A frame came. */
  onFrame(data: Uint8Array, isBinary: boolean): void;
  /** A ping or pong came. */
  onSign(): void;
}

/** The watchdog looks this often within the time that it allows. */
const LOOKS = 10;
/** How long a socket may take to be gone after it was told to. */
const GRACE_MS = 1000;

/**
 * One socket's life, from the attempt to the end, which {@link ended} tells. Whatever the socket
 * does, it ends: by the handshake's timeout, the watchdog or the caller, and once told to end it
 * never takes longer than a second.
 */
export class LiveSession {
  /** Resolves, and never rejects, when no timer of it is left and nothing more is handed on. */
  readonly ended: Promise<SessionEnd>;
  readonly #settings: ConnectorSettings;
  readonly #handlers: SessionHandlers;
  #socket: LiveWebSocket | undefined;
  #finish: (end: SessionEnd) => void = () => {};
  #end: SessionEnd | undefined;
  #refusal: Refusal | undefined;
  #isOpen = false;
  #silentLooks = 0;
  #handshakeTimer: ReturnType<typeof setTimeout> | undefined;
  #watchdog: ReturnType<typeof setInterval> | undefined;
  #graceTimer: ReturnType<typeof setTimeout> | undefined;

  /** Connects at once, with `headers`. */
  constructor(
    settings: ConnectorSettings,
    headers: Readonly<Record<string, string>>,
    handlers: SessionHandlers,
  ) {
    this.#settings = settings;
    this.#handlers = handlers;
    this.ended = new Promise((resolve) => this.#finish = resolve);
    const { handshakeTimeoutMs, url, maxFrameBytes } = settings;
    this.#handshakeTimer = setTimeout(
      () => this.end({ reason: `no answer to the handshake in ${handshakeTimeoutMs} ms` }),
      handshakeTimeoutMs,
    );
    try {
      this.#socket = settings.webSocket({ url, headers, handshakeTimeoutMs, maxFrameBytes }, {
        onOpen: () => this.#open(),
        onFrame: (data, isBinary) => {
          this.#silentLooks = 0;
          if (this.#end === undefined) this.#handlers.onFrame(data, isBinary);
        },
        onSign: () => {
          this.#silentLooks = 0;
          if (this.#end === undefined) this.#handlers.onSign();
        },
        onRefused: (refusal) => this.#refusal = refusal,
        onClose: (reason) => this.#close(reason),
      });
    } catch (error) {
      this.#close(`cannot open a socket: ${messageOf(error)}`);
    }
  }

  /** Whether the handshake is done and the end has not begun. */
  get isOpen(): boolean {
    return this.#isOpen && this.#end === undefined;
  }

  /** Sends a text; says nothing about its arrival. */
  send(text: string): void {
    this.#socket?.send(text);
  }

  /** Ends it at once; nothing more is handed on. */
  end(end: SessionEnd): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#stopTimers();
    // Also for a socket whose close event never comes.
    this.#graceTimer = setTimeout(() => this.#close(end.reason), GRACE_MS);
    this.#socket?.terminate();
  }

  /** Ends it with a goodbye; nothing more is handed on. */
  leave(): void {
    if (this.#end !== undefined) return;
    if (!this.#isOpen) return this.end({ reason: "stopped" });
    this.#end = { reason: "stopped" };
    this.#stopTimers();
    this.#graceTimer = setTimeout(() => {
      this.#graceTimer = setTimeout(() => this.#close("stopped"), GRACE_MS / 2);
      this.#socket?.terminate();
    }, GRACE_MS / 2);
    this.#socket?.close();
  }

  #open(): void {
    if (this.#end !== undefined) return;
    clearTimeout(this.#handshakeTimer);
    this.#isOpen = true;
    this.#silentLooks = 0;
    this.#watchdog = setInterval(() => this.#look(), this.#settings.silenceMs / LOOKS);
    this.#handlers.onOpen();
  }

  /**
   * Counts looks instead of comparing times: neither a clock that was set nor a process that stood
   * still for a while, with frames waiting to be read, can be taken for silence.
   */
  #look(): void {
    this.#silentLooks++;
    if (this.#silentLooks >= LOOKS) {
      return this.end({ reason: `nothing came for ${this.#settings.silenceMs} ms` });
    }
    // The exchange pings every 10 s; where something between us eats that, its pong is a sign too.
    if (this.#silentLooks === LOOKS / 2) this.#socket?.ping();
  }

  #close(reason: string): void {
    this.#stopTimers();
    clearTimeout(this.#graceTimer);
    this.#end ??= { reason };
    const refusal = this.#refusal;
    this.#finish(refusal === undefined ? this.#end : { ...this.#end, refusal });
  }

  #stopTimers(): void {
    clearTimeout(this.#handshakeTimer);
    clearInterval(this.#watchdog);
  }
}
