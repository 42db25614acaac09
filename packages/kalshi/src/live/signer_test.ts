import assert from "node:assert/strict";
import { constants, generateKeyPairSync, verify } from "node:crypto";
import { test } from "node:test";
import { signRequest } from "./signer.ts";

const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ed = generateKeyPairSync("ed25519");
const PATH = "/trade-api/ws/v2";
const TEXT = Buffer.from(`1703123456789GET${PATH}`);

function verifiesRsa(signature: string, saltLength: number): boolean {
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const key = { key: rsa.publicKey, padding, saltLength };
  return verify("sha256", TEXT, key, Buffer.from(signature, "base64"));
}

test("an RSA signature is RSA-PSS with SHA-256 and a salt of 32 bytes over time, method and path", () => {
  const signature = signRequest(rsa.privateKey, "get", PATH, 1703123456789);
  assert.equal(Buffer.from(signature, "base64").length, 256);
  assert.ok(verifiesRsa(signature, 32));
  assert.ok(!verifiesRsa(signature, 20));
  assert.ok(!verifiesRsa(signRequest(rsa.privateKey, "GET", PATH, 1703123456788), 32));
  assert.ok(!verifiesRsa(signRequest(rsa.privateKey, "POST", PATH, 1703123456789), 32));
  assert.ok(!verifiesRsa(signRequest(rsa.privateKey, "GET", "/ws/v2", 1703123456789), 32));
});

test("an Ed25519 signature is the plain one of RFC 8032", () => {
  const signature = signRequest(ed.privateKey, "GET", PATH, 1703123456789);
  assert.ok(verify(null, TEXT, ed.publicKey, Buffer.from(signature, "base64")));
  assert.equal(signature.length, 88);
});

test("a path with a query or host, and a time with fractions, are refused before they are signed", () => {
  for (const path of ["/markets?limit=1", "/markets#a", "markets", "https://x/y", ""]) {
    assert.throws(() => signRequest(ed.privateKey, "GET", path, 1), RangeError);
  }
  for (const time of [1.5, -1, NaN, Infinity]) {
    assert.throws(() => signRequest(ed.privateKey, "GET", "/", time), RangeError);
  }
});
