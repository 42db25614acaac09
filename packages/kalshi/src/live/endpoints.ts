/**
 * Kalshi's addresses: what is known of its hosts, and how a REST address follows from a WebSocket's.
 * @module
 */
import { SsmdError } from "@ssmd/core";

/** Whose credentials an address takes; `other` is a server of one's own, a proxy or a test. */
export type KalshiEnvironment = "prod" | "demo" | "other";

/** Where to connect. */
export interface KalshiEndpoints {
  /** The base of REST paths, without a slash at its end. */
  readonly restUrl: string;
  /** The WebSocket's address. */
  readonly webSocketUrl: string;
}

/** The addresses that Kalshi recommends (its page "API environments", May 2026). */
export const KALSHI_ENDPOINTS: Readonly<Record<"prod" | "demo", KalshiEndpoints>> = {
  prod: {
    restUrl: "https://external-api.kalshi.com/trade-api/v2",
    webSocketUrl: "wss://external-api-ws.kalshi.com/trade-api/ws/v2",
  },
  demo: {
    restUrl: "https://external-api.demo.kalshi.co/trade-api/v2",
    webSocketUrl: "wss://external-api-ws.demo.kalshi.co/trade-api/ws/v2",
  },
};

/** A usable WebSocket address. */
export interface ResolvedWebSocketUrl {
  /** The address to connect to. */
  readonly url: string;
  /** Why it is another one than was asked for; absent when it is the same. */
  readonly warning?: string;
}

const WS_PATH = "/trade-api/ws/v2";
const REST_PATH = "/trade-api/v2";

/** WebSocket hosts of the exchange with their REST hosts. */
const REST_HOSTS: Readonly<Record<string, string>> = {
  "external-api-ws.kalshi.com": "external-api.kalshi.com",
  "external-api-ws.demo.kalshi.co": "external-api.demo.kalshi.co",
  "api.elections.kalshi.com": "api.elections.kalshi.com",
  "demo-api.kalshi.co": "demo-api.kalshi.co",
};

/** Hosts that old settings name: the first was never there, the others were given up. */
const DEAD_HOSTS: readonly string[] = [
  "api.kalshi.com",
  "trading-api.kalshi.com",
  "trading-api.readme.io",
];

/** Hosts that documentation uses and that nobody owns (RFC 2606, RFC 6761). */
const PLACEHOLDER = /(^|\.)(example\.(com|net|org)|example|invalid)$/;

/**
 * The environment that the host of `url` belongs to, also of hosts that are no longer there. Throws
 * `SsmdError` `invalid_input` for a text that is no URL.
 */
export function environmentOf(url: string): KalshiEnvironment {
  const host = parseUrl(url).hostname;
  if (isUnder(host, "kalshi.co") || host === "demo-api.kalshi.com") return "demo";
  return isUnder(host, "kalshi.com") || DEAD_HOSTS.includes(host) ? "prod" : "other";
}

/**
 * Checks a WebSocket address of a settings file. One on a host that does not exist becomes the
 * recommended one of production, with a warning: the original's feed files name such a host. Throws
 * `SsmdError` `invalid_input` for anything that cannot be connected to or would send the signed
 * headers in the open to Kalshi.
 */
export function resolveWebSocketUrl(url: string): ResolvedWebSocketUrl {
  const parsed = parseUrl(url);
  const { hostname, protocol } = parsed;
  if (protocol !== "wss:" && protocol !== "ws:") {
    throw unusable(parsed, "expected an address that begins with wss: or ws:");
  }
  if (PLACEHOLDER.test(hostname)) {
    throw unusable(parsed, `${hostname} is a placeholder; expected Kalshi's or your own host`);
  }
  if (DEAD_HOSTS.includes(hostname)) {
    const instead = KALSHI_ENDPOINTS.prod.webSocketUrl;
    return {
      url: instead,
      warning: `The host ${hostname} is not Kalshi's (any more): connecting to ${instead} instead`,
    };
  }
  if (environmentOf(url) !== "other") {
    if (protocol !== "wss:") throw unusable(parsed, "expected wss: for Kalshi's own hosts");
    if (REST_HOSTS[hostname] !== undefined && parsed.pathname !== WS_PATH) {
      throw unusable(parsed, `expected the path ${WS_PATH}`);
    }
  }
  return { url: parsed.href };
}

/**
 * The REST base that goes with a WebSocket address: the exchange's own, else the same host and port,
 * with http for ws. Throws `SsmdError` `invalid_input` when the path does not end in `/ws/v2`, so
 * that none can be told.
 */
export function restUrlOf(webSocketUrl: string): string {
  const { url } = resolveWebSocketUrl(webSocketUrl);
  const parsed = new URL(url);
  if (!parsed.pathname.endsWith("/ws/v2")) {
    throw unusable(parsed, "its path does not end in /ws/v2: give the REST address yourself");
  }
  const scheme = parsed.protocol === "wss:" ? "https:" : "http:";
  const host = REST_HOSTS[parsed.hostname] ?? parsed.host;
  return `${scheme}//${host}${parsed.pathname.slice(0, -"/ws/v2".length)}/v2`;
}

/**
 * The path of `url` as the exchange's signature check sees it: without query, and without what a
 * proxy puts before `/trade-api`.
 */
export function signedPath(url: string): string {
  const { pathname } = parseUrl(url);
  const start = Math.max(pathname.lastIndexOf(REST_PATH), pathname.lastIndexOf(WS_PATH));
  return start > 0 ? pathname.slice(start) : pathname;
}

/**
 * Checks a REST base and takes the slash off its end. Throws `SsmdError` `invalid_input` as
 * {@link resolveWebSocketUrl} does, also for hosts that do not exist.
 */
export function checkRestUrl(url: string): string {
  const parsed = parseUrl(url);
  const { hostname, protocol } = parsed;
  if (protocol !== "https:" && protocol !== "http:") {
    throw unusable(parsed, "expected an address that begins with https: or http:");
  }
  if (PLACEHOLDER.test(hostname) || DEAD_HOSTS.includes(hostname)) {
    throw unusable(parsed, `there is no such exchange; use ${KALSHI_ENDPOINTS.prod.restUrl}`);
  }
  if (protocol !== "https:" && environmentOf(url) !== "other") {
    throw unusable(parsed, "expected https: for Kalshi's own hosts");
  }
  if (parsed.search !== "") throw unusable(parsed, "expected no query");
  return parsed.href.replace(/\/+$/, "");
}

function isUnder(host: string, domain: string): boolean {
  return host === domain || host.endsWith(`.${domain}`);
}

function parseUrl(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new SsmdError("invalid_input", `Cannot use ${JSON.stringify(text)} as an address`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new SsmdError(
      "invalid_input",
      `Cannot use an address at ${url.host} with a user or password in it: expected none`,
    );
  }
  if (url.hash !== "") throw unusable(url, "expected no #");
  return url;
}

function unusable(url: URL, why: string): SsmdError {
  return new SsmdError("invalid_input", `Cannot use the address ${url.href}: ${why}`);
}
