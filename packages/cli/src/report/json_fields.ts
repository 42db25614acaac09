/**
 * Reads JSON of run folders, which people and older versions may have written: a field of another
 * type than expected counts as absent.
 * @module
 */

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** `value` when it is a JSON object, else an empty one. */
export function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** `value` when it is a list, else an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** `value` when it is a text. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** `value` when it is a number. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

/** Whether `value` is a JSON object. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The leaves of `value` by their path, `a.b.0`, in order. The elements of a list are named by their
 * first member when that is a text that no other has, so that lists of named figures can be held
 * against each other. Empty lists and objects are leaves. Of paths that meet, since a key holds a dot,
 * the last leaf stays.
 */
export function leavesOf(value: unknown): ReadonlyMap<string, unknown> {
  const leaves = new Map<string, unknown>();
  const walk = (at: unknown, path: string): void => {
    const entries = namedElements(at) ??
      (typeof at === "object" && at !== null ? Object.entries(at) : []);
    if (entries.length === 0) leaves.set(path, at);
    for (const [key, each] of entries) walk(each, path === "" ? key : `${path}.${key}`);
  };
  if (value !== undefined) walk(value, "");
  return leaves;
}

function namedElements(value: unknown): [string, unknown][] | undefined {
  if (!Array.isArray(value)) return undefined;
  const named = value.map((each): [unknown, unknown] => {
    const [key, name] = Object.entries(objectOf(each))[0] ?? [];
    // The name is in the path then.
    const rest = Object.entries(objectOf(each)).filter(([other]) => other !== key);
    return [name, Object.fromEntries(rest)];
  });
  const names = named.map(([name]) => name);
  const isNamed = names.every((name) => typeof name === "string" && name !== "") &&
    new Set(names).size === names.length;
  return isNamed ? named as [string, unknown][] : undefined; // every name was looked at
}
