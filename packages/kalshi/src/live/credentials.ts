import type { KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { messageOf, SsmdError } from "@ssmd/core";
import { parsePrivateKey } from "./private_key.ts";
import { type SignedHeaders, signRequest } from "./signer.ts";

/** Where credentials are looked for; `process.env` or a part of it. */
export type KalshiEnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** Ids are UUIDs today; whatever fits into a header without quoting is let through. */
const KEY_ID = /^[!-~]{1,200}$/;
const MIN_RSA_BITS = 2048;

/**
 * A key id and its private key. Printing, inspecting and serialising show neither, since both are
 * private fields. RSA keys below 2048 bits are accepted, since the exchange decides, but carry a
 * {@link warning}.
 */
export class KalshiCredentials {
  /** The kind of the key. */
  readonly algorithm: "rsa" | "ed25519";
  /** What a person should know about the key although it works; absent when there is nothing. */
  readonly warning?: string;
  readonly #keyId: string;
  readonly #key: KeyObject;

  private constructor(keyId: string, key: KeyObject) {
    this.#keyId = keyId;
    this.algorithm = key.asymmetricKeyType === "ed25519" ? "ed25519" : "rsa";
    this.#key = key;
    const bits = key.asymmetricKeyDetails?.modulusLength;
    if (bits !== undefined && bits < MIN_RSA_BITS) {
      this.warning = `The RSA key has ${bits} bits; Kalshi issues ${MIN_RSA_BITS}`;
    }
  }

  /**
   * Credentials from the text of a PEM: RSA as PKCS#1 or PKCS#8, or Ed25519 as PKCS#8; line ends may
   * be written as `\n`. Throws `SsmdError` `invalid_input`, never with a part of the text.
   */
  static fromPem(keyId: string, pem: string): KalshiCredentials {
    const id = checkKeyId(keyId);
    const credentials = new KalshiCredentials(id, parsePrivateKey(pem));
    try {
      credentials.sign("GET", "/", 0);
    } catch {
      // Without a cause: the crypto library's error might quote the key.
      throw new SsmdError(
        "invalid_input",
        "Cannot use the private key: it cannot sign, its parts do not fit or it is too short",
      );
    }
    return credentials;
  }

  /**
   * Credentials from a PEM file. Throws `SsmdError` `not_found`, or `invalid_input` that names the
   * file.
   */
  static async fromFile(keyId: string, path: string): Promise<KalshiCredentials> {
    const text = await readFile(path, "utf8").catch((cause: NodeJS.ErrnoException) => {
      const missing = cause.code === "ENOENT";
      const hint = path.startsWith("~") ? "; ~ stands for a home folder in shells only" : "";
      throw new SsmdError(
        missing ? "not_found" : "invalid_input",
        `Cannot read the private key file ${JSON.stringify(path)}: ${
          missing ? `there is no such file${hint}` : messageOf(cause)
        }`,
        { cause },
      );
    });
    try {
      return KalshiCredentials.fromPem(keyId, text);
    } catch (error) {
      throw new SsmdError("invalid_input", `${messageOf(error)} (file ${JSON.stringify(path)})`);
    }
  }

  /**
   * Credentials from `KALSHI_API_KEY` and either `KALSHI_PRIVATE_KEY` (the PEM's text) or
   * `KALSHI_PRIVATE_KEY_PATH`; `undefined` when none of them is set. Empty counts as not set. Throws
   * `SsmdError` `invalid_input` when one is missing or both forms of the key are set.
   */
  static async fromEnvironment(
    variables: KalshiEnvironmentVariables,
  ): Promise<KalshiCredentials | undefined> {
    const keyId = given(variables, "KALSHI_API_KEY");
    const pem = given(variables, "KALSHI_PRIVATE_KEY");
    const path = given(variables, "KALSHI_PRIVATE_KEY_PATH");
    if (keyId === undefined && pem === undefined && path === undefined) return undefined;
    if (keyId === undefined) throw unusable("KALSHI_API_KEY is not set, but the private key is");
    if (pem !== undefined && path !== undefined) {
      throw unusable("both KALSHI_PRIVATE_KEY and KALSHI_PRIVATE_KEY_PATH are set; expected one");
    }
    if (path !== undefined) return await KalshiCredentials.fromFile(keyId, path);
    if (pem !== undefined) return KalshiCredentials.fromPem(keyId, pem);
    throw unusable("neither KALSHI_PRIVATE_KEY nor KALSHI_PRIVATE_KEY_PATH is set");
  }

  /** The id that the exchange gave the key, as it travels in the header. */
  get keyId(): string {
    return this.#keyId;
  }

  /**
   * The headers for one request: `path` is the full path without query, `timeMs` the Unix time in
   * milliseconds, which the exchange compares with its own. Throws `RangeError` for another path or
   * time.
   */
  sign(method: string, path: string, timeMs: number): SignedHeaders {
    const signature = signRequest(this.#key, method, path, timeMs);
    return {
      "KALSHI-ACCESS-KEY": this.#keyId,
      "KALSHI-ACCESS-TIMESTAMP": String(timeMs),
      "KALSHI-ACCESS-SIGNATURE": signature,
    };
  }

  /** For a log: the beginning of the id and the kind of key. */
  toString(): string {
    return `KalshiCredentials(${this.#keyId.slice(0, 8)}…, ${this.algorithm})`;
  }
}

function checkKeyId(keyId: string): string {
  const id = keyId.trim().replace(/^["']|["']$/g, "");
  // The text is never shown: people paste the private key here.
  if (id.includes("-----BEGIN")) {
    throw unusable("the key id holds a PEM; id and private key may be swapped");
  }
  if (!KEY_ID.test(id)) {
    throw unusable(`the key id has ${id.length} characters; expected a text without spaces`);
  }
  return id;
}

function given(variables: KalshiEnvironmentVariables, name: string): string | undefined {
  const value = variables[name];
  return value === undefined || value.trim() === "" ? undefined : value;
}

function unusable(why: string): SsmdError {
  return new SsmdError("invalid_input", `Cannot use Kalshi's credentials: ${why}`);
}
