/** Plain data that nest deeper go in a circle. */
const MOST_NESTED = 1000;

/**
 * A copy of plain data: objects without a class, arrays, strings, numbers, booleans and `null`. Members
 * that are `undefined` are left out, and elements become `null`, as JSON does it. Throws `TypeError`
 * for anything else, and for what contains itself. `structuredClone` does more than that, on a path
 * that every order takes.
 */
export function plainCopy<T>(value: T): T {
  // A copy of something has its type.
  return copyOf(value, 0) as T;
}

function copyOf(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) {
    if (typeof value !== "function" && typeof value !== "symbol" && typeof value !== "bigint") {
      return value;
    }
    throw new TypeError(`Cannot copy a ${typeof value}: expected plain data`);
  }
  if (depth >= MOST_NESTED) {
    throw new TypeError(
      `Cannot copy data that contain themselves or nest over ${MOST_NESTED} deep: expected plain data`,
    );
  }
  if (Array.isArray(value)) return value.map((element) => copyOf(element, depth + 1) ?? null);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    throw new TypeError(
      `Cannot copy ${Object.prototype.toString.call(value)}: expected plain data`,
    );
  }
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const value = copyOf(member, depth + 1);
    // Assigned to, this key would set the prototype, and the member would be lost.
    if (key === "__proto__") Object.defineProperty(copy, key, { value, enumerable: true });
    else copy[key] = value;
  }
  return copy;
}
