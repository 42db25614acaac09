import assert from "node:assert/strict";
import { test } from "node:test";
import { format, inspect } from "node:util";
import { Secret } from "./secret.ts";

test("A secret shows where it came from, and its value only when asked", () => {
  const secret = new Secret("hunter2", "env:PASSWORD");
  assert.equal(secret.reveal(), "hunter2");
  assert.equal(`${secret}`, "Secret(env:PASSWORD)");
  const shown = [
    String(secret),
    JSON.stringify({ secret, list: [secret] }),
    inspect({ secret }, { showHidden: true, depth: 9 }),
    format("%s %o %O %j", secret, secret, secret, secret),
    JSON.stringify(Object.entries(secret)),
    JSON.stringify(structuredClone(secret)),
  ];
  for (const text of shown) assert.doesNotMatch(text, /hunter2/);
});
