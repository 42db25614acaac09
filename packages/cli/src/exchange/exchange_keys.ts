import { generateKeyPair, randomUUID } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { messageOf, SsmdError } from "@ssmd/core";
import type { ExchangeKey } from "@ssmd/kalshi/server";

/** A key pair that was made for those who want to connect. */
export interface WrittenKey extends ExchangeKey {
  /** The private half's file, absolute. */
  readonly path: string;
}

/** The key in `ID:FILE`, whose file holds the public half. Throws `SsmdError`. */
export async function readKey(text: string): Promise<ExchangeKey> {
  const colon = text.indexOf(":");
  if (colon <= 0 || colon === text.length - 1) {
    throw new SsmdError(
      "invalid_input",
      `Cannot use ${JSON.stringify(text)} as a key: expected ID:FILE, the file with a public key`,
    );
  }
  const file = text.slice(colon + 1);
  const publicKeyPem = await readFile(file, "utf8").catch((cause: NodeJS.ErrnoException) => {
    const missing = cause.code === "ENOENT";
    throw new SsmdError(
      missing ? "not_found" : "invalid_input",
      `Cannot read the public key ${JSON.stringify(file)}: ${
        missing ? "there is no such file" : messageOf(cause)
      }`,
      { cause },
    );
  });
  if (publicKeyPem.includes("PRIVATE KEY")) {
    throw new SsmdError(
      "invalid_input",
      `Cannot use ${
        JSON.stringify(file)
      }: it holds a private key; the exchange needs the public one`,
    );
  }
  return { id: text.slice(0, colon), publicKeyPem };
}

/**
 * Makes an RSA key as Kalshi issues them and writes its private half to `file`, for its owner alone.
 * Throws `SsmdError` `already_exists` rather than replace a file, `write_failed` otherwise.
 */
export async function writeKey(file: string): Promise<WrittenKey> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
  });
  const options = { mode: 0o600, flag: "wx" };
  await writeFile(file, privateKey, options).catch((cause: NodeJS.ErrnoException) => {
    const exists = cause.code === "EEXIST";
    throw new SsmdError(
      exists ? "already_exists" : "write_failed",
      `Cannot write the private key ${JSON.stringify(file)}: ${
        exists ? "the file exists; choose another" : messageOf(cause)
      }`,
      { cause },
    );
  });
  return { id: randomUUID(), publicKeyPem: publicKey, path: resolve(file) };
}
