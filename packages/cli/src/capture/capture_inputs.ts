import { SsmdError } from "@ssmd/core";
import {
  type EnvironmentConfig,
  type FeedConfig,
  parseEnvironment,
  parseFeed,
  resolveKeys,
} from "@ssmd/core/config";
import { KalshiCredentials } from "@ssmd/kalshi/live";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { readText } from "../read_text.ts";

/** The two files of a capture. */
export interface CaptureFiles {
  /** What is captured. */
  readonly feed: FeedConfig;
  /** How this deployment captures it. */
  readonly environment: EnvironmentConfig;
}

/** Reads both files. Throws `SsmdError` that names the file, and the place in it where there is one. */
export async function readCaptureFiles(
  feedFile: string,
  environmentFile: string,
): Promise<CaptureFiles> {
  const feed = parseFeed(await readText(feedFile, "feed"), basename(feedFile));
  const text = await readText(environmentFile, "environment");
  return { feed, environment: parseEnvironment(text, basename(environmentFile)) };
}

/**
 * The credentials of the environment's key `keyId`, or of `KALSHI_API_KEY` and `KALSHI_PRIVATE_KEY`
 * in `variables` when there is no such key; `undefined` when neither is given. Throws `SsmdError`
 * that names references, never values.
 */
export async function loadCredentials(
  environment: EnvironmentConfig,
  keyId: string | undefined,
  variables: Readonly<Record<string, string | undefined>>,
): Promise<KalshiCredentials | undefined> {
  if (keyId === undefined) return await KalshiCredentials.fromEnvironment(variables);
  const fields = await resolveKeys(environment, keyId, {
    env: variables,
    readFile: (path) => readFile(path, "utf8"),
  });
  if (fields.size === 0) return undefined;
  const secrets = [...fields];
  const pem = secrets.find(([name]) => /private|secret|pem/i.test(name)) ?? secrets[1];
  const id = secrets.find((entry) => entry !== pem);
  if (id === undefined || pem === undefined) {
    throw new SsmdError(
      "invalid_input",
      `Cannot use the key ${
        JSON.stringify(keyId)
      }: expected two fields, the key's id and the private key`,
    );
  }
  return KalshiCredentials.fromPem(id[1].reveal(), pem[1].reveal());
}
