import { constants, type KeyObject, sign } from "node:crypto";

/** The headers that prove who asks; they hold for the time and path they were made for. */
export interface SignedHeaders {
  /** The key's id. */
  readonly "KALSHI-ACCESS-KEY": string;
  /** When it was signed, in Unix milliseconds. */
  readonly "KALSHI-ACCESS-TIMESTAMP": string;
  /** The signature in padded base64. */
  readonly "KALSHI-ACCESS-SIGNATURE": string;
}

/** The salt of RSA-PSS has the length of the digest, SHA-256's. */
const SALT_BYTES = 32;

/**
 * Signs time, method and path the way Kalshi checks it (reference: "API keys" in its documentation):
 * RSA-PSS with SHA-256, or Ed25519, by the kind of `key`. RSA-PSS is salted: no two signatures are
 * equal. `path` begins with `/` and has neither query nor host; a path with a query would be refused
 * by the exchange without saying why and is a `RangeError` here, as is a time that is no whole
 * number of milliseconds.
 */
export function signRequest(
  key: KeyObject,
  method: string,
  path: string,
  timeMs: number,
): string {
  if (!path.startsWith("/") || /[?#]/.test(path)) {
    throw new RangeError(
      `Cannot sign the path ${JSON.stringify(path)}: expected /… without ? and #`,
    );
  }
  if (!Number.isSafeInteger(timeMs) || timeMs < 0) {
    throw new RangeError(`Cannot sign for the time ${timeMs}: expected whole milliseconds`);
  }
  const text = Buffer.from(`${timeMs}${method.toUpperCase()}${path}`, "utf8");
  const signature = key.asymmetricKeyType === "ed25519"
    ? sign(null, text, key)
    : sign("sha256", text, {
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: SALT_BYTES,
    });
  return signature.toString("base64");
}
