import { Buffer } from "node:buffer";
import { STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { EpochMicros } from "@ssmd/core";

/** An HTTP answer with a JSON body. */
export interface HttpAnswer {
  /** The status. */
  readonly status: number;
  /** A JSON value. */
  readonly body: object;
}

/** An error as Kalshi's live REST writes it: nested, unlike its documentation. */
export function errorAnswer(
  status: number,
  code: string,
  message: string,
  details?: string,
): HttpAnswer {
  const error = details === undefined ? { code, message } : { code, message, details };
  return { status, body: { error } };
}

/** The refusal of a signature. */
export function unauthorized(details?: string): HttpAnswer {
  return errorAnswer(401, "authentication_error", "authentication_error", details);
}

/** Kalshi's 429; it never says when to come again. */
export function tooManyRequests(): HttpAnswer {
  return errorAnswer(429, "too_many_requests", "too many requests");
}

/** A time as HTTP's Date header has it, in whole seconds. */
export function httpDate(time: EpochMicros): string {
  return new Date(time / 1000).toUTCString();
}

/** Answers a handshake with `answer` instead of a WebSocket and ends the connection. */
export function refuseUpgrade(socket: Duplex, answer: HttpAnswer, date: string): void {
  const body = JSON.stringify(answer.body);
  const head = [
    `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? "Error"}`,
    `Date: ${date}`,
    "Content-Type: application/json",
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Connection: close",
  ];
  endWith(socket, `${head.join("\r\n")}\r\n\r\n${body}`);
}

/** Sends `text` as the last thing on `socket`. */
export function endWith(socket: Duplex, text: string): void {
  // The client may be gone already, which is as good.
  socket.on("error", () => socket.destroy());
  socket.end(text, () => socket.destroy());
}
