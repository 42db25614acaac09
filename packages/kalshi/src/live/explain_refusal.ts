import type { Clock } from "@ssmd/core";
import {
  diagnoseRefusal,
  type Refusal,
  type RefusalDiagnosis,
  type RefusedRequest,
} from "./refusal.ts";
import { type Fetch, sendGet } from "./send_get.ts";

/** How {@link explainRefusal} asks for the exchange's time. */
export interface ExplainRefusalOptions {
  /** The REST base of the exchange that refused. */
  readonly restUrl: string;
  /** Our clock. */
  readonly clock: Clock;
  /** Default the runtime's. */
  readonly fetch?: Fetch;
  /** How long to wait for the exchange's time; default 5000. */
  readonly timeoutMs?: number;
  /** Ends the question early; what is known then is explained. */
  readonly signal?: AbortSignal;
}

/**
 * Explains a refusal as {@link diagnoseRefusal} does. When credentials were refused without a `Date`,
 * one unsigned `GET /exchange/status` asks for it, so that a wrong clock is told from a wrong key; if
 * that fails too, the refusal is explained without it. Never rejects.
 */
export async function explainRefusal(
  refusal: Refusal,
  request: RefusedRequest,
  options: ExplainRefusalOptions,
): Promise<RefusalDiagnosis> {
  const first = diagnoseRefusal(refusal, request);
  if (refusal.status !== 401 || first.skewSeconds !== undefined) return first;
  try {
    const answer = await sendGet(`${options.restUrl}/exchange/status`, {
      fetch: options.fetch ?? fetch,
      headers: {},
      timeoutMs: options.timeoutMs ?? 5000,
      ...(options.signal && { signal: options.signal }),
    });
    const { date, age } = answer;
    const dated = {
      ...refusal,
      ...(date !== undefined && { date }),
      ...(age !== undefined && { age }),
    };
    return diagnoseRefusal(dated, { ...request, now: options.clock.now() });
  } catch {
    return first; // the exchange's time stays unknown, which the explanation allows for
  }
}
