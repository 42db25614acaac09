import assert from "node:assert/strict";
import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { test } from "node:test";
import { SsmdError } from "@ssmd/core";
import fc from "fast-check";
import { parsePrivateKey } from "./private_key.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ed = generateKeyPairSync("ed25519");
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const PKCS1 = pem(rsa.privateKey, "pkcs1");
const PKCS8 = pem(rsa.privateKey, "pkcs8");
const ED = pem(ed.privateKey, "pkcs8");

function pem(key: KeyObject, type: "pkcs1" | "pkcs8"): string {
  return String(key.export({ type, format: "pem" }));
}

function refusal(text: string): string {
  try {
    parsePrivateKey(text);
  } catch (error) {
    assert.ok(error instanceof SsmdError);
    assert.equal(error.code, "invalid_input");
    assert.equal(error.cause, undefined);
    return error.message;
  }
  assert.fail("it was accepted");
}

test("RSA keys as PKCS#1 and PKCS#8 and Ed25519 keys are the keys that were written", () => {
  const original = rsa.privateKey.export({ type: "pkcs8", format: "der" });
  for (const text of [PKCS1, PKCS8]) {
    assert.deepEqual(parsePrivateKey(text).export({ type: "pkcs8", format: "der" }), original);
  }
  assert.equal(parsePrivateKey(ED).asymmetricKeyType, "ed25519");
});

test("what environment files, YAML and shells do to line ends is undone", () => {
  const forms: ((text: string) => string)[] = [
    (text) => text.replaceAll("\n", "\\n"),
    (text) => text.replaceAll("\n", "\\r\\n"),
    (text) => text.replaceAll("\n", "\\\\n"),
    (text) => `"${text.replaceAll("\n", "\\n")}"`,
    (text) => `'${text}'`,
    (text) => text.replaceAll("\n", "\r\n"),
    (text) => text.replaceAll("\n", " "),
    (text) => text.split("\n").map((line) => `    ${line}`).join("\n"),
    (text) => `\uFEFF\n\n${text}\n\n`,
    (text) => `Bag Attributes\n  friendlyName: x\n${text}`,
    (text) => `${String(rsa.publicKey.export({ type: "spki", format: "pem" }))}${text}`,
  ];
  for (const original of [PKCS1, PKCS8, ED]) {
    const expected = parsePrivateKey(original).export({ type: "pkcs8", format: "der" });
    for (const form of forms) {
      const read = parsePrivateKey(form(original)).export({ type: "pkcs8", format: "der" });
      assert.deepEqual(read, expected, String(form));
    }
  }
});

test("each wrong thing that people paste is called by its name", () => {
  const encrypted = String(
    rsa.privateKey.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" }),
  );
  const body = PKCS1.split("\n").slice(1, -2);
  const legacy = [
    "-----BEGIN RSA PRIVATE KEY-----",
    "Proc-Type: 4,ENCRYPTED",
    "DEK-Info: AES-128-CBC,00",
    "",
    ...body,
    "-----END RSA PRIVATE KEY-----",
  ].join("\n");
  const cases: readonly (readonly [string, RegExp])[] = [
    ["", /it is empty/],
    ["secret", /it is no PEM/],
    ["/etc/kalshi/key.pem", /path of a file/],
    ["~/kalshi.key", /path of a file/],
    ["a952bcbe-ec3b-4b5b-b8f9-11dae589608c", /looks like a key id/],
    [body.join(""), /BEGIN and END lines are missing/],
    [String(rsa.publicKey.export({ type: "spki", format: "pem" })), /public key/],
    [String(rsa.publicKey.export({ type: "pkcs1", format: "pem" })), /public key/],
    ["-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----", /a certificate/],
    [encrypted, /the key is encrypted/],
    [legacy, /the key is encrypted/],
    [String(ec.privateKey.export({ type: "sec1", format: "pem" })), /an EC key/],
    [pem(ec.privateKey, "pkcs8"), /an EC key/],
    ["-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----", /OpenSSH/],
    [PKCS1.slice(0, 900), /END line is missing/],
    [PKCS1.replace(body[3]!, ""), /lines are lost/],
    [PKCS1.replace(body[3]!, body[3]!.slice(1)), /base64 text is cut/],
    [PKCS1.replace(body[3]!, "…"), /other characters/],
    ["-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----", /base64 text is empty/],
    ["-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", /no such key, or damaged/],
    [PKCS1.replaceAll("RSA PRIVATE", "PRIVATE"), /no such key, or damaged/],
    [PKCS1 + ED, /2 private keys/],
  ];
  for (const [text, expected] of cases) {
    const message = refusal(text);
    assert.match(message, expected);
    assert.ok(!message.includes("\n"), message);
  }
});

test("no error shows a part of the key, whatever is damaged", () => {
  const lines = PKCS8.trim().split("\n");
  const secrets = lines.slice(1, -2).flatMap((line) => [line.slice(0, 12), line.slice(30, 42)]);
  const damage = fc.record({
    from: fc.nat(PKCS8.length),
    remove: fc.nat(80),
    insert: fc.string({ maxLength: 5 }),
  });
  fc.assert(fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
    let text = PKCS8;
    for (const { from, remove, insert } of damages) {
      text = text.slice(0, from) + insert + text.slice(from + remove);
    }
    try {
      parsePrivateKey(text);
    } catch (error) {
      assert.ok(error instanceof SsmdError, String(error));
      const shown = `${error.message} ${JSON.stringify(error)} ${String(error.cause)}`;
      for (const secret of secrets) assert.ok(!shown.includes(secret), shown);
    }
  }));
});
