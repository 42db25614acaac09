import { messageOf } from "@ssmd/core";
import { WebSocket } from "ws";
import type { Refusal } from "./refusal.ts";
import type { LiveWebSocket, WebSocketHandlers, WebSocketRequest } from "./web_socket.ts";

/** As much of a refusal's body as is read. */
const MOST_BODY = 4096;

const TOO_LARGE = "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";

/** The part of Node's `IncomingMessage` that is used here. */
interface HttpAnswer {
  readonly statusCode?: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  on(event: "data", listener: (chunk: Uint8Array) => void): unknown;
  on(event: "end" | "error" | "close", listener: () => void): unknown;
}

/**
 * Opens WebSockets with the `ws` package: unlike the WebSocket of browsers it sends headers and tells
 * of pings. The standard factory on Node, Deno and Bun.
 */
export function wsWebSocket(
  request: WebSocketRequest,
  handlers: WebSocketHandlers,
): LiveWebSocket {
  let trouble: string | undefined;
  const socket = new WebSocket(request.url, {
    headers: { ...request.headers },
    handshakeTimeout: request.handshakeTimeoutMs,
    maxPayload: request.maxFrameBytes,
    perMessageDeflate: false,
    followRedirects: false,
  });
  socket.on("open", () => handlers.onOpen());
  socket.on("message", (data: Uint8Array, isBinary: boolean) => handlers.onFrame(data, isBinary));
  socket.on("ping", () => handlers.onSign());
  socket.on("pong", () => handlers.onSign());
  socket.on("error", (error: Error & { code?: string }) => {
    trouble ??= error.code === TOO_LARGE
      ? `a frame of more than ${request.maxFrameBytes} bytes came`
      : messageOf(error) || error.code || "an error without a text";
  });
  socket.on("unexpected-response", (_request: unknown, answer: HttpAnswer) => {
    readRefusal(answer, (refusal) => {
      trouble ??= `the handshake was answered with status ${refusal.status}`;
      handlers.onRefused(refusal);
      socket.terminate();
    });
  });
  socket.on("close", (code: number, said: Uint8Array) => {
    const text = new TextDecoder().decode(said);
    handlers.onClose(
      trouble ??
        (code === 1006
          ? "the connection was cut"
          : `the exchange closed it with code ${code}${text === "" ? "" : `: ${text}`}`),
    );
  });
  return {
    send(text) {
      // A failed send shows in the socket's end, or in the answer that does not come.
      if (socket.readyState === WebSocket.OPEN) socket.send(text, () => {});
    },
    ping() {
      if (socket.readyState === WebSocket.OPEN) socket.ping(undefined, undefined, () => {});
    },
    close() {
      socket.close();
    },
    terminate() {
      socket.terminate();
    },
  };
}

function readRefusal(answer: HttpAnswer, done: (refusal: Refusal) => void): void {
  const decoder = new TextDecoder();
  let body = "";
  let isDone = false;
  const end = (): void => {
    if (isDone) return;
    isDone = true;
    const { statusCode, headers } = answer;
    const { date, age, location } = headers;
    done({
      body,
      ...(statusCode !== undefined && { status: statusCode }),
      ...(typeof date === "string" && { date }),
      ...(typeof age === "string" && { age }),
      ...(typeof location === "string" && { location }),
    });
  };
  answer.on("data", (chunk) => {
    body += decoder.decode(chunk, { stream: true });
    if (body.length > MOST_BODY) end();
  });
  answer.on("end", end);
  answer.on("error", end);
  answer.on("close", end);
}
