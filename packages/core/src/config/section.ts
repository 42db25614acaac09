import { z } from "zod";

/** `rate_limit_per_second` becomes `rateLimitPerSecond`. */
export type CamelKey<K> = K extends `${infer Head}_${infer Tail}`
  ? `${Head}${Capitalize<CamelKey<Tail>>}`
  : K extends string ? K
  : never;

/** The values of a section under the names that the library uses. */
export type CamelKeys<T> = { readonly [K in keyof T as CamelKey<K>]: T[K] };

/**
 * What a section with the keys `S` becomes.
 * @internal
 */
export type Section<S extends z.ZodRawShape> = CamelKeys<z.output<z.ZodObject<S>>>;

/**
 * A mapping with the keys of `shape` and no others. A key without a value counts as absent. The
 * result has the keys in camelCase, and leaves out what is absent.
 * @internal
 */
export function section<S extends z.ZodRawShape>(shape: S): z.ZodType<Section<S>> {
  const object = z.object(shape, { error: () => "a mapping" })
    .catchall(unknownKey(Object.keys(shape)));
  return z.preprocess((value) => withoutNulls(value, shape), object).transform(camelKeys<S>);
}

/** Refuses whatever stands behind a key that no section knows; `allowed` is for the hint. */
function unknownKey(allowed: readonly string[]): z.ZodType<never> {
  return z.unknown().transform((value, context): never => {
    context.issues.push({
      code: "custom",
      message: "no such key",
      input: value,
      params: { allowed },
    });
    return z.NEVER;
  });
}

/** Unknown keys stay, so that a misspelt one is found even when nothing stands behind it. */
function withoutNulls(value: unknown, shape: z.ZodRawShape): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.filter(([key, each]) => each !== null || !Object.hasOwn(shape, key)),
  );
}

function camelKeys<S extends z.ZodRawShape>(values: object): Section<S> {
  const entries = Object.entries(values).map(([key, value]) => [camelKey(key), value]);
  // The compiler cannot follow keys through strings; CamelKey describes the same replacement.
  return Object.fromEntries(entries) as Section<S>;
}

function camelKey(key: string): string {
  return key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
