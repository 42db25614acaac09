import assert from "node:assert/strict";
import { constants, generateKeyPairSync, verify } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { inspect } from "node:util";
import { SsmdError } from "@ssmd/core";
import { KalshiCredentials } from "./credentials.ts";

const ID = "a952bcbe-ec3b-4b5b-b8f9-11dae589608c";
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ed = generateKeyPairSync("ed25519");
const PEM = String(rsa.privateKey.export({ type: "pkcs1", format: "pem" }));
const ED_PEM = String(ed.privateKey.export({ type: "pkcs8", format: "pem" }));

async function refused(step: () => unknown): Promise<SsmdError> {
  try {
    await step();
  } catch (error) {
    assert.ok(error instanceof SsmdError, String(error));
    return error;
  }
  assert.fail("it was accepted");
}

test("the headers name the key and the time and carry a signature that its public key proves", () => {
  const credentials = KalshiCredentials.fromPem(` ${ID}\n`, PEM);
  const headers = credentials.sign("GET", "/trade-api/v2/markets", 1703123456789);
  assert.equal(headers["KALSHI-ACCESS-KEY"], ID);
  assert.equal(headers["KALSHI-ACCESS-TIMESTAMP"], "1703123456789");
  const key = { key: rsa.publicKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 };
  const signature = Buffer.from(headers["KALSHI-ACCESS-SIGNATURE"], "base64");
  assert.ok(verify("sha256", Buffer.from("1703123456789GET/trade-api/v2/markets"), key, signature));
  assert.equal(credentials.algorithm, "rsa");
  assert.equal(credentials.warning, undefined);
  assert.equal(KalshiCredentials.fromPem(ID, ED_PEM).algorithm, "ed25519");
});

test("neither printing, inspecting nor serialising shows the key or the whole id", () => {
  const credentials = KalshiCredentials.fromPem(ID, PEM);
  const secrets = [ID, ...PEM.split("\n").slice(1, -2).map((line) => line.slice(0, 16))];
  const shown = [
    String(credentials),
    `${credentials}`,
    inspect(credentials, { depth: 9, showHidden: true }),
    JSON.stringify({ credentials }),
    JSON.stringify(Object.entries(credentials)),
    inspect(new Error("x", { cause: credentials })),
  ];
  for (const text of shown) {
    for (const secret of secrets) assert.ok(!text.includes(secret), text);
    assert.ok(!text.includes("PRIVATE KEY"), text);
  }
});

test("a short RSA key works but says that it is short; one that cannot sign is refused", async () => {
  const short = generateKeyPairSync("rsa", { modulusLength: 1024 });
  const pem = String(short.privateKey.export({ type: "pkcs8", format: "pem" }));
  assert.match(KalshiCredentials.fromPem(ID, pem).warning ?? "", /1024 bits/);
  const tiny = generateKeyPairSync("rsa", { modulusLength: 512 });
  const tinyPem = String(tiny.privateKey.export({ type: "pkcs8", format: "pem" }));
  const error = await refused(() => KalshiCredentials.fromPem(ID, tinyPem));
  assert.match(error.message, /cannot sign/);
});

test("an id that cannot be a header is refused without showing it", async () => {
  for (const id of ["", "two words", "line\nbreak", "ключ", "x".repeat(201)]) {
    const error = await refused(() => KalshiCredentials.fromPem(id, PEM));
    assert.match(error.message, /key id has \d+ characters/);
  }
  const swapped = await refused(() => KalshiCredentials.fromPem(PEM, ID));
  assert.match(swapped.message, /swapped/);
  assert.ok(!swapped.message.includes(PEM.slice(40, 60)));
});

test("a file gives the same credentials; a missing or wrong file is named", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ssmd-key-"));
  try {
    const path = join(folder, "key.pem");
    await writeFile(path, PEM.replaceAll("\n", "\r\n"));
    assert.equal((await KalshiCredentials.fromFile(ID, path)).keyId, ID);
    const missing = await refused(() => KalshiCredentials.fromFile(ID, join(folder, "no.pem")));
    assert.equal(missing.code, "not_found");
    assert.match(missing.message, /no\.pem": there is no such file$/);
    const home = await refused(() => KalshiCredentials.fromFile(ID, "~/no.pem"));
    assert.match(home.message, /~ stands for a home folder in shells only/);
    await writeFile(path, "nonsense");
    const wrong = await refused(() => KalshiCredentials.fromFile(ID, path));
    assert.match(wrong.message, /it is no PEM.*key\.pem/);
    const unreadable = await refused(() => KalshiCredentials.fromFile(ID, folder));
    assert.equal(unreadable.code, "invalid_input");
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the environment gives credentials when it is complete and clear", async () => {
  const folder = await mkdtemp(join(tmpdir(), "ssmd-key-"));
  try {
    const path = join(folder, "key.pem");
    await writeFile(path, ED_PEM);
    const text = PEM.replaceAll("\n", "\\n");
    const inText = { KALSHI_API_KEY: ID, KALSHI_PRIVATE_KEY: text, KALSHI_PRIVATE_KEY_PATH: " " };
    assert.equal((await KalshiCredentials.fromEnvironment(inText))?.algorithm, "rsa");
    const inFile = { KALSHI_API_KEY: ID, KALSHI_PRIVATE_KEY_PATH: path };
    assert.equal((await KalshiCredentials.fromEnvironment(inFile))?.algorithm, "ed25519");
    assert.equal(await KalshiCredentials.fromEnvironment({ OTHER: "x" }), undefined);
    const cases = [
      [{ KALSHI_API_KEY: ID }, /neither KALSHI_PRIVATE_KEY nor/],
      [{ KALSHI_PRIVATE_KEY: text }, /KALSHI_API_KEY is not set/],
      [{ ...inFile, KALSHI_PRIVATE_KEY: text }, /both/],
    ] as const;
    for (const [variables, expected] of cases) {
      const error = await refused(() => KalshiCredentials.fromEnvironment(variables));
      assert.match(error.message, expected);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
