import { randomInt } from "node:crypto";
import { type Clock, messageOf, SsmdError, SystemClock } from "@ssmd/core";
import { isObject, type JsonObject } from "../wire/json_object.ts";
import type { KalshiCredentials } from "./credentials.ts";
import { checkRestUrl, signedPath } from "./endpoints.ts";
import { diagnoseRefusal, type Refusal } from "./refusal.ts";
import { RefusedError } from "./refused_error.ts";
import { RequestGate } from "./request_gate.ts";
import { retryDelay } from "./retry_delay.ts";
import { type Fetch, type HttpAnswer, sendGet } from "./send_get.ts";
import { timerWait, type Wait } from "./wait.ts";

/** How a REST client asks. */
export interface KalshiRestOptions {
  /** The REST base, for example `KALSHI_ENDPOINTS.prod.restUrl`. */
  readonly baseUrl: string;
  /** Signs every request when given; public market data needs none. */
  readonly credentials?: Pick<KalshiCredentials, "sign">;
  /** Default the runtime's. */
  readonly fetch?: Fetch;
  /** Our time, for signatures and pacing; default the machine's. */
  readonly clock?: Clock;
  /** Chance from 0 to below 1, for the pauses between attempts; default the machine's. */
  readonly random?: () => number;
  /** How pauses are waited for; default the machine's timers. */
  readonly wait?: Wait;
  /** Requests a second in the long run, as many at once after a pause; default 10. */
  readonly requestsPerSecond?: number;
  /** How long one attempt may take in milliseconds, the body included; default 10,000. */
  readonly timeoutMs?: number;
  /** How often one question is asked before it is given up; default 5. */
  readonly attempts?: number;
}

/** What a REST client counted since it was made. */
export interface RestCounts {
  /** Requests sent, further attempts included. */
  readonly requests: number;
  /** Attempts after a first one that failed. */
  readonly retries: number;
  /** Answers 429. */
  readonly limited: number;
  /** Questions that got no usable answer in the end. */
  readonly failures: number;
  /** Entries of lists that were no objects and were left out. */
  readonly malformed: number;
}

/** Values of a query; `undefined` leaves the parameter out. */
export type RestQuery = Readonly<Record<string, string | number | boolean | undefined>>;

/** How one question is asked. */
export interface GetOptions {
  /** Ends it; the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  /** Whether the body of this status is an answer too; default for 2xx only. */
  readonly accepts?: (status: number, json: JsonObject) => boolean;
}

const ALWAYS_RETRIED: ReadonlySet<number> = new Set([408, 425, 429]);

/** Asks Kalshi's REST interface: paced, signed, timed out and asked again. Holds nothing open. */
export class RestClient {
  /** What it counted; the same object always. */
  readonly counts = { requests: 0, retries: 0, limited: 0, failures: 0, malformed: 0 };
  readonly #baseUrl: string;
  readonly #credentials: Pick<KalshiCredentials, "sign"> | undefined;
  readonly #fetch: Fetch;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #wait: Wait;
  readonly #timeoutMs: number;
  readonly #attempts: number;
  readonly #gate: RequestGate;

