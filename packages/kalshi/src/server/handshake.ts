import { Buffer } from "node:buffer";
import { constants, createPublicKey, type KeyObject, verify } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { type EpochMicros, messageOf, SsmdError } from "@ssmd/core";

/** A key that the exchange knows. */
export interface ExchangeKey {
  /** What a client sends as `KALSHI-ACCESS-KEY`. */
  readonly id: string;
  /** The public half as PEM: RSA or Ed25519. */
  readonly publicKeyPem: string;
}

/** How signatures are judged. */
export interface SignatureRules {
  /** The known keys; absent means that there are none. */
  readonly keys?: readonly ExchangeKey[];
  /** Whether requests without a signature pass, and without `keys` also every signature. */
  readonly allowUnsigned: boolean;
  /** How far a timestamp may be from the exchange's time, in ms. */
  readonly windowMs: number;
}

/** What a request's headers say about who sent it. */
export type SignatureVerdict =
  /** No signature at all. */
  | { readonly kind: "unsigned" }
  /** A good one. */
  | { readonly kind: "signed"; readonly keyId: string }
  /** One that does not hold, and why in a word. */
  | { readonly kind: "refused"; readonly details: string };

/** Judges Kalshi's three signature headers. */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, KeyObject>;
  readonly #rules: SignatureRules;

  /** Throws `SsmdError` `invalid_input` for a key that is neither RSA nor Ed25519. */
  constructor(rules: SignatureRules) {
    this.#rules = rules;
    this.#keys = new Map(rules.keys?.map((key) => [key.id, readKey(key)]));
  }

  /** Whether whoever sends `verdict` may connect. */
  admits(verdict: SignatureVerdict): boolean {
    return verdict.kind === "signed" || verdict.kind === "unsigned" && this.#rules.allowUnsigned;
  }

  /** Judges a request for `path`, without its query, at `now`, the exchange's clock. */
  judge(
    headers: IncomingHttpHeaders,
    method: string,
    path: string,
    now: EpochMicros,
  ): SignatureVerdict {
    const id = headers["kalshi-access-key"];
    const timestamp = headers["kalshi-access-timestamp"];
    const signature = headers["kalshi-access-signature"];
    if (id === undefined && timestamp === undefined && signature === undefined) {
      return { kind: "unsigned" };
    }
    if (typeof id !== "string" || typeof timestamp !== "string" || typeof signature !== "string") {
      return { kind: "refused", details: "MISSING_HEADER" };
    }
    if (this.#rules.keys === undefined && this.#rules.allowUnsigned) {
      return { kind: "signed", keyId: id };
    }
    const key = this.#keys.get(id);
    // Kalshi's word for a key of another environment as well.
    if (key === undefined) return { kind: "refused", details: "NOT_FOUND" };
    if (!/^\d{1,15}$/.test(timestamp)) return { kind: "refused", details: "INVALID_TIMESTAMP" };
    if (Math.abs(Number(timestamp) * 1000 - now) > this.#rules.windowMs * 1000) {
      return { kind: "refused", details: "TIMESTAMP_OUT_OF_WINDOW" };
    }
    if (!isSignedBy(key, `${timestamp}${method}${path}`, signature)) {
      return { kind: "refused", details: "INCORRECT_API_KEY_SIGNATURE" };
    }
    return { kind: "signed", keyId: id };
  }
}

function isSignedBy(key: KeyObject, text: string, signature: string): boolean {
  const bytes = Buffer.from(signature, "base64");
  // Standard base64 with its padding, nothing else.
  if (bytes.toString("base64") !== signature) return false;
  if (key.asymmetricKeyType === "ed25519") return verify(null, Buffer.from(text), key, bytes);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return verify("sha256", Buffer.from(text), { key, padding, saltLength: 32 }, bytes);
}

function readKey({ id, publicKeyPem }: ExchangeKey): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey(publicKeyPem);
  } catch (cause) {
    throw refusedKey(id, messageOf(cause), cause);
  }
  const type = key.asymmetricKeyType;
  if (type === "rsa" || type === "ed25519") return key;
  throw refusedKey(id, `found ${type}, expected rsa or ed25519`);
}

function refusedKey(id: string, why: string, cause?: unknown): SsmdError {
  const message = `Cannot use the public key of ${JSON.stringify(id)}: ${why}`;
  return new SsmdError("invalid_input", message, { cause });
}
