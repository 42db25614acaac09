import { generateKeyPairSync } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  type ExchangeSource,
  KalshiExchange,
  type KalshiExchangeOptions,
} from "@ssmd/kalshi/server";

/** The id of the key that the exchange knows. */
export const KEY_ID = "5d1c2a52-8a0e-4c33-9a27-0d1c2b3a4f5e";

/** An exchange and the files with which `ssmd capture` records it. */
export interface CaptureSetup {
  readonly exchange: KalshiExchange;
  /** The arguments `--feed FILE --env FILE --out DIR`. */
  readonly args: readonly string[];
  /** The archive's folder. */
  readonly root: string;
}

/** What of the environment's file is not the usual. */
export interface SetupOptions extends KalshiExchangeOptions {
  /** Lines below `subscription:`. */
  readonly subscription?: readonly string[];
  /** Lines below `storage:`. */
  readonly storage?: readonly string[];
}

/** Starts an exchange that takes one key, and writes that key, a feed and an environment into `folder`. */
export async function startSetup(
  folder: string,
  source: ExchangeSource,
  { subscription = [], storage = [], ...options }: SetupOptions = {},
): Promise<CaptureSetup> {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519", {
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const exchange = await KalshiExchange.start(source, {
    keys: [{ id: KEY_ID, publicKeyPem: publicKey }],
    ...options,
  });
  const file = (name: string): string => join(folder, name);
  await writeFile(file("key.pem"), privateKey, { mode: 0o600 });
  await writeFile(file("key.id"), KEY_ID);
  await writeFile(
    file("feed.yaml"),
    yaml(
      "name: kalshi",
      "type: websocket",
      "versions:",
      "  - version: v2",
      "    effective_from: 2025-01-01",
      "    protocol: {transport: wss, message: json}",
      `    endpoint: ${exchange.webSocketUrl}`,
    ),
  );
  await writeFile(
    file("env.yaml"),
    yaml(
      "name: test",
      "feed: kalshi",
      "schema: trade:v1",
      "keys:",
      "  kalshi:",
      "    type: api_key",
      "    fields: [api_key, private_key]",
      `    source: "file:${file("key.id")},file:${file("key.pem")}"`,
      "subscription:",
      "  batch_size: 100",
      ...subscription.map((line) => `  ${line}`),
      "transport: {type: memory}",
      "storage:",
      "  type: local",
      ...storage.map((line) => `  ${line}`),
    ),
  );
  const root = file("archive");
  const args = ["--feed", file("feed.yaml"), "--env", file("env.yaml"), "--out", root];
  return { exchange, args, root };
}

function yaml(...lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
