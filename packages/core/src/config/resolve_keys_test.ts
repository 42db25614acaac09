import { SsmdError } from "../mod.ts";
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EnvironmentConfig } from "./environment_config.ts";
import { MINIMAL_ENVIRONMENT } from "./full_files_test_support.ts";
import { parseEnvironment } from "./parse_environment.ts";
import { resolveKeys, resolveSecret, type SecretSources } from "./resolve_keys.ts";
import { Secret } from "./secret.ts";

/** An environment with the key `kalshi` as `lines` say. */
function keyOf(...lines: readonly string[]): EnvironmentConfig {
  const body = ["type: api_key", ...lines].map((line) => `    ${line}\n`).join("");
  return parseEnvironment(`${MINIMAL_ENVIRONMENT}keys:\n  kalshi:\n${body}`, "env.yaml");
}

/** Variables and files, held in memory. */
function sourcesOf(env: Record<string, string>, files: Record<string, string> = {}): SecretSources {
  return {
    env,
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error(`no ${path}`), { code: "ENOENT" });
      return text;
    },
  };
}

async function valuesOf(environment: EnvironmentConfig, sources: SecretSources): Promise<unknown> {
  const secrets = await resolveKeys(environment, "kalshi", sources);
  return [...secrets].map(([field, secret]) => [field, secret.reveal(), secret.origin]);
}

const refusal = (message: string) => (error: unknown): boolean =>
  error instanceof SsmdError && error.code === "invalid_input" && error.message === message;

test("Fields take the values of their references in order, from variables and from files", async () => {
  const environment = keyOf("fields: [api_key, private_key]", "source: env:ID,file:./key.pem");
  const sources = sourcesOf({ ID: " abc\n" }, { "./key.pem": "-----BEGIN\nx\n-----END\n" });
  assert.deepEqual(await valuesOf(environment, sources), [
    ["api_key", "abc", "env:ID"],
    ["private_key", "-----BEGIN\nx\n-----END", "file:./key.pem"],
  ]);
});

test("A variable that is not set is named, and other values are not", async () => {
  const environment = keyOf("fields: [api_key, private_key]", "source: env:ID,KEY");
  await assert.rejects(
    valuesOf(environment, sourcesOf({ ID: "hunter2" })),
    refusal(
      'Cannot resolve "private_key" of the key "kalshi": the environment variable of env:KEY is not set',
    ),
  );
  await assert.rejects(
    valuesOf(environment, sourcesOf({ ID: "hunter2", KEY: " \n" })),
    refusal('Cannot resolve "private_key" of the key "kalshi": env:KEY is empty'),
  );
});

test("A name that every object has is no variable", async () => {
  await assert.rejects(
    valuesOf(keyOf("fields: [a]", "source: env:constructor"), sourcesOf({})),
    refusal(
      'Cannot resolve "a" of the key "kalshi": the environment variable of env:constructor is not set',
    ),
  );
});

test("A file that cannot be read is named with the reason, which is also the cause", async () => {
  await assert.rejects(
    valuesOf(keyOf("fields: [a]", "source: file:/no/such key.pem"), sourcesOf({})),
    (error) => {
      assert.ok(error instanceof SsmdError && error.cause instanceof Error);
      const message =
        'Cannot resolve "a" of the key "kalshi": file:/no/such key.pem is not readable (ENOENT)';
      return error.message === message && error.cause.message === "no /no/such key.pem";
    },
  );
  const rejecting = { env: {}, readFile: () => Promise.reject(new Error("a\nb")) };
  await assert.rejects(
    valuesOf(keyOf("fields: [a]", "source: file:x"), rejecting),
    refusal('Cannot resolve "a" of the key "kalshi": file:x is not readable ("a\\nb")'),
  );
});

test("A key that is not required may be left out, but not by half", async () => {
  const environment = keyOf("required: false", "fields: [a, b]", "source: env:A,B");
  assert.deepEqual(await valuesOf(environment, sourcesOf({})), []);
  await assert.rejects(
    valuesOf(environment, sourcesOf({ A: "hunter2" })),
    refusal('Cannot resolve "b" of the key "kalshi": the environment variable of env:B is not set'),
  );
});

test("An unknown key, and one without source, are refused", async () => {
  const environment = keyOf("fields: [a]");
  await assert.rejects(
    resolveKeys(environment, "kalsi", sourcesOf({})),
    refusal('Cannot find the key "kalsi": the environment\'s keys are "kalshi"'),
  );
  await assert.rejects(
    valuesOf(environment, sourcesOf({})),
    refusal('Cannot resolve the key "kalshi": it has no source'),
  );
});

test("A single secret is resolved alike, and one that was in the file is itself", async () => {
  const written = new Secret("hunter2", "configuration file");
  assert.equal(await resolveSecret(written, sourcesOf({})), written);
  const resolved = await resolveSecret({ kind: "env", name: "A" }, sourcesOf({ A: "x" }));
  assert.equal(resolved.reveal(), "x");
  await assert.rejects(
    resolveSecret({ kind: "env", name: "B" }, sourcesOf({ A: "x" })),
    refusal("Cannot resolve a secret: the environment variable of env:B is not set"),
  );
});
