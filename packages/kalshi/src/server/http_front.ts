import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { type Clock, type EpochMicros, messageOf, MICROS_PER_SECOND } from "@ssmd/core";
import type { Decision, FaultInjector } from "./fault_injector.ts";
import { DEFAULT_SKEW_SECONDS } from "./fault_plan.ts";
import type { KeyRing } from "./handshake.ts";
import {
  endWith,
  errorAnswer,
  type HttpAnswer,
  httpDate,
  refuseUpgrade,
  tooManyRequests,
  unauthorized,
} from "./http_answer.ts";
import type { HttpHandler } from "./http_listener.ts";
import type { RequestRate } from "./request_rate.ts";

/** Where WebSockets are. */
export const WEB_SOCKET_PATH = "/trade-api/ws/v2";

/** What an {@link HttpFront} needs of the exchange. */
export interface HttpFrontPort {
  /** Answers a GET of `url`. */
  answer(url: string): HttpAnswer;
  /** Takes over a WebSocket; `signed` says whether its handshake was. */
  accept(connection: number, socket: Duplex, head: Buffer, signed: boolean): void;
}

/** Lets requests and handshakes in, or not. */
export class HttpFront implements HttpHandler {
  readonly #port: HttpFrontPort;
  readonly #keys: KeyRing;
  readonly #clock: Clock;
  readonly #faults: FaultInjector;
  readonly #rate: RequestRate;
  #handshakes = 0;
  #refused = 0;
  #requests = 0;

  /** Judges signatures by `keys` and `clock`. */
  constructor(
    port: HttpFrontPort,
    keys: KeyRing,
    clock: Clock,
    faults: FaultInjector,
    rate: RequestRate,
  ) {
    this.#port = port;
    this.#keys = keys;
    this.#clock = clock;
    this.#faults = faults;
    this.#rate = rate;
  }

  /** Handshakes so far. */
  get handshakes(): number {
    return this.#handshakes;
  }

  /** Handshakes that were refused, for whatever reason. */
  get refused(): number {
    return this.#refused;
  }

  /** REST requests so far. */
  get requests(): number {
    return this.#requests;
  }

  /** Answers a REST request. */
  request(request: IncomingMessage, response: ServerResponse): void {
    this.#requests++;
    const url = request.url ?? "/";
    const path = pathOf(url);
    const decision = this.#faults.onRequest();
    if (decision !== undefined) this.#note(decision, path);
    const now = this.#skewed(decision);
    const answer = decision?.rule.fault === "http_429" || !this.#rate.take()
      ? tooManyRequests()
      : this.#answer(request, url, path, now);
    const body = JSON.stringify(answer.body);
    request.resume();
    response.writeHead(answer.status, {
      "Date": httpDate(now),
      "Content-Type": "application/json",
      "Content-Length": Buffer.byteLength(body),
    });
    response.end(body);
  }

  /** Answers a handshake. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const connection = ++this.#handshakes;
    const path = pathOf(request.url ?? "/");
    const decision = this.#faults.onHandshake(connection);
    if (decision !== undefined) this.#note(decision, path, connection);
    const now = this.#skewed(decision);
    if (decision?.rule.fault === "refuse_handshake") {
      this.#refused++;
      misbehave(decision, socket, httpDate(now));
      return;
    }
    const verdict = this.#keys.judge(request.headers, "GET", path, now);
    const refusal = path !== WEB_SOCKET_PATH
      ? errorAnswer(404, "not_found", "not found")
      : this.#keys.admits(verdict)
      ? refusalOf(request)
      : unauthorized(verdict.kind === "refused" ? verdict.details : undefined);
    if (refusal !== undefined) {
      this.#refused++;
      refuseUpgrade(socket, refusal, httpDate(now));
      return;
    }
    socket.write(acceptance(String(request.headers["sec-websocket-key"]), httpDate(now)));
    this.#port.accept(connection, socket, head, verdict.kind === "signed");
  }

  #answer(request: IncomingMessage, url: string, path: string, now: EpochMicros): HttpAnswer {
    const method = request.method ?? "GET";
    const verdict = this.#keys.judge(request.headers, method, path, now);
    if (verdict.kind === "refused") return unauthorized(verdict.details);
    if (method !== "GET") return errorAnswer(404, "not_found", "not found");
    try {
      return this.#port.answer(url);
    } catch (error) {
      // A source that fails must not end the exchange; whoever asked learns why.
      return errorAnswer(500, "internal_server_error", "internal server error", messageOf(error));
    }
  }

  #skewed(decision: Decision | undefined): EpochMicros {
    const now = this.#clock.now();
    if (decision?.rule.fault !== "clock_skew") return now;
    return now + (decision.rule.seconds ?? DEFAULT_SKEW_SECONDS) * MICROS_PER_SECOND;
  }

  #note({ rule }: Decision, what: string, connection?: number): void {
    const place = connection === undefined ? { what } : { connection, what };
    this.#faults.injected.push({ fault: rule.fault, ...place, followed: false });
  }
}

function misbehave({ rule }: Decision, socket: Duplex, date: string): void {
  const status = rule.status ?? 503;
  if (status === "garbage") endWith(socket, "\u0000SSMD GARBAGE\r\n\r\n");
  else if (status === 401) refuseUpgrade(socket, unauthorized("NOT_FOUND"), date);
  else if (status === 429) refuseUpgrade(socket, tooManyRequests(), date);
  else refuseUpgrade(socket, errorAnswer(status, CODES[status], CODES[status]), date);
}

const CODES = {
  403: "forbidden",
  500: "internal_server_error",
  503: "service_unavailable",
} as const;

/** What is wrong with a handshake itself (RFC 6455, 4.2.1). */
function refusalOf({ method, headers }: IncomingMessage): HttpAnswer | undefined {
  const key = headers["sec-websocket-key"];
  const good = method === "GET" && headers.upgrade?.toLowerCase() === "websocket" &&
    headers["sec-websocket-version"] === "13" && key !== undefined &&
    /^[+/0-9A-Za-z]{22}==$/.test(key);
  return good ? undefined : errorAnswer(400, "bad_request", "not a WebSocket handshake");
}

/** No extension is ever named, so nothing is compressed. */
function acceptance(key: string, date: string): string {
  // The constant of RFC 6455, 1.3.
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
  return [
    "HTTP/1.1 101 Switching Protocols",
    `Date: ${date}`,
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${accept.digest("base64")}`,
  ].join("\r\n") + "\r\n\r\n";
}

function pathOf(url: string): string {
  const query = url.indexOf("?");
  return query < 0 ? url : url.slice(0, query);
}
