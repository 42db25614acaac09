import { sha256 } from "@ssmd/core/fs";

/** The first 16 digits of the SHA-256 of `value` as JSON: the same inputs give the same id. */
export function hashOf(value: unknown): string {
  const hash = sha256();
  hash.update(new TextEncoder().encode(JSON.stringify(value)));
  return hash.digest().slice(0, 16);
}
