/**
 * Why the exchange refused a handshake or a request, in one sentence that says what to do.
 * @module
 */
import type { EpochMicros } from "@ssmd/core";
import { environmentOf } from "./endpoints.ts";
import { readErrorBody } from "./error_body.ts";

/** What came back instead of what was asked for. */
export interface Refusal {
  /** The HTTP status; absent when the answer was no HTTP. */
  readonly status?: number;
  /** The body's text, or its beginning. */
  readonly body?: string;
  /** The answer's `Date` header. */
  readonly date?: string;
  /** The answer's `Age` header: how long a cache had kept it, in seconds. */
  readonly age?: string;
  /** The answer's `Location` header. */
  readonly location?: string;
}

/** What was asked. */
export interface RefusedRequest {
  /** The address, for naming its environment. */
  readonly url: string;
  /** Our clock when the answer arrived. */
  readonly now: EpochMicros;
  /** Whether it carried a signature. */
  readonly signed: boolean;
  /** Whether it was a WebSocket handshake. */
  readonly handshake?: boolean;
}

/** What kind of refusal it is. */
export type RefusalReason =
  /** Our clock differs from the exchange's. */
  | "clock"
  /** The exchange does not know the key: a wrong id, or one of the other environment. */
  | "unknown_key"
  /** The signature does not fit the key. */
  | "signature"
  /** The request carried no credentials, or which part of them is wrong was not said. */
  | "credentials"
  /** The key may not do this. */
  | "forbidden"
  /** Too many requests. */
  | "rate"
  /** The exchange's own trouble, maintenance included. */
  | "server"
  /** Something answered that does not speak the protocol asked for. */
  | "not_exchange"
  /** The request itself. */
  | "request";

/** A refusal explained. */
export interface RefusalDiagnosis {
  /** What kind it is, for programs. */
  readonly reason: RefusalReason;
  /** One sentence for people, without a full stop. */
  readonly message: string;
  /** Whether the same request may succeed later without anybody doing something. */
  readonly passing: boolean;
  /** Our clock minus the exchange's in seconds; absent without a usable `Date`. */
  readonly skewSeconds?: number;
}

/** `Date` counts whole seconds and the answer took its time: less than this says nothing. */
const NOTABLE_SKEW_SECONDS = 5;

const OTHER_ENVIRONMENT = { prod: "demo", demo: "production", other: "another environment" };

/** Explains `refusal` from what it says itself. Pure. */
export function diagnoseRefusal(refusal: Refusal, request: RefusedRequest): RefusalDiagnosis {
  const skewSeconds = clockSkew(refusal, request.now);
  const [reason, message, passing] = explain(refusal, request, skewSeconds);
  return { reason, message, passing, ...(skewSeconds !== undefined && { skewSeconds }) };
}

/**
 * Our clock minus the exchange's in whole seconds by the `Date` header, what a cache added taken
 * off; `undefined` without a usable one.
 */
export function clockSkew(refusal: Refusal, now: EpochMicros): number | undefined {
  const sent = Date.parse(refusal.date ?? "");
  if (Number.isNaN(sent)) return undefined;
  const age = /^\d{1,9}$/.test(refusal.age ?? "") ? Number(refusal.age) : 0;
  return Math.round(now / 1_000_000 - sent / 1000 - age);
}

type Explanation = readonly [RefusalReason, string, boolean];

function explain(
  refusal: Refusal,
  request: RefusedRequest,
  skew: number | undefined,
): Explanation {
  const { status } = refusal;
  const what = request.handshake ? "the handshake" : "the request";
  const said = readErrorBody(refusal.body);
  if (status === undefined) {
    return ["not_exchange", `What answered ${what} speaks no HTTP; check the address`, true];
  }
  if (status === 401) return explainUnauthorised(said, request, skew);
  const quoted = said === undefined ? "" : ` (${said})`;
  if (status === 403) {
    return ["forbidden", `The key may not do this, or the network is blocked${quoted}`, false];
  }
  if (status === 429) return ["rate", "The exchange got too many requests from here", true];
  if (status >= 500) {
    return ["server", `The exchange has trouble of its own: status ${status}${quoted}`, true];
  }
  if (status >= 300 && status < 400) {
    const where = refusal.location === undefined ? "" : ` to ${JSON.stringify(refusal.location)}`;
    return ["not_exchange", `The address redirects${where}; use the final one`, false];
  }
  if (request.handshake && (status < 300 || status === 404 || status === 426)) {
    return ["not_exchange", `There is no WebSocket at this address: status ${status}`, false];
  }
  if (status < 300) return ["not_exchange", "The answer is not what Kalshi's REST gives", true];
  return ["request", `The exchange refused ${what}: status ${status}${quoted}`, false];
}

function explainUnauthorised(
  said: string | undefined,
  request: RefusedRequest,
  skew: number | undefined,
): Explanation {
  const expired = said?.includes("timestamp") ?? false;
  if (expired || (request.signed && skew !== undefined && Math.abs(skew) > NOTABLE_SKEW_SECONDS)) {
    return ["clock", `The signature was refused: ${clockText(skew)}`, true];
  }
  if (!request.signed) return ["credentials", "The exchange wants credentials here", false];
  const environment = environmentOf(request.url);
  const here = environment === "other" ? "this server" : `Kalshi's ${environment} environment`;
  if (said?.includes("NOT_FOUND")) {
    return [
      "unknown_key",
      `The key id is not known to ${here}; is it a key of ${OTHER_ENVIRONMENT[environment]}?`,
      false,
    ];
  }
  const agree = skew === undefined ? "" : "; the clocks agree";
  if (said?.includes("SIGNATURE")) {
    return ["signature", `The private key is not the one of this key id on ${here}${agree}`, false];
  }
  const quoted = said === undefined ? "" : ` (${said})`;
  return [
    "credentials",
    `The credentials were refused by ${here}${quoted}: a wrong or deleted key, or one of ` +
    `${OTHER_ENVIRONMENT[environment]}${agree}`,
    false,
  ];
}

function clockText(skew: number | undefined): string {
  if (skew === undefined || Math.abs(skew) <= NOTABLE_SKEW_SECONDS) {
    return "the exchange finds its time too old or too new; set this machine's clock by NTP";
  }
  const by = `${Math.abs(skew)} seconds ${skew > 0 ? "ahead of" : "behind"}`;
  return `this machine's clock is ${by} the exchange's; set it by NTP`;
}