  /**
   * Sends nothing yet. Throws `SsmdError` `invalid_input` for an address that cannot be one,
   * `RangeError` for a rate, time or number of attempts that is not above 0.
   */
  constructor(options: KalshiRestOptions) {
    const { requestsPerSecond = 10, timeoutMs = 10_000, attempts = 5 } = options;
    if (!(timeoutMs > 0) || !(attempts >= 1)) {
      throw new RangeError(`Cannot ask ${attempts} times with ${timeoutMs} ms each`);
    }
    this.#baseUrl = checkRestUrl(options.baseUrl);
    this.#credentials = options.credentials;
    this.#fetch = options.fetch ?? fetch;
    this.#clock = options.clock ?? new SystemClock();
    this.#random = options.random ?? (() => randomInt(2 ** 32) / 2 ** 32);
    this.#wait = options.wait ?? timerWait;
    this.#timeoutMs = timeoutMs;
    this.#attempts = attempts;
    this.#gate = new RequestGate({
      clock: this.#clock,
      wait: this.#wait,
      perSecond: requestsPerSecond,
      burst: Math.max(1, requestsPerSecond),
    });
  }

  /**
   * The JSON object at `path` (below the base, with a slash, already escaped). Throws
   * {@link RefusedError} for a status that asking again will not change, `SsmdError` `unreachable`
   * when no attempt gave an answer.
   */
  async get(path: string, query: RestQuery, options: GetOptions = {}): Promise<JsonObject> {
    const url = this.#baseUrl + path + queryText(query);
    for (let attempt = 1;; attempt++) {
      await this.#gate.pass(options.signal);
      if (attempt > 1) this.counts.retries++;
      const result = await this.#ask(url, options);
      if (result.kind === "answer") return result.json;
      if (result.kind === "refused" || attempt >= this.#attempts) {
        this.counts.failures++;
        throw result.error;
      }
      const nowMs = this.#clock.now() / 1000;
      const pauseMs = retryDelay(attempt, result.retryAfter, nowMs, this.#random());
      // Everybody waits: a limit holds for all requests from here, not for the one that met it.
      if (result.limited) this.#gate.close(pauseMs);
      else await this.#wait(pauseMs, options.signal);
    }
  }

  async #ask(url: string, options: GetOptions): Promise<Outcome> {
    const { signal } = options;
    const timeMs = Math.floor(this.#clock.now() / 1000);
    const headers = this.#credentials?.sign("GET", signedPath(url), timeMs) ?? {};
    this.counts.requests++;
    let answer: HttpAnswer;
    try {
      answer = await sendGet(url, {
        fetch: this.#fetch,
        headers: { ...headers },
        timeoutMs: this.#timeoutMs,
        ...(signal && { signal }),
      });
    } catch (error) {
      signal?.throwIfAborted();
      return { kind: "again", error, limited: false };
    }
    return this.#judge(url, answer, options);
  }

  #judge(url: string, answer: HttpAnswer, options: GetOptions): Outcome {
    const { status, retryAfter } = answer;
    const json = readJson(answer.body);
    const ok = status >= 200 && status < 300;
    if (json.kind === "json" && (ok || options.accepts?.(status, json.value))) {
      return { kind: "answer", json: json.value };
    }
    const again = { ...(retryAfter !== undefined && { retryAfter }) };
    if (ok) {
      const why = json.kind === "json" ? "" : json.why;
      const error = new SsmdError("unreachable", `Cannot get ${url}: ${why}`);
      return { kind: "again", error, limited: false, ...again };
    }
    const error = this.#refused(url, answer);
    if (status === 429) this.counts.limited++;
    if (status >= 500 || ALWAYS_RETRIED.has(status)) {
      const unreachable = new SsmdError("unreachable", error.message, { cause: error });
      return { kind: "again", error: unreachable, limited: status === 429, ...again };
    }
    return { kind: "refused", error };
  }

  #refused(url: string, answer: HttpAnswer): RefusedError {
    const { status, body, date, age, location } = answer;
    const refusal: Refusal = {
      status,
      body: new TextDecoder().decode(body.subarray(0, 4096)),
      ...(date !== undefined && { date }),
      ...(age !== undefined && { age }),
      ...(location !== undefined && { location }),
    };
    const signed = this.#credentials !== undefined;
    const diagnosis = diagnoseRefusal(refusal, { url, now: this.#clock.now(), signed });
    return new RefusedError(`Cannot get ${url}: ${diagnosis.message}`, refusal, diagnosis);
  }
}

type Outcome =
  | { readonly kind: "answer"; readonly json: JsonObject }
  | { readonly kind: "refused"; readonly error: RefusedError }
  | {
    readonly kind: "again";
    readonly error: unknown;
    readonly limited: boolean;
    readonly retryAfter?: string;
  };

type Read =
  | { readonly kind: "json"; readonly value: JsonObject }
  | { readonly kind: "damaged"; readonly why: string };

function readJson(body: Uint8Array): Read {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
  } catch (error) {
    return { kind: "damaged", why: `the answer is no JSON: ${messageOf(error)}` };
  }
  if (isObject(value)) return { kind: "json", value };
  return { kind: "damaged", why: "the answer is no JSON object" };
}

function queryText(query: RestQuery): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) pairs.push(`${name}=${encodeURIComponent(value)}`);
  }
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}
