import { messageOf, SsmdError } from "@ssmd/core";

/** The part of `fetch` that is used. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** One answer, read to its end. */
export interface HttpAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** The body's bytes. */
  readonly body: Uint8Array;
  /** The `Date` header. */
  readonly date?: string;
  /** The `Age` header. */
  readonly age?: string;
  /** The `Location` header. */
  readonly location?: string;
  /** The `Retry-After` header. */
  readonly retryAfter?: string;
}

/** How {@link sendGet} asks. */
export interface SendOptions {
  /** Sends it. */
  readonly fetch: Fetch;
  /** Headers beside `Accept`. */
  readonly headers: Readonly<Record<string, string>>;
  /** How long everything may take, the body included, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends the request; the promise rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** The exchange's largest answers have some MB; more than this is no answer of its. */
const MAX_BODY_BYTES = 64 * 1024 * 1024;

/**
 * One GET, whatever its status; redirects are not followed, they would take the signature along.
 * Throws `SsmdError` `unreachable` when there is no whole answer in time.
 */
export async function sendGet(url: string, options: SendOptions): Promise<HttpAnswer> {
  const { signal, timeoutMs } = options;
  signal?.throwIfAborted();
  const stop = new AbortController();
  const onAbort = () => stop.abort(signal?.reason);
  signal?.addEventListener("abort", onAbort);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    stop.abort();
  }, timeoutMs);
  try {
    const response = await options.fetch(url, {
      method: "GET",
      headers: { Accept: "application/json", ...options.headers },
      redirect: "manual",
      signal: stop.signal,
    });
    const body = await readBody(response);
    return { status: response.status, body, ...headersOf(response.headers) };
  } catch (cause) {
    if (signal?.aborted) throw signal.reason;
    const why = late ? `no answer within ${timeoutMs} ms` : networkMessage(cause);
    throw new SsmdError("unreachable", `Cannot get ${url}: ${why}`, { cause });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
}

async function readBody(response: Response): Promise<Uint8Array> {
  if (response.body === null) return new Uint8Array(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > MAX_BODY_BYTES) {
      await reader.cancel();
      throw new Error(`the answer has more than ${MAX_BODY_BYTES} bytes`);
    }
    chunks.push(value);
  }
  const body = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    body.set(chunk, at);
    at += chunk.length;
  }
  return body;
}

function headersOf(headers: Headers): Omit<HttpAnswer, "status" | "body"> {
  const date = headers.get("date");
  const age = headers.get("age");
  const location = headers.get("location");
  const retryAfter = headers.get("retry-after");
  return {
    ...(date !== null && { date }),
    ...(age !== null && { age }),
    ...(location !== null && { location }),
    ...(retryAfter !== null && { retryAfter }),
  };
}

/** `fetch failed` of Node says nothing; what went wrong is its cause. */
function networkMessage(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return messageOf(cause instanceof Error && cause.message !== "" ? cause : error);
}
