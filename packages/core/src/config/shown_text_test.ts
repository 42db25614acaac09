import assert from "node:assert/strict";
import fc from "fast-check";
import { test } from "node:test";
import { showText } from "./shown_text.ts";

test("A shown text is quoted, and cut when it is long", () => {
  assert.equal(showText("wss"), '"wss"');
  assert.equal(showText('a "b" \\'), '"a \\"b\\" \\\\"');
  assert.equal(showText("ab ".repeat(100)), `"${"ab ".repeat(13)}a…"`);
});

test("Nothing in a shown text can break a line, turn its direction or end it", () => {
  assert.equal(showText("a\nb\r\u2028\u202e\0"), '"a\\nb\\u{d}\\u{2028}\\u{202e}\\u{0}"');
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    assert.match(showText(text), /^[^\p{C}\p{Zl}\p{Zp}]+$/u);
  }));
});

test("What looks like a secret is not shown", () => {
  const secrets = [
    "-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----",
    "3f0c2f9e-8a51-4a0c-9c6e-1f2e3d4c5b6a",
    "key 3F0C2F9E-8A51-4A0C-9C6E-1F2E3D4C5B6A",
    "MIIEowIBAAKCAQEA0Z3VS5JJcds3xfn/ygWyF8PbnGy0AHB7",
    "nats://me:hunter2@nats.example.org:4222",
  ];
  for (const secret of secrets) {
    assert.equal(showText(secret), `a text of ${secret.length} characters that is not shown`);
  }
});
