/**
 * The kinds of value that configuration files hold, as zod schemas. A refusal says what was
 * expected; what was found is added where the place is known.
 * @module
 */
import { z } from "zod";
import { isPlainName, parseIsoTime } from "../mod.ts";
import { SIZE_FORM, tryParseBytes } from "./byte_size.ts";

/** Details of a {@link kind}. */
export interface KindOptions {
  /** Whether the value may be a secret, which no message may show. Default false. */
  readonly hidden?: boolean;
}

/**
 * Values for which `read` gives something else than `undefined`.
 * @internal
 */
export function kind<T>(
  expected: string,
  read: (value: unknown) => T | undefined,
  options: KindOptions = {},
): z.ZodType<T> {
  return z.unknown().transform((value, context): T => {
    const result = read(value);
    if (result !== undefined) return result;
    context.issues.push({
      code: "custom",
      message: expected,
      input: value,
      params: { hidden: options.hidden === true },
    });
    return z.NEVER;
  });
}

/**
 * Texts that `accepts` takes; an empty one never.
 * @internal
 */
export function textLike(expected: string, accepts: (text: string) => boolean): z.ZodType<string> {
  return kind(
    expected,
    (value) => typeof value === "string" && value !== "" && accepts(value) ? value : undefined,
  );
}

/**
 * Any text that is not empty.
 * @internal
 */
export const text: z.ZodType<string> = textLike(
  "a text, in quotes if it looks like a number",
  () => true,
);

/**
 * A text without spaces that fits into one line, such as a ticker.
 * @internal
 */
export const word: z.ZodType<string> = textLike(
  "1 to 200 printable ASCII characters without spaces",
  (value) => /^[!-~]{1,200}$/.test(value),
);

/** The name of a feed or a stream, which becomes a part of paths. */
export const plainName: z.ZodType<string> = textLike(
  '1 to 64 letters, digits, "_", "-" and single dots between them, not a date',
  isPlainName,
);

/**
 * `true` or `false`; YAML 1.2 has no yes and no.
 * @internal
 */
export const flag: z.ZodType<boolean> = kind(
  "true or false",
  (value) => typeof value === "boolean" ? value : undefined,
);

/**
 * A whole number from `least`.
 * @internal
 */
export function wholeNumber(least: number): z.ZodType<number> {
  return kind(
    `a whole number from ${least}`,
    (value) => isWhole(value) && value >= least ? value : undefined,
  );
}

/**
 * One of `words`.
 * @internal
 */
export function choice<const T extends string>(...words: readonly T[]): z.ZodType<T> {
  return kind(`one of ${words.join(", ")}`, (value) => words.find((each) => each === value));
}

/**
 * A day that exists, as `YYYY-MM-DD`.
 * @internal
 */
export const date: z.ZodType<string> = textLike("a date as YYYY-MM-DD", isDate);

/** Whether `value` is a day that exists, as `YYYY-MM-DD`. */
export function isDate(value: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(value) && parseIsoTime(`${value}T00:00:00Z`) !== undefined;
}

/** An absolute URL of one of `schemes` with a real host name; kept as written. */
export function url(...schemes: readonly string[]): z.ZodType<string> {
  return textLike(
    `a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(" or ")}`,
    (value) => isUrl(value, schemes),
  );
}

function isUrl(value: string, schemes: readonly string[]): boolean {
  if (!/^[!-~]{1,2000}$/.test(value) || !URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  // `{host}` and its like are left-over placeholders, though URL takes them.
  return schemes.includes(protocol.slice(0, -1)) && /^(?:[\w.-]+|\[[\da-f:.]+\])$/.test(hostname);
}

/** A size that was written as `2GiB` or as a number of bytes, in bytes. */
export const byteSize: z.ZodType<number> = kind(
  SIZE_FORM,
  (value) => typeof value === "string" || isWhole(value) ? tryParseBytes(String(value)) : undefined,
);

/** A text, or a number that is kept as its text, as Kubernetes writes quantities. */
export const textOrNumber: z.ZodType<string> = kind(
  "a text or a number",
  (value) => typeof value === "string" || Number.isFinite(value) ? String(value) : undefined,
);

/**
 * A list of `items`.
 * @internal
 */
export function listOf<T>(items: z.ZodType<T>): z.ZodType<readonly T[]> {
  return z.array(items, { error: () => "a list" });
}

/**
 * A list of `items` with at least one.
 * @internal
 */
export function someOf<T>(items: z.ZodType<T>): z.ZodType<readonly [T, ...T[]]> {
  const message = "a list with at least one entry";
  return z.array(items, { error: () => message }).transform((list, context) => {
    const [first, ...rest] = list;
    if (first !== undefined) return [first, ...rest];
    context.issues.push({ code: "custom", message, input: list });
    return z.NEVER;
  });
}

/** Distinct {@link word}s. */
export const words: z.ZodType<readonly string[]> = listOf(word).check(once);

/** Distinct {@link word}s, at least one. */
export const someWords: z.ZodType<readonly [string, ...string[]]> = someOf(word).check(once);

function once({ value, issues }: z.core.ParsePayload<readonly string[]>): void {
  const seen = new Set<string>();
  for (const [index, each] of value.entries()) {
    if (seen.has(each)) {
      issues.push({ code: "custom", message: "each entry once", path: [index], input: value });
    }
    seen.add(each);
  }
}

/**
 * A mapping whose keys the author of the file chooses.
 * @internal
 */
export function mapOf<T>(values: z.ZodType<T>): z.ZodType<ReadonlyMap<string, T>> {
  return z.record(z.string(), values, { error: () => "a mapping" })
    .transform((record): ReadonlyMap<string, T> => new Map(Object.entries(record)));
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
