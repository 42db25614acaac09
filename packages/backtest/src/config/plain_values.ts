import { kind, textLike } from "@ssmd/core/config";
import type { z } from "zod";

/** `true` or `false`. */
export const flag: z.ZodType<boolean> = kind(
  "true or false",
  (value) => typeof value === "boolean" ? value : undefined,
);

/** Any text that is not empty. */
export const text: z.ZodType<string> = textLike(
  "a text, in quotes if it looks like a number",
  () => true,
);
