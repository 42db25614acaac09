import type { z } from "zod";
import { MICROS_PER_DAY, MICROS_PER_SECOND, type SyncPolicy, tryParseDuration } from "../mod.ts";
import { DURATION_FORM } from "./duration.ts";
import type { StorageConfig } from "./environment_config.ts";
import { byteSize, choice, kind, plainName, text } from "./kinds.ts";
import { section } from "./section.ts";

const rotateSeconds: z.ZodType<number> = kind(
  "a duration that divides a day, like 15m",
  (value) => {
    const micros = typeof value === "string" ? tryParseDuration(value) : undefined;
    if (micros === undefined || MICROS_PER_DAY % micros !== 0) return undefined;
    return micros / MICROS_PER_SECOND;
  },
);

const sync: z.ZodType<SyncPolicy> = kind(`batch, none, or ${DURATION_FORM}`, (value) => {
  if (value === "batch" || value === "none") return value;
  const micros = typeof value === "string" ? tryParseDuration(value) : undefined;
  return micros === undefined ? undefined : { every: micros / 1000 };
});

/** The section `storage`. */
export const storage: z.ZodType<StorageConfig> = section({
  type: choice("local", "s3"),
  path: text.exactOptional(),
  bucket: text.exactOptional(),
  region: text.exactOptional(),
  stream: plainName.default("capture"),
  rotation: rotateSeconds.default(900),
  sync: sync.default({ every: 1000 }),
  minFree: byteSize.default(2 ** 30),
}).transform(({ rotation, minFree, ...rest }): StorageConfig => ({
  ...rest,
  rotateSeconds: rotation,
  minFreeBytes: minFree,
}));
