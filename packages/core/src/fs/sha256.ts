import { createHash } from "node:crypto";
import type { Hasher } from "../mod.ts";

/** A new SHA-256 (FIPS 180-4). */
export function sha256(): Hasher {
  const hash = createHash("sha256");
  return {
    update: (data) => void hash.update(data),
    digest: () => hash.digest("hex"),
  };
}
