import { messageOf, SsmdError } from "../mod.ts";
import type { EnvironmentConfig } from "./environment_config.ts";
import { Secret } from "./secret.ts";
import { formatReference, type SecretReference } from "./secret_reference.ts";
import { showText } from "./shown_text.ts";

/** Where secrets are looked up. */
export interface SecretSources {
  /** Environment variables, for example `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Gives a file's text. What it throws is named in the error and becomes its `cause`. */
  readonly readFile: (path: string) => string | Promise<string>;
}

/**
 * The secrets of `environment.keys[keyId]` by field, in the order of its fields. A key that is not
 * required, refers to environment variables only and has none of them set gives an empty map. Throws
 * `SsmdError` `invalid_input` that names the reference, never a value, for a secret that is missing,
 * empty or unreadable, an unknown key, and a key without `source`.
 */
export async function resolveKeys(
  environment: EnvironmentConfig,
  keyId: string,
  sources: SecretSources,
): Promise<ReadonlyMap<string, Secret>> {
  const key = environment.keys.get(keyId);
  if (key === undefined) {
    const known = [...environment.keys.keys()].map(showText).join(", ") || "none";
    throw refusal(`Cannot find the key ${showText(keyId)}: the environment's keys are ${known}`);
  }
  if (key.source === undefined) {
    throw refusal(`Cannot resolve the key ${showText(keyId)}: it has no source`);
  }
  const unset = key.source.every((each) => each.kind === "env" && !isSet(each.name, sources));
  const secrets = new Map<string, Secret>();
  if (unset && !key.required) return secrets;
  for (const [index, field] of key.fields.entries()) {
    const reference = key.source[index]!;
    const what = `${showText(field)} of the key ${showText(keyId)}`;
    secrets.set(field, await resolve(reference, sources, what));
  }
  return secrets;
}

/**
 * The secret that `reference` names; one that is a secret already comes back as it is. White space
 * around it is dropped. Throws like {@link resolveKeys}.
 */
export function resolveSecret(
  reference: SecretReference | Secret,
  sources: SecretSources,
): Promise<Secret> {
  if (reference instanceof Secret) return Promise.resolve(reference);
  return resolve(reference, sources, "a secret");
}

async function resolve(
  reference: SecretReference,
  sources: SecretSources,
  what: string,
): Promise<Secret> {
  const origin = formatReference(reference);
  let value: string | undefined;
  if (reference.kind === "env") {
    value = isSet(reference.name, sources) ? sources.env[reference.name] : undefined;
    if (value === undefined) {
      throw refusal(`Cannot resolve ${what}: the environment variable of ${origin} is not set`);
    }
  } else {
    try {
      value = await sources.readFile(reference.path);
    } catch (cause) {
      throw refusal(`Cannot resolve ${what}: ${origin} is not readable (${codeOf(cause)})`, cause);
    }
  }
  const trimmed = value.trim();
  if (trimmed === "") throw refusal(`Cannot resolve ${what}: ${origin} is empty`);
  return new Secret(trimmed, origin);
}

/** Names such as `constructor` are on every object, and no text. */
function isSet(name: string, sources: SecretSources): boolean {
  return typeof sources.env[name] === "string";
}

function codeOf(cause: unknown): string {
  const code: unknown = cause instanceof Error && "code" in cause ? cause.code : undefined;
  return typeof code === "string" ? code : oneLineOf(cause);
}

function oneLineOf(cause: unknown): string {
  return showText(messageOf(cause));
}

function refusal(message: string, cause?: unknown): SsmdError {
  return new SsmdError("invalid_input", message, cause === undefined ? {} : { cause });
}
